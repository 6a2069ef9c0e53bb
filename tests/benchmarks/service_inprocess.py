"""The same questions without HTTP, and what is asked."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from lib.decision import Decision
from lib.portfolio import Portfolio
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import explain, score
from lib.serving.http.answers import answer
from lib.serving.journal import Journal, ScoreEntry
from lib.serving.resources import Resources
from lib.serving.wire import ScoreRequest
from tests.benchmarks.service_report import Row

CLIENTS = 1000
CALLS, LARGE_CALLS = 500, 9


@dataclass(frozen=True)
class Sample:
    """What is asked.

    Parameters
    ----------
    clients : list of dict
        A thousand known clients with their features, as `/score` takes them.
    bodies : list of bytes
        A request for each of them.
    all : bytes
        One request for all of them.
    """

    clients: list[dict[str, Any]]
    bodies: list[bytes]
    all: bytes

    def one(self, number: int) -> bytes:
        """Give the request of a number, round and round."""
        return self.bodies[number % len(self.bodies)]


def load_scorer(store: Path) -> tuple[Scorer, str]:
    """Load the latest scorer of a store, with its tag."""
    folder = store / "models" / "credit_scorer"
    version = (folder / "latest").read_text().strip()
    return Scorer.load(folder / version), f"credit_scorer:{version}"


def read_sample(portfolio: Path, features: Sequence[str]) -> Sample:
    """Take the first clients of a portfolio, with the scorer's features."""
    rows = pq.read_table(portfolio).slice(0, CLIENTS).select(["client_id", *features]).to_pylist()
    clients = [
        {
            "client_id": row["client_id"],
            "features": {name: row[name] for name in features if row[name] is not None},
        }
        for row in rows
    ]
    bodies = [json.dumps({"clients": [client]}).encode() for client in clients]
    return Sample(clients, bodies, json.dumps({"clients": clients}).encode())


def figures_in_process(
    scorer: Scorer, tag: str, sample: Sample, journal: Journal
) -> tuple[list[Row], dict[str, float]]:
    """Measure what remains without HTTP: each endpoint, a large request, and the journal."""
    resources = Resources(scorer, tag, Portfolio(Path(os.devnull)), journal)
    rows = []
    for handle in (score, explain):
        with_resources = partial(handle, resources)
        times = timed(
            lambda number, to=with_resources: answer(to, ScoreRequest, sample.one(number)), CALLS
        )
        rows.append(Row("in process", handle.__name__, 1, times, len(times) / sum(times)))
    entry = ScoreEntry("", "score", tag, 1, 0.5, Decision.GRANT, "0" * 64)
    large = timed(lambda _: predict(scorer, orjson.loads(sample.all)), LARGE_CALLS)
    return rows, {
        "score_1000_inprocess_ms": milliseconds(large),
        "journal_ms": milliseconds(timed(lambda _: journal.write_scores([entry]), CALLS)),
        "journal_1000_ms": milliseconds(
            timed(lambda _: journal.write_scores([entry] * CLIENTS), LARGE_CALLS)
        ),
    }


def predict(scorer: Scorer, request: dict[str, Any]) -> object:
    """Predict for clients that have been parsed."""
    matrix = scorer.encode([client["features"] for client in request["clients"]])
    return scorer.default_probabilities(matrix)


def timed(call: Callable[[int], object], calls: int) -> list[float]:
    """Time calls, in seconds, after one that is not counted."""
    call(0)
    times = []
    for number in range(calls):
        began = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - began)
    return times


def milliseconds(times: list[float]) -> float:
    """Give the median in milliseconds."""
    return 1000 * sorted(times)[len(times) // 2]
