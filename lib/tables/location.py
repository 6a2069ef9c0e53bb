"""Where the file of each table is: by itself, zipped, or in the competition's archive."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TextIO

from lib.decision import InvalidInput
from lib.tables.findings import REMEDY
from lib.tables.schema import TABLES

SUFFIXES = (".parquet", ".csv", ".csv.zip")  # the first that is there is read
ARCHIVE = "home-credit-default-risk.zip"  # all tables in one, as Kaggle's "Download All" sends it


@dataclass(frozen=True)
class Location:
    """Where a table comes from.

    Parameters
    ----------
    table : str
        Its name.
    path : Path
        Its file, or the archive with all tables.
    beside : tuple of str
        Names of other files of the same table, which are not read.
    """

    table: str
    path: Path
    beside: tuple[str, ...] = ()

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; CSV otherwise, perhaps zipped."""
        return self.path.suffix == ".parquet"

    @property
    def name(self) -> str:
        """The file's name for messages, with the archive that it lies in."""
        in_archive = self.path.name == ARCHIVE
        return f"{self.path.name}/{self.table}.csv" if in_archive else self.path.name

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
            member = csv_member(archive.namelist(), self.table)
            with archive.open(member) as packed:
                yield packed

    @contextmanager
    def open_text(self) -> Iterator[TextIO]:
        """Open the CSV as text, whatever its line ends; a byte order mark is skipped.

        What is not UTF-8 comes as U+FFFD.
        """
        with self.open() as file:
            yield io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace")


def locate(folder: Path) -> dict[str, Location | None]:
    """Find the file of each of the eight tables; None where there is none.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds none of them.
    """
    if not folder.is_dir():
        raise InvalidInput(f"folder {folder}", "the folder with the tables exists", REMEDY)
    archived = _archived(folder / ARCHIVE)
    found = {name: _located(folder, name, name in archived) for name in TABLES}
    if not any(found.values()):
        raise InvalidInput(
            f"folder {folder}", "it holds the eight tables as CSV or Parquet", REMEDY
        )
    return found


def csv_member(names: list[str], table: str) -> str:
    """Choose the CSV file of a table among the names in an archive.

    Examples
    --------
    >>> csv_member(["bureau.csv", "__MACOSX/._bureau.csv"], "bureau")
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


def _located(folder: Path, name: str, archived: bool) -> Location | None:
    own = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    paths = [path for path in own if path.is_file()]
    if not paths:
        return Location(name, folder / ARCHIVE) if archived else None
    return Location(name, paths[0], tuple(path.name for path in paths[1:]))
