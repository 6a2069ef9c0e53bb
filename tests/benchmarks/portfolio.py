"""Questions about the known clients: ``python -m tests.benchmarks.portfolio [CLIENTS]``.

The clients of ``data/portfolio.parquet`` are repeated under new numbers, once as many as Kaggle's
(356,255) and once CLIENTS (10,000,000). A process of its own asks `Portfolio` of each file what the
pages ask: each question with other clients, features or groups at each call, and then all of them
again, as the next manager does. Printed are p50 and p95 of both in milliseconds, and the process's
largest memory; and the share of those most alike by an exact search whom the index finds, among all
and among those with a large credit. The weights of the features are the latest scorer's. The last
line is one JSON object. With ``--before`` another checkout is asked about the same clients, with
what it writes beside them. Needs `make model`.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib.features.description import CREDIT_AMOUNT
from lib.portfolio import Condition, Group, Portfolio, alike
from lib.portfolio.groups import Kind
from lib.portfolio.likeness import weightiest
from lib.portfolio.portfolio import SCORE_COLUMNS
from lib.scoring.encoder import Floats
from tests.benchmarks.measurement import MEMORY_UNIT, PROJECT, percentile, timed
from tests.benchmarks.report import print_figures, print_table, say
from tests.benchmarks.service_inprocess import load_scorer

SMALL_SIZE, FULL_SIZE = 356_255, 10_000_000
CLIENTS_A_GROUP = 65_536  # as `build_portfolio` writes them
CALLS = 20
CLIENTS_ASKED = 20
RECALL_OF = 40
PAGE_SIZE = 20
# Of this checkout, where another one is asked, too.
BASE = Path(__file__).resolve().parents[2] / "data" / "portfolio.parquet"
STORE = Path(os.environ.get("BENTOML_HOME", PROJECT / ".bentoml"))
MOST_P95_MS = 300.0
MOST_MEMORY_GIB = 1.0
LEAST_RECALL = 0.99

Question = Callable[[int], object]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Answered:
    """How long questions about one file took.

    Parameters
    ----------
    new, again : mapping of str to list of float
        Milliseconds of each call, when it was new and when it was asked again.
    peak_gib : float
        Largest memory of the process that answered.
    """

    new: Mapping[str, list[float]]
    again: Mapping[str, list[float]]
    peak_gib: float


def write_clients(path: Path, clients: int, varied: Sequence[str]) -> None:
    """Repeat the clients of the portfolio under new numbers, until there are enough.

    In each repetition the numbers of some features lie between those of two clients: nobody has a
    thousand doubles, who would be the nearest whatever the search.
    """
    base = pq.read_table(BASE)
    with pq.ParquetWriter(path, base.schema, compression="zstd") as writer:
        for first in range(0, clients, CLIENTS_A_GROUP):
            numbers = np.arange(first, min(first + CLIENTS_A_GROUP, clients))
            rows = base.take(pa.array(numbers % len(base)))
            random = np.random.default_rng(first)
            others = base.take(pa.array(random.integers(0, len(base), len(rows))))
            shares = np.where(numbers < len(base), 0.0, random.uniform(0.0, 0.5, len(rows)))
            columns = {"client_id": pa.array(numbers + 1, pa.int64())} | {
                name: between(rows[name], others[name], shares) for name in varied
            }
            writer.write_table(
                pa.table([columns.get(name, rows[name]) for name in rows.column_names], base.schema)
            )


def between(ones: pa.ChunkedArray, others: pa.ChunkedArray, shares: Floats) -> pa.Array:
    """Give numbers so far on the way from some to others; where the others miss, the ones."""
    low, high = ones.to_numpy(), others.to_numpy()
    mixed = np.where(np.isnan(high), low, low + shares * (high - low))
    return pa.array(mixed, from_pandas=True)


def write_made_of(path: Path, store: Path) -> None:
    """Write beside clients what is made of them for the questions that are asked here."""
    from lib.portfolio.building import write_beside

    scorer, _ = load_scorer(store)
    described = [*varied_features(store), CREDIT_AMOUNT, *SCORE_COLUMNS]
    took, _ = timed(partial(write_beside, path, scorer.feature_weights, described))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEMORY_UNIT / 2**30
    sizes = [
        f"{file.name} {file.stat().st_size / 2**20:,.0f} MiB"
        for file in sorted(path.parent.iterdir())
    ]
    say(f"what is beside it written in {took / 1e3:.0f} s, at most {peak:.2f} GiB: {sizes}")


def varied_features(store: Path) -> list[str]:
    """Name the numbers that say how alike clients are."""
    scorer, _ = load_scorer(store)
    fields = {field.name: field.type for field in pq.read_schema(BASE)}
    names = weightiest(scorer.feature_weights, list(fields))
    return [name for name in names if pa.types.is_floating(fields[name])]


def questions(
    portfolio: Portfolio, weights: Mapping[str, float], threshold: float
) -> dict[str, Question]:
    """Give what is asked; the number of a call chooses client, feature or group."""
    kinds = {
        name: kind for name, kind in portfolio.file.kinds().items() if name not in SCORE_COLUMNS
    }
    weightiest = sorted(weights, key=lambda name: -weights[name])
    numbers = [name for name in weightiest if kinds.get(name) is Kind.NUMBER][:CALLS]
    categories = [name for name in kinds if kinds[name] is Kind.CATEGORY]
    clients = portfolio.search().total
    asked = np.linspace(1, clients, CLIENTS_ASKED, dtype=int).tolist()
    refused = Group([Condition("decision", categories=("refuse",))])

    def at(values: Sequence[Value], number: int) -> Value:
        return values[number % len(values)]

    return {
        "client": lambda n: portfolio.client(at(asked, n)),
        "search": lambda n: portfolio.search(page=1 + n),
        "search sorted": lambda n: portfolio.search(
            sort=at(["default_probability", *numbers], n), descending=True
        ),
        "search filtered, with facets": lambda n: portfolio.search(
            wealthy(n), sort="default_probability", features=numbers[:2], facets=categories[:3]
        ),
        "compare a number": lambda n: portfolio.compare(at(numbers, n), value=float(n)),
        "compare a category": lambda n: portfolio.compare(at(categories, n)),
        "compare a number, refused": lambda n: portfolio.compare(at(numbers, n), refused),
        "compare a number, filtered": lambda n: portfolio.compare(numbers[0], Group(wealthy(n))),
        "compare two": lambda n: portfolio.compare_two(at(numbers, n), at(numbers, n + 1)),
        "risks": lambda n: portfolio.risks(threshold=threshold),
        "risks, filtered": lambda n: portfolio.risks(Group(wealthy(n)), threshold=threshold),
        "risks by segment": lambda n: portfolio.risks(
            segment=at(categories, n), threshold=threshold
        ),
        "sample of the refused": lambda n: portfolio.sample(
            refused, columns=weightiest, count=1000
        ),
        "similar": lambda n: portfolio.similar(at(asked, n), weights),
        "similar, filtered": lambda n: portfolio.similar(at(asked, n), weights, wealthy(n)),
    }


def wealthy(number: int) -> list[Condition]:
    """Say who has a large credit, the larger the number the larger."""
    return [Condition(CREDIT_AMOUNT, minimum=200_000 + 10_000 * number)]


def recall_of(
    portfolio: Portfolio, weights: Mapping[str, float], conditions: Sequence[Condition]
) -> float:
    """Give the share of those most alike by an exact search whom the index finds, too.

    The search is exact where as many are compared as there are. Who is as near as the last one
    counts as found.
    """
    clients = portfolio.search().total
    found = wanted = 0
    for number in np.linspace(1, clients, RECALL_OF, dtype=int).tolist():
        near = portfolio.similar(number, weights, conditions).rows
        with mock.patch.multiple(alike, FEWEST_COMPARED=clients, MOST_COMPARED=clients):
            exact = portfolio.similar(number, weights, conditions).rows
        found += sum(row["distance"] <= exact[-1]["distance"] for row in near)
        wanted += len(exact)
    return found / wanted


def compare_with_exact(path: Path, store: Path) -> list[float]:
    """Measure the recall of a file's index, in this process, among all and with a condition."""
    scorer, _ = load_scorer(store)
    portfolio, weights = Portfolio(path), scorer.feature_weights
    return [recall_of(portfolio, weights, among) for among in ([], wealthy(CALLS))]


