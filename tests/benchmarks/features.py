"""Our build of the features against plain pandas: ``python -m tests.benchmarks.features --help``.

Every run is a fresh process. The files are in the system's cache for both sides; "cold" means that
nothing was ingested yet. With ``--before`` another checkout builds them too, in turn with this one.
The last line of the output is one JSON object.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lib.tables.headers import find_sources
from lib.tables.sources import Source
from tests.benchmarks.comparison import Difference, differences
from tests.benchmarks.measurement import PROJECT, ChildFailed, Cost, measure, median_cost
from tests.benchmarks.oracle import NEEDED
from tests.benchmarks.report import print_figures, print_table, say
from tests.benchmarks.tables import count_rows, linked, synthetic_tables

FULL_SIZE = 356_255
FEWEST = 10
LIMITS_GIB = (2, 4)
PERCENTAGES = (10, 30, 100)
PERCENT_ON_POLARS = 30
SQL_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


class Run(NamedTuple):
    """One kind of run.

    Parameters
    ----------
    who : {"ours", "before", "pandas", "scan"}
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
ON_POLARS = Run("ours", "parquet", f"{PERCENT_ON_POLARS} %, on Polars")
START = Run("ours", "parquet", "10 clients")  # hardly more than the start of Python and engine
PANDAS = {"csv": Run("pandas", "csv"), "parquet": Run("pandas", "parquet")}
SCAN = {"csv": Run("scan", "csv"), "parquet": Run("scan", "parquet")}
OURS = {"csv": COLD, "csv_warm": WARM, "parquet": FROM_PARQUET}
BEFORE = {name: run._replace(who="before") for name, run in OURS.items()}

Costs = Mapping[Run, Cost]


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
    before : Path, optional
        Another checkout, whose build is measured beside this one's.
    """

    scratch: Path
    before: Path | None = None
    costs: dict[Run, list[Cost]] = field(default_factory=dict)

    def build(self, run: Run, raw: Path, *options: object) -> None:
        """Build the features once: ours, those of pandas, or those of the other checkout if any."""
        if run.who == "before" and self.before is None:
            return
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
        checkout = self.before if run.who == "before" and self.before else PROJECT
        cost = measure(module, *arguments, checkout=checkout)
        self.costs.setdefault(run, []).append(cost)
        say(
            f"  {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of processor, "
            f"{cost.peak_gib:.2f} GiB"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 if every cell agrees, 1 if one differs or a run failed."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except ChildFailed as error:
        say(f"error: {error}")
        return 1


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.features")
    add = described.add_argument
    add("--clients", type=int, default=FULL_SIZE, help="default %(default)s")
    add("--data", type=Path, default=Path("data/bench"), help="where tables are kept")
    add("--runs", type=int, default=1, help="repeat the runs against pandas; medians count")
    add("--seed", type=int, default=1, help="of the synthetic tables")
    add("--parquet", type=Path, help="folder of Parquet tables to use instead of synthetic ones")
    add("--csv", type=Path, help="folder with the same tables as CSV")
    add("--before", type=Path, help="another checkout, to build them too")
    return described


def run(options: argparse.Namespace) -> int:
    """Measure, compare, and report."""

    def made(form: str, clients: int) -> Path:
        return synthetic_tables(options.data, form, clients, options.seed, say)

    options.data.mkdir(parents=True, exist_ok=True)
    parquet = options.parquet or made("parquet", options.clients)
    csv = options.csv or made("csv", options.clients)
    rows = count_rows(parquet)
    count = rows["application_train"] + rows["application_test"]
    clients = {percent: max(FEWEST, count * percent // 100) for percent in PERCENTAGES}
    smaller = {p: made("parquet", n) for p, n in clients.items() if p < 100}
    start = made("parquet", FEWEST)
    with tempfile.TemporaryDirectory(dir=options.data, prefix="runs-") as scratch:
        record = Record(Path(scratch), options.before)
        for _ in range(options.runs):
            compete(record, csv, parquet)
        for gib in LIMITS_GIB:
            record.build(limited(gib), parquet, "--memory-limit-gib", gib)
        record.build(START, start)
        for percent, folder in smaller.items():
            record.build(of_size(percent), folder)
        record.build(ON_POLARS, smaller[PERCENT_ON_POLARS], "--engine", "polars")
        record.scan(SCAN["csv"], csv)
        record.scan(SCAN["parquet"], parquet)
        differing = list(disagreements(record))
    costs, cells = record.medians(), sum(difference.cells for difference in differing)
    for difference in differing:
        say(f"✗ {difference}")
    print_runs(costs, f"Features of {count:,} clients from {sum(rows.values()):,} rows")
    print_figures(figures(costs, clients, cells))
    return 1 if cells else 0


def compete(record: Record, csv: Path, parquet: Path) -> None:
    """Run our build, the other checkout's and pandas in turn, from CSV and from Parquet."""
    with linked(csv, record.scratch) as links, linked(csv, record.scratch) as others:
        record.build(BEFORE["csv"], others)
        record.build(COLD, links)
        record.build(PANDAS["csv"], csv)
        record.build(BEFORE["csv_warm"], others)
        record.build(WARM, links)
    record.build(BEFORE["parquet"], parquet)
    record.build(FROM_PARQUET, parquet)
    record.build(PANDAS["parquet"], parquet)


