"""Numbers in rising order, as several runs.

Millions are read some after the other, and those that are there are put in order while the next are
read. To merge the runs would take as long as to sort all again; what is asked, which numbers stand
at a few places and how many lie below others, is found in the runs as they are.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from lib.portfolio.counting import Floats

# About so many of the numbers are marks, between which a place is looked for.
MARKS = 500

Places = npt.NDArray[np.int64]


class Ranked:
    """Numbers in rising order.

    Parameters
    ----------
    runs : iterable of ndarray of float
        Each in rising order, without NaN.

    Examples
    --------
    >>> ranked = Ranked([np.array([1.0, 3.0, 5.0]), np.array([2.0, 3.0])])
    >>> len(ranked), ranked[1:4].tolist(), ranked.below([3.0, 9.0]).tolist()
    (5, [2.0, 3.0, 3.0], [2, 5])
    """

    def __init__(self, runs: Iterable[Floats]) -> None:
        self._runs = [run for run in runs if len(run)]

    @classmethod
    def of(cls, *numbers: Floats) -> Self:
        """Put numbers in order, each array by itself; those that are NaN are left out.

        Examples
        --------
        >>> Ranked.of(np.array([2.0, np.nan, 1.0]))[:].tolist()
        [1.0, 2.0]
        """
        return cls(in_order(some) for some in numbers)

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def __getitem__(self, places: slice) -> Floats:
        """Give the numbers at some places, one after the other, as of an array."""
        first, last, _ = places.indices(len(self))
        if first >= last:
            return np.empty(0)
        marks, below, up_to = self._marks
        found = []
        for at in range(int(np.searchsorted(below, first, "right")) - 1, len(up_to)):
            if below[at] >= last:
                break
            equal = min(last, up_to[at]) - max(first, below[at])
            found.append(np.full(max(equal, 0), marks[at]))
            start, end = max(first, up_to[at]), min(last, below[at + 1])
            if start < end:
                between = self._between(marks[at], marks[at + 1])
                found.append(between[start - up_to[at] : end - up_to[at]])
        return np.concatenate(found)

    def below(self, edges: npt.ArrayLike, side: Literal["left", "right"] = "left") -> Places:
        """Count the numbers below each edge; with the side ``right``, those that equal it, too."""
        wanted = np.asarray(edges, dtype=np.float64)
        counts = np.zeros(wanted.shape, dtype=np.int64)
        for run in self._runs:
            counts += np.searchsorted(run, wanted, side)
        return counts

    def are_whole(self) -> bool:
        """Say whether all are whole numbers."""
        return all(bool((run == np.floor(run)).all()) for run in self._runs)

    @cached_property
    def _marks(self) -> tuple[Floats, Places, Places]:
        """Give some of the numbers, how many are below each, and how many up to it.

        Of what there is often one is a mark. After the last one comes NaN, which is above all
        numbers.
        """
        step = max(len(self) // MARKS, 1)
        # Runs are alike: at the same places of each, marks would lie near each other.
        firsts = (at * step // len(self._runs) for at in range(len(self._runs)))
        staggered = (run[first::step] for run, first in zip(self._runs, firsts, strict=True))
        marks = np.unique(np.concatenate([*(run[:1] for run in self._runs), *staggered]))
        below = np.append(self.below(marks), len(self))
        return np.append(marks, np.nan), below, self.below(marks, "right")

    def _between(self, low: float, high: float) -> Floats:
        """Give the numbers between two marks, in order."""
        parts = [
            run[np.searchsorted(run, low, "right") : np.searchsorted(run, high, "left")]
            for run in self._runs
        ]
        return np.sort(np.concatenate(parts))


def in_order(numbers: Floats) -> Floats:
    """Sort numbers, without those that are NaN."""
    ranked = np.sort(numbers)
    # NaN comes last.
    return ranked[: len(ranked) - int(np.count_nonzero(np.isnan(ranked)))]
