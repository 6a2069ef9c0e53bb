"""What wrong decisions cost, and whether one way to decide costs less than another."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from lib.decision.errors import InvalidInput

BOOTSTRAP_SAMPLES = 10_000
CONFIDENCE = 0.95
# NumPy's and scikit-learn's generators take no larger seed.
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class CostMatrix:
    """The costs of the two wrong decisions; right ones cost nothing.

    Both are in one unit of the lender's choice. Where `refused_good` is 1, that unit is the cost of
    one refused good client. Only their ratio matters to the best decisions.

    Parameters
    ----------
    missed_default : float
        Cost of granting a credit that is not repaid; above 0.
    refused_good : float
        Cost of refusing a client who would have repaid; above 0.

    Raises
    ------
    InvalidInput
        If a cost is not a number, zero, negative or not finite.
    """

    # As a field of a pydantic model it takes these two keys and no other.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    missed_default: float = 10.0
    refused_good: float = 1.0

    def __post_init__(self) -> None:
        for name in ("missed_default", "refused_good"):
            cost = getattr(self, name)
            if not (isinstance(cost, int | float | np.number) and 0 < cost < inf):
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
        In the unit of `costs`; 0 is perfect.

    Raises
    ------
    InvalidInput
        If there are no clients, lengths differ, or an outcome is not 0 or 1.

    Examples
    --------
    >>> business_cost([1, 1, 0, 0], [True, False, True, False], CostMatrix(10, 1))
    2.75
    """
    outcome = check_outcomes(defaulted)
    decision = check_paired(outcome, refused, "decisions").astype(bool)
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
    outcome = check_outcomes(defaulted)
    decision = check_paired(outcome, refused, "decisions").astype(bool)
    wrong = np.where(decision, costs.refused_good * ~outcome, costs.missed_default * outcome)
    return wrong.astype(float)


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
        Fixes the draws; 0 or more.

    Returns
    -------
    CostDifference

    Raises
    ------
    InvalidInput
        If there are no clients, lengths differ, or an outcome is not 0 or 1.

    Examples
    --------
    >>> compared = cost_difference([0, 0, 1], [0, 0, 1], [1, 1, 1], CostMatrix())
    >>> compared.cost, round(compared.other_cost, 3), round(compared.difference, 3)
    (0.0, 0.667, -0.667)
    """
    cost = business_cost(defaulted, refused, costs)
    other_cost = business_cost(defaulted, others_refused, costs)
    each = client_costs(defaulted, refused, costs) - client_costs(defaulted, others_refused, costs)
    low, high = mean_interval(each, seed)
    return CostDifference(cost, other_cost, cost - other_cost, low, high)


def mean_interval(values: npt.NDArray[np.float64], seed: int = 0) -> tuple[float, float]:
    """Give the 95 % bootstrap percentile interval of a mean.

    The mean of a sample of n clients depends only on how many fell on each distinct value, and
    these counts are multinomial. Costs have few distinct values, so ten thousand samples are cheap,
    and they are the ordinary bootstrap, not an approximation of it.

    Examples
    --------
    >>> mean_interval(np.array([2.0, 2.0, 2.0]))
    (2.0, 2.0)
    """
    distinct, counts = np.unique(values, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(
        len(values), counts / len(values), size=BOOTSTRAP_SAMPLES
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn @ distinct / len(values), [tail, 1 - tail])
    return float(low), float(high)


def check_outcomes(defaulted: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return outcomes as booleans, or raise `InvalidInput` if one is not 0 or 1."""
    outcome = np.asarray(defaulted)
    if outcome.ndim != 1 or outcome.size == 0:
        raise InvalidInput("defaulted", "outcomes are a non-empty list", "pass at least one client")
    if not np.isin(outcome, (0, 1)).all():
        raise InvalidInput(
            "defaulted", "an outcome is 0 (repaid) or 1 (defaulted)", "drop clients without one"
        )
    return outcome.astype(bool)


def check_paired(
    outcome: npt.NDArray[np.bool_], values: npt.ArrayLike, name: str
) -> npt.NDArray[np.generic]:
    """Return values as an array, or raise `InvalidInput` if there is not one for each outcome."""
    paired = np.asarray(values)
    if paired.shape != outcome.shape:
        raise InvalidInput(
            f"{paired.size} {name} for {outcome.size} outcomes",
            f"outcomes and {name} are of the same clients",
            "pass arrays of one length",
        )
    return paired
