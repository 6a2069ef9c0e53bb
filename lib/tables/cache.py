"""Every table of a folder as Parquet: CSV is converted once, and never kept half-written.

So are Parquet parts that are not alike. What is made of files is kept beside them. It is known by
its source as the disk describes it, and by the schema: when either changes, it is made anew.
"""

import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision.faults import full_disk, is_full_disk
from lib.tables.csv_to_parquet import convert
from lib.tables.memory import TABLES_AT_ONCE, settings
from lib.tables.parts import bring_together
from lib.tables.sources import UNREADABLE, Converted, Source, digest_of, told_by

Announce = Callable[[str], None]

FOLDER = ".cache"  # inside the folder with the tables
_FORM = "4"  # of the files kept; another one makes them anew
_UNFINISHED = "unfinished-"
_ENOUGH_GIB = 2.0  # to sort the largest tables: what is spilled costs no more than it saves
_LEAST_GIB = 1.0  # of each that is converted at once


@contextmanager
def as_parquet(
    sources: Mapping[str, Source], memory_limit_gib: float | None, announce: Announce
) -> Iterator[dict[str, Converted]]:
    """Give the Parquet file of each table; one that was made with findings lasts only within.

    Parameters
    ----------
    sources : mapping of str to Source
        Tables that can be read, all of one folder.
    memory_limit_gib : float or None
        What the process may hold; None for as much as is of use.
    announce : callable
        Called with one line a table, when it is ready.
    """
    kept = {name: _kept_file(source) for name, source in sources.items() if not source.is_ready}
    with ExitStack() as stack:
        scratch = None
        if not all(map(is_kept, kept.values())):
            scratch = stack.enter_context(unshared_folder(next(iter(kept.values())).parent))
        limit = _ENOUGH_GIB if memory_limit_gib is None else memory_limit_gib
        at_once = TABLES_AT_ONCE if limit >= TABLES_AT_ONCE * _LEAST_GIB else 1

        def make(name: str) -> tuple[Converted, float]:
            start = time.perf_counter()
            made = _ready(sources[name], kept.get(name), scratch, limit / at_once)
            return made, time.perf_counter() - start

        with ThreadPoolExecutor(at_once) as threads:
            # The largest first: else both would wait for it in the end.
            order = sorted(sources, key=lambda name: -sources[name].path.stat().st_size)
            making = {name: threads.submit(make, name) for name in order}
            ready = {}
            for name, source in sources.items():
                ready[name], seconds = making[name].result()
                announce(f"{name}: {source.label} ready in {seconds:.1f} s")
        yield ready


def _ready(source: Source, kept: Path | None, scratch: Path | None, limit_gib: float) -> Converted:
    if kept is None:
        return Converted(source.scanned)
    if scratch is None or is_kept(kept):
        return Converted(kept)
    with tempfile.TemporaryDirectory(dir=scratch) as spill:
        make = bring_together if source.is_parquet else convert
        try:
            made = make(source, scratch, settings(Path(spill), limit_gib))
        except duckdb.OutOfMemoryException:
            raise
        except (*UNREADABLE, pa.ArrowException, duckdb.Error) as error:
            if is_full_disk(error):
                raise full_disk(str(kept.parent)) from error
            made = Converted(None, (source.unreadable(told_by(error)),))
    if made.path is None or made.findings or not source.is_whole:
        return made
    if _kept_file(source) != kept:
        return Converted(None, (source.unreadable("it changed while it was read"),))
    keep(made.path, source, kept)
    return Converted(kept)


def _kept_file(source: Source) -> Path:
    """Name the file for a source as it is now: another source or another schema has another."""
    same = digest_of(source.stamp(), repr(dict(source.table.columns)), _FORM)
    return cache_folder(source.path.parent) / f"{source.table.name}-{same}.parquet"


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
def unshared_folder(cache: Path) -> Iterator[Path]:
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
