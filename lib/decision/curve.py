"""Business cost as a function of the threshold, exact and whole."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.decision.costs import CostMatrix, check_outcomes
from lib.decision.errors import InvalidInput


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
        # Two neighbouring floats have no middle: rounding must not let the lower client in.
        return middle if lower < middle else float(upper)

    def cost_at(self, threshold: float) -> float:
        """Give the business cost per client at any threshold in [0, 1], or at infinity.

        Raises
        ------
        InvalidInput
            If it lies elsewhere.
        """
        if not (0 <= threshold <= 1 or threshold == np.inf):
            raise InvalidInput(
                f"threshold {threshold}", "it lies in [0, 1]", "give one between 0 and 1"
            )
        return float(self.costs[np.searchsorted(self.thresholds, threshold, side="left")])


def cost_curve(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, costs: CostMatrix
) -> CostCurve:
    """Compute the business cost at every distinct probability, in O(n log n).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        Default probabilities in [0, 1].
    costs : CostMatrix
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
    probability = np.asarray(default_probability, dtype=float)
    if probability.shape != outcome.shape:
        raise InvalidInput(
            f"{probability.size} probabilities for {outcome.size} outcomes",
            "each client has one outcome and one probability",
            "pass arrays of one length",
        )
    if not ((probability >= 0) & (probability <= 1)).all():
        raise InvalidInput(
            "default_probability", "every value lies in [0, 1]", "pass calibrated probabilities"
        )
    thresholds, group = np.unique(probability, return_inverse=True)
    defaults = np.bincount(group, weights=outcome, minlength=len(thresholds))
    goods = np.bincount(group, weights=~outcome, minlength=len(thresholds))
    missed = np.concatenate([[0.0], np.cumsum(defaults)])
    refused_good = goods.sum() - np.concatenate([[0.0], np.cumsum(goods)])
    total = costs.missed_default * missed + costs.refused_good * refused_good
    return CostCurve(np.append(thresholds, np.inf), total / outcome.size)
