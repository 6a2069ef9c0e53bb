"""The synthetic tables that a benchmark runs on: made once, and kept."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from lib.synthetic import write_synthetic_tables
from lib.tables import TABLES
from lib.tables.headers import find_sources


def synthetic_tables(
    data: Path, form: str, clients: int, seed: int, announce: Callable[[str], None]
) -> Path:
    """Give the folder with the tables of so many clients; they are made if it is not there.

    Parameters
    ----------
    data : Path
        Where such folders are kept.
    form : {"parquet", "csv"}
    clients, seed : int
        The same numbers give the same tables.
    announce : callable
        Told one line a block of clients.
    """
    folder = data / f"{form}-{clients}-clients-seed-{seed}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        write_synthetic_tables(unfinished, clients, seed, form, announce)
        unfinished.rename(folder)
    return folder


@contextmanager
def linked(folder: Path, scratch: Path) -> Iterator[Path]:
    """Give a new folder of links to the tables of a folder.

    What ingestion keeps beside the tables is kept beside the links, and ends with them: the first
    build from them is cold, the next is warm.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as links:
        for source in find_sources(folder).values():
            (Path(links) / source.path.name).symlink_to(source.path.resolve())
        yield Path(links)


def count_rows(parquet: Path) -> dict[str, int]:
    """Count the rows of each table of a folder of Parquet tables."""
    paths = {name: parquet / f"{name}.parquet" for name in TABLES}
    return {name: pq.read_metadata(path).num_rows for name, path in paths.items()}
