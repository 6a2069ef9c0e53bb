"""Standard normal scores: of a hidden risk, and of what shows it through noise.

Each client has a hidden risk, standard normal, and defaults where a liability, normal too and
correlated `RISK_SHARE` with the risk, exceeds a bound. Every column shows the risk through noise.
Hence columns share what they know, as real ones do, and no model can know more than the risk. The
functions here go from the strength that a column alone has to its correlation with the risk.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DEFAULT_RATE = 0.0807
RISK_SHARE = 0.66  # sets how much all columns together can tell; see the resemblance report
BOUND = float(ndtri(1 - DEFAULT_RATE))
_GRID = 4001


def auc_of(correlation: float, shares: tuple[float, ...] = ()) -> float:
    """Compute the AUC of a column whose score correlates with the liability.

    Parameters
    ----------
    correlation : float
        Of the score with the liability.
    shares : tuple of float
        Shares of the values, rising, if the column has few; none for a continuous one.

    Examples
    --------
    >>> round(auc_of(0.0), 3), auc_of(0.3) > auc_of(0.3, (0.9, 0.1)) > 0.5
    (0.5, True)
    """
    levels = (np.arange(_GRID) + 0.5) / _GRID
    scores = ndtri(levels)
    default = ndtr((correlation * scores - BOUND) / np.sqrt(1 - correlation**2)) / _GRID
    weights = np.full(_GRID, 1 / _GRID)
    if shares:
        value = np.searchsorted(np.cumsum(shares)[:-1] / sum(shares), levels)
        default = np.bincount(value, default, len(shares))
        weights = np.bincount(value, weights, len(shares))
    return auc_from_rates(default, weights - default)


def auc_from_rates(bad: Floats, good: Floats) -> float:
    """Compute the AUC of ordered groups with given masses of bad and good clients."""
    below = np.cumsum(good) - good
    return float(np.sum(bad * (below + good / 2)) / (bad.sum() * good.sum()))


@cache
def correlation_for(auc: float, shares: tuple[float, ...] = ()) -> float:
    """Find the correlation with the liability that gives a column this AUC.

    Examples
    --------
    >>> round(auc_of(correlation_for(0.62)), 3)
    0.62
    """
    low, high = -0.9 * RISK_SHARE, 0.9 * RISK_SHARE
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if auc_of(middle, shares) < auc else (low, middle)
    return (low + high) / 2


def loading_for(auc: float, shares: tuple[float, ...] = ()) -> float:
    """Find the correlation with the risk, rather than with the liability; see `correlation_for`."""
    return correlation_for(round(auc, 4), shares) / RISK_SHARE


def missing_loading(share: float, default_rate: float | None) -> float:
    """Find the correlation with the risk of "being missing", from the default rate of the missing.

    Examples
    --------
    >>> missing_loading(0.2, 0.06) < 0 < missing_loading(0.2, 0.10)
    True
    """
    if default_rate is None or not 0.002 < share < 1:
        return 0.0
    bad = np.array([DEFAULT_RATE - share * default_rate, share * default_rate])
    if bad[0] <= 0:
        return 0.0
    good = np.array([1 - share, share]) - bad
    return loading_for(auc_from_rates(bad, good), (1 - share, share))


def mixed(rng: np.random.Generator, parts: list[tuple[float, Floats]]) -> Floats:
    """Mix standard normal scores by their weights, with noise, into a standard normal score.

    The parts are taken as uncorrelated; where they are not, the score's variance is off a little.
    """
    weight = sum(weight**2 for weight, _ in parts)
    size = len(parts[0][1])
    score = np.sqrt(max(0.0, 1 - weight)) * rng.standard_normal(size)
    for part_weight, part in parts:
        score += part_weight * part
    return score


def counting(lengths: Ints) -> Ints:
    """Count 0, 1, 2 … within each run.

    Examples
    --------
    >>> counting(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    starts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) - np.repeat(starts, lengths)


def rank_scores(values: npt.NDArray[np.generic]) -> Floats:
    """Turn values into standard normal scores of the same order.

    Examples
    --------
    >>> rank_scores(np.array([30, 10, 20])).round(2).tolist()
    [0.97, -0.97, 0.0]
    """
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) + 0.5
    return ndtri(ranks / max(1, len(values)))
