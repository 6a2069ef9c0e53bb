"""From an answer to what the journal keeps of it: the scores that it gives, and who was shown.

The counts are served at ``/metrics`` for Prometheus. They move by ten clients at a time at least:
two looks at them, before and after a request, do not tell what became of one client.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Generic, TypeVar

import orjson
from prometheus_client import Counter, Histogram
from pydantic import BaseModel

from lib.decision import Decision
from lib.portfolio import FEWEST_IN_A_GROUP
from lib.serving.http.keys import CALLER, CALLER_ROLE
from lib.serving.journal.entries import CLEAR_DECIMALS, Author, Entry, Kind
from lib.serving.journal.journal import Journal
from lib.serving.wire import ClientPage, Explanation, Score, SimilarClients

# Finer where thresholds lie.
PROBABILITY_BUCKETS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)

SCORES = Counter(
    "credit_scoring_scores",
    "Scores given, by endpoint and the model's decision",
    ["endpoint", "decision"],
)
PROBABILITIES = Histogram(
    "credit_scoring_default_probability",
    "Default probabilities given, each counted as the upper bound of its bucket",
    ["endpoint"],
    buckets=PROBABILITY_BUCKETS,
)
MANAGER_DECISIONS = Counter(
    "credit_scoring_manager_decisions",
    "Decisions of managers, beside what the model said",
    ["decision", "model_decision"],
)

Counted = TypeVar("Counted")


@dataclass
class InGroups(Generic[Counted]):
    """Holds back what is to be counted until there is a group of it.

    Each worker holds back at most nine of a kind, and forgets them when it ends.

    Parameters
    ----------
    count : callable
        Counts some of one kind.
    fewest : int
        Of how many a group is at least.

    Examples
    --------
    >>> seen = []
    >>> in_groups = InGroups(seen.extend, fewest=3)
    >>> in_groups.add("a kind", [1, 2])
    >>> seen
    []
    >>> in_groups.add("a kind", [3])
    >>> seen
    [1, 2, 3]
    """

    count: Callable[[Sequence[Counted]], None]
    fewest: int = FEWEST_IN_A_GROUP
    _held: defaultdict[Hashable, list[Counted]] = field(default_factory=lambda: defaultdict(list))
    _lock: Lock = field(default_factory=Lock)

    def add(self, kind: Hashable, more: Sequence[Counted]) -> None:
        """Add some of one kind, and count all that are held back if they are a group now."""
        with self._lock:
            held = self._held[kind]
            held.extend(more)
            if len(held) < self.fewest:
                return
            del self._held[kind]
        self.count(held)


def count_scores(given: Sequence[tuple[str, Score]]) -> None:
    """Count scores of endpoints; the sum of the probabilities is one of bounds, and tells none."""
    for (endpoint, decision), count in Tally(
        (endpoint, score.decision) for endpoint, score in given
    ).items():
        SCORES.labels(endpoint, decision).inc(count)
    for (endpoint, place), count in Tally(
        (endpoint, bisect_left(PROBABILITY_BUCKETS, score.default_probability))
        for endpoint, score in given
    ).items():
        of_endpoint = PROBABILITIES.labels(endpoint)
        for _ in range(count):
            of_endpoint.observe(PROBABILITY_BUCKETS[place])


def count_decisions(decisions: Sequence[tuple[Decision, Decision]]) -> None:
    """Count managers' decisions beside the model's."""
    for both in decisions:
        MANAGER_DECISIONS.labels(*both).inc()


SCORES_IN_GROUPS = InGroups(count_scores)
DECISIONS_IN_GROUPS = InGroups(count_decisions)


def author() -> Author:
    """Give who asks for what is at hand."""
    caller, _, person = CALLER.get().partition(":")
    return Author(caller, person, CALLER_ROLE.get())


def record(
    journal: Journal, endpoint: str, response: BaseModel, simulates: bool = False
) -> list[Score]:
    """Write what an answer gives to the journal, count its scores, and give them.

    Parameters
    ----------
    journal : Journal
    endpoint : str
        What was asked.
    response : BaseModel
        The answer.
    simulates : bool
        Whether its scores are of clients as they might be.

    Raises
    ------
    JournalUnavailable
        If it cannot be written: then it must not be given either.
    """
    by = author()
    scores = list(scores_in(response))
    entries = [score_entry(score, endpoint, by, simulates) for score in scores]
    if isinstance(response, ClientPage | SimilarClients):
        entries.append(look_entry(response, endpoint, by))
    if entries:
        journal.write(entries)
    SCORES_IN_GROUPS.add(endpoint, [(endpoint, score) for score in scores])
    return scores


def count_decision(decision: Decision, model_decision: Decision) -> None:
    """Count a manager's decision."""
    DECISIONS_IN_GROUPS.add("decisions", [(decision, model_decision)])


def score_entry(score: Score, endpoint: str, by: Author, simulates: bool) -> Entry:
    """Give what the journal keeps of a score: all that is needed to repeat it, bit by bit.

    In clear is what nobody is known by: the exact probability is sealed with the inputs.
    """
    sealed = {
        "default_probability": score.default_probability,
        "coverage": score.coverage,
        "features": score.scored,
        **what_was_told(score),
    }
    return Entry(
        Kind.SCORE,
        by,
        {
            "endpoint": endpoint,
            "scorer": score.scorer,
            "decision": score.decision,
            "threshold": score.threshold,
            "about": round(score.default_probability, CLEAR_DECIMALS),
            "review": sorted({note.kind for note in score.review}),
            **({"simulates": True} if simulates else {}),
        },
        sealed,
        client_id=score.client_id,
        id=score.score_id,
    )


def what_was_told(score: Score) -> dict[str, Any]:
    """Give the notes and reasons of a score, and the digest of the whole."""
    told: dict[str, Any] = {
        "review": [note.model_dump(mode="json") for note in score.review],
        "told": digest_of(score),
    }
    if isinstance(score, Explanation):
        told["reasons"] = [[one.fact, one.contribution, one.points] for one in score.reasons]
    return told


def look_entry(shown: ClientPage | SimilarClients, endpoint: str, by: Author) -> Entry:
    """Give what the journal keeps of a list of clients: who was in it."""
    return Entry(
        Kind.LOOK,
        by,
        {"endpoint": endpoint},
        client_id=shown.client_id if isinstance(shown, SimilarClients) else None,
        looked_at=tuple(dict.fromkeys(client.client_id for client in shown.clients)),
    )


def scores_in(value: object) -> Iterator[Score]:
    """Find every score within a message, in its order."""
    if isinstance(value, Score):
        yield value
    elif isinstance(value, BaseModel):
        for _, part in value:
            yield from scores_in(part)
    elif isinstance(value, list):
        for part in value:
            if not isinstance(part, BaseModel):
                return
            yield from scores_in(part)


def digest_of(score: Score) -> str:
    """Hash a score as it was told, with all reasons and notes, but without its id: SHA-256."""
    digest = sha256(score.model_dump_json(exclude={"score_id", "reasons"}).encode())
    if isinstance(score, Explanation):
        # Of hundreds of reasons all but the labels, which the scorer's tag stands for.
        of_features = [
            (one.feature, one.value, one.contribution, one.points)
            for reason in score.reasons
            for one in reason.features
        ]
        of_facts = [(one.fact, one.contribution, one.points) for one in score.reasons]
        digest.update(orjson.dumps((of_facts, of_features)))
    return digest.hexdigest()
