"""Waits until the hand rests: what is dragged changes many times a second."""

import asyncio
from collections.abc import Callable


class Debounced:
    """Acts once, some time after the last call.

    Without a running event loop (a script, a test) it acts at each call, on the spot.

    Parameters
    ----------
    act : callable
        What is done.
    seconds : float
        How long no other call may come before it is done.
    """

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        self._act = act
        self._seconds = seconds
        self._planned: asyncio.TimerHandle | None = None

    def __call__(self) -> None:
        """Plan the act, instead of the one planned before."""
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._act()
        else:
            self._planned = loop.call_later(self._seconds, self._act)

    def cancel(self) -> None:
        """Forget what is planned."""
        if self._planned:
            self._planned.cancel()
            self._planned = None
