"""The same questions without HTTP, and what is asked."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import pyarrow.parquet as pq

from lib.portfolio import Portfolio
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import explain, score
from lib.serving.http.answers import answer
from lib.serving.journal import Journal, new_id
from lib.serving.journal.recording import record
from lib.serving.resources import Resources
from lib.serving.wire import Score, ScoreRequest, Scores
from tests.benchmarks.measurement import times_of

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
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Measure what remains without HTTP: each endpoint, a large request, and the journal.

    Returns
    -------
    tuple of dict
        The milliseconds of each call by endpoint, and the figures of the rest.
    """
    resources = Resources(scorer, tag, Portfolio(Path(os.devnull)), journal)
    times = {}
    for handle in (score, explain):
        with_resources = partial(handle, resources)
        times[handle.__name__] = times_of(
            lambda number, to=with_resources: answer(to, ScoreRequest, sample.one(number)), CALLS
        )
    answered = score(resources, ScoreRequest.model_validate_json(sample.all))
    large = times_of(lambda _: predict(scorer, orjson.loads(sample.all)), LARGE_CALLS)
    write_one = times_of(lambda number: record_again(journal, answered.scores[:1]), CALLS)
    write_many = times_of(lambda _: record_again(journal, answered.scores), LARGE_CALLS)
    return times, {
        "score_1000_inprocess_ms": median(large),
        "journal_ms": median(write_one),
        "journal_1000_ms": median(write_many),
    }


def record_again(journal: Journal, scores: Sequence[Score]) -> None:
    """Write scores to the journal as if they were given once more."""
    again = [score.model_copy(update={"score_id": new_id()}) for score in scores]
    record(journal, "score", Scores(scores=again))


def predict(scorer: Scorer, request: dict[str, Any]) -> object:
    """Predict for clients that have been parsed."""
    matrix = scorer.encode([client["features"] for client in request["clients"]])
    return scorer.default_probabilities(matrix)
