"""Business cost as a function of the threshold: at every probability, or at the edges of bins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.decision.cost import (
    CostMatrix,
    Costs,
    Floats,
    check_outcomes,
    check_paired,
    costs_if_decided,
)
from lib.decision.errors import InvalidInput
from lib.decision.rule import check_probabilities, check_thresholds


@dataclass(frozen=True)
class CostCurve:
    """Business cost at every threshold that makes a difference.

    Attributes
    ----------
    thresholds : ndarray of float, shape (m + 1,)
        Every distinct probability, rising, then infinity: the last one refuses nobody.
    costs : ndarray of float, shape (m + 1,)
        Business cost per client at each threshold.
    """

    thresholds: npt.NDArray[np.float64]
    costs: npt.NDArray[np.float64]

    @property
    def best(self) -> int:
        """Index of the lowest cost; of equals, the highest threshold (it refuses fewest)."""
        return int(len(self.costs) - 1 - np.argmin(self.costs[::-1]))

    @property
    def best_cost(self) -> float:
        """Lowest business cost per client."""
        return float(self.costs[self.best])

    @property
    def best_threshold(self) -> float:
        """Threshold in [0, 1] at the lowest cost.

        Between two neighbouring probabilities every threshold decides alike, so the middle of the
        interval is taken: it is the one least tied to a single client. Where refusing nobody is
        best it is 1, the largest threshold there is: a probability below 1 is then granted.
        """
        if self.best == len(self.thresholds) - 1:
            return 1.0
        upper = self.thresholds[self.best]
        lower = self.thresholds[self.best - 1] if self.best else 0.0
        middle = float((lower + upper) / 2)
        # Two neighbouring floats have no middle: rounding must not refuse the client at the lower.
        return middle if lower < middle else float(upper)

    def cost_at(self, threshold: float) -> float:
        """Give the business cost per client at any threshold in [0, 1], or at infinity.

        Raises
        ------
        InvalidInput
            If it lies elsewhere.
        """
        place = np.searchsorted(self.thresholds, check_thresholds(threshold), side="left")
        return float(self.costs[place])


def cost_curve(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, costs: Costs
) -> CostCurve:
    """Compute the business cost at every distinct probability, in O(n log n).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        Default probabilities in [0, 1].
    costs : CostMatrix or ClientCosts
        What wrong decisions cost.

    Returns
    -------
    CostCurve

    Raises
    ------
    InvalidInput
        If there are no clients, lengths differ, an outcome is not 0 or 1, or a probability does
        not lie in [0, 1].

    Examples
    --------
    >>> curve = cost_curve([0, 0, 1], [0.1, 0.2, 0.4], CostMatrix(10, 1))
    >>> curve.best_cost
    0.0
    >>> round(curve.best_threshold, 3)
    0.3
    """
    outcome = check_outcomes(defaulted)
    probability = check_paired(outcome, default_probability, "probabilities")
    thresholds, bins = np.unique(check_probabilities(probability), return_inverse=True)
    if_granted, if_refused = (
        np.bincount(bins, weights=each, minlength=len(thresholds)).astype(float)
        for each in costs_if_decided(outcome, costs)
    )
    total = costs_at_edges(if_granted, if_refused)
    return CostCurve(np.append(thresholds, np.inf), total / len(outcome))


def binned_costs(
    defaults: npt.ArrayLike, goods: npt.ArrayLike, costs: CostMatrix
) -> npt.NDArray[np.float64]:
    """Compute the business cost at every edge between bins of probability.

    With counts of outcomes it is the realised cost. With sums of calibrated probabilities, and of
    their complements, it is the expected one (Elkan, 2001).

    Parameters
    ----------
    defaults : array_like of float, shape (n,)
        Clients of each bin who do not repay, counted or expected; bins rise with the probability.
    goods : array_like of float, shape (n,)
        Those who repay.
    costs : CostMatrix
        What wrong decisions cost.

    Returns
    -------
    ndarray of float, shape (n + 1,)
        Cost per client where the bins from each edge on are refused: all of them at the first
        edge, none at the last.

    Raises
    ------
    InvalidInput
        If lengths differ, a number is negative, or there are no clients.

    Examples
    --------
    >>> binned_costs([1, 2], [5, 2], CostMatrix(10, 1)).round(2).tolist()
    [0.7, 1.2, 3.0]
    """
    bad, good = np.asarray(defaults, dtype=float), np.asarray(goods, dtype=float)
    if bad.ndim != 1 or bad.shape != good.shape:
        raise InvalidInput(
            "bins", "each has clients who repay and clients who do not", "give lists of one length"
        )
    clients = bad.sum() + good.sum()
    if not clients > 0 or min(bad.min(), good.min()) < 0:
        raise InvalidInput(
            "bins", "their counts are not below 0, and not all 0", "give at least one client"
        )
    return costs_at_edges(costs.missed_default * bad, costs.refused_good * good) / clients


def costs_at_edges(if_granted: Floats, if_refused: Floats) -> Floats:
    """Sum up what bins cost where those below each edge are granted and the others refused.

    Parameters
    ----------
    if_granted, if_refused : ndarray of float, shape (n,)
        What the clients of each bin cost together; bins rise with the probability.

    Returns
    -------
    ndarray of float, shape (n + 1,)
        The total at each edge: all bins are refused at the first, none at the last.

    Examples
    --------
    >>> costs_at_edges(np.array([1.0, 20.0]), np.array([5.0, 2.0])).tolist()
    [7.0, 3.0, 21.0]
    """
    granted = np.concatenate([[0.0], np.cumsum(if_granted)])
    refused = np.concatenate([np.cumsum(if_refused[::-1])[::-1], [0.0]])
    return granted + refused
