"""Grant rate and cost at every edge between bins of probability."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lib.decision import Z95, CostMatrix, LenderTerms, binned_costs, costs_at_edges
from lib.serving.wire import AmountBins, RiskBins

Floats = npt.NDArray[np.float64]

COST_DIGITS = 3  # decimals of a cost


class Figures(NamedTuple):
    """A group of clients at one threshold.

    `cost` and `known_cost` are in refused good clients, per client; those from outcomes are None
    where no outcome is known.
    """

    clients: int
    risk: float
    granted: float
    cost: float
    known_cost: float | None
    defaulted: float | None


class MoneyCost(NamedTuple):
    """What decisions about so many clients cost together in the lender's currency.

    `low` and `high` are the ends of the 95 % interval of `total`.
    """

    clients: int
    total: float
    low: float
    high: float

    @property
    def per_client(self) -> float:
        """Mean cost of a client."""
        return self.total / self.clients


def grant_rates(bins: RiskBins) -> Floats:
    """Give the share of clients below each edge.

    Examples
    --------
    >>> grant_rates(RiskBins(clients=[6, 4], expected_defaults=[1.0, 3.0], defaulted=[], repaid=[]))
    array([0. , 0.6, 1. ])
    """
    below = np.concatenate([[0], np.cumsum(bins.clients)])
    return below / below[-1]


def expected_costs(bins: RiskBins, costs: CostMatrix) -> Floats:
    """Give the expected cost per client at each edge, from calibrated probabilities."""
    defaults = np.array(bins.expected_defaults)
    # Rounding may leave a bin of sure defaults a hair below 0.
    return binned_costs(defaults, np.maximum(np.array(bins.clients) - defaults, 0.0), costs)


def known_costs(bins: RiskBins, costs: CostMatrix) -> Floats | None:
    """Give what it would have cost per client whose outcome is known; None where none is."""
    if not sum(bins.defaulted) + sum(bins.repaid):
        return None
    return binned_costs(bins.defaulted, bins.repaid, costs)


def figures_at(bins: RiskBins, place: int, costs: CostMatrix) -> Figures:
    """Sum a group up where the bins from an edge on are refused."""
    clients, known = sum(bins.clients), sum(bins.defaulted) + sum(bins.repaid)
    known_cost = known_costs(bins, costs)
    return Figures(
        clients=clients,
        risk=sum(bins.expected_defaults) / clients,
        granted=float(grant_rates(bins)[place]),
        cost=float(expected_costs(bins, costs)[place]),
        known_cost=None if known_cost is None else float(known_cost[place]),
        defaulted=sum(bins.defaulted) / known if known else None,
    )


def cheapest(bins: RiskBins, costs: CostMatrix) -> int:
    """Give the edge at the lowest expected cost; of equals, the one that refuses fewest."""
    expected = expected_costs(bins, costs)
    return int(len(expected) - 1 - np.argmin(expected[::-1]))


def expected_money(amounts: AmountBins, place: int, terms: LenderTerms) -> MoneyCost:
    """Give what is to be expected where the bins from an edge on are refused.

    The interval is that of the sum of independent outcomes whose probabilities are right.

    Examples
    --------
    >>> bins = AmountBins(
    ...     clients=2, known=0, asked=[1000.0, 1000.0], expected_missed=[10.0, 200.0],
    ...     expected_spread=[9900.0, 160000.0], defaulted=[0.0, 0.0], repaid=[0.0, 0.0],
    ...     defaulted_squares=[0.0, 0.0], repaid_squares=[0.0, 0.0],
    ... )
    >>> expected_money(bins, 1, LenderTerms(0.5, 0.05)).total
    45.0
    """
    missed = np.array(amounts.expected_missed)
    spread = np.array(amounts.expected_spread)
    loss, margin = terms.loss_given_default, terms.margin
    # Rounding may leave a bin of sure defaults a hair below 0.
    repaid = np.maximum(np.array(amounts.asked) - missed, 0.0)
    total = costs_at_edges(loss * missed, margin * repaid)[place]
    variance = costs_at_edges(loss**2 * spread, margin**2 * spread)[place]
    return _with_interval(amounts.clients, float(total), float(variance))


def known_money(amounts: AmountBins, place: int, terms: LenderTerms) -> MoneyCost | None:
    """Give what it would have cost on the clients whose outcome is known; None where none is.

    The interval is that of drawing as many clients again.
    """
    if not amounts.known:
        return None
    loss, margin = terms.loss_given_default, terms.margin
    total = costs_at_edges(loss * np.array(amounts.defaulted), margin * np.array(amounts.repaid))
    squares = costs_at_edges(
        loss**2 * np.array(amounts.defaulted_squares), margin**2 * np.array(amounts.repaid_squares)
    )
    variance = squares[place] - total[place] ** 2 / amounts.known
    return _with_interval(amounts.known, float(total[place]), max(float(variance), 0.0))


def _with_interval(clients: int, total: float, variance: float) -> MoneyCost:
    reach = Z95 * variance**0.5
    return MoneyCost(clients, total, max(total - reach, 0.0), total + reach)
