"""Calls that run beside the page, so that a slow API never freezes it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any, TypeVar

from lib.serving.api import ApiFault

Answer = TypeVar("Answer")
WORKERS = 8

_log = logging.getLogger(__name__)


class Errands:
    """Runs calls in threads and delivers answers on the thread of the page.

    Of several errands with one name only the latest is delivered: the answer about one client can
    never appear under the number of another. One that is out of date before its turn comes is not
    run at all, so that a slow API is not asked in vain. Without a running event loop (a script, a
    test) errands run at once, on the spot.
    """

    def __init__(self) -> None:
        self._numbers = count()
        self._latest: dict[str, int] = {}
        self._held: list[Callable[[], None]] | None = None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="errand")
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def run(
        self,
        name: str,
        call: Callable[[], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[ApiFault], None],
    ) -> None:
        """Run a call, then deliver its answer or its fault, unless the name was used again."""
        number = self._latest[name] = next(self._numbers)

        def is_latest() -> bool:
            return self._latest[name] == number

        def deliver(act: Callable[[Any], None], answer: Any) -> None:
            if is_latest():
                act(answer)

        def work() -> None:
            if is_latest():
                act, answer = _attempt(call, done, failed)
                self._on_page(deliver, act, answer)

        if self._loop is None:
            work()
        else:
            self._workers.submit(work)

    def drop(self, name: str) -> None:
        """Forget the errand of that name: its answer is no longer wanted."""
        self._latest[name] = next(self._numbers)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Act after some seconds; without an event loop, never."""
        if self._loop is not None:
            self._loop.call_later(seconds, act)

    async def finish(self) -> None:
        """Wait until every call has ended and its answer was delivered or dropped."""
        await asyncio.to_thread(self._workers.shutdown)
        await asyncio.sleep(0)

    def hold(self) -> None:
        """Keep answers back until `release`; without an event loop nothing is kept."""
        self._held = []

    def release(self) -> None:
        """Deliver what was kept back, and all else as it comes."""
        held, self._held = self._held or [], None
        for act in held:
            act()

    def _on_page(self, act: Callable[..., None], *arguments: Any) -> None:
        if self._loop is None:
            act(*arguments)
        else:
            self._loop.call_soon_threadsafe(self._hand_over, partial(act, *arguments))

    def _hand_over(self, act: Callable[[], None]) -> None:
        if self._held is None:
            act()
        else:
            self._held.append(act)


def _attempt(
    call: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[ApiFault], None]
) -> tuple[Callable[[Any], None], Any]:
    """Make a call; give what is to be done, and with what."""
    try:
        return done, call()
    except ApiFault as fault:
        return failed, fault
    except Exception as error:  # noqa: BLE001 (nobody may wait for ever for an answer)
        _log.exception("An errand failed")
        return failed, ApiFault("the page", f"it meets no {type(error).__name__}", "read its log")