def ask(path: Path, store: Path) -> Answered:
    """Ask all questions about a file, in this process."""
    scorer, _ = load_scorer(store)
    portfolio = Portfolio(path)
    rounds: list[dict[str, list[float]]] = []
    asked = questions(portfolio, scorer.feature_weights, scorer.threshold)
    for _ in range(2):
        rounds.append({})
        for name, question in asked.items():
            rounds[-1][name] = [timed(partial(question, call))[0] for call in range(CALLS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEMORY_UNIT / 2**30
    return Answered(*rounds, peak)


def run_apart(checkout: Path, *arguments: object) -> bytes:
    """Run this file in a process of its own with the packages of a checkout, and give its output.

    Linux counts the memory of who starts a process into its peak: nothing large is done here.
    """
    settings = os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, arguments)]
    return subprocess.run(
        command, cwd=checkout, env=settings, stdout=subprocess.PIPE, check=True
    ).stdout


def main(clients: int, before: Path | None) -> int:
    """Measure, print, and say whether it is as it should be."""
    checkouts = {"now": PROJECT} | ({"before": before} if before else {})
    figures: dict[str, object] = {"clients": clients}
    worst, peak, recalls = 0.0, 0.0, [1.0]
    for size in (SMALL_SIZE, clients):
        with tempfile.TemporaryDirectory() as name:
            written = Path(name) / "portfolio.parquet"
            say(f"{size:,} clients …")
            run_apart(PROJECT, size, "--write", written)
            for label, checkout in checkouts.items():
                path = Path(name) / label / written.name
                path.parent.mkdir()
                path.hardlink_to(written)
                run_apart(checkout, "--beside", path, STORE)
                answered = Answered(**json.loads(run_apart(checkout, "--ask", path, STORE)))
                print_times(f"{size:,} clients, {label}", answered)
                figures[f"{label} {size}"] = figures_of(answered)
                if label == "now":
                    worst = max(percentile(times, 95) for times in answered.new.values())
                    peak = answered.peak_gib
                    recalls += json.loads(run_apart(checkout, "--recall", path, STORE))
                    say(f"of those most alike, found, among all and some: {recalls[-2:]}")
                    figures[f"recall {size}"] = min(recalls[-2:])
                shutil.rmtree(path.parent)
    print_figures(figures)
    as_wanted = worst <= MOST_P95_MS and peak <= MOST_MEMORY_GIB and min(recalls) >= LEAST_RECALL
    return 0 if as_wanted else 1


