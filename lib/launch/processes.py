"""Nothing that we started outlives us."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """List what a process has started, and what that has started, and so on.

    Jupyter starts each kernel in a session of its own, out of reach of a signal to the group: only
    the family tree finds it, and only while its parents still live.
    """
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def kill(processes: list[psutil.Process]) -> None:
    """End processes for good; those that have ended already are passed over."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


@contextmanager
def leaving_none_behind() -> Iterator[None]:
    """End all that was started within the block, however the block ends.

    A plain `kill` and a closed terminal end the block as Ctrl-C does.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        yield
    finally:
        # A second signal must not cut the cleaning short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        kill(descendants(os.getpid()))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
