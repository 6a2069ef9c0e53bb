"""Work done behind one's back: the next part is built while the last one is written."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any


class OneBehind:
    """A second thread that does one piece of work at a time; its errors are raised here.

    Whoever brings the next piece waits until the last one is done, so no more than two are held.

    Examples
    --------
    >>> done = []
    >>> with OneBehind() as behind:
    ...     behind.do(done.append, 1)
    ...     behind.do(done.append, 2)
    >>> done
    [1, 2]
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._last: Future[Any] | None = None

    def do(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Begin a piece of work, when the one before is done."""
        self._wait()
        self._last = self._thread.submit(work, *arguments)

    def _wait(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def __enter__(self) -> "OneBehind":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.shutdown()
        if error is None:
            self._wait()
