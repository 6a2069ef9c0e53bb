"""Reads raw tables, builds the features part by part and writes them as Parquet."""

import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

import pyarrow.parquet as pq
from tqdm import tqdm

from lib.decision import InvalidInput
from lib.features.batch.engines import Engine, Session, SparkEngine, connect
from lib.features.batch.parts import (
    ClientIds,
    PartBuilder,
    chosen_clients,
    client_ids,
    of_the_part,
    parts_of,
    put_part,
)
from lib.features.batch.unfinished import UnfinishedBuild, check_place
from lib.features.build import build_features, unbound_tables
from lib.features.catalogue import CATALOGUE
from lib.features.code import code_hash
from lib.features.description import Family
from lib.features.file import features_files
from lib.features.workshop import put_in_place, workshop
from lib.tables import quick_fingerprint
from lib.tables.inspection import inspect_tables
from lib.tables.reading import open_tables

KEYS = ("client_id", "target")
WRITE = "write"  # the last step of a part


@dataclass(frozen=True)
class FeatureBuildReport:
    """What a build of features read, wrote and cost.

    Parameters
    ----------
    output : Path
        The file that was written, of Spark the folder.
    engine : str
        What it was built on.
    clients, features : int
        Its rows, and its columns without the client's number and target.
    parts, resumed : int
        Parts that the clients were cut into, and how many of them an earlier run had finished; of
        Spark the files.
    rows : mapping of str to int
        Rows of each raw table.
    problems : tuple of str
        What was found in the raw tables, one sentence each.
    seconds : float
        Wall time of the whole.
    step_seconds : mapping of str to float
        Wall time by step: reading, then each table, joining and writing, added up over the parts,
        some of which are built side by side.
    peak_memory_gib : float
        The most that the process has held in memory so far.
    """

    output: Path
    engine: str
    clients: int
    features: int
    parts: int
    resumed: int
    rows: Mapping[str, int]
    problems: tuple[str, ...]
    seconds: float
    step_seconds: Mapping[str, float]
    peak_memory_gib: float


def write_features(
    raw_dir: Path | str,
    output: Path | str,
    engine: str = "duckdb",
    memory_limit_gib: float | None = None,
    sample_clients: int | None = None,
    families: Iterable[str] | None = None,
    progress: bool = True,
) -> FeatureBuildReport:
    """Build the features of all clients of a folder of raw tables.

    The clients are cut into parts, as many of which are built side by side as there are processors.
    A run that failed makes only the parts that it did not finish, if tables, features and
    parameters are still the same. Spark
    cuts them by itself, and its executors build and write: features never pass through its driver.

    Parameters
    ----------
    raw_dir : Path
        Folder with the eight tables, CSV or Parquet.
    output : Path
        Parquet file to write, sorted by client, or with Spark a folder of such files; it appears
        only when it is complete.
    engine : {"duckdb", "polars", "pyspark"}
        What the expressions run on.
    memory_limit_gib : float, optional
        What the process may keep in memory, from about 1 GiB on; the less, the smaller the parts.
    sample_clients : int, optional
        Build only as many clients, chosen by their number alone.
    families : iterable of str, optional
        Write only features of these families of the catalogue.
    progress : bool
        Whether to draw a bar on the error stream.

    Returns
    -------
    FeatureBuildReport

    Raises
    ------
    InvalidInput
        If the tables, a family, the engine or a number cannot be used, there is something else at
        the output's path than features, or another run is writing them.
    """
    start = time.perf_counter()
    output, columns = Path(output), columns_of(families)
    check_place(output)
    with (
        workshop(output) as folder,
        closing(connect(engine, folder, memory_limit_gib)) as started,
    ):
        with ThreadPoolExecutor(1) as meanwhile:
            inspecting = meanwhile.submit(inspect_tables, Path(raw_dir), memory_limit_gib)
            builder = None if isinstance(started, SparkEngine) else PartBuilder(started)
            raw = open_tables(inspecting.result(), started.backend)
        started.name(raw)
        reading = time.perf_counter() - start
        if isinstance(started, SparkEngine):
            built = _write_by_executors(started, columns, folder / "features", sample_clients)
            put_in_place(folder / "features", output)
            shutil.rmtree(folder)
        elif builder is not None:
            clients = chosen_clients(client_ids(started), sample_clients)
            parts = parts_of(clients, started.sessions_at_once, memory_limit_gib)
            same = identity(raw_dir, engine, columns, parts)
            unfinished = UnfinishedBuild(output, same, len(parts))
            built = _write_by_parts(started, builder, parts, unfinished, columns, progress)
    return FeatureBuildReport(
        output=output,
        engine=engine,
        clients=built.clients,
        features=len(columns) - len(KEYS),
        parts=built.parts,
        resumed=built.resumed,
        rows=dict(raw.rows),
        problems=tuple(str(problem) for problem in raw.problems),
        seconds=time.perf_counter() - start,
        step_seconds={"read and check the tables": reading, **built.step_seconds},
        peak_memory_gib=peak_memory_gib(),
    )


