"""The words that every stage shares: what a decision is, and what a wrong one costs.

Offers `Decision` and `decide` (the one place where probability meets threshold; `refuses` for many
clients), `CostMatrix` and `business_cost` (`client_costs` client by client), `CostDifference` and
`cost_difference`, `CostCurve` and `cost_curve` (`binned_costs` for counts in bins), `LARGEST_SEED`
(whatever draws takes seeds from 0 to it), `Range` with `is_possible` and `say_range` (which numbers
there can be), and `InvalidInput`, the one error for bad input.
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
from lib.decision.possible import ANYTHING, Range, is_possible, say_range
from lib.decision.rule import Decision, decide, refuses

__all__ = [
    "ANYTHING",
    "LARGEST_SEED",
    "CostCurve",
    "CostDifference",
    "CostMatrix",
    "Decision",
    "InvalidInput",
    "Range",
    "binned_costs",
    "business_cost",
    "client_costs",
    "cost_curve",
    "cost_difference",
    "decide",
    "is_possible",
    "refuses",
    "say_range",
]
