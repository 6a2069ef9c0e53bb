"""Where the file of each table is: in a folder, the only one below it, or an archive."""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from lib.decision import InvalidInput
from lib.tables.findings import REMEDY
from lib.tables.schema import TABLES
from lib.tables.sources import PATTERN_SIGNS, Source, is_pattern, listed

# The first that is there is read; the first two may also be folders of parts.
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".csv.zip", ".zip")
ARCHIVE = "home-credit-default-risk.zip"  # all tables in one, as Kaggle's "Download All" sends it


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
    there = _members(folder) if folder.is_file() else [entry.name for entry in _entries(folder)]
    raise InvalidInput(f"folder {folder}", f"{rule}, but what is there is {listed(there)}", REMEDY)


def _without_patterns(found: dict[str, Source | None]) -> dict[str, Source | None]:
    """Refuse a folder whose name stands for others, too, where engines look for files."""
    folder = next(source.path.parent for source in found.values() if source)
    if is_pattern(str(folder)):
        rule = f"its path has none of {PATTERN_SIGNS}, which stand for other names"
        raise InvalidInput(f"folder {folder}", rule, "rename it")
    return found


def _located(folder: Path) -> dict[str, Source | None]:
    """Find the files of the tables in one folder, or in one archive."""
    there = _entries(folder)
    entries: dict[str, list[Path]] = {}
    for entry in there:
        entries.setdefault(entry.name.casefold(), []).append(entry)
    archives = [folder] if folder.is_file() else _archives(there)
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


def _archived(archive: Path) -> set[str]:
    """Name the tables in an archive; all, where Kaggle's is torn: then that is what is wrong."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = {PurePosixPath(name).name.casefold() for name in opened.namelist()}
    except (OSError, zipfile.BadZipFile):
        return set(TABLES) if archive.name == ARCHIVE else set()
    return {name for name in TABLES if f"{name}.csv".casefold() in members}


def unread(folder: Path, located: Mapping[str, Source | None]) -> list[str]:
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
