"""The words that every stage shares: what a decision is, and what a wrong one costs.

Offers `Decision` and `decide` (the one place where probability meets threshold; `refuses` for many
clients), `CostMatrix` and `business_cost` (`client_costs` client by client), `CostDifference` and
`cost_difference`, `CostCurve` and `cost_curve` (`binned_costs` for counts in bins), `LARGEST_SEED`
(whatever draws takes seeds from 0 to it), and `InvalidInput`, the one error for bad input.
"""

from lib.decision.cost import (
    LARGEST_SEED,
    CostDifference,
    CostMatrix,
    business_cost,
    client_costs,
    cost_difference,
)
from lib.decision.curve import CostCurve, binned_costs, cost_curve
from lib.decision.errors import InvalidInput
from lib.decision.rule import Decision, decide, refuses

__all__ = [
    "LARGEST_SEED",
    "CostCurve",
    "CostDifference",
    "CostMatrix",
    "Decision",
    "InvalidInput",
    "binned_costs",
    "business_cost",
    "client_costs",
    "cost_curve",
    "cost_difference",
    "decide",
    "refuses",
]
