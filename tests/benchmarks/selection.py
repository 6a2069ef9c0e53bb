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

from lib.features import write_features
from tests.benchmarks.measurement import ChildFailed, Cost, measure
from tests.benchmarks.report import print_figures, print_table, say
from tests.benchmarks.tables import synthetic_tables

RUNS = "tests.benchmarks.selection_runs"


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
        whole = measure(RUNS, "whole", features, folder, options.trials)
        chosen = json.loads((folder / "chosen.json").read_text())
        say(f"▶ LightGBM alone, {options.lightgbm_trials} trials, {chosen['features']} features")
        arguments = (features, folder, options.lightgbm_trials, chosen["features"])
        measure(RUNS, "lightgbm", *arguments)
        trials = json.loads((folder / "trials.json").read_text())
    print_candidates(chosen["candidates"])
    print_overhead(trials)
    print_figures(figures(whole, trials, chosen))


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


def print_candidates(candidates: Sequence[Mapping[str, Any]]) -> None:
    """Print one line a candidate, cheapest first; the winner is starred."""
    rows = [
        (
            f"{row['english']}{' ★' if row['chosen'] else ''}",
            *(f"{row[name]:.4f}" for name in ("business_cost", "standard_error", "auc")),
            *(str(row[name]) for name in ("trials", "pruned")),
            f"{row['seconds']:.1f}",
        )
        for row in candidates
    ]
    headings = ("candidate", "cost", "± s.e.", "AUC", "trials", "given up", "seconds")
    print_table("Candidates, out-of-fold", headings, rows)


def print_overhead(trials: Mapping[str, float]) -> None:
    """Print the search beside the training alone."""
    rows = [
        (title, f"{trials[f'{name}_seconds']:.2f}", f"{trials[f'{name}_cpu_seconds']:.2f}")
        for name, title in (("search", "the whole search"), ("training", "growing its trees alone"))
    ]
    title = f"LightGBM's candidates, {trials['trees']:,.0f} trees in all"
    print_table(title, ("", "wall s", "processor s"), rows)


if __name__ == "__main__":
    sys.exit(main())
