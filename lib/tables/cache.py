"""Where the Parquet made of CSV files is kept: beside them, and never half-written."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.fingerprints import digest_of, stamp
from lib.tables.sources import Source

FOLDER = ".cache"  # inside the folder with the tables
_FORM = "2"  # of the files kept; another one makes them anew
_UNFINISHED = "unfinished-"


def cache_folder(folder: Path) -> Path:
    """Return where what is made of a folder is kept: in it, or aside if it is read-only."""
    inside = folder / FOLDER
    try:
        inside.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=inside):
            return inside
    except OSError:
        aside = Path(tempfile.gettempdir()) / f"raw-tables-{digest_of(str(folder.resolve()))}"
        aside.mkdir(exist_ok=True)
        return aside


def kept_file(source: Source, cache: Path) -> Path:
    """Name the file for a source as it is now: another source or another schema has another."""
    same = digest_of(stamp(source.location), repr(dict(source.table.columns)), _FORM)
    return cache / f"{source.table.name}-{same}.parquet"


def is_kept(path: Path) -> bool:
    """Whether a file is there, to its end: Parquet closes with what is needed to read it."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def keep(finished: Path, source: Source, path: Path) -> None:
    """Put a finished file in its place, at once, and remove those of earlier versions."""
    finished.replace(path)
    for old in path.parent.glob(f"{source.table.name}-*.parquet"):
        if old != path:
            old.unlink(missing_ok=True)


@contextmanager
def workshop(cache: Path) -> Iterator[Path]:
    """Give a folder to work in, while no other process has one.

    A second process waits, and then finds the work done. What a killed one has left is removed:
    the system frees its lock.
    """
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in cache.glob(f"{_UNFINISHED}*"):
            rmtree(left)
        with tempfile.TemporaryDirectory(dir=cache, prefix=_UNFINISHED) as folder:
            yield Path(folder)
