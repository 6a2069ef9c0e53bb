"""Which runs the benchmark makes, in which order."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.comparison import Difference, differences
from tests.benchmarks.measurement import Cost, measure, median_cost
from tests.benchmarks.scan_queries import scan_queries
from tests.benchmarks.tables import linked

LIMITS_GIB = (2, 4)
PERCENTAGES = (10, 30, 100)


class Run(NamedTuple):
    """One kind of run.

    Parameters
    ----------
    who : {"ours", "pandas", "scan"}
    form : {"csv", "parquet"}
        Of the tables that it reads.
    condition : str
        What else sets it apart.
    """

    who: str
    form: str
    condition: str = ""

    def __str__(self) -> str:
        """Write it as one line.

        Examples
        --------
        >>> print(Run("ours", "csv", "cold"))
        ours from csv, cold
        """
        return f"{self.who} from {self.form}{self.condition and f', {self.condition}'}"


COLD = Run("ours", "csv", "cold")
WARM = Run("ours", "csv", "warm")
FROM_PARQUET = Run("ours", "parquet")
START = Run("ours", "parquet", "10 clients")  # hardly more than the start of Python and engine
PANDAS = {"csv": Run("pandas", "csv"), "parquet": Run("pandas", "parquet")}
SCAN = {"csv": Run("scan", "csv"), "parquet": Run("scan", "parquet")}


def limited(gib: int) -> Run:
    """Name the run of our build within a memory limit."""
    return Run("ours", "parquet", f"≤ {gib} GiB")


def of_size(percent: int) -> Run:
    """Name the run of our build on tables of a percentage of the clients."""
    return Run("ours", "parquet", f"{percent} %") if percent < 100 else FROM_PARQUET


@dataclass
class Record:
    """What was measured so far, and where the outputs are.

    Parameters
    ----------
    scratch : Path
        Folder that the outputs are written to.
    """

    scratch: Path
    costs: dict[Run, list[Cost]] = field(default_factory=dict)

    def build(self, run: Run, raw: Path, *options: object) -> None:
        """Build the features once, ours or those of pandas."""
        module = "tests.benchmarks.oracle" if run.who == "pandas" else "tests.benchmarks.build"
        self._measure(run, module, raw.resolve(), self.output(run), *options)

    def scan(self, run: Run, raw: Path) -> None:
        """Only read what the features come from."""
        self._measure(run, "tests.benchmarks.scan", json.dumps(scan_queries(raw.resolve())))

    def output(self, run: Run) -> Path:
        """Say where a build writes its features."""
        return self.scratch.resolve() / f"{run}.parquet"

    def medians(self) -> dict[Run, Cost]:
        """Give the median cost of each kind of run."""
        return {run: median_cost(costs) for run, costs in self.costs.items()}

    def _measure(self, run: Run, module: str, *arguments: object) -> None:
        say(f"▶ {run}")
        cost = measure(module, *arguments)
        self.costs.setdefault(run, []).append(cost)
        say(
            f"  {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of processor, "
            f"{cost.peak_gib:.2f} GiB"
        )


def compete(record: Record, csv: Path, parquet: Path) -> None:
    """Run our build and pandas in turn, from CSV and from Parquet."""
    with linked(csv, record.scratch) as links:
        record.build(COLD, links)
        record.build(PANDAS["csv"], csv)
        record.build(WARM, links)
    record.build(FROM_PARQUET, parquet)
    record.build(PANDAS["parquet"], parquet)


def scan(record: Record, folders: Mapping[str, Path]) -> None:
    """Measure the floor of each form."""
    for form, folder in folders.items():
        record.scan(SCAN[form], folder)


def limit_memory(record: Record, parquet: Path) -> None:
    """Run our build within each memory limit."""
    for gib in LIMITS_GIB:
        record.build(limited(gib), parquet, gib)


def grow(record: Record, folders: Mapping[int, Path], start: Path) -> None:
    """Run our build on tables of each percentage of the clients, and on hardly any.

    Parameters
    ----------
    record : Record
    folders : mapping of int to Path
        Parquet tables by percentage below 100: all clients are measured already.
    start : Path
        Parquet tables of 10 clients.
    """
    record.build(START, start)
    for percent, folder in folders.items():
        record.build(of_size(percent), folder)


def disagreements(record: Record) -> Iterator[Difference]:
    """Compare what our builds wrote with what pandas wrote from the same tables."""
    for ours in (COLD, WARM, FROM_PARQUET, *map(limited, LIMITS_GIB)):
        say(f"▶ {ours} against pandas, cell by cell")
        yield from differences(record.output(ours), record.output(PANDAS[ours.form]))


def say(line: str) -> None:
    """Report progress where it does not mix with results."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
