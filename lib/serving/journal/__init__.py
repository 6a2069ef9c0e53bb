"""The decision journal: every score given and every manager's decision, never changed again.

`store` is the file; `recording` finds the scores in an answer, and writes and counts them.
"""

from lib.serving.journal.store import GivenScore, Journal, JournalUnavailable, ScoreEntry

__all__ = ["GivenScore", "Journal", "JournalUnavailable", "ScoreEntry"]
