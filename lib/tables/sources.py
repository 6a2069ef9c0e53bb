"""Where the tables of a folder are, and whether their columns are what the schema asks for."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

SUFFIXES = (".parquet", ".csv", ".csv.zip")  # the first that is there is read
REMEDY = (
    "take the eight files of the competition (`make data` downloads them), or give no folder: "
    "synthetic tables are made then"
)


@dataclass(frozen=True)
class Source:
    """One table's file.

    Attributes
    ----------
    table : TableSchema
    path : Path
    columns : tuple of str
        As the file's header has them, in its order.
    problems : tuple of str
        What forbids reading it.
    """

    table: TableSchema
    path: Path
    columns: tuple[str, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; CSV otherwise, perhaps zipped."""
        return self.path.suffix == ".parquet"

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that the schema does not know."""
        return tuple(name for name in self.columns if name not in self.table.columns)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that the schema asks for and the file has not."""
        return tuple(name for name in self.table.columns if name not in self.columns)


def find_sources(folder: Path) -> dict[str, Source]:
    """Find all eight tables, or say in one error everything that is missing.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or files or columns are missing or of a wrong type.
    """
    if not folder.is_dir():
        raise InvalidInput(f"folder {folder}", "the folder with the tables exists", REMEDY)
    paths = {name: _path_of(folder, name) for name in TABLES}
    if not any(paths.values()):
        raise InvalidInput(
            f"folder {folder}", "it holds the eight tables as CSV or Parquet", REMEDY
        )
    sources = {name: _open(TABLES[name], path) for name, path in paths.items() if path}
    problems = [f"{name}: no file" for name, path in paths.items() if path is None]
    for name, source in sources.items():
        problems += [f"{name}: {problem}" for problem in source.problems]
        if source.missing and not source.problems:
            problems.append(f"{name}: no column {', '.join(source.missing)}")
    if problems:
        raise InvalidInput(
            f"folder {folder}: {'; '.join(problems)}", "all eight tables are whole", REMEDY
        )
    return sources


def fingerprint(folder: Path) -> str:
    """Digest the contents of the eight files: equal if and only if the files are.

    Raises
    ------
    InvalidInput
        As `find_sources`.
    """
    digest = blake2b(digest_size=16)
    for name, source in find_sources(folder).items():
        digest.update(name.encode())
        with source.path.open("rb") as file:
            digest.update(file_digest(file, lambda: blake2b(digest_size=16)).digest())
    return digest.hexdigest()


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a CSV file, zipped as Kaggle delivers it or not; a byte order mark is skipped."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(csv_member(archive)) as member:
            yield io.TextIOWrapper(member, encoding="utf-8-sig", newline="")
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file


def csv_member(archive: zipfile.ZipFile) -> str:
    """Name the one CSV file in an archive; KeyError if there is not exactly one."""
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    if len(names) != 1:
        raise KeyError(f"{len(names)} CSV files in the archive, where there must be one")
    return names[0]


def _path_of(folder: Path, name: str) -> Path | None:
    candidates = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


def _open(table: TableSchema, path: Path) -> Source:
    try:
        if path.suffix == ".parquet":
            arrow = pq.read_schema(path)
            return Source(table, path, tuple(arrow.names), tuple(_wrong_types(table, arrow)))
        return _open_csv(table, path)
    except (OSError, UnicodeDecodeError, pa.ArrowInvalid, zipfile.BadZipFile, KeyError) as error:
        return Source(table, path, (), (f"{path.name} cannot be read: {error}",))


def _open_csv(table: TableSchema, path: Path) -> Source:
    with open_text(path) as file:
        header = tuple(name.strip() for name in next(csv.reader(file), ()))
    if not header:
        return Source(table, path, (), (f"{path.name} is empty: not even a header",))
    doubled = sorted({name for name in header if header.count(name) > 1})
    problems = (f"column {', '.join(doubled)} comes more than once",) if doubled else ()
    return Source(table, path, header, problems)


def _wrong_types(table: TableSchema, arrow: pa.Schema) -> Iterator[str]:
    for name in arrow.names:
        column = table.columns.get(name)
        if column and not _fits(column, arrow.field(name).type):
            yield f"column {name} is {arrow.field(name).type}, where it must be {column.type}"


def _fits(column: Column, found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found):  # a column without any value has no type of its own
        return True
    if column.type is ColumnType.STRING:
        return pa.types.is_string(found) or pa.types.is_large_string(found)
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
    return any(test(found) for test in tests)