def disagreements(record: Record) -> Iterator[Difference]:
    """Compare what our builds wrote with what pandas wrote from the same tables."""
    before = (run for run in BEFORE.values() if run in record.costs)
    for ours in (*OURS.values(), *map(limited, LIMITS_GIB), *before):
        say(f"▶ {ours} against pandas, cell by cell")
        yield from differences(record.output(ours), record.output(PANDAS[ours.form]))


def figures(costs: Costs, clients: Mapping[int, int], differing_cells: int) -> dict[str, Any]:
    """Sum up the benchmark; a ratio is what pandas costs divided by what our build costs.

    Parameters
    ----------
    costs : mapping of Run to Cost
    clients : mapping of int to int
        How many clients each percentage is.
    differing_cells : int
    """
    unlimited, start = costs[FROM_PARQUET], costs[START].seconds
    limits = {gib: costs[limited(gib)] for gib in LIMITS_GIB}
    ratios = {name: against_pandas(costs, run) for name, run in OURS.items()}
    return {
        **{f"{name}_ratio": ratio.seconds for name, ratio in ratios.items()},
        **{f"{name}_cpu_ratio": ratio.cpu_seconds for name, ratio in ratios.items()},
        **{
            f"{name}_{what}_before": getattr(costs[run], what)
            for name, run in BEFORE.items()
            for what in ("seconds", "cpu_seconds", "peak_gib")
            if run in costs
        },
        "peak_gib": max(costs[run].peak_gib for run in OURS.values()),
        "pandas_peak_gib": min(costs[run].peak_gib for run in PANDAS.values()),
        "scan_seconds": costs[SCAN["parquet"]].seconds,
        "scan_csv_seconds": costs[SCAN["csv"]].seconds,
        **{f"limited_{gib}gib_peak": cost.peak_gib for gib, cost in limits.items()},
        **{
            f"limited_{gib}gib_slowdown": cost.seconds / unlimited.seconds
            for gib, cost in limits.items()
        },
        "polars_slowdown": costs[ON_POLARS].seconds / costs[of_size(PERCENT_ON_POLARS)].seconds,
        "start_seconds": start,
        "per_client_us": per_client(costs, clients, 0.0),
        "per_client_us_after_start": per_client(costs, clients, start),
        "clients": max(clients.values()),
        "differing_cells": differing_cells,
    }


def against_pandas(costs: Costs, run: Run) -> Cost:
    """Divide what pandas costs by what a run from the same form of tables costs."""
    pandas, own = costs[PANDAS[run.form]], costs[run]
    return Cost(
        pandas.seconds / own.seconds,
        pandas.cpu_seconds / own.cpu_seconds,
        pandas.peak_gib / own.peak_gib,
    )


def per_client(costs: Costs, clients: Mapping[int, int], start: float) -> dict[str, float]:
    """Give microseconds a client at each size, less the seconds that no client causes."""
    return {
        str(percent): (costs[of_size(percent)].seconds - start) * 1e6 / count
        for percent, count in clients.items()
    }


def print_runs(costs: Costs, title: str) -> None:
    """Print one line a run; the speed-up is pandas' wall time divided by the run's."""
    headings = ("run", "wall s", "processor s", "peak GiB", "speed-up")
    rows = []
    for run, cost in costs.items():
        is_compared = run in OURS.values() or run in BEFORE.values()
        ratio = f"{against_pandas(costs, run).seconds:.2f}" if is_compared else ""
        numbers = (cost.seconds, cost.cpu_seconds, cost.peak_gib)
        rows.append((str(run), *(f"{number:.2f}" for number in numbers), ratio))
    print_table(title, headings, rows)


def scan_queries(folder: Path) -> list[str]:
    """Write the floor as one query a table: only read the columns that features come from."""
    sources = find_sources(folder)
    return [scan_query(sources[name], columns) for name, columns in NEEDED.items()]


def scan_query(source: Source, needed: list[str]) -> str:
    """Write the query that reads some columns of a table, Parquet or CSV."""
    types = {name: SQL_TYPES[column.type] for name, column in source.table.columns.items()}
    if source.is_parquet:
        rows = f"read_parquet('{source.path}')"
    else:  # with declared types: nothing is sniffed
        columns = ", ".join(f"'{name}': '{types.get(name, 'VARCHAR')}'" for name in source.columns)
        rows = (
            f"read_csv('{source.path}', header = true, auto_detect = false, "
            f"columns = {{{columns}}})"
        )
    return f"SELECT {', '.join(cheap(name, types[name]) for name in needed)} FROM {rows}"


def cheap(column: str, sql_type: str) -> str:
    """Sum a column, or the lengths of its texts: every value must be read.

    Examples
    --------
    >>> cheap("STATUS", "VARCHAR")
    'sum(strlen("STATUS"))'
    """
    return f'sum(strlen("{column}"))' if sql_type == "VARCHAR" else f'sum("{column}")'


if __name__ == "__main__":
    sys.exit(main())
