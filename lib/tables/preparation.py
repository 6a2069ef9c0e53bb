"""Every table of a folder as Parquet: what is Parquet as it is, CSV through the cache."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lib.tables.cache import cache_folder, is_kept, keep, kept_file, workshop
from lib.tables.csv_to_parquet import Converted, convert, unreadable
from lib.tables.memory import settings
from lib.tables.sources import Source

Announce = Callable[[str], None]

_ENOUGH_GIB = 2.0  # to sort the largest table: what is spilled costs no more than it saves


@contextmanager
def as_parquet(
    sources: Mapping[str, Source], memory_limit_gib: float | None, announce: Announce
) -> Iterator[dict[str, Converted]]:
    """Give the Parquet file of each table; that of a CSV with findings lasts only within.

    Parameters
    ----------
    sources : mapping of str to Source
        Tables that can be read, all of one folder.
    memory_limit_gib : float or None
        What the process may hold; None for as much as is of use.
    announce : callable
        Told one line a table, when it is ready.
    """
    csv = {name: source for name, source in sources.items() if not source.is_parquet}
    kept = {name: _kept_file(source) for name, source in csv.items()}
    with ExitStack() as stack:
        scratch = None
        if not all(map(is_kept, kept.values())):
            scratch = stack.enter_context(workshop(next(iter(kept.values())).parent))
        ready = {}
        for name, source in sources.items():
            start = time.perf_counter()
            ready[name] = _ready(source, kept.get(name), scratch, memory_limit_gib)
            seconds = time.perf_counter() - start
            announce(f"{name}: {source.location.name} ready in {seconds:.1f} s")
        yield ready


def _kept_file(source: Source) -> Path:
    return kept_file(source, cache_folder(source.path.parent))


def _ready(
    source: Source, kept: Path | None, scratch: Path | None, memory_limit_gib: float | None
) -> Converted:
    if kept is None:
        return Converted(source.path)
    if scratch is None or is_kept(kept):
        return Converted(kept)
    limit = _ENOUGH_GIB if memory_limit_gib is None else memory_limit_gib
    made = convert(source, scratch, settings(scratch, limit))
    if made.path is None or made.findings or not source.is_whole:
        return made
    if _kept_file(source) != kept:
        return unreadable(source, "it changed while it was read")
    keep(made.path, source, kept)
    return Converted(kept)
