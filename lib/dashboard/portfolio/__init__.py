"""What the head of the team sees: all clients together, at any threshold and cost ratio.

The API gives counts and sums in bins of probability, never a row; whatever a slider moves is worked
out from them here, by the formulas of `lib.decision`. The parts are those of the manager's page:
`session` has the state and fills it, `thresholds` and `tables` have the panels, `curves` the sums,
and `page.PortfolioPage` puts them together.
"""

from lib.dashboard.portfolio.page import PortfolioPage

__all__ = ["PortfolioPage"]
