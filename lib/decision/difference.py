"""Whether one way to decide costs less than another, on the same clients."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.decision.costs import CostMatrix, business_cost, client_costs

REPETITIONS = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class CostDifference:
    """Business cost of two ways to decide about the same clients, and how sure the difference is.

    Attributes
    ----------
    cost, other_cost : float
        Business cost per client of the first and of the other.
    difference : float
        The first less the other: below 0 the first costs less.
    low, high : float
        95 % bootstrap interval of the difference.

    Examples
    --------
    >>> CostDifference(0.5, 0.6, -0.1, -0.15, -0.05).surely_lower
    True
    """

    cost: float
    other_cost: float
    difference: float
    low: float
    high: float

    @property
    def surely_lower(self) -> bool:
        """Whether the whole interval lies below 0."""
        return self.high < 0


def cost_difference(
    defaulted: npt.ArrayLike,
    refused: npt.ArrayLike,
    others_refused: npt.ArrayLike,
    costs: CostMatrix,
    seed: int = 0,
) -> CostDifference:
    """Compare two sets of decisions about the same clients.

    Clients are drawn with replacement, each with both decisions: what both find hard cancels out
    (paired percentile bootstrap, Efron and Tibshirani, 1993).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    refused, others_refused : array_like of bool, shape (n,)
        The decisions of the first and of the other.
    costs : CostMatrix
        What wrong ones cost.
    seed : int
        Fixes the draws.

    Returns
    -------
    CostDifference

    Raises
    ------
    InvalidInput
        If there are no clients, lengths differ, or an outcome is not 0 or 1.

    Examples
    --------
    >>> told = cost_difference([0, 0, 1], [0, 0, 1], [1, 1, 1], CostMatrix())
    >>> told.cost, round(told.other_cost, 3), round(told.difference, 3)
    (0.0, 0.667, -0.667)
    """
    cost = business_cost(defaulted, refused, costs)
    other_cost = business_cost(defaulted, others_refused, costs)
    each = client_costs(defaulted, refused, costs) - client_costs(defaulted, others_refused, costs)
    low, high = mean_interval(each, seed)
    return CostDifference(cost, other_cost, cost - other_cost, low, high)


def mean_interval(values: npt.NDArray[np.float64], seed: int = 0) -> tuple[float, float]:
    """Give the 95 % bootstrap percentile interval of a mean.

    All that a draw of n clients tells about a mean is how many fell on each distinct value, and
    these counts are multinomial. Costs have few distinct values, so ten thousand draws are cheap,
    and they are the ordinary bootstrap, not an approximation of it.

    Examples
    --------
    >>> mean_interval(np.array([2.0, 2.0, 2.0]))
    (2.0, 2.0)
    """
    distinct, counts = np.unique(values, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(
        len(values), counts / len(values), size=REPETITIONS
    )
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn @ distinct / len(values), [tail, 1 - tail])
    return float(low), float(high)
