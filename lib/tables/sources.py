"""The file of each table: its parts, its bytes unpacked, and why it cannot be read."""

import gzip
import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

import duckdb

from lib.tables.findings import Finding, Kind
from lib.tables.forms import WORKBOOK, without_first_line
from lib.tables.schema import TableSchema

# What opening and unpacking raise when a file is not what its name says, torn or encrypted.
UNREADABLE = (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
NO_LINE_END = "has no line end: it may be cut off there; add one if it is whole"
EXACT = 2**53  # below it, float64 tells whole numbers apart
LONGEST_HEADER = 1 << 16  # bytes; the widest table's is a few thousand long
_LINES_LOOKED_AT = 10  # for a header that is not the first
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MOST_LISTED = 12  # names of what there is
# How Parquet is written: what any engine reads, and the cheapest to write, as long dictionaries of
# amounts save no space.
PARQUET = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1000"
# In a name with one of these engines see a pattern, and read other files, too.
PATTERN_SIGNS = "* ? ["


@dataclass(frozen=True)
class Source:
    """One table's file.

    Parameters
    ----------
    table : TableSchema
    path : Path
        Its file, the folder of its parts, or the archive with all tables.
    is_archived : bool
        Whether it is one of several tables in an archive.
    beside : tuple of str
        Names of other files of the same table, which are not read.
    columns : tuple of str
        As the file's header has them, in its order, or any of its parts; none if it is not or
        cannot be read.
    is_uniform : bool
        Whether its parts, if it is Parquet, have the same columns of the same types in one order.
    findings : tuple of Finding
        What the header tells.
    """

    table: TableSchema
    path: Path
    is_archived: bool = False
    beside: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    is_uniform: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def label(self) -> str:
        """The file's name for messages, with the archive that it lies in."""
        return f"{self.path.name}/{self.table.name}.csv" if self.is_archived else self.path.name

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; CSV otherwise, perhaps packed."""
        return self.path.suffix.casefold() == ".parquet"

    @property
    def parts(self) -> tuple[Path, ...]:
        """The files that it consists of; what Spark and others put beside its parts is none."""
        if not self.path.is_dir():
            return (self.path,)
        return tuple(sorted(p for p in self.path.iterdir() if not p.name.startswith((".", "_"))))

    @property
    def scanned(self) -> Path:
        """What an engine is told to read where it is Parquet: the file, or a pattern of parts."""
        return self.path / "*.parquet" if self.path.is_dir() else self.path

    @property
    def is_ready(self) -> bool:
        """Whether engines read it as it is; else a Parquet file is made of it."""
        return self.is_parquet and self.is_uniform

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

    @property
    def is_plain(self) -> bool:
        """Whether it is one file, and not packed."""
        return not self.path.is_dir() and not _packing(self.path)

    @contextmanager
    def open(self, part: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
        """Open a part of the CSV as bytes, unpacked on the way.

        Raises
        ------
        OSError
            If an archive does not hold exactly one CSV file of the table.
        """
        packing = _packing(part)
        if packing == "zip":
            with zipfile.ZipFile(part) as archive:
                member = _csv_member(archive.namelist(), self.table.name)
                with archive.open(member) as packed:
                    yield packed
            return
        if packing == "gzip":
            with gzip.GzipFile(part) as packed:
                yield packed
            return
        with part.open("rb") as file:
            yield file

    def unpack(self, plain: Path) -> None:
        """Write the CSV as one plain file: the first part's header, then the rows of all parts.

        Raises
        ------
        OSError
            If a part cannot be read, or another one follows it and it has no line end: two lines
            would become one.
        """
        with plain.open("w+b") as file:
            for number, part in enumerate(self.parts):
                if number and not _ends_a_line(file):
                    raise OSError(f"part {self.parts[number - 1].name} {NO_LINE_END}")
                try:
                    with self.open(part) as packed:
                        if number:
                            file.write(_after_first_line(packed.read(LONGEST_HEADER)))
                        shutil.copyfileobj(packed, file, 1 << 18)
                except UNREADABLE as error:
                    raise OSError(self.of_part(part, told_by(error))) from error

    def lines(self) -> Iterator[tuple[str, str]]:
        """Give the lines after the header, of all parts, each with where it is."""
        for part in self.parts:
            where = f" of {part.name}" if self.path.is_dir() else ""
            with self._as_text(part) as text:
                for number, line in enumerate(islice(text, 1, None), start=2):
                    yield f"line {number}{where}", line

    def first_lines(self, part: Path) -> list[str]:
        """Give the header of a part, and some lines after it; one empty line where it is empty."""
        with self._as_text(part) as text:
            lines = [text.readline(LONGEST_HEADER) for _ in range(_LINES_LOOKED_AT)]
        return [lines[0].lstrip("\ufeff"), *filter(None, lines[1:])]

    @contextmanager
    def _as_text(self, part: Path) -> Iterator[io.TextIOWrapper]:
        """Open a part as text, without byte order mark; what is not UTF-8 is U+FFFD."""
        with (
            self.open(part) as packed,
            io.TextIOWrapper(packed, encoding="utf-8-sig", errors="replace") as text,
        ):
            yield text

    def stamp(self) -> str:
        """Say what the disk knows of the file; writing changes it, even with its times put back."""
        told = ((part.name, part.stat()) for part in self.parts)
        known = (f"{name} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}" for name, s in told)
        return " ".join((self.label, *known))

    def of_part(self, part: Path, told: str) -> str:
        """Name a part in what is said of it, where it is one of several."""
        return f"part {part.name}: {told}" if self.path.is_dir() else told

    def unreadable(self, reason: str) -> Finding:
        """Say that the file cannot be read, and why."""
        what, cause = f"{self.label}: {reason}", without_first_line(reason)
        return Finding(self.table.name, Kind.UNREADABLE_FILE, 1, what, cause)


@dataclass(frozen=True)
class Converted:
    """The Parquet file of a table, as it is or made of others.

    Parameters
    ----------
    path : Path or None
        None if nothing could be made.
    findings : tuple of Finding
        What is wrong with rows; these are not in the file.
    """

    path: Path | None
    findings: tuple[Finding, ...] = ()


def told_by(error: Exception) -> str:
    """Say why a file cannot be read, and what to do.

    Examples
    --------
    >>> told_by(EOFError("Compressed file ended before the end-of-stream marker was reached"))
    'cut off or damaged: copy or download it again'
    """
    told = str(error)
    if isinstance(error, duckdb.Error):
        return told.splitlines()[0]
    if isinstance(error, gzip.BadGzipFile) and told.startswith("Not a gzipped"):
        return "not packed by gzip, or not to its end: let the name of plain CSV end with .csv"
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error | zipfile.BadZipFile):
        return "cut off or damaged: copy or download it again"
    if isinstance(error, PermissionError):
        return "nobody lets this program read it: change who may"
    if "encrypted" in told or "decrypt" in told:
        return "encrypted: write it without encryption"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return told


def is_pattern(name: str) -> bool:
    """Say whether engines take a name for a pattern of names.

    Examples
    --------
    >>> is_pattern("raw[1]"), is_pattern("raw 1")
    (True, False)
    """
    return any(sign in name for sign in PATTERN_SIGNS.split())


def literal(value: str) -> str:
    """Write a text for SQL, where no parameter can be.

    Examples
    --------
    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + value.replace("'", "''") + "'"


def digest_of(*parts: str) -> str:
    """Digest texts, in order, to 16 hexadecimal digits."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def listed(names: Iterable[str]) -> str:
    """Write the first of some names.

    Examples
    --------
    >>> listed(["a.csv", "b.txt"]), listed([])
    ('a.csv, b.txt', 'nothing')
    """
    names = list(names)
    more = len(names) - _MOST_LISTED
    shown = ", ".join(names[:_MOST_LISTED])
    return f"{shown} and {more} more" if more > 0 else shown or "nothing"


def _packing(path: Path) -> str:
    """Say how a file is packed, by what it begins with: some are sent under a plain name."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PK\3\4" or path.suffix.casefold() == ".zip":
        return "zip"
    return "gzip" if start[:2] == b"\x1f\x8b" or path.suffix.casefold() == ".gz" else ""


def _csv_member(names: list[str], table: str) -> str:
    """Choose the CSV file of a table among the names in an archive.

    Examples
    --------
    >>> _csv_member(["bureau.csv", "__MACOSX/._bureau.csv"], "bureau")
    'bureau.csv'

    Raises
    ------
    OSError
        If there is not exactly one.
    """
    if any(name.startswith("xl/") for name in names):
        raise OSError(WORKBOOK)
    files = [name for name in names if name.casefold().endswith(".csv")]
    wanted = f"{table}.csv".casefold()
    own = [name for name in files if PurePosixPath(name).name.casefold() == wanted] or files
    if len(own) != 1:
        found = listed(own or names)
        raise OSError(
            f"{len(own)} CSV files in the archive, where there must be one: it holds {found}"
        )
    return own[0]


def _ends_a_line(file: IO[bytes]) -> bool:
    """Whether what was written to a file so far ends with a line end."""
    end = file.tell()
    file.seek(max(end - 1, 0))
    return end == 0 or file.read(1) in b"\r\n"


def _after_first_line(start: bytes) -> bytes:
    r"""Give what follows the first line, whatever ends lines.

    Examples
    --------
    >>> _after_first_line(b"a,b\r1,2\r"), _after_first_line(b"a,b")
    (b'1,2\r', b'')
    """
    _, *rest = _LINE_END.split(start, maxsplit=1)
    return rest[0] if rest else b""
