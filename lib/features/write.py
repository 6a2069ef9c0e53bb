"""Reads raw tables, builds the features part by part and writes them to one Parquet file."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from lib.decision import InvalidInput
from lib.features.behind import OneBehind
from lib.features.catalogue import CATALOGUE
from lib.features.code import code_hash
from lib.features.description import Family
from lib.features.engines import connect
from lib.features.parts import PartBuilder, client_ids
from lib.features.plan import ClientIds, chosen_clients, parts_of
from lib.features.progress import Progress
from lib.features.report import FeatureBuildReport, peak_memory_gib
from lib.features.unfinished import UnfinishedBuild, folder_beside
from lib.tables import quick_fingerprint, read_tables

KEYS = ("client_id", "target")


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

    The clients are cut into parts, built one after the other. A run that failed goes on with the
    first part that it did not finish, if tables, features and parameters are still the same.

    Parameters
    ----------
    raw_dir : Path
        Folder with the eight tables, CSV or Parquet.
    output : Path
        Parquet file to write, sorted by client; it appears only when it is complete.
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
        If the tables, a family, the engine or a number cannot be used.
    """
    start = time.perf_counter()
    output, columns = Path(output), columns_of(families)
    with closing(connect(engine, folder_beside(output), memory_limit_gib)) as started:
        raw = read_tables(Path(raw_dir), started.backend, memory_limit_gib=memory_limit_gib)
        parts = parts_of(chosen_clients(client_ids(started, raw), sample_clients), memory_limit_gib)
        unfinished = UnfinishedBuild(output, identity(raw_dir, engine, columns, parts), len(parts))
        missing, builder = unfinished.missing(), PartBuilder(started, raw)
        resumed = len(parts) - len(missing)
        with Progress(len(builder.steps), len(parts), resumed, progress) as bar:
            bar.seconds["read and check the tables"] = time.perf_counter() - start
            with OneBehind() as writing:
                for number in missing:
                    bar.begin_part(number)
                    built = builder.build(parts[number], bar.end_step).select(columns)
                    writing.do(unfinished.keep, number, built)
            rows = unfinished.finish()
            bar.end_step("write")
    return FeatureBuildReport(
        output=output,
        engine=engine,
        clients=rows,
        features=len(columns) - len(KEYS),
        parts=len(parts),
        resumed=resumed,
        rows=dict(raw.rows),
        problems=tuple(str(problem) for problem in raw.problems),
        seconds=time.perf_counter() - start,
        step_seconds=bar.seconds,
        peak_memory_gib=peak_memory_gib(),
    )


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
