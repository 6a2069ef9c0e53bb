"""Business cost from counts in bins of probability, where single clients are not at hand."""

import numpy as np
import numpy.typing as npt

from lib.decision.costs import CostMatrix
from lib.decision.errors import InvalidInput


def binned_costs(
    defaults: npt.ArrayLike, goods: npt.ArrayLike, costs: CostMatrix
) -> npt.NDArray[np.float64]:
    """Compute the business cost at every edge between bins.

    With counts of outcomes it is the realised cost, `cost_curve` at the edges. With sums of
    calibrated probabilities, and of their complements, it is the expected one (Elkan, 2001).

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
    missed, refused_good = np.asarray(defaults, dtype=float), np.asarray(goods, dtype=float)
    if missed.ndim != 1 or missed.shape != refused_good.shape:
        raise InvalidInput(
            "bins", "each has clients who repay and clients who do not", "give lists of one length"
        )
    clients = missed.sum() + refused_good.sum()
    if not clients > 0 or min(missed.min(), refused_good.min()) < 0:
        raise InvalidInput(
            "bins", "their counts are not below 0, and not all 0", "give at least one client"
        )
    granted_bad = np.concatenate([[0.0], np.cumsum(missed)])
    granted_good = np.concatenate([[0.0], np.cumsum(refused_good)])
    total = costs.missed_default * granted_bad + costs.refused_good * (
        granted_good[-1] - granted_good
    )
    return np.asarray(total / clients)
