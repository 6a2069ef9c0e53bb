"""The file of each table: where it is, what its header says, and whether it is still the same."""

import csv
import filecmp
import gzip
import io
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b, file_digest
from itertools import islice, zip_longest
from pathlib import Path, PurePosixPath
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.tables.findings import REMEDY, Finding, Kind, refuse
from lib.tables.forms import WORKBOOK, as_declared, strange_line, strange_names, strange_start
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

# The first that is there is read; the first two may also be folders of parts.
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".csv.zip", ".zip")
ARCHIVE = "home-credit-default-risk.zip"  # all tables in one, as Kaggle's "Download All" sends it
# What opening and unpacking raise when a file is not what its name says, torn or encrypted.
UNREADABLE = (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
NO_LINE_END = "has no line end: it may be cut off there; add one if it is whole"
_LONGEST_HEADER = 1 << 16  # bytes; the widest table's is a few thousand long
_MOST_LISTED = 12  # files that lie where a table is missing
_LINES_LOOKED_AT = 10  # for a header that is not the first
_LINE_END = re.compile(rb"\r\n|\r|\n")
# In these engines see patterns, and read other files, too.
_OF_PATTERNS = frozenset("*?[")
# Float16 and wider decimals are not read by every engine.
_NUMERIC = (
    pa.types.is_integer,
    pa.types.is_float32,
    pa.types.is_float64,
    pa.types.is_decimal32,
    pa.types.is_decimal64,
    pa.types.is_decimal128,
)
_TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


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
        As the file's header has them, in its order; none if it is not or cannot be read.
    findings : tuple of Finding
        What the header tells.
    """

    table: TableSchema
    path: Path
    is_archived: bool = False
    beside: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
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
            If a part that another one follows has no line end: two lines would become one.
        """
        with plain.open("w+b") as file:
            for number, part in enumerate(self.parts):
                if number and not _ends_a_line(file):
                    raise OSError(f"part {self.parts[number - 1].name} {NO_LINE_END}")
                with self.open(part) as packed:
                    if number:
                        file.write(_after_first_line(packed.read(_LONGEST_HEADER)))
                    shutil.copyfileobj(packed, file, 1 << 18)

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
            lines = [text.readline(_LONGEST_HEADER) for _ in range(_LINES_LOOKED_AT)]
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
    beside = _unread(folder, located)
    findings = (
        finding
        for name in located
        for finding in (sources[name].findings if name in sources else [_missing(name, beside)])
    )
    return sources, tuple(findings)


def locate(folder: Path) -> dict[str, Source | None]:
    """Find the file of each of the eight tables, without opening it; None where there is none.

    Parameters
    ----------
    folder : Path
        With the tables, or with one folder that has them; or an archive with them. ``~`` is the
        user's home.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds none of them.
    """
    folder = folder.expanduser()
    if not folder.exists():
        raise InvalidInput(f"folder {folder}", "the folder with the tables exists", REMEDY)
    found = _located(folder)
    if any(found.values()):
        return _without_patterns(found)
    below = [inner for inner in _entries(folder) if inner.is_dir()]
    having = {inner: found for inner in below if any((found := _located(inner)).values())}
    if len(having) == 1:
        return _without_patterns(next(iter(having.values())))
    if having:
        several = ", ".join(inner.name for inner in having)
        rule = f"one folder holds the tables; those below it are {several}"
        raise InvalidInput(f"folder {folder}", rule, "give one of them")
    rule = "it holds the eight tables as CSV or Parquet"
    if folder.is_file() and not zipfile.is_zipfile(folder):
        raise InvalidInput(f"file {folder}", "it is a folder, or an archive of the tables", REMEDY)
    listed = _listed(_members(folder) if folder.is_file() else map(_name, _entries(folder)))
    raise InvalidInput(f"folder {folder}", f"{rule}, but what is there is {listed}", REMEDY)


def _without_patterns(found: dict[str, Source | None]) -> dict[str, Source | None]:
    """Refuse a folder whose name stands for others, too, where engines look for files."""
    folder = next(source.path.parent for source in found.values() if source)
    if _OF_PATTERNS & {*str(folder)}:
        rule = f"its path has none of {' '.join(sorted(_OF_PATTERNS))}, which stand for other names"
        raise InvalidInput(f"folder {folder}", rule, "rename it")
    return found


def _name(path: Path) -> str:
    return path.name


def _located(folder: Path) -> dict[str, Source | None]:
    """Find the files of the tables in one folder, or in one archive."""
    entries: dict[str, list[Path]] = {}
    for entry in _entries(folder):
        entries.setdefault(entry.name.casefold(), []).append(entry)
    archives = [folder] if folder.is_file() else _archives(_entries(folder))
    archived = {path: _archived(path) for path in archives}
    found: dict[str, Source | None] = {}
    for name, table in TABLES.items():
        names = [f"{name}{suffix}" for suffix in SUFFIXES]
        paths = [
            path
            for name in names
            # Of two that differ by case, that of Kaggle's name comes first.
            for path in sorted(entries.get(name.casefold(), []), key=lambda p: p.name != name)
            if _may_be_table(path)
        ]
        packed = [path for path, tables in archived.items() if name in tables and path not in paths]
        first = [*paths, *packed][:1]
        beside = tuple(path.name for path in paths[1:])
        found[name] = Source(table, first[0], not paths, beside) if first else None
    return found


def _may_be_table(path: Path) -> bool:
    return path.is_file() or path.suffix.casefold() in SUFFIXES[:2]


def _entries(folder: Path) -> list[Path]:
    """Give what is visible in a folder, in order; nothing if it is a file."""
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _archives(entries: Iterable[Path]) -> list[Path]:
    """Give the files that may hold several tables, the competition's own first."""
    own = {f"{name}{suffix}".casefold() for name in TABLES for suffix in SUFFIXES}
    zips = (path for path in entries if path.suffix.casefold() == ".zip" and path.is_file())
    return sorted(
        (p for p in zips if p.name.casefold() not in own), key=lambda p: p.name != ARCHIVE
    )


def _unread(folder: Path, located: Mapping[str, Source | None]) -> list[str]:
    """Name what lies beside the tables that were found."""
    sources = [source for source in located.values() if source]
    where = sources[0].path.parent
    read = {name for source in sources for name in (source.path.name, *source.beside)}
    if folder.expanduser().is_file():
        names = _members(folder.expanduser())
        return [name for name in names if PurePosixPath(name).stem not in located]
    return [entry.name for entry in _entries(where) if entry.name not in read]


def _members(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return sorted(opened.namelist())


def _listed(names: Iterable[str]) -> str:
    """Write the first of some names.

    Examples
    --------
    >>> _listed(["a.csv", "b.txt"]), _listed([])
    ('a.csv, b.txt', 'nothing')
    """
    names = list(names)
    more = len(names) - _MOST_LISTED
    shown = ", ".join(names[:_MOST_LISTED])
    return f"{shown} and {more} more" if more > 0 else shown or "nothing"


def open_source(source: Source) -> Source:
    """Read the header of a table."""
    try:
        _check_place(source)
        columns, types = _parquet_columns(source) if source.is_parquet else (_header(source), ())
        _check_parts_differ(source)
    except (*UNREADABLE, pa.ArrowException) as error:
        return replace(source, findings=(source.unreadable(told_by(error)),))
    if not columns:
        return replace(source, findings=(source.unreadable("empty, not even a header"),))
    if told := strange_names(columns, source.table):
        return replace(source, findings=(source.unreadable(told),))
    source = replace(source, columns=columns)
    findings = (
        *_repeated(source),
        *_missing_columns(source),
        *_wrong_types(source, zip(columns, types, strict=False)),
        *_ignored(source),
    )
    return replace(source, findings=findings)


def told_by(error: Exception) -> str:
    """Say why a file cannot be read, and what to do.

    Examples
    --------
    >>> told_by(EOFError("Compressed file ended before the end-of-stream marker was reached"))
    'cut off or damaged: copy or download it again'
    """
    told = str(error)
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


def _check_place(source: Source) -> None:
    """Refuse what is neither a file nor a folder of files that engines find by their names.

    Raises
    ------
    OSError
    """
    if not source.path.exists():
        raise OSError("a link that leads nowhere: put the file itself in its place")
    if not (source.path.is_file() or source.path.is_dir()):
        raise OSError("neither a file nor a folder: put a file in its place")
    for part in source.parts:
        if source.path.is_dir() and _OF_PATTERNS & {*part.name}:
            signs = " ".join(sorted(_OF_PATTERNS))
            raise OSError(f"part {part.name} has one of {signs} in its name: rename it")
    if source.path.is_dir() and not source.parts:
        read = f", and {source.beside[0]} is read" if source.beside else ""
        raise OSError(f"a folder without parts: put them in it, or remove it{read}")


def _check_parts_differ(source: Source) -> None:
    """Refuse a part that is there twice: its rows would be, too.

    Raises
    ------
    OSError
    """
    by_size: dict[int, list[Path]] = {}
    for part in source.parts:
        alike = by_size.setdefault(part.stat().st_size, [])
        same = next((one for one in alike if filecmp.cmp(one, part, shallow=False)), None)
        # Engines write the parts in which nobody is.
        if same and _has_rows(source, part):
            raise OSError(f"part {part.name} is the same as {same.name}: remove one of them")
        alike.append(part)


def _has_rows(source: Source, part: Path) -> bool:
    if source.is_parquet:
        return pq.read_metadata(part).num_rows > 0
    return len(source.first_lines(part)) > 1


def _parquet_columns(source: Source) -> tuple[tuple[str, ...], tuple[pa.DataType, ...]]:
    """Give names and types of the columns, which all parts must have."""
    if source.path.is_dir():
        for part in source.parts:
            if part.is_dir():
                raise OSError(
                    f"its part {part.name} is a folder: write the parts, with all columns, "
                    f"straight into {source.path.name}"
                )
            if part.suffix != ".parquet":
                raise OSError(f"its part {part.name} is not called .parquet: rename or remove it")
    schemas = {part: _parquet_schema(source, part) for part in source.parts}
    (name, first), *others = ((part.name, schema) for part, schema in schemas.items())
    for another, schema in others:
        if differing := _difference(first, schema):
            raise OSError(
                f"part {another} has other columns than {name}, {differing}: "
                "write all parts with the same columns, types and order"
            )
    return tuple(first.names), tuple(first.types)


def _parquet_schema(source: Source, part: Path) -> pa.Schema:
    try:
        return pq.read_schema(part)
    except (OSError, pa.ArrowException) as error:
        told = (part.is_file() and _strange_parquet(source, part)) or told_by(error)
        raise OSError(f"part {part.name}: {told}" if source.path.is_dir() else told) from error


def _difference(first: pa.Schema, other: pa.Schema) -> str | None:
    """Say in which column two schemas differ first.

    Examples
    --------
    >>> numbers = pa.schema({"a": pa.int64()})
    >>> _difference(numbers, pa.schema({"a": pa.int32()})), _difference(numbers, numbers)
    ('such as a of type int32 instead of int64', None)
    >>> _difference(numbers, pa.schema({"b": pa.int64()}))
    'such as b in the place of a'
    """
    for one, another in zip_longest(first, other):
        there = another.name if another else "nothing"
        if one is None or another is None or one.name != another.name:
            return f"such as {there} in the place of {one.name if one else 'nothing'}"
        if one.type != another.type:
            return f"such as {there} of type {another.type} instead of {one.type}"
    return None


def _strange_parquet(source: Source, part: Path) -> str | None:
    """Say what a file is that is called Parquet and is not, where its beginning tells."""
    try:
        with part.open("rb") as file:
            line = file.readline(_LONGEST_HEADER)
    except OSError:
        return None
    if line.startswith(b"PAR1"):
        return None
    if told := strange_start(line):
        return told
    text = line.decode("utf-8", errors="replace")
    if told := strange_line(text, source.table):
        return told
    names = as_declared(text.strip().split(","), source.table)
    is_csv = strange_names(names, source.table) is None
    return "CSV under another name: let its name end with .csv" if is_csv else None


def fingerprint(folder: Path) -> str:
    """Digest the contents of the eight files: equal if and only if the files are.

    Raises
    ------
    InvalidInput
        As `find_sources`.
    """
    digest = blake2b(digest_size=16)
    sources = find_sources(Path(folder))
    contents = {source.path: _digest_of(source.parts) for source in sources.values()}
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


def _digest_of(parts: Iterable[Path]) -> bytes:
    digests = []
    for path in parts:
        with path.open("rb") as file:
            digests.append(file_digest(file, lambda: blake2b(digest_size=16)).digest())
    return digests[0] if len(digests) == 1 else blake2b(b"".join(digests), digest_size=16).digest()


def _archived(archive: Path) -> set[str]:
    """Name the tables in an archive; all, where Kaggle's is torn: then that is what is wrong."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = {PurePosixPath(name).name.casefold() for name in opened.namelist()}
    except (OSError, zipfile.BadZipFile):
        return set(TABLES) if archive.name == ARCHIVE else set()
    return {name for name in TABLES if f"{name}.csv".casefold() in members}


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
        found = _listed(own or names)
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


def _header(source: Source) -> tuple[str, ...]:
    """Give the names of the columns of a CSV, which all parts must have."""
    starts = {part: _csv_start(source, part) for part in source.parts}
    (name, lines), *others = ((part.name, lines) for part, lines in starts.items())
    first, *later = lines
    for part, (line, *_) in others:
        if not line:
            raise OSError(f"part {part} is empty: remove it")
        if line.strip() != first.strip():
            raise OSError(f"part {part} has another header than {name}")
    if told := strange_line(first, source.table, later):
        raise OSError(told)
    if "\ufffd" in first or "\0" in first:
        raise OSError("not UTF-8 text: write it again as UTF-8")
    names = (name.strip() for name in next(csv.reader([first]), ()))
    return as_declared(names, source.table)


def _csv_start(source: Source, part: Path) -> list[str]:
    """Give the first lines of a part that may be text."""
    with source.open(part) as packed:
        told = strange_start(packed.read(8))
    if told:
        raise OSError(told)
    return source.first_lines(part)


def _missing(name: str, beside: Sequence[str]) -> Finding:
    wanted = f"no {name}.parquet, .csv, .csv.gz or .zip; beside the other tables: {_listed(beside)}"
    own = re.compile(rf"{re.escape(name)}\b.*", re.IGNORECASE)
    if like := next((other for other in beside if own.fullmatch(other)), None):
        wanted += f"; if {like} is the table, write it in one of these forms"
    return Finding(name, Kind.MISSING_FILE, 1, wanted)


def _repeated(source: Source) -> Iterator[Finding]:
    """Find names that a query could not tell apart: DuckDB's ignore the case."""
    repeated = {name for name, n in Counter(map(str.lower, source.columns)).items() if n > 1}
    known = [name for name in source.table.columns if name.lower() in repeated]
    if known:
        yield Finding(source.table.name, Kind.REPEATED_COLUMN, len(known), ", ".join(known))


def _missing_columns(source: Source) -> Iterator[Finding]:
    missing = [name for name in source.table.columns if name not in source.columns]
    if missing:
        yield Finding(source.table.name, Kind.MISSING_COLUMN, len(missing), ", ".join(missing))


def _ignored(source: Source) -> Iterator[Finding]:
    ignored = [name for name in source.columns if name not in source.table.columns]
    if ignored:
        names = ", ".join(name or "one without a name" for name in ignored)
        yield Finding(source.table.name, Kind.IGNORED_COLUMN, len(ignored), names)
    if source.beside:
        what = f"{', '.join(source.beside)}: {source.label} is read"
        yield Finding(source.table.name, Kind.IGNORED_FILE, len(source.beside), what)


def _wrong_types(source: Source, found: Iterable[tuple[str, pa.DataType]]) -> Iterator[Finding]:
    columns = source.table.columns
    wrong = [
        f"{name} is {kind}, where it must be {columns[name].type}"
        for name, kind in found
        if name in columns and not _fits(columns[name], kind)
    ]
    if wrong:
        what = f"{source.label}: {', '.join(wrong)}"
        yield Finding(source.table.name, Kind.COLUMN_OF_WRONG_TYPE, len(wrong), what)


def _fits(column: Column, found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found):  # a column without any value has no type of its own
        return True
    if pa.types.is_boolean(found):
        return column.unit == "flag"
    return any(test(found) for test in (_TEXT if column.type is ColumnType.STRING else _NUMERIC))
