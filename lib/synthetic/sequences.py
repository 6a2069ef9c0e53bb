"""Small helpers for rows that follow one another within a client or a credit."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Ints = npt.NDArray[np.int64]


def counting(lengths: Ints) -> Ints:
    """Count 0, 1, 2 … within each run.

    Examples
    --------
    >>> counting(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    starts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) - np.repeat(starts, lengths)


def rank_scores(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Turn values into standard normal scores of the same order.

    Examples
    --------
    >>> rank_scores(np.array([30, 10, 20])).round(2).tolist()
    [0.97, -0.97, 0.0]
    """
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) + 0.5
    return ndtri(ranks / max(1, len(values)))
