"""An answer is given in time or not at all: what comes too late leaves no score behind."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock


class TooLate(Exception):
    """The caller has been told that no answer comes."""


@dataclass
class Outcome:
    """What becomes of one request: an answer, or that it came too late; the first to say counts.

    The thread that works on the request says that there will be an answer, before it writes scores;
    the guard says that it is too late.

    Examples
    --------
    >>> outcome = Outcome()
    >>> outcome.give_up(), outcome.answer()
    (True, False)
    """

    _is_late: bool | None = None
    _lock: Lock = field(default_factory=Lock)

    def answer(self) -> bool:
        """Say that there will be an answer; False where it is too late for one."""
        return not self._settle(is_late=False)

    def give_up(self) -> bool:
        """Say that it is too late; False where there will be an answer."""
        return self._settle(is_late=True)

    def _settle(self, *, is_late: bool) -> bool:
        with self._lock:
            if self._is_late is None:
                self._is_late = is_late
            return self._is_late


# Of the request at hand.
OUTCOME: ContextVar[Outcome | None] = ContextVar("outcome", default=None)


def require_in_time() -> None:
    """Stop here where the caller has been told that no answer comes.

    Raises
    ------
    TooLate
        If so; nobody waits for what would follow.
    """
    outcome = OUTCOME.get()
    if outcome is not None and not outcome.answer():
        raise TooLate
