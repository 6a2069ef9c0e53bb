"""Calls of the page: those that met no API are made again."""

from collections.abc import Callable
from typing import Any

from lib.dashboard.calls import Calls
from lib.dashboard.errands import Errands
from lib.dashboard.state import State
from lib.serving.api import ApiFault, ApiUnreachable

RETRY_SECONDS = 3.0

Act = Callable[[], None]


class Attempts:
    """Calls by name that are made again, by themselves, where the API was not there.

    Parameters
    ----------
    state : State
        Its `faults` tell what failed.
    errands : Errands
        How the calls run.
    """

    def __init__(self, state: State, errands: Errands) -> None:
        self._state = state
        self._errands = errands
        self._calls = Calls(state, errands)
        self._again: dict[str, Act] = {}
        self._running: set[str] = set()
        self._retry_planned = False

    def run(
        self,
        name: str,
        call: Callable[[], Any],
        done: Callable[[Any], None],
        again: Act,
        refused: Act | None = None,
    ) -> None:
        """Make a call; an earlier one of the same name is forgotten.

        Parameters
        ----------
        name : str
            What it is for.
        call : callable
            Asks the API, off the page's thread.
        done : callable
            Takes the answer.
        again : callable
            Makes the call once more, of the state as it is then.
        refused : callable, optional
            Told when the API was there and said no.
        """

        def taken(answer: Any) -> None:
            self._running.discard(name)
            done(answer)
            # Whoever answers one call may answer the others too.
            self.retry()

        def failed(fault: ApiFault) -> None:
            self._running.discard(name)
            if isinstance(fault, ApiUnreachable):
                self._plan_retry()
            elif refused:
                refused()

        self._again[name] = again
        self._running.add(name)
        self._calls.run(name, call, taken, failed)

    def retry(self) -> None:
        """Repeat the calls that failed because the API was not there."""
        for name, fault in list(self._state.faults.items()):
            if isinstance(fault, ApiUnreachable) and name not in self._running:
                self._again[name]()

    def drop(self, name: str) -> None:
        """Forget a call, its answer and its fault."""
        self._running.discard(name)
        self._calls.drop(name)

    def forget_fault(self, name: str) -> None:
        """Say no more of what failed."""
        self._calls.forget_fault(name)

    def _plan_retry(self) -> None:
        if self._retry_planned:
            return

        def act() -> None:
            self._retry_planned = False
            self.retry()

        self._retry_planned = True
        self._errands.later(RETRY_SECONDS, act)