@dataclass(frozen=True)
class _Built:
    """What was written of features: clients, parts in all and resumed, time by step."""

    clients: int
    parts: int
    resumed: int
    step_seconds: Mapping[str, float]


def _write_by_parts(
    engine: Engine,
    builder: PartBuilder,
    parts: Sequence[ClientIds],
    unfinished: UnfinishedBuild,
    columns: Sequence[str],
    progress: bool,
) -> _Built:
    """Build the parts in this process, some side by side, and write them to one file."""
    missing = unfinished.missing()
    resumed = len(parts) - len(missing)
    idle: SimpleQueue[Session] = SimpleQueue()
    for _ in range(engine.sessions_at_once):
        idle.put(engine.session())

    def build_and_keep(number: int) -> None:
        session, on_step = idle.get(), bar.of_part(number)
        try:
            built = builder.build(parts[number], session, on_step).select(columns)
        finally:
            idle.put(session)
        unfinished.keep(number, built)
        on_step(WRITE)

    with closing(Progress(len(builder.steps) + 1, len(parts), resumed, progress)) as bar:
        with ThreadPoolExecutor(engine.sessions_at_once) as threads:
            work = [threads.submit(build_and_keep, number) for number in missing]
            try:
                for done in as_completed(work):
                    done.result()
            except BaseException:
                threads.shutdown(cancel_futures=True)
                raise
        clients = unfinished.finish()
    return _Built(clients, len(parts), resumed, bar.seconds)


def _write_by_executors(
    engine: SparkEngine,
    columns: Sequence[str],
    folder: Path,
    sample_clients: int | None,
) -> _Built:
    """Let Spark build all clients and write them to a folder of files, one after the other."""
    start = time.perf_counter()
    tables = unbound_tables()
    if sample_clients is not None:
        put_part(engine, chosen_clients(client_ids(engine), sample_clients))
        tables = of_the_part(tables)
    shutil.rmtree(folder, ignore_errors=True)
    engine.write(build_features(tables).select(*columns), folder)
    files = features_files(folder)
    count = sum(pq.read_metadata(file).num_rows for file in files)
    return _Built(count, len(files), 0, {"build and write": time.perf_counter() - start})


def columns_of(families: Iterable[str] | None) -> list[str]:
    """Give the columns of the file: the keys, then the features of some families, or of all."""
    wanted = set(Family if families is None else families)
    unknown = sorted(wanted - set(Family))
    if unknown:
        raise InvalidInput(
            f"families {', '.join(unknown)}",
            f"families are {', '.join(Family)}",
            "choose among them, or give None for all",
        )
    return [*KEYS, *(name for name, row in CATALOGUE.items() if row.family in wanted)]


def identity(
    raw_dir: Path | str, engine: str, columns: Sequence[str], parts: Sequence[ClientIds]
) -> dict[str, object]:
    """Say what parts of features are made of."""
    return {
        "tables": quick_fingerprint(Path(raw_dir)),
        "engine": engine,
        "columns": list(columns),
        "code": code_hash("tables", "features"),
        "parts": [blake2b(part.tobytes(), digest_size=16).hexdigest() for part in parts],
    }


class Progress:
    """How far a build is: a bar over the tables of all parts, and the time that each step took.

    Parameters
    ----------
    steps : int
        How many steps a part has.
    parts, resumed : int
        How many parts there are, and how many of them an earlier run has finished.
    shown : bool
        Whether the bar is drawn.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time by step, added up over the parts, those side by side too.
    """

    def __init__(self, steps: int, parts: int, resumed: int, shown: bool) -> None:
        self.seconds: dict[str, float] = {}
        self._parts = parts
        self._one_at_a_time = Lock()
        self._bar = tqdm(
            total=steps * parts,
            initial=steps * resumed,
            disable=not shown,
            unit="table",
            file=sys.stderr,
            mininterval=0.5,
        )

    def of_part(self, number: int) -> Callable[[str], None]:
        """Begin a part, counted from 0; what is given is told each step of it that has ended."""
        since = time.perf_counter()

        def end_step(name: str) -> None:
            nonlocal since
            now = time.perf_counter()
            with self._one_at_a_time:
                self.seconds[name] = self.seconds.get(name, 0.0) + now - since
                self._bar.set_description(f"part {number + 1} of {self._parts}", refresh=False)
                self._bar.set_postfix_str(name, refresh=False)
                self._bar.update()
            since = now

        return end_step

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


def peak_memory_gib() -> float:
    """Give the most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30
