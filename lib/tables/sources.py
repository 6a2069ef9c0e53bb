"""The file of each table, and whether its columns are what the schema asks for."""

import csv
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.findings import Finding, Kind, refuse
from lib.tables.location import Location, locate
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

# What opening and unpacking raise when a file is not what its name says, torn or encrypted.
UNREADABLE = (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
_NUMERIC = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
_TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


@dataclass(frozen=True)
class Source:
    """One table's file.

    Parameters
    ----------
    table : TableSchema
    location : Location
    columns : tuple of str
        As the file's header has them, in its order; none if it cannot be read.
    findings : tuple of Finding
        What the header tells.
    """

    table: TableSchema
    location: Location
    columns: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def path(self) -> Path:
        """The file, or the archive that it lies in."""
        return self.location.path

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; CSV otherwise, perhaps zipped."""
        return self.location.is_parquet

    @property
    def is_readable(self) -> bool:
        """Whether its values can be looked at: each column by its name, and of its type."""
        obstacles = {Kind.UNREADABLE_FILE, Kind.REPEATED_COLUMN, Kind.COLUMN_OF_WRONG_TYPE}
        return not obstacles & {finding.kind for finding in self.findings}

    @property
    def known_columns(self) -> tuple[str, ...]:
        """The columns of the schema that the file has, in the order of the schema."""
        return tuple(name for name in self.table.columns if name in self.columns)

    @property
    def is_whole(self) -> bool:
        """Whether it has every column of the schema."""
        return len(self.known_columns) == len(self.table.columns)


def find_sources(folder: Path) -> dict[str, Source]:
    """Find all eight tables, or say in one error everything that is missing.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or files or columns are missing or of a wrong type.
    """
    sources, findings = open_sources(folder)
    refuse(folder, tuple(finding for finding in findings if finding.forbids))
    return sources


def open_sources(folder: Path) -> tuple[dict[str, Source], tuple[Finding, ...]]:
    """Read the headers of the tables that are there; give the tables, and all that was found.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds no table.
    """
    located = locate(folder)
    sources = {name: open_source(location) for name, location in located.items() if location}
    findings = (
        finding
        for name in located
        for finding in (sources[name].findings if name in sources else [_missing_file(name)])
    )
    return sources, tuple(findings)


def open_source(location: Location) -> Source:
    """Read the header of a table."""
    table = TABLES[location.table]
    try:
        if location.is_parquet:
            arrow = pq.read_schema(location.path)
            columns, types = tuple(arrow.names), tuple(arrow.types)
        else:
            columns, types = _header(location), ()
    except (*UNREADABLE, pa.ArrowException) as error:
        return Source(table, location, (), (_unreadable(location, str(error)),))
    if not columns:
        return Source(table, location, (), (_unreadable(location, "empty, not even a header"),))
    findings = (
        *_repeated(table, columns),
        *_missing(table, columns),
        *_wrong_types(table, zip(columns, types, strict=False)),
        *_ignored(table, columns, location),
    )
    return Source(table, location, columns, findings)


def _header(location: Location) -> tuple[str, ...]:
    with location.open_text() as file:
        line = file.readline()
    if "\ufffd" in line or "\0" in line:
        raise OSError("not UTF-8 text")
    return tuple(name.strip() for name in next(csv.reader([line]), ()))


def _missing_file(name: str) -> Finding:
    return Finding(name, Kind.MISSING_FILE, 1, f"no {name}.csv, {name}.csv.zip or {name}.parquet")


def _unreadable(location: Location, reason: str) -> Finding:
    return Finding(location.table, Kind.UNREADABLE_FILE, 1, f"{location.name}: {reason}")


def _repeated(table: TableSchema, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Find names that a query could not tell apart: DuckDB's ignore the case."""
    repeated = sorted(name for name, n in Counter(map(str.lower, columns)).items() if n > 1)
    known = [name for name in table.columns if name.lower() in repeated]
    if known:
        yield Finding(table.name, Kind.REPEATED_COLUMN, len(known), ", ".join(known))


def _missing(table: TableSchema, columns: tuple[str, ...]) -> Iterator[Finding]:
    missing = [name for name in table.columns if name not in columns]
    if missing:
        yield Finding(table.name, Kind.MISSING_COLUMN, len(missing), ", ".join(missing))


def _ignored(table: TableSchema, columns: tuple[str, ...], location: Location) -> Iterator[Finding]:
    ignored = [name for name in columns if name not in table.columns]
    if ignored:
        yield Finding(table.name, Kind.IGNORED_COLUMN, len(ignored), ", ".join(ignored))
    if location.beside:
        what = f"{', '.join(location.beside)}: {location.name} is read"
        yield Finding(table.name, Kind.IGNORED_FILE, len(location.beside), what)


def _wrong_types(table: TableSchema, found: Iterable[tuple[str, pa.DataType]]) -> Iterator[Finding]:
    wrong = [
        f"{name} is {kind}, where it must be {table.columns[name].type}"
        for name, kind in found
        if name in table.columns and not _fits(table.columns[name], kind)
    ]
    if wrong:
        yield Finding(table.name, Kind.COLUMN_OF_WRONG_TYPE, len(wrong), ", ".join(wrong))


def _fits(column: Column, found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found):  # a column without any value has no type of its own
        return True
    return any(test(found) for test in (_TEXT if column.type is ColumnType.STRING else _NUMERIC))
