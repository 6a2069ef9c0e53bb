"""Reads raw tables, builds the features block by block and writes them to one Parquet file."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.features.build import (
    build_blocks,
    every_client,
    join_blocks,
    keep,
    only_clients,
    sample,
)
from lib.features.catalogue import CATALOGUE
from lib.features.catalogue.description import Family
from lib.features.engines import connect
from lib.tables import RawTables, read_tables

Announce = Callable[[str], None]


@dataclass(frozen=True)
class FeatureBuildReport:
    """What a build of features read, wrote and cost.

    Parameters
    ----------
    output : Path
        The file that was written.
    engine : str
        What it was built on.
    clients, features : int
        Its rows, and its columns without the client's number and target.
    rows : mapping of str to int
        Rows of each raw table.
    problems : tuple of str
        What was found in the raw tables, one sentence each.
    seconds : float
        Wall time of the whole.
    block_seconds : mapping of str to float
        Wall time of each step.
    peak_memory_gib : float
        The most that the process has held in memory so far.
    """

    output: Path
    engine: str
    clients: int
    features: int
    rows: dict[str, int]
    problems: tuple[str, ...]
    seconds: float
    block_seconds: dict[str, float]
    peak_memory_gib: float


class Steps:
    """Times steps and announces each as it ends."""

    def __init__(self, announce: Announce) -> None:
        self.announce = announce
        self.start = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def run(self, name: str, action: Callable[[], Any]) -> Any:
        """Run one step."""
        start = time.perf_counter()
        result = action()
        self.seconds[name] = time.perf_counter() - start
        self.announce(f"[{self.elapsed:6.1f} s] {name}: {self.seconds[name]:.1f} s")
        return result

    @property
    def elapsed(self) -> float:
        """Seconds since the first step began."""
        return time.perf_counter() - self.start


def write_features(
    raw_dir: Path | str,
    output: Path | str,
    engine: str = "duckdb",
    memory_limit_gib: float | None = None,
    sample_clients: int | None = None,
    families: Iterable[str] | None = None,
    announce: Announce | None = None,
) -> FeatureBuildReport:
    """Build the features of all clients of a folder of raw tables.

    Parameters
    ----------
    raw_dir : Path
        Folder with the eight tables, CSV or Parquet.
    output : Path
        Parquet file to write, sorted by client; it appears only when it is complete.
    engine : {"duckdb", "polars", "pyspark"}
        What the expressions run on.
    memory_limit_gib : float, optional
        What the engine may keep in memory (DuckDB); unlimited by default.
    sample_clients : int, optional
        Build only as many clients, chosen by their number alone.
    families : iterable of str, optional
        Write only features of these families of the catalogue.
    announce : callable, optional
        Told one line a step; the standard error stream by default.

    Returns
    -------
    FeatureBuildReport

    Raises
    ------
    InvalidInput
        If the tables, a family, the engine or a number cannot be used.
    """
    output = Path(output)
    wanted = names_of(families)
    if sample_clients is not None and sample_clients < 1:
        raise InvalidInput("sample_clients", "at least 1 client", "give a number, or None for all")
    output.parent.mkdir(parents=True, exist_ok=True)
    steps = Steps(announce or to_standard_error)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".features-") as folder:
        workspace = Path(folder)
        backend = connect(engine, workspace, memory_limit_gib)
        raw = steps.run("read and check the tables", lambda: read_tables(Path(raw_dir), backend))
        joined = join_blocks(built_blocks(backend, raw, workspace, sample_clients, steps))
        finished = workspace / "features.parquet"
        steps.run(
            "join and write", lambda: store(backend, keep(joined, wanted), finished, ordered=True)
        )
        clients = one_row_a_client(finished)
        features = len(pq.read_schema(finished).names) - 2
        finished.replace(output)
    return FeatureBuildReport(
        output=output,
        engine=engine,
        clients=clients,
        features=features,
        rows=dict(raw.rows),
        problems=tuple(str(problem) for problem in raw.problems),
        seconds=steps.elapsed,
        block_seconds=steps.seconds,
        peak_memory_gib=peak_memory_gib(),
    )


def built_blocks(
    backend: Any, raw: RawTables, workspace: Path, sample_clients: int | None, steps: Steps
) -> dict[str, ir.Table]:
    """Build each block by itself: as one query, they would be slower and larger."""
    tables: Any = raw
    if sample_clients is not None:
        chosen = sample(every_client(raw), sample_clients)
        tables = only_clients(raw, stored(backend, chosen, workspace / "clients.parquet"))
    return {
        name: steps.run(
            name,
            lambda name=name, block=block: stored(backend, block, workspace / f"{name}.parquet"),
        )
        for name, block in build_blocks(tables).items()
    }


def stored(backend: Any, table: ir.Table, path: Path) -> ir.Table:
    """Write a table and give it back as it stands on the disk."""
    store(backend, table, path)
    return backend.read_parquet(path)


def store(backend: Any, table: ir.Table, path: Path, *, ordered: bool = False) -> None:
    """Write a table as Parquet, sorted by client if asked."""
    backend.to_parquet(table.order_by("client_id") if ordered else table, path)


def one_row_a_client(path: Path) -> int:
    """Count the clients of a file.

    Raises
    ------
    InvalidInput
        If a client has more than one row.
    """
    numbers = pq.read_table(path, columns=["client_id"])["client_id"]
    rows, clients = len(numbers), len(numbers.unique())
    if rows != clients:
        raise InvalidInput(
            f"{rows - clients} applications",
            "a client has one application, in application_train or application_test",
            "remove the duplicates",
        )
    return clients


def names_of(families: Iterable[str] | None) -> Collection[str]:
    """Give the names of the features of some families, or of all."""
    if families is None:
        return CATALOGUE.keys()
    wanted = set(families)
    unknown = sorted(wanted - {str(family) for family in Family})
    if unknown:
        raise InvalidInput(
            f"families {', '.join(unknown)}",
            f"families are {', '.join(Family)}",
            "choose among them, or give None for all",
        )
    return {name for name, row in CATALOGUE.items() if row.family in wanted}


def peak_memory_gib() -> float:
    """Give the most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def to_standard_error(line: str) -> None:
    """Show progress where it does not mix with results."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
