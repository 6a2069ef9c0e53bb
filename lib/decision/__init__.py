"""The words that every stage shares: what a decision is, and what a wrong one costs.

Offers `Decision` and `decide` (the one place where probability meets threshold; `refuses` for many
clients), `CostMatrix` and `business_cost` (`client_costs` client by client), `ClientCosts` and
`LenderTerms` for costs that follow the amount of the credit, `CostDifference` and
`cost_difference`, `mean_interval` with `CONFIDENCE` and `Z95`, `CostCurve` and `cost_curve`
(`binned_costs`, `costs_at_edges` for clients in bins), `LARGEST_SEED` (whatever draws takes seeds
from 0 to it), `Range` with `is_possible` and `say_range` (which numbers there can be), and
`InvalidInput`, the one error for bad input.
"""

from lib.decision.cost import (
    CONFIDENCE,
    LARGEST_SEED,
    Z95,
    ClientCosts,
    CostDifference,
    CostMatrix,
    Costs,
    LenderTerms,
    business_cost,
    client_costs,
    cost_difference,
    mean_interval,
)
from lib.decision.curve import CostCurve, binned_costs, cost_curve, costs_at_edges
from lib.decision.errors import InvalidInput
from lib.decision.possible import ANYTHING, Range, is_possible, say_range
from lib.decision.rule import Decision, decide, refuses

__all__ = [
    "ANYTHING",
    "CONFIDENCE",
    "LARGEST_SEED",
    "Z95",
    "ClientCosts",
    "CostCurve",
    "CostDifference",
    "CostMatrix",
    "Costs",
    "Decision",
    "InvalidInput",
    "LenderTerms",
    "Range",
    "binned_costs",
    "business_cost",
    "client_costs",
    "cost_curve",
    "cost_difference",
    "costs_at_edges",
    "decide",
    "is_possible",
    "mean_interval",
    "refuses",
    "say_range",
]
