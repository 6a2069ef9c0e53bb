"""CSV into Parquet: typed by the schema, codes for missing as nulls, sorted by client."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lib.tables.csv_lines import MOST_WRONG, mend
from lib.tables.csv_stream import CsvStream
from lib.tables.findings import Finding, Kind
from lib.tables.location import Location
from lib.tables.memory import Settings
from lib.tables.schema import Column, TableSchema
from lib.tables.sources import UNREADABLE, Source

_MOST_SHOWN = 5  # wrong values of a file: enough to see what is wrong
# What any engine reads, and the cheapest to write: long dictionaries of amounts save no space.
_FORM = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1000"


@dataclass(frozen=True)
class Ingested:
    """What became of a CSV file.

    Parameters
    ----------
    path : Path or None
        The Parquet file; None if nothing could be made of it.
    findings : tuple of Finding
        What is wrong with its lines; these are not in the Parquet file.
    """

    path: Path | None
    findings: tuple[Finding, ...] = ()


def ingest(source: Source, scratch: Path, settings: Settings) -> Ingested:
    """Convert a CSV file; if values in it are wrong, name them and convert the others.

    Parameters
    ----------
    source : Source
        The file; it must be readable.
    scratch : Path
        Folder to write to.
    settings : dict
        Of DuckDB.
    """
    try:
        stream, path = _convert(source, scratch, settings)
        if stream.failure is not None:
            raise stream.failure
        wrong = mend(source, scratch / f"{source.table.name}.csv") if stream.is_doubtful else []
    except UNREADABLE as error:
        return unreadable(source, str(error))
    if wrong:
        return Ingested(_rest(source, wrong, scratch, settings), (_wrong(source, wrong),))
    if stream.complaint or stream.misfits:  # what the lines, one by one, do not explain
        return unreadable(source, stream.complaint or f"{stream.misfits} lines do not fit")
    return Ingested(path)


def _convert(source: Source, scratch: Path, settings: Settings) -> tuple[CsvStream, Path]:
    path = scratch / f"{source.table.name}.parquet"
    with source.location.open() as file, duckdb.connect(config=settings) as connection:
        stream = CsvStream(source, file)
        connection.register("rows", stream.reader())
        columns = ", ".join(_typed(source.table.columns[name]) for name in source.known_columns)
        connection.execute(
            f"COPY (SELECT {columns} FROM rows {_order(source)}) "  # noqa: S608
            f"TO '{_quoted(path)}' ({_FORM})"
        )
    return stream, path


def _typed(column: Column) -> str:
    value = f'"{column.name}"'
    for code in column.missing_codes:
        value = f"nullif({value}, {code!r})"
    return f'{value} AS "{column.name}"'


def _order(source: Source) -> str:
    key = owner(source.table)
    return f"ORDER BY {key}" if key in source.known_columns else ""


def owner(table: TableSchema) -> str | None:
    """Name the column by which a table is sorted: its client, or what leads to the client."""
    return table.client_key or table.parent_key


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _rest(source: Source, wrong: list[str], scratch: Path, settings: Settings) -> Path | None:
    """Convert what is not wrong, so that it can be checked as well."""
    if len(wrong) > MOST_WRONG:
        return None
    name = source.table.name
    copy = replace(source, location=Location(name, scratch / f"{name}.csv"))
    stream, path = _convert(copy, scratch, settings)
    return path if stream.complaint is None else None


def _wrong(source: Source, wrong: list[str]) -> Finding:
    shown = "; ".join(wrong[:_MOST_SHOWN])
    rest = len(wrong) - _MOST_SHOWN
    stopped = ", and the rest was not read" if len(wrong) > MOST_WRONG else ""
    more = f"; and {rest:,} more{stopped}" if rest > 0 else ""
    what = f"{source.location.name}: {shown}{more}"
    return Finding(source.table.name, Kind.WRONG_VALUE, len(wrong), what)


def unreadable(source: Source, reason: str) -> Ingested:
    """Say that nothing could be made of a file, and why."""
    what = f"{source.location.name}: {reason}"
    return Ingested(None, (Finding(source.table.name, Kind.UNREADABLE_FILE, 1, what),))
