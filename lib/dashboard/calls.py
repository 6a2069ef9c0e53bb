"""Calls to the API beside the page, so that a slow API never freezes it."""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, TypeVar

from lib.dashboard.state import PageState
from lib.serving.api import ApiFault, ApiUnreachable

Answer = TypeVar("Answer")
WORKERS = 8
RETRY_SECONDS = 3.0
# What is sent before the browser listens is lost: wait longer than the slowest browser takes.
LONGEST_WAIT_SECONDS = 120.0

_log = logging.getLogger(__name__)


class Calls:
    """Runs calls in threads and delivers their answers on the thread of the page.

    A call has a name. Of several calls with one name only the newest is delivered: the answer about
    one client can never appear under the number of another. One that is out of date before its turn
    comes is not run at all, so that a slow API is not asked in vain. What failed last under a name
    stays in the state's `faults` until the name succeeds or is dropped.

    Without a running event loop (a script, a test) a call runs at once, on the spot.

    Parameters
    ----------
    state : PageState
        Whose `faults` tell what failed.
    """

    def __init__(self, state: PageState) -> None:
        self._state = state
        self._numbers = count()
        self._newest: dict[str, int] = {}
        self._running: set[str] = set()
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._retries: dict[str, Callable[[], None]] = {}
        self._retry_is_planned = False
        self._held: list[Callable[[], None]] | None = None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="call")
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def run(
        self,
        name: str,
        call: Callable[[], Answer],
        done: Callable[[Answer], None],
        *,
        failed: Callable[[ApiFault], None] | None = None,
        wait: float = 0.0,
        retried: bool = False,
    ) -> None:
        """Make a call, and forget an earlier one of the same name.

        Parameters
        ----------
        name : str
            What it is for.
        call : callable
            Asks the API, off the page's thread.
        done : callable
            Takes the answer.
        failed : callable, optional
            Takes the fault, once it is in the state.
        wait : float
            Seconds that must pass without another call of this name before this one is made: what
            is dragged or typed changes many times a second.
        retried : bool
            Whether it is made again, by itself, while the API cannot be reached.
        """
        start = partial(self._start, _Call(name, call, done, failed))
        self._stop_waiting(name)
        if retried:
            self._retries[name] = start
        if wait and self._loop:
            self._waiting[name] = self._loop.call_later(wait, start)
        else:
            start()

    def retry(self) -> None:
        """Make those calls again that could not reach the API."""
        for name, fault in list(self._state.faults.items()):
            is_current = self._state.faults.get(name) is fault and name not in self._running
            if isinstance(fault, ApiUnreachable) and is_current and name in self._retries:
                self._retries[name]()

    def drop(self, name: str) -> None:
        """Forget a call, its answer and its fault."""
        self._stop_waiting(name)
        self._newest[name] = next(self._numbers)
        self._running.discard(name)
        self.forget_fault(name)

    def forget_fault(self, name: str) -> None:
        """Say no more of what failed."""
        faults = self._state.faults
        if name in faults:
            self._state.faults = {key: fault for key, fault in faults.items() if key != name}

    def hold_until_browser(self) -> None:
        """Keep answers back until `release`, which the browser asks for once it listens.

        Between its first look at the widgets and its listening to them, whatever the kernel sends
        is lost; so calls begin at once, but their answers wait. Only under Voilà: elsewhere the
        front end listens before a cell runs.
        """
        if "VOILA_PREHEAT" in os.environ and self._loop:
            self._held = []
            self._loop.call_later(LONGEST_WAIT_SECONDS, self.release)

    def release(self) -> None:
        """Deliver what was kept back, and all else as it comes."""
        held, self._held = self._held or [], None
        for deliver in held:
            deliver()

    async def finish(self) -> None:
        """Wait until every call has ended and its answer was delivered or dropped."""
        await asyncio.to_thread(self._workers.shutdown)
        await asyncio.sleep(0)

    def _stop_waiting(self, name: str) -> None:
        waiting = self._waiting.pop(name, None)
        if waiting:
            waiting.cancel()

    def _start(self, call: "_Call") -> None:
        number = self._newest[call.name] = next(self._numbers)
        self._running.add(call.name)
        if self._loop is None:
            self._work(call, number)
        else:
            self._workers.submit(self._work, call, number)

    def _work(self, call: "_Call", number: int) -> None:
        """Make a call, in a thread of its own, unless it is out of date already."""
        if self._newest[call.name] != number:
            return
        deliver = partial(self._deliver, call, number, _answer_or_fault(call.call))
        if self._loop is None:
            deliver()
        else:
            self._loop.call_soon_threadsafe(self._deliver_or_hold, deliver)

    def _deliver_or_hold(self, deliver: Callable[[], None]) -> None:
        if self._held is None:
            deliver()
        else:
            self._held.append(deliver)

    def _deliver(self, call: "_Call", number: int, answer: Any) -> None:
        if self._newest[call.name] != number:
            return
        self._running.discard(call.name)
        if isinstance(answer, ApiFault):
            self._keep_fault(call.name, answer)
            if call.failed:
                call.failed(answer)
        else:
            self.forget_fault(call.name)
            call.done(answer)
            # If the API answers this call, it may answer those that did not reach it.
            self.retry()

    def _keep_fault(self, name: str, fault: ApiFault) -> None:
        self._state.faults = {**self._state.faults, name: fault}
        can_retry = isinstance(fault, ApiUnreachable) and name in self._retries
        if can_retry and self._loop and not self._retry_is_planned:
            self._retry_is_planned = True
            self._loop.call_later(RETRY_SECONDS, self._retry_as_planned)

    def _retry_as_planned(self) -> None:
        self._retry_is_planned = False
        self.retry()


@dataclass(frozen=True)
class _Call:
    """A call by its name, and who takes its answer or its fault."""

    name: str
    call: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[ApiFault], None] | None


def _answer_or_fault(call: Callable[[], Answer]) -> Answer | ApiFault:
    try:
        return call()
    except ApiFault as fault:
        return fault
    except Exception as error:  # noqa: BLE001 (nobody may wait for ever for an answer)
        _log.exception("A call failed")
        return ApiFault("the page", f"it meets no {type(error).__name__}", "read its log")
