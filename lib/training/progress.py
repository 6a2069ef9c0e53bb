"""How far a search is: one bar over its trials, with the best cost so far and the time left."""

import sys
from math import inf
from time import monotonic

from tqdm import tqdm


class Progress:
    """A bar on the error stream.

    Parameters
    ----------
    trials : int
        How many trials there will be, those stored before included.
    done : int
        How many are stored.
    seconds : float
        How long the search may take; infinity where it has no limit.
    shown : bool
        Whether the bar is drawn.
    """

    def __init__(self, trials: int, done: int, seconds: float, shown: bool) -> None:
        self._total, self._stored, self._limit = trials, done, seconds
        self._begun = monotonic()
        self._bar = tqdm(
            total=trials,
            initial=done,
            disable=not shown,
            unit="trial",
            file=sys.stderr,
            bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} trials, {elapsed}{postfix}",
        )

    def finish_trial(self, candidate: str, done: int, best: float) -> None:
        """Say that a trial of a candidate has ended.

        Parameters
        ----------
        candidate : str
            Its name.
        done : int
            How many trials there are now; other machines may have added some.
        best : float
            Lowest business cost so far.
        """
        spent = monotonic() - self._begun
        left = time_left(spent, done - self._stored, self._total - done, self._limit)
        self._bar.set_postfix_str(
            f"best cost {best:.4f}, about {left:.0f} s left, {candidate}", refresh=False
        )
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def time_left(spent: float, made: int, to_make: int, limit: float = inf) -> float:
    """Estimate the seconds left, from the trials made so far and the limit.

    Examples
    --------
    >>> time_left(spent=10.0, made=5, to_make=20)
    40.0
    >>> time_left(spent=10.0, made=5, to_make=20, limit=30.0)
    20.0
    """
    return max(0.0, min(spent / max(made, 1) * to_make, limit - spent))
