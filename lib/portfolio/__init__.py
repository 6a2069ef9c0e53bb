"""The clients already known: their files, who is among them, and how they are spread.

Offers `build_portfolio`, which scores every client of ``features.parquet`` and writes one file
sorted by client number, and `Portfolio`, which answers questions about that file: `client`,
`search`, `compare`, `compare_two`, `similar`, `risks`. It never gives rows where a
count is asked for.
"""

from lib.portfolio.building import build_portfolio
from lib.portfolio.conditions import Condition
from lib.portfolio.density import Axis, Density
from lib.portfolio.distribution import Distribution
from lib.portfolio.faults import NotFound, PortfolioUnavailable
from lib.portfolio.groups import FEWEST_IN_A_GROUP, Group
from lib.portfolio.nearest import Neighbours
from lib.portfolio.overview import Usual
from lib.portfolio.pages import Page
from lib.portfolio.portfolio import Portfolio
from lib.portfolio.risks import Bins, Risks

__all__ = [
    "FEWEST_IN_A_GROUP",
    "Axis",
    "Bins",
    "Condition",
    "Density",
    "Distribution",
    "Group",
    "Neighbours",
    "NotFound",
    "Page",
    "Portfolio",
    "PortfolioUnavailable",
    "Risks",
    "Usual",
    "build_portfolio",
]
