"""Parquet parts that were not written alike, as one file.

Whoever writes a table some rows at a time gets parts whose types depend on their rows: a column is
of floats where a value is missing, of integers where none is, and of no type where there is none.
Engines take the first part's types for all, each in another way.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.memory import Settings
from lib.tables.schema import Column, ColumnType
from lib.tables.sources import EXACT, PARQUET, Converted, Source, literal

# What BIGINT holds as it is.
_WHOLE = frozenset(
    {
        *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
        *(pa.uint8(), pa.uint16(), pa.uint32(), pa.bool_(), pa.null()),
    }
)


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

    Raises
    ------
    duckdb.Error, OSError, ArrowException
        If a part cannot be read, or a number of it would be rounded.
    """
    parquet = scratch / f"{source.table.name}.parquet"
    with duckdb.connect(config=settings) as connection:
        query = f"COPY ({_query(source)}) TO {literal(str(parquet))} ({PARQUET})"
        connection.execute(query)
    return Converted(parquet)


def _query(source: Source) -> str:
    """Write the query that reads all parts, those that are alike together."""
    alike: dict[tuple[pa.DataType, ...], list[Path]] = {}
    for part in source.parts:
        schema = pq.read_schema(part)
        types = tuple(schema.field(name).type for name in source.known_columns)
        alike.setdefault(types, []).append(part)
    columns = [source.table.columns[name] for name in source.known_columns]
    kinds = [_kind(*both) for both in zip(columns, zip(*alike, strict=True), strict=True)]
    return " UNION ALL ".join(
        f"SELECT {', '.join(map(_typed, columns, kinds, types))} "  # noqa: S608
        f"FROM read_parquet([{', '.join(literal(str(part)) for part in parts)}])"
        for types, parts in alike.items()
    )


def _kind(column: Column, types: Sequence[pa.DataType]) -> str:
    """Choose the type that holds the values of all parts as they are."""
    if column.type is ColumnType.STRING:
        return "VARCHAR"
    # What is not whole in some part is told when the values are looked at.
    return "BIGINT" if column.type is ColumnType.INT64 and {*types} <= _WHOLE else "DOUBLE"


def _typed(column: Column, kind: str, of_part: pa.DataType) -> str:
    """Write a column of some parts as the type of all; a number that would be rounded ends it."""
    value = f'"{column.name}"'
    if column.type is ColumnType.INT64 and kind == "DOUBLE" and not pa.types.is_boolean(of_part):
        told = f"{column.name} has whole numbers that floats cannot hold: write integers everywhere"
        value = f"CASE WHEN abs({value}) >= {EXACT} THEN error({literal(told)}) ELSE {value} END"
    return f'({value})::{kind} AS "{column.name}"'
