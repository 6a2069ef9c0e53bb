"""What wrong decisions cost, and whether one way to decide costs less than another."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import NormalDist
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from lib.decision.errors import InvalidInput

Floats = npt.NDArray[np.float64]
# Some of the clients, by mask or position.
Rows = npt.NDArray[np.bool_] | npt.NDArray[np.int_]

BOOTSTRAP_SAMPLES = 10_000
CONFIDENCE = 0.95
# So many standard deviations to both sides hold 95 % of what is normal, as sums over many are.
Z95 = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
# Costs by amount have about as many distinct values as there are clients: these are drawn client
# by client, which takes a second for 60,000 of them; an end then moves by a twentieth of the width.
FEW_DISTINCT = 1_000
SAMPLES_OF_CLIENTS = 1_000
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

    @property
    def matrix(self) -> Self:
        """The costs of the mean client: everybody's."""
        return self

    def only(self, rows: Rows) -> Self:
        """Give the costs of some of the clients: they are everybody's.

        Parameters
        ----------
        rows : ndarray of bool or int
            Mask or positions of the clients.
        """
        return self


@dataclass(frozen=True, eq=False)
class ClientCosts:
    """The costs of the two wrong decisions about each client; right ones cost nothing.

    Whatever takes a `CostMatrix` to decide or to compare takes these too.

    Parameters
    ----------
    missed_default, refused_good : array_like of float, shape (n,)
        As of `CostMatrix`, of each client; 0 or more.

    Raises
    ------
    InvalidInput
        If lengths differ, or a cost is negative or not finite.

    Examples
    --------
    >>> costs = ClientCosts([5000.0, 80000.0], [500.0, 8000.0])
    >>> costs.only(np.array([False, True])).missed_default.tolist()
    [80000.0]
    """

    missed_default: Floats
    refused_good: Floats

    def __post_init__(self) -> None:
        for name in ("missed_default", "refused_good"):
            costs = np.asarray(getattr(self, name), dtype=float)
            object.__setattr__(self, name, costs)
            wrong = costs[~(np.isfinite(costs) & (costs >= 0))]
            if wrong.size:
                raise InvalidInput(
                    f"{name} {wrong.flat[0]}",
                    "a cost is finite and not below 0",
                    "leave the client out",
                )
        if self.missed_default.ndim != 1 or self.missed_default.shape != self.refused_good.shape:
            raise InvalidInput(
                f"{self.missed_default.size} costs of a missed default, "
                f"{self.refused_good.size} of a refused good client",
                "each client has both",
                "pass two lists of one length",
            )

    @property
    def matrix(self) -> CostMatrix:
        """The costs of the mean client, in refused good ones.

        Raises
        ------
        InvalidInput
            If no wrong decision of one kind costs anything.
        """
        missed, refused = float(self.missed_default.sum()), float(self.refused_good.sum())
        return CostMatrix(missed / refused if refused else inf, 1.0)

    def only(self, rows: Rows) -> Self:
        """Give the costs of some of the clients, by mask or position."""
        return type(self)(self.missed_default[rows], self.refused_good[rows])


Costs = CostMatrix | ClientCosts


