"""Parquet parts that were not written alike, as one file.

Whoever writes a table some rows at a time gets parts whose types depend on their rows: a column is
of floats where a value is missing, of integers where none is, and of no type where there is none.
Engines take the first part's types for all, each in another way.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.csv_to_parquet import PARQUET, Converted
from lib.tables.memory import Settings
from lib.tables.schema import Column, ColumnType
from lib.tables.sources import UNREADABLE, Source, quoted, told_by

_WHOLE = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_null)


def bring_together(source: Source, scratch: Path, settings: Settings) -> Converted:
    """Write the parts of a table as one Parquet file, each column of one type.

    Parameters
    ----------
    source : Source
        A folder of Parquet parts, which have the same columns of the schema, of types that fit.
    scratch : Path
        Folder to write to.
    settings : dict
        Of DuckDB.
    """
    parquet = scratch / f"{source.table.name}.parquet"
    try:
        schemas = [pq.read_schema(part) for part in source.parts]
        columns = [source.table.columns[name] for name in source.known_columns]
        given = ", ".join(_typed(column, schemas) for column in columns)
        parts = " UNION ALL ".join(
            f"SELECT {given} FROM read_parquet({quoted(str(part))})"  # noqa: S608
            for part in source.parts
        )
        with duckdb.connect(config=settings) as connection:
            connection.execute(f"COPY ({parts}) TO {quoted(str(parquet))} ({PARQUET})")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        return Converted(None, (source.unreadable(str(error).splitlines()[0]),))
    except (*UNREADABLE, pa.ArrowException) as error:
        return Converted(None, (source.unreadable(told_by(error)),))
    return Converted(parquet)


def _typed(column: Column, schemas: Sequence[pa.Schema]) -> str:
    """Write a column as the type that holds the values of all parts as they are."""
    kind = "DOUBLE"
    if column.type is ColumnType.STRING:
        kind = "VARCHAR"
    elif column.type is ColumnType.INT64 and _are_whole(s.field(column.name).type for s in schemas):
        kind = "BIGINT"  # what is not whole elsewhere is told when the values are looked at
    return f'"{column.name}"::{kind} AS "{column.name}"'


def _are_whole(types: Iterable[pa.DataType]) -> bool:
    return all(any(test(kind) for test in _WHOLE) for kind in types)
