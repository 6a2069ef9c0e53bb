"""Grant rate and cost at every edge between bins of probability."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lib.decision import CostMatrix, binned_costs
from lib.serving.wire import RiskBins

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
