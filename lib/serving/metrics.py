"""What is counted for those who watch: BentoML serves it at ``/metrics`` for Prometheus.

The time that requests take is BentoML's own ``bentoml_service_request_duration_seconds``.
"""

from collections.abc import Iterable

from prometheus_client import Counter, Histogram

from lib.decision import Decision
from lib.serving.journal import ScoreEntry

# Finer where thresholds lie.
PROBABILITY_BUCKETS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)

SCORES = Counter(
    "credit_scoring_scores",
    "Scores given, by endpoint and the model's decision",
    ["endpoint", "decision"],
)
PROBABILITIES = Histogram(
    "credit_scoring_default_probability",
    "Default probabilities given",
    ["endpoint"],
    buckets=PROBABILITY_BUCKETS,
)
MANAGER_DECISIONS = Counter(
    "credit_scoring_manager_decisions",
    "Decisions of managers, beside what the model said",
    ["decision", "model_decision"],
)


def count_scores(entries: Iterable[ScoreEntry]) -> None:
    """Count scores given."""
    for entry in entries:
        SCORES.labels(entry.endpoint, entry.decision).inc()
        PROBABILITIES.labels(entry.endpoint).observe(entry.default_probability)


def count_decision(decision: Decision, model_decision: Decision) -> None:
    """Count a manager's decision."""
    MANAGER_DECISIONS.labels(decision, model_decision).inc()
