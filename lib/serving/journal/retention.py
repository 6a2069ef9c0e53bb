"""How long entries are kept, and who removes them then."""

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from lib.decision import InvalidInput
from lib.serving.journal.journal import Journal

# Six months: who uses a high-risk system keeps its logs for at least as long (Regulation (EU)
# 2024/1689, art. 26(6)).
FEWEST_DAYS = 183
# Five years, in which claims are brought (French civil code, art. 2224).
USUAL_DAYS = 1826
MOST_DAYS = 36_525  # a century
BETWEEN_PURGES = timedelta(days=1)

log = logging.getLogger(__name__)


def kept_since(days: int, now: datetime | None = None) -> datetime:
    """Give the moment before which entries are removed.

    Raises
    ------
    InvalidInput
        If they would not be kept long enough.

    Examples
    --------
    >>> kept_since(183, datetime(2026, 11, 26, tzinfo=UTC)).date().isoformat()
    '2026-05-27'
    """
    if days < FEWEST_DAYS:
        raise InvalidInput(
            f"{days} days", f"entries are kept for at least {FEWEST_DAYS} days", "keep them longer"
        )
    return (now or datetime.now(UTC)) - timedelta(days=days)


class Purging:
    """Removes what is too old at once, and every day from then on, beside the service.

    Parameters
    ----------
    journal : Journal
    days : int
        How long entries are kept.
    """

    def __init__(self, journal: Journal, days: int) -> None:
        self._journal, self._days = journal, days
        self._ended = Event()
        self._thread = Thread(target=self._run, name="journal-purging", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait until a removal that has begun is done."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                removed = self._journal.purge(kept_since(self._days))
            except InvalidInput as fault:
                log.error("✗ nothing was removed from the journal: %s", fault)
            else:
                if removed:
                    log.warning("%d entries of the journal were removed by age", removed)
            self._ended.wait(BETWEEN_PURGES.total_seconds())
