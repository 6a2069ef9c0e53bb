"""Scores of a portfolio of any size: ``python -m tests.benchmarks.score [CLIENTS]``.

The clients of ``data/features.parquet`` are repeated under new numbers, at most 100,000 a file;
`make score` scores them by the scorer in the store: on this machine a tenth of them, then all; and
on a standalone cluster of Spark with one executor of one core, then with two. Every score of Spark
is held against the local one. Needs `make model` and `make spark`. The last line is one JSON
object; `most_difference` is between default probabilities, `other` counts decisions and review
notes that differ. The full size is 10,000,000 clients.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.benchmarks.measurement import PROJECT, ChildFailed
from tests.benchmarks.report import print_figures, print_table, say
from tests.spark import standalone_cluster

FULL_SIZE = 10_000_000
MOST_A_FILE = 100_000
FEWEST_FILES = 8  # so that two executors can share the work evenly
BASE = PROJECT / "data" / "features.parquet"
WATCH_SECONDS = 1.0  # more often it would take part of a core from what it watches
DRIVER_MEMORY = "512m"  # Spark refuses to start on less than 450 MiB
# At 10 million clients.
MOST_DRIVER_GIB = 1.0
LEAST_SPEED_UP = 1.8


@dataclass(frozen=True)
class Run:
    """What one `make score` cost.

    Parameters
    ----------
    clients : int
    seconds : float
        Wall time, the start of Python and of Spark's driver included.
    peak_gib : float
        The most that the command and its children held at once; of Spark it is the driver.
    """

    clients: int
    seconds: float
    peak_gib: float

    @property
    def clients_a_second(self) -> float:
        """How many were scored a second, over the whole time."""
        return self.clients / self.seconds


def write_clients(folder: Path, clients: int) -> None:
    """Repeat the synthetic clients under new numbers, until there are enough."""
    base = pq.read_table(BASE)
    place = base.column_names.index("client_id")
    folder.mkdir()
    clients_a_file = min(MOST_A_FILE, -(-clients // FEWEST_FILES))
    for first in range(0, clients, clients_a_file):
        count = min(clients_a_file, clients - first)
        rows = base.take(pa.array(np.arange(first, first + count) % len(base)))
        numbers = pa.array(np.arange(first, first + count) + 1, pa.int64())
        named = rows.set_column(place, base.schema.field(place), numbers)
        file = folder / f"part-{first // clients_a_file:05}.parquet"
        pq.write_table(named, file, compression="lz4", row_group_size=16_384)


def score(
    features: Path, output: Path, clients: int, engine: str, settings: Mapping[str, str]
) -> Run:
    """Score by the command behind `make score`, and watch what it holds in memory."""
    command = [
        *(sys.executable, "-m", "lib.launch", "score", "--engine", engine),
        *("--features", str(features), "--out", str(output)),
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, env=dict(settings), stdout=sys.stderr) as process:
        peak = max(_held(process), default=0)
        seconds = time.perf_counter() - began
    if process.returncode:
        raise ChildFailed(f"{' '.join(command)} ended with {process.returncode}")
    return Run(clients, seconds, peak / 2**30)


def _held(process: "subprocess.Popen[bytes]") -> Iterator[int]:
    """Give what a process and its children hold, in bytes, again and again until it ends."""
    top = psutil.Process(process.pid)
    while process.poll() is None:
        held = 0
        for one in (top, *top.children(recursive=True)):
            try:
                held += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        yield held
        time.sleep(WATCH_SECONDS)


def differences(output: Path, other: Path) -> tuple[float, int]:
    """Compare two folders of scores; give the largest difference, and other values that differ."""
    most, differing = 0.0, 0
    files = sorted(path.name for path in output.iterdir())
    if files != sorted(path.name for path in other.iterdir()):
        raise ChildFailed(f"{output} and {other} have other parts")
    for name in files:
        one, same = pq.read_table(output / name), pq.read_table(other / name)
        probabilities = (table["default_probability"].to_numpy() for table in (one, same))
        most = max(most, float(np.abs(np.subtract(*probabilities)).max(initial=0.0)))
        for column in ("client_id", "decision", "review_notes"):
            differing += pc.sum(pc.not_equal(one[column], same[column])).as_py() or 0
    return most, differing


def main(clients: int) -> int:
    """Measure, print, and say whether it is as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"{clients:,} clients …")
        write_clients(folder / "tenth", clients // 10)
        write_clients(folder / "all", clients)
        here = {
            "a tenth, here": score(
                folder / "tenth", folder / "tenth-here", clients // 10, "duckdb", os.environ
            ),
            "all, here": score(folder / "all", folder / "here", clients, "duckdb", os.environ),
        }
        on_spark, found = {}, []
        (folder / "cluster").mkdir()
        with standalone_cluster(folder / "cluster", workers=2) as cluster:
            for executors in (1, 2):
                settings = cluster.settings(executors, spark_driver_memory=DRIVER_MEMORY)
                output = folder / f"spark-{executors}"
                on_spark[executors] = score(folder / "all", output, clients, "pyspark", settings)
                found.append(differences(output, folder / "here"))
    speed_up = on_spark[1].seconds / on_spark[2].seconds
    runs = here | {f"all, Spark, executors: {number}": run for number, run in on_spark.items()}
    print_table(
        f"Scores of {clients:,} clients",
        ["run", "seconds", "clients a second", "peak GiB (of Spark: driver)"],
        [
            (name, f"{run.seconds:.1f}", f"{run.clients_a_second:,.0f}", f"{run.peak_gib:.2f}")
            for name, run in runs.items()
        ],
    )
    most, other = max(most for most, _ in found), sum(other for _, other in found)
    say(f"two executors {speed_up:.2f} times as fast as one; largest difference {most}")
    print_figures(
        {
            "clients": clients,
            "here_clients_s": here["all, here"].clients_a_second,
            "here_peak_gib": here["all, here"].peak_gib,
            "tenth_peak_gib": here["a tenth, here"].peak_gib,
            "one_executor_clients_s": on_spark[1].clients_a_second,
            "two_executors_clients_s": on_spark[2].clients_a_second,
            "speed_up": speed_up,
            "driver_peak_gib": max(run.peak_gib for run in on_spark.values()),
            "most_difference": most,
            "other": other,
        }
    )
    fits = most == other == 0 and max(run.peak_gib for run in on_spark.values()) < MOST_DRIVER_GIB
    return 0 if fits and (clients < FULL_SIZE or speed_up >= LEAST_SPEED_UP) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL_SIZE))
