"""The decision journal: every score given and every manager's decision, never changed again.

`store` is the file; `recording` finds the scores in an answer, and writes and counts them.
"""

from lib.serving.journal.store import (
    Conflict,
    GivenScore,
    Journal,
    JournalUnavailable,
    ScoreEntry,
    WrittenDecision,
)

__all__ = [
    "Conflict",
    "GivenScore",
    "Journal",
    "JournalUnavailable",
    "ScoreEntry",
    "WrittenDecision",
]
