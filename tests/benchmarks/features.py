"""Our build of the features against plain pandas: ``python -m tests.benchmarks.features --help``.

Every run is a fresh process. The files are in the system's cache for both sides; "cold" means that
nothing was ingested yet. The last line of the output is one JSON object.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.benchmarks.measurement import ChildFailed
from tests.benchmarks.report import figures, rounded, table
from tests.benchmarks.runs import (
    PERCENTAGES,
    Record,
    compete,
    disagreements,
    grow,
    limit_memory,
    say,
    scan,
)
from tests.benchmarks.tables import count_rows, synthetic_tables

FULL_SIZE = 356_255
FEWEST = 10


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
    return described


def run(options: argparse.Namespace) -> int:
    """Measure, compare, and report."""
    options.data.mkdir(parents=True, exist_ok=True)
    parquet, csv = (
        given or made(options, form, options.clients)
        for form, given in (("parquet", options.parquet), ("csv", options.csv))
    )
    rows = count_rows(parquet)
    count = rows["application_train"] + rows["application_test"]
    clients = {percent: max(FEWEST, count * percent // 100) for percent in PERCENTAGES}
    smaller = {p: made(options, "parquet", n) for p, n in clients.items() if p < 100}
    start = made(options, "parquet", FEWEST)
    with tempfile.TemporaryDirectory(dir=options.data, prefix="runs-") as scratch:
        record = Record(Path(scratch))
        for _ in range(options.runs):
            compete(record, csv, parquet)
        limit_memory(record, parquet)
        grow(record, smaller, start)
        scan(record, {"csv": csv, "parquet": parquet})
        differing = list(disagreements(record))
    costs, cells = record.medians(), sum(difference.cells for difference in differing)
    for difference in differing:
        say(f"✗ {difference}")
    Console().print(table(costs, count, sum(rows.values())))
    sys.stdout.write(f"{json.dumps(rounded(figures(costs, clients, cells)))}\n")
    return 1 if cells else 0


def made(options: argparse.Namespace, form: str, clients: int) -> Path:
    """Give the folder of synthetic tables of so many clients."""
    return synthetic_tables(options.data, form, clients, options.seed, say)


if __name__ == "__main__":
    sys.exit(main())
