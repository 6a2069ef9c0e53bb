"""The selection, and its overhead over LightGBM: ``python -m tests.benchmarks.selection --help``.

Two fresh processes: the whole selection, with every candidate; and a search among LightGBM's
candidates only, beside growing the same trees on the same bins and nothing else. The last line of
the output is one JSON object.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lib.features import write_features
from tests.benchmarks.measurement import ChildFailed, Cost, measure
from tests.benchmarks.report import rounded
from tests.benchmarks.runs import say
from tests.benchmarks.tables import synthetic_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a run failed."""
    options = parser().parse_args(arguments)
    try:
        run(options)
    except ChildFailed as error:
        say(f"error: {error}")
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.selection")
    add = described.add_argument
    add("--clients", type=int, default=20_000, help="default %(default)s")
    add("--trials", type=int, default=40, help="of the whole selection; default %(default)s")
    add("--lightgbm-trials", type=int, default=20, help="default %(default)s")
    add("--data", type=Path, default=Path("data/bench"), help="where tables and features are kept")
    add("--seed", type=int, default=1, help="of the synthetic tables")
    add("--features", type=Path, help="features file to use instead of a synthetic one")
    return described


def run(options: argparse.Namespace) -> None:
    """Measure and report."""
    options.data.mkdir(parents=True, exist_ok=True)
    features = (options.features or made(options)).resolve()
    with tempfile.TemporaryDirectory(dir=options.data, prefix="runs-") as scratch:
        folder = Path(scratch).resolve()
        say(f"▶ the whole selection, {options.trials} trials")
        whole = measure("tests.benchmarks.whole_selection", features, folder, options.trials)
        chosen = json.loads((folder / "chosen.json").read_text())
        say(f"▶ LightGBM alone, {options.lightgbm_trials} trials, {chosen['features']} features")
        arguments = (features, folder, options.lightgbm_trials, chosen["features"])
        measure("tests.benchmarks.lightgbm_trials", *arguments)
        trials = json.loads((folder / "trials.json").read_text())
    Console().print(candidates_table(chosen["candidates"]))
    Console().print(overhead_table(trials))
    sys.stdout.write(f"{json.dumps(rounded(figures(whole, trials, chosen)))}\n")


def made(options: argparse.Namespace) -> Path:
    """Give the features of so many synthetic clients; they are built if they are not there."""
    raw = synthetic_tables(options.data, "parquet", options.clients, options.seed, say)
    features = options.data / f"features-{raw.name}.parquet"
    if not features.exists():
        write_features(raw, features, progress=False)
    return features


def figures(
    whole: Cost, trials: Mapping[str, float], chosen: Mapping[str, Any]
) -> dict[str, float]:
    """Sum up the benchmark.

    Parameters
    ----------
    whole : Cost
        Of the whole selection, the start of Python and reading the features included.
    trials : mapping
        `search_seconds`, `training_seconds` and the same `_cpu_seconds` of LightGBM alone.
    chosen : mapping
        `features`, `winner` and `business_cost` of the whole selection.
    """
    return {
        "overhead": trials["search_seconds"] / trials["training_seconds"] - 1,
        "cpu_overhead": trials["search_cpu_seconds"] / trials["training_cpu_seconds"] - 1,
        "seconds": whole.seconds,
        "cpu_seconds": whole.cpu_seconds,
        "peak_gib": whole.peak_gib,
        **{name: chosen[name] for name in ("features", "winner", "business_cost")},
    }


def candidates_table(candidates: Sequence[Mapping[str, Any]]) -> Table:
    """Draw one line a candidate, cheapest first; the winner is starred."""
    drawn = Table(title="Candidates, out-of-fold")
    for heading in ("candidate", "cost", "± s.e.", "AUC", "trials", "given up", "seconds"):
        drawn.add_column(heading, justify="left" if heading == "candidate" else "right")
    for row in candidates:
        drawn.add_row(
            f"{row['english']}{' ★' if row['chosen'] else ''}",
            *(f"{row[name]:.4f}" for name in ("business_cost", "standard_error", "auc")),
            *(str(row[name]) for name in ("trials", "pruned")),
            f"{row['seconds']:.1f}",
        )
    return drawn


def overhead_table(trials: Mapping[str, float]) -> Table:
    """Draw the search beside the training alone."""
    drawn = Table(title=f"LightGBM's candidates, {trials['trees']:,.0f} trees in all")
    for heading in ("", "wall s", "processor s"):
        drawn.add_column(heading, justify="right" if heading else "left")
    for name, title in (("search", "the whole search"), ("training", "growing its trees alone")):
        seconds = (trials[f"{name}_seconds"], trials[f"{name}_cpu_seconds"])
        drawn.add_row(title, *(f"{second:.2f}" for second in seconds))
    return drawn


if __name__ == "__main__":
    sys.exit(main())