def print_times(title: str, answered: Answered) -> None:
    """Print how long each question took."""
    print_table(
        f"{title}: milliseconds, at most {answered.peak_gib:.2f} GiB",
        ["question", "new p50", "new p95", "again p50", "again p95"],
        [
            (
                name,
                *(
                    f"{percentile(times[name], share):.1f}"
                    for times in (answered.new, answered.again)
                    for share in (50, 95)
                ),
            )
            for name in answered.new
        ],
    )


def figures_of(answered: Answered) -> dict[str, object]:
    """Give p50 and p95 of each question, new and again, and the memory."""
    told = {"new": answered.new, "again": answered.again}
    return {"peak_gib": answered.peak_gib} | {
        name: {
            f"{when}_p{share}": percentile(times[name], share)
            for when, times in told.items()
            for share in (50, 95)
        }
        for name in answered.new
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clients", nargs="?", type=int, default=FULL_SIZE)
    parser.add_argument("--before", type=Path, help="another checkout")
    parser.add_argument("--ask", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--recall", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--beside", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_clients(options.write, options.clients, varied_features(STORE))
    elif options.beside:
        write_made_of(*options.beside)
    elif options.recall:
        sys.stdout.write(json.dumps(compare_with_exact(*options.recall)))
    elif options.ask:
        sys.stdout.write(json.dumps(asdict(ask(*options.ask))))
    else:
        sys.exit(main(options.clients, options.before))
