"""Peak memory of this process and all that it starts."""

import threading
from contextlib import suppress
from types import TracebackType

import psutil

INTERVAL_SECONDS = 0.2


class PeakMemory:
    """Watches the resident memory of a process tree while a `with` block runs.

    Attributes
    ----------
    mib : float
        The highest sum seen, in MiB. Pages that processes share are counted once for each.
    """

    def __init__(self) -> None:
        self.mib = 0.0
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        root = psutil.Process()
        while True:
            self.mib = max(self.mib, _resident_mib(root))
            if self._done.wait(INTERVAL_SECONDS):
                return


def _resident_mib(root: psutil.Process) -> float:
    total = 0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # it may end while we count
            total += process.memory_info().rss
    return total / 2**20
