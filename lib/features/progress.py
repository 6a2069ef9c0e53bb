"""How far a build is: one bar over the tables of all parts, with the time left."""

import sys
import time
from types import TracebackType

from tqdm import tqdm


class Progress:
    """A bar on the error stream, and the time that each step took.

    Parameters
    ----------
    steps : int
        How many steps a part has; writing the file is one more.
    parts, resumed : int
        How many parts there are, and how many of them an earlier run has finished.
    shown : bool
        Whether the bar is drawn.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time by step, added up over the parts.
    """

    def __init__(self, steps: int, parts: int, resumed: int, shown: bool) -> None:
        self.seconds: dict[str, float] = {}
        self._parts = parts
        self._since = time.perf_counter()
        self._bar = tqdm(
            total=steps * parts + 1,
            initial=steps * resumed,
            disable=not shown,
            unit="table",
            file=sys.stderr,
            mininterval=0.5,
        )

    def begin_part(self, number: int) -> None:
        """Say which part begins, counted from 0."""
        self._bar.set_description(f"part {number + 1} of {self._parts}")

    def end_step(self, name: str) -> None:
        """Say that a step has ended."""
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now
        self._bar.set_postfix_str(name, refresh=False)
        self._bar.update()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()
