"""What wrong decisions cost."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt

from lib.decision.errors import InvalidInput


@dataclass(frozen=True)
class CostMatrix:
    """The costs of the two wrong decisions; right ones cost nothing.

    Parameters
    ----------
    missed_default : float
        Cost of granting a credit that is not repaid, in units of one refused good client; above 0.
    refused_good : float
        Cost of refusing a client who would have repaid; above 0.

    Raises
    ------
    InvalidInput
        If a cost is zero, negative or not finite.
    """

    missed_default: float = 10.0
    refused_good: float = 1.0

    def __post_init__(self) -> None:
        for name in ("missed_default", "refused_good"):
            cost = getattr(self, name)
            if not (isfinite(cost) and cost > 0):
                raise InvalidInput(
                    f"{name} {cost}", "a cost is finite and above 0", "give a positive cost"
                )

    @property
    def optimal_threshold(self) -> float:
        """Best threshold for calibrated probabilities, in (0, 1) (Elkan, 2001).

        Examples
        --------
        >>> round(CostMatrix(missed_default=10, refused_good=1).optimal_threshold, 4)
        0.0909
        """
        return self.refused_good / (self.refused_good + self.missed_default)


def business_cost(defaulted: npt.ArrayLike, refused: npt.ArrayLike, costs: CostMatrix) -> float:
    """Compute the mean cost per client of a set of decisions.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    refused : array_like of bool, shape (n,)
        The decisions.
    costs : CostMatrix
        What the wrong ones cost.

    Returns
    -------
    float
        In units of one refused good client; 0 is perfect.

    Raises
    ------
    InvalidInput
        If there are no clients, lengths differ, or an outcome is not 0 or 1.

    Examples
    --------
    >>> business_cost([1, 1, 0, 0], [True, False, True, False], CostMatrix(10, 1))
    2.75
    """
    outcome, decision = _checked(defaulted, refused)
    missed = np.count_nonzero(outcome & ~decision)
    refused_good = np.count_nonzero(~outcome & decision)
    total = costs.missed_default * missed + costs.refused_good * refused_good
    return float(total / outcome.size)


def client_costs(
    defaulted: npt.ArrayLike, refused: npt.ArrayLike, costs: CostMatrix
) -> npt.NDArray[np.float64]:
    """Compute what the decision on each client costs; their mean is the business cost.

    Parameters and errors are those of `business_cost`.

    Returns
    -------
    ndarray of float, shape (n,)

    Examples
    --------
    >>> client_costs([1, 1, 0, 0], [True, False, True, False], CostMatrix(10, 1)).tolist()
    [0.0, 10.0, 1.0, 0.0]
    """
    outcome, decision = _checked(defaulted, refused)
    wrong = np.where(decision, costs.refused_good * ~outcome, costs.missed_default * outcome)
    return wrong.astype(float)


def _checked(
    defaulted: npt.ArrayLike, refused: npt.ArrayLike
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    outcome = check_outcomes(defaulted)
    decision = np.asarray(refused, dtype=bool)
    if decision.shape != outcome.shape:
        raise InvalidInput(
            f"{decision.size} decisions for {outcome.size} outcomes",
            "each client has one outcome and one decision",
            "pass arrays of one length",
        )
    return outcome, decision


def check_outcomes(defaulted: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return the outcomes as booleans, or say why they are none."""
    outcome = np.asarray(defaulted)
    if outcome.ndim != 1 or outcome.size == 0:
        raise InvalidInput("defaulted", "outcomes are a non-empty list", "pass at least one client")
    if not np.isin(outcome, (0, 1)).all():
        raise InvalidInput(
            "defaulted", "an outcome is 0 (repaid) or 1 (defaulted)", "drop clients without one"
        )
    return outcome.astype(bool)
