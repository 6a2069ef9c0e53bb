"""From an answer to the scores that it gives: written to the journal, and counted.

The counts are served at ``/metrics`` for Prometheus. They move by ten clients at a time at least:
two looks at them, before and after a request, do not tell what became of one client.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import repeat
from threading import Lock
from typing import Generic, TypeVar

import orjson
from prometheus_client import Counter, Histogram
from pydantic import BaseModel

from lib.decision import Decision
from lib.portfolio import FEWEST_IN_A_GROUP
from lib.serving.http.keys import CALLER
from lib.serving.journal.store import Journal, ScoreEntry
from lib.serving.wire import Score, ScoreRequest

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
        Counts one.
    fewest : int
        Of how many a group is at least.

    Examples
    --------
    >>> seen = []
    >>> in_groups = InGroups(seen.append, fewest=3)
    >>> in_groups.add("a kind", [1, 2])
    >>> seen
    []
    >>> in_groups.add("a kind", [3])
    >>> seen
    [1, 2, 3]
    """

    count: Callable[[Counted], None]
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
        for one in held:
            self.count(one)


def count_score(entry: ScoreEntry) -> None:
    """Count a score; the sum of the probabilities is one of bounds, and tells none of them."""
    bound = next(bound for bound in PROBABILITY_BUCKETS if entry.default_probability <= bound)
    SCORES.labels(entry.endpoint, entry.decision).inc()
    PROBABILITIES.labels(entry.endpoint).observe(bound)


def count_decisions(decisions: tuple[Decision, Decision]) -> None:
    """Count a manager's decision beside the model's."""
    MANAGER_DECISIONS.labels(*decisions).inc()


SCORES_IN_GROUPS = InGroups(count_score)
DECISIONS_IN_GROUPS = InGroups(count_decisions)


def record_scores(journal: Journal, endpoint: str, request: BaseModel, response: BaseModel) -> None:
    """Write the scores that an answer gives to the journal, then count them.

    Raises
    ------
    JournalUnavailable
        If they cannot be written: then they must not be given either.
    """
    entries = score_entries(endpoint, CALLER.get(), request, response)
    if not entries:
        return
    journal.write_scores(entries)
    SCORES_IN_GROUPS.add(endpoint, entries)


def count_decision(decision: Decision, model_decision: Decision) -> None:
    """Count a manager's decision."""
    DECISIONS_IN_GROUPS.add("decisions", [(decision, model_decision)])


def score_entries(
    endpoint: str, caller: str, request: BaseModel, response: BaseModel
) -> list[ScoreEntry]:
    """List the scores that an answer gives, as the journal keeps them."""
    return [
        ScoreEntry(
            caller=caller,
            endpoint=endpoint,
            scorer=score.scorer,
            client_id=score.client_id,
            default_probability=score.default_probability,
            decision=score.decision,
            input_sha256=digest,
            review=", ".join(
                " ".join(filter(None, (note.kind, note.feature))) for note in score.review
            ),
        )
        # There are more digests than scores where one input was scored more than once.
        for score, digest in zip(scores_in(response), input_digests(request, response))  # noqa: B905
    ]


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


def input_digests(request: BaseModel, response: BaseModel) -> Iterator[str]:
    """Give the hash of what each score is of, in the order of the scores.

    It is that of the client's features, where the request or the answer has them, so that the same
    client has the same hash in any company; else that of the whole request.
    """
    if isinstance(request, ScoreRequest):
        left_out = {fault.index for fault in getattr(response, "faults", [])}
        yield from (
            digest_of(client.features)
            for index, client in enumerate(request.clients)
            if index not in left_out
        )
    elif isinstance(features := getattr(response, "features", None), dict):
        yield digest_of(features)
    else:
        yield from repeat(digest_of(request.model_dump(mode="json")))


def digest_of(value: object) -> str:
    """Hash a value: SHA-256 of its JSON with sorted names and no spaces.

    Examples
    --------
    >>> digest_of({"b": 1.0, "a": None}) == digest_of({"a": None, "b": 1.0})
    True
    """
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
