"""Calls by name, whose faults are in a state: what failed last, until it succeeds or is dropped."""

from collections.abc import Callable
from typing import Any, Protocol

from lib.dashboard.errands import Errands
from lib.serving.api import ApiFault


class HasFaults(Protocol):
    """A state that tells what failed."""

    faults: Any


class Calls:
    """What is asked of the API, under the name of what it is for.

    Parameters
    ----------
    state : HasFaults
        Its `faults` map names to what failed.
    errands : Errands
        How the calls run.
    """

    def __init__(self, state: HasFaults, errands: Errands) -> None:
        self._state = state
        self._errands = errands

    def run(
        self,
        name: str,
        call: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[ApiFault], None] | None = None,
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
        failed : callable, optional
            Told the fault, once it is in the state.
        """

        def succeeded(answer: Any) -> None:
            self.forget_fault(name)
            done(answer)

        def keep(fault: ApiFault) -> None:
            self._state.faults = {**self._state.faults, name: fault}
            if failed:
                failed(fault)

        self._errands.run(name, call, succeeded, keep)

    def drop(self, name: str) -> None:
        """Forget a call, its answer and its fault."""
        self._errands.drop(name)
        self.forget_fault(name)

    def forget_fault(self, name: str) -> None:
        """Say no more of what failed."""
        faults = self._state.faults
        if name in faults:
            self._state.faults = {key: fault for key, fault in faults.items() if key != name}
