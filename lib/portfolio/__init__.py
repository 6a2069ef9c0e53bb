"""The clients already known: their files, who is among them, and how they are spread.

Offers `build_portfolio`, which scores every client of ``features.parquet`` and writes one file
sorted by client number, and `Portfolio`, which answers questions about that file: `client`,
`search`, `compare`, `compare_two`, `overview`, `similar`, `risks`. It never gives rows where a
count is asked for.
"""

from lib.portfolio.building import build_portfolio
from lib.portfolio.comparison import Axis, Density, Distribution, Usual
from lib.portfolio.disclosure import FEWEST_IN_A_GROUP
from lib.portfolio.file import NotFound, PortfolioUnavailable, ScoredBy
from lib.portfolio.groups import Condition, Group
from lib.portfolio.likeness import Neighbours
from lib.portfolio.portfolio import Page, Portfolio
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
    "ScoredBy",
    "Usual",
    "build_portfolio",
]