@dataclass(frozen=True)
class LenderTerms:
    """What the lender assumes about its money; the data tell neither.

    A missed default costs `loss_given_default` times the amount of the credit, a refused good
    client `margin` times that amount. Granting a good client costs nothing: what the lender then
    earns is what refusing would have cost.

    Parameters
    ----------
    loss_given_default : float
        Share of the credit amount that is lost where a client does not repay; above 0, at most 1.
    margin : float
        Share of the credit amount that is earned where a client repays; above 0, at most 1.

    Raises
    ------
    InvalidInput
        If a share lies elsewhere.

    Examples
    --------
    >>> LenderTerms(0.6, 0.06).costs_of([100_000.0]).missed_default.tolist()
    [60000.0]
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    # The usual ten to one, for a client of any amount: see `CostMatrix`.
    loss_given_default: float = 0.6
    margin: float = 0.06

    def __post_init__(self) -> None:
        for name in ("loss_given_default", "margin"):
            share = getattr(self, name)
            if not (isinstance(share, int | float | np.number) and 0 < share <= 1):
                raise InvalidInput(
                    f"{name} {share}",
                    "it is a share of the credit amount, above 0 and at most 1",
                    "give 0.1 for a tenth, say",
                )

    def costs_of(self, amounts: npt.ArrayLike) -> ClientCosts:
        """Give what wrong decisions about each client cost, in the currency of the amounts.

        Parameters
        ----------
        amounts : array_like of float, shape (n,)
            The credit of each client; 0 or more.

        Raises
        ------
        InvalidInput
            If an amount is not known, negative or not finite.
        """
        credit = np.asarray(amounts, dtype=float)
        wrong = int(np.count_nonzero(~(np.isfinite(credit) & (credit >= 0))))
        if wrong:
            raise InvalidInput(
                f"amounts of {wrong} credits",
                "the amount of each credit is known and not below 0",
                "leave these clients out, or decide without amounts",
            )
        return ClientCosts(self.loss_given_default * credit, self.margin * credit)

    def relative_costs_of(self, amounts: npt.ArrayLike) -> ClientCosts:
        """Give the same in refused good clients of the mean amount, the unit of a `CostMatrix`.

        Parameters and errors are those of `costs_of`; one amount at least is above 0.

        Examples
        --------
        >>> costs = LenderTerms(0.5, 0.05).relative_costs_of([100.0, 300.0])
        >>> costs.missed_default.tolist(), costs.refused_good.tolist()
        ([5.0, 15.0], [0.5, 1.5])
        """
        credit = np.asarray(amounts, dtype=float)
        if not (credit > 0).any():
            raise InvalidInput(
                f"amounts of {credit.size} credits", "one of them is above 0", "give the amounts"
            )
        return self.costs_of(credit / (self.margin * np.nanmean(credit)))


def business_cost(defaulted: npt.ArrayLike, refused: npt.ArrayLike, costs: Costs) -> float:
    """Compute the mean cost per client of a set of decisions.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    refused : array_like of bool, shape (n,)
        The decisions.
    costs : CostMatrix or ClientCosts
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
    >>> business_cost([1, 0], [False, True], ClientCosts([9000.0, 50.0], [900.0, 5.0]))
    4502.5
    >>> business_cost([1, 1, 0, 0], [True, False, True, False], CostMatrix(10, 1))
    2.75
    """
    return float(client_costs(defaulted, refused, costs).mean())


def client_costs(
    defaulted: npt.ArrayLike, refused: npt.ArrayLike, costs: Costs
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
    if_granted, if_refused = costs_if_decided(outcome, costs)
    return np.where(decision, if_refused, if_granted)


def costs_if_decided(outcome: npt.NDArray[np.bool_], costs: Costs) -> tuple[Floats, Floats]:
    """Give what each client costs if granted, and if refused.

    Parameters
    ----------
    outcome : ndarray of bool, shape (n,)
        True where the client did not repay.
    costs : CostMatrix or ClientCosts
        What the wrong decisions cost.

    Raises
    ------
    InvalidInput
        If the costs are those of another number of clients.

    Examples
    --------
    >>> granted, refused = costs_if_decided(np.array([True, False]), CostMatrix(10, 1))
    >>> granted.tolist(), refused.tolist()
    ([10.0, 0.0], [0.0, 1.0])
    """
    if isinstance(costs, ClientCosts):
        check_paired(outcome, costs.missed_default, "costs")
    return np.where(outcome, costs.missed_default, 0.0), np.where(outcome, 0.0, costs.refused_good)


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
    costs: Costs,
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
    costs : CostMatrix or ClientCosts
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


def mean_interval(values: Floats, seed: int = 0) -> tuple[float, float]:
    """Give the 95 % bootstrap percentile interval of a mean.

    The mean of a sample of n clients depends only on how many fell on each distinct value, and
    these counts are multinomial. Costs of one matrix have few distinct values, so ten thousand
    samples are cheap, and they are the ordinary bootstrap, not an approximation of it. Where there
    are many values, clients are drawn one by one, a thousand times.

    Examples
    --------
    >>> mean_interval(np.array([2.0, 2.0, 2.0]))
    (2.0, 2.0)
    """
    random, clients = np.random.default_rng(seed), len(values)
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= FEW_DISTINCT:
        drawn = random.multinomial(clients, counts / clients, size=BOOTSTRAP_SAMPLES)
        means: Sequence[float] | Floats = drawn @ distinct / clients
    else:
        means = [
            values[random.integers(0, clients, clients)].mean() for _ in range(SAMPLES_OF_CLIENTS)
        ]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
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
