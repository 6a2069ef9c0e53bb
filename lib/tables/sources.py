"""The file of each table: where it is, what its header says, and whether it is still the same."""

import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b, file_digest
from pathlib import Path, PurePosixPath
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.tables.findings import REMEDY, Finding, Kind, refuse
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

SUFFIXES = (".parquet", ".csv", ".csv.zip")  # the first that is there is read
ARCHIVE = "home-credit-default-risk.zip"  # all tables in one, as Kaggle's "Download All" sends it
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
    path : Path
        Its file, or the archive with all tables.
    beside : tuple of str
        Names of other files of the same table, which are not read.
    columns : tuple of str
        As the file's header has them, in its order; none if it is not or cannot be read.
    findings : tuple of Finding
        What the header tells.
    """

    table: TableSchema
    path: Path
    beside: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def label(self) -> str:
        """The file's name for messages, with the archive that it lies in."""
        in_archive = self.path.name == ARCHIVE
        return f"{self.path.name}/{self.table.name}.csv" if in_archive else self.path.name

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; CSV otherwise, perhaps zipped."""
        return self.path.suffix == ".parquet"

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

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the CSV as bytes, unzipped on the way.

        Raises
        ------
        KeyError
            If an archive does not hold exactly one CSV file of the table.
        """
        if self.path.suffix != ".zip":
            with self.path.open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.path) as archive:
            member = _csv_member(archive.namelist(), self.table.name)
            with archive.open(member) as packed:
                yield packed

    def stamp(self) -> str:
        """Say what the disk knows of the file; writing changes it, even with its times put back."""
        status = self.path.stat()
        return f"{self.label} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"

    def unreadable(self, reason: str) -> Finding:
        """Say that the file cannot be read, and why."""
        return Finding(self.table.name, Kind.UNREADABLE_FILE, 1, f"{self.label}: {reason}")


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
    sources = {name: open_source(source) for name, source in located.items() if source}
    findings = (
        finding
        for name in located
        for finding in (sources[name].findings if name in sources else [_missing_file(name)])
    )
    return sources, tuple(findings)


def locate(folder: Path) -> dict[str, Source | None]:
    """Find the file of each of the eight tables, without opening it; None where there is none.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds none of them.
    """
    if not folder.is_dir():
        raise InvalidInput(f"folder {folder}", "the folder with the tables exists", REMEDY)
    archived = _archived(folder / ARCHIVE)
    found: dict[str, Source | None] = {}
    for name, table in TABLES.items():
        paths = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
        paths += [folder / ARCHIVE] if not paths and name in archived else []
        beside = tuple(path.name for path in paths[1:])
        found[name] = Source(table, paths[0], beside) if paths else None
    if not any(found.values()):
        raise InvalidInput(
            f"folder {folder}", "it holds the eight tables as CSV or Parquet", REMEDY
        )
    return found


def open_source(source: Source) -> Source:
    """Read the header of a table."""
    try:
        if source.is_parquet:
            arrow = pq.read_schema(source.path)
            columns, types = tuple(arrow.names), tuple(arrow.types)
        else:
            columns, types = _header(source), ()
    except (*UNREADABLE, pa.ArrowException) as error:
        return replace(source, findings=(source.unreadable(str(error)),))
    if not columns:
        return replace(source, findings=(source.unreadable("empty, not even a header"),))
    source = replace(source, columns=columns)
    findings = (
        *_repeated(source),
        *_missing(source),
        *_wrong_types(source.table, zip(columns, types, strict=False)),
        *_ignored(source),
    )
    return replace(source, findings=findings)


def fingerprint(folder: Path) -> str:
    """Digest the contents of the eight files: equal if and only if the files are.

    Raises
    ------
    InvalidInput
        As `find_sources`.
    """
    digest = blake2b(digest_size=16)
    sources = find_sources(Path(folder))
    contents = {path: _digest_of_file(path) for path in {each.path for each in sources.values()}}
    for name, source in sources.items():
        digest.update(name.encode())
        digest.update(contents[source.path])
    return digest.hexdigest()


def quick_fingerprint(folder: Path) -> str:
    """Digest the names, sizes and times of the files, in milliseconds.

    It changes whenever a file is written, moved or replaced, even by the same contents; a copy of
    the folder has another one.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds no table.
    """
    located = locate(Path(folder)).values()
    return digest_of(*(source.stamp() if source else "" for source in located))


def digest_of(*parts: str) -> str:
    """Digest texts, in order, to 16 hexadecimal digits."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _digest_of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).digest()


def _archived(archive: Path) -> set[str]:
    """Name the tables in the archive; all, where it is torn: then it is what is wrong with them."""
    if not archive.is_file():
        return set()
    try:
        with zipfile.ZipFile(archive) as opened:
            members = map(PurePosixPath, opened.namelist())
            return {path.stem for path in members if path.suffix == ".csv"} & TABLES.keys()
    except (OSError, zipfile.BadZipFile):
        return set(TABLES)


def _csv_member(names: list[str], table: str) -> str:
    """Choose the CSV file of a table among the names in an archive.

    Examples
    --------
    >>> _csv_member(["bureau.csv", "__MACOSX/._bureau.csv"], "bureau")
    'bureau.csv'

    Raises
    ------
    KeyError
        If there is not exactly one.
    """
    files = [name for name in names if name.endswith(".csv")]
    own = [name for name in files if PurePosixPath(name).name == f"{table}.csv"] or files
    if len(own) != 1:
        raise KeyError(f"{len(own)} CSV files in the archive, where there must be one")
    return own[0]


def _header(source: Source) -> tuple[str, ...]:
    with (
        source.open() as file,  # a byte order mark is skipped; what is not UTF-8 is U+FFFD
        io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace") as text,
    ):
        line = text.readline()
    if "\ufffd" in line or "\0" in line:
        raise OSError("not UTF-8 text")
    return tuple(name.strip() for name in next(csv.reader([line]), ()))


def _missing_file(name: str) -> Finding:
    return Finding(name, Kind.MISSING_FILE, 1, f"no {name}.csv, {name}.csv.zip or {name}.parquet")


def _repeated(source: Source) -> Iterator[Finding]:
    """Find names that a query could not tell apart: DuckDB's ignore the case."""
    repeated = {name for name, n in Counter(map(str.lower, source.columns)).items() if n > 1}
    known = [name for name in source.table.columns if name.lower() in repeated]
    if known:
        yield Finding(source.table.name, Kind.REPEATED_COLUMN, len(known), ", ".join(known))


def _missing(source: Source) -> Iterator[Finding]:
    missing = [name for name in source.table.columns if name not in source.columns]
    if missing:
        yield Finding(source.table.name, Kind.MISSING_COLUMN, len(missing), ", ".join(missing))


def _ignored(source: Source) -> Iterator[Finding]:
    ignored = [name for name in source.columns if name not in source.table.columns]
    if ignored:
        yield Finding(source.table.name, Kind.IGNORED_COLUMN, len(ignored), ", ".join(ignored))
    if source.beside:
        what = f"{', '.join(source.beside)}: {source.label} is read"
        yield Finding(source.table.name, Kind.IGNORED_FILE, len(source.beside), what)


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
