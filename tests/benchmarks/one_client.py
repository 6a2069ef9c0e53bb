"""The features of one client, as serving asks for them: ``python -m tests.benchmarks.one_client``.

A process of its own computes them, where neither Ibis nor pandas can be imported. The last line of
the output is one JSON object.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from lib.features.compiling import compile_features
from lib.synthetic import write_synthetic_tables
from lib.tables import TABLES
from tests.benchmarks.measurement import PROJECT, timed
from tests.benchmarks.report import print_figures, print_table

Records = dict[str, list[dict[str, Any]]]
ROWS_OF_A_LARGE_HISTORY = 1_000
CLIENT, CREDIT = "SK_ID_CURR", "SK_ID_BUREAU"


def main() -> None:
    """Choose clients, have them served, and report."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_synthetic_tables(folder, clients=options.clients, seed=options.seed)
        chosen = {size: records_of(folder, client) for size, client in clients_by_size(folder)}
        compile_ms, compiled = timed(compile_features)
        (folder / "compiled.json").write_text(compiled.to_json())
        (folder / "records.json").write_text(json.dumps(chosen))
        served = serve(folder, options.calls)
    compiled_kb = len(compiled.to_json()) / 1000
    figures = {"compile_s": compile_ms / 1000, "compiled_kb": compiled_kb, **served}
    report(figures, {size: rows_of(records) for size, records in chosen.items()})
    print_figures(figures)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.one_client")
    described.add_argument("--clients", type=int, default=5_000, help="to choose from")
    described.add_argument("--seed", type=int, default=1, help="of the synthetic tables")
    described.add_argument("--calls", type=int, default=300, help="for each client")
    return described


def clients_by_size(raw: Path) -> Iterator[tuple[str, int]]:
    """Choose clients with no history, with one of median size, and with a large one."""
    sizes = dict.fromkeys(column(raw, "application_train", CLIENT), 0)
    owners = dict(zip(column(raw, "bureau", CREDIT), column(raw, "bureau", CLIENT), strict=True))
    for name, schema in TABLES.items():
        if schema.parent is not None and schema.parent_key is not None:
            for number in column(raw, name, schema.parent_key):
                client = owners[number] if schema.parent_key == CREDIT else number
                if client in sizes:
                    sizes[client] += 1
    by_size = sorted(sizes, key=sizes.__getitem__)
    yield "none", by_size[0]
    yield "median", by_size[len(by_size) // 2]
    yield "large", min(sizes, key=lambda client: abs(sizes[client] - ROWS_OF_A_LARGE_HISTORY))


def column(raw: Path, table: str, name: str) -> list[int]:
    """Read a column."""
    numbers: list[int] = pq.read_table(raw / f"{table}.parquet", columns=[name])[name].to_pylist()
    return numbers


def records_of(raw: Path, client: int) -> Records:
    """Read the records of a client; what is missing is left out."""
    own = {
        name: rows_where(raw / f"{name}.parquet", CLIENT, [client])
        for name, schema in TABLES.items()
        if CLIENT in schema.columns
    }
    numbers = [row[CREDIT] for row in own["bureau"]]
    return own | {"bureau_balance": rows_where(raw / "bureau_balance.parquet", CREDIT, numbers)}


def rows_where(path: Path, key: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Read the rows with one of some numbers."""
    rows = ds.dataset(path).to_table(filter=ds.field(key).isin(numbers)).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def rows_of(records: Records) -> int:
    """Count the rows of a client's history."""
    return sum(len(rows) for name, rows in records.items() if TABLES[name].parent is not None)


def serve(folder: Path, calls: int) -> dict[str, float]:
    """Measure calls in a process of their own."""
    command = [sys.executable, "-m", "tests.benchmarks.serve_one_client", str(folder), str(calls)]
    served = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(served.stdout)
    return figures


def report(figures: Mapping[str, float], rows: Mapping[str, int]) -> None:
    """Print the figures for people."""
    lines = []
    for size, count in rows.items():
        measured = (figures[f"{size}_{what}_ms"] for what in ("p50", "p95", "cpu"))
        lines.append((size, str(count), *(f"{value:.1f}" for value in measured)))
    print_table("Features of one client", ("history", "rows", "p50 ms", "p95 ms", "CPU ms"), lines)
    sys.stdout.write(
        f"compiled once in {figures['compile_s']:.1f} s to {figures['compiled_kb']:.0f} kB; "
        f"ready in {figures['ready_ms']:.0f} ms, first call {figures['first_ms']:.0f} ms;\n"
        f"{figures['ready_mb']:.0f} MB for it, {figures['process_mb']:.0f} MB for all the process; "
        f"{figures['two_threads_per_s']:.0f} clients a second by two threads\n"
    )


if __name__ == "__main__":
    main()
