"""How many clients have each category: what a list of choices shows beside each choice."""

from collections.abc import Sequence

from lib.decision import InvalidInput
from lib.portfolio.conditions import Condition, Kind, check_column, quoted, where_clause
from lib.portfolio.distribution import MOST_CATEGORIES
from lib.portfolio.file import PortfolioFile


def count_categories(
    file: PortfolioFile, column: str, conditions: Sequence[Condition]
) -> dict[str, int]:
    """Count the clients of each category for whom the conditions on *other* columns hold.

    Returns
    -------
    dict of str to int
        The most frequent first, at most 100.

    Raises
    ------
    InvalidInput
        If the column holds numbers.
    """
    kinds = file.kinds()
    if check_column(column, kinds) is not Kind.CATEGORY:
        raise InvalidInput(
            f"facet {column}", "it holds categories", "ask /compare for how numbers are spread"
        )
    where, values = where_clause([one for one in conditions if one.column != column], kinds)
    found = file.ask(
        f"{quoted(column)} AS category, count(*) AS clients",
        f"WHERE {where} AND category IS NOT NULL GROUP BY category ORDER BY clients DESC, category"
        " LIMIT ?",
        [*values, MOST_CATEGORIES],
    )
    return {row["category"]: row["clients"] for row in found.to_pylist()}
