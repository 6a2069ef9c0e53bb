"""The synthetic tables that a benchmark runs on: made once, and kept."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from lib.tables import TABLES
from lib.tables.sources import find_sources
from tests.benchmarks.measurement import PROJECT, STANDARD_ERROR


def synthetic_tables(data: Path, form: str, clients: int, seed: int) -> Path:
    """Give the folder with the tables of so many clients; they are made if it is not there.

    They are made in a process of their own, to keep this one small: see `measure`.

    Parameters
    ----------
    data : Path
        Where such folders are kept.
    form : {"parquet", "csv"}
    clients, seed : int
        The same numbers give the same tables.
    """
    folder = data / f"{form}-{clients}-clients-seed-{seed}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        command = [sys.executable, "-m", "lib.tables", "synthesize", "--format", form]
        command += ["--clients", str(clients), "--seed", str(seed), "--output", str(unfinished)]
        subprocess.run(command, cwd=PROJECT, stdout=STANDARD_ERROR, check=True)
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
