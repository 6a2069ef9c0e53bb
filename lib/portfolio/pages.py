"""A sorted list of clients, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.portfolio.conditions import Condition, check_column, quoted, where_clause
from lib.portfolio.facets import count_categories
from lib.portfolio.file import PortfolioFile

SHOWN = ("client_id", "default_probability", "decision")

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a list of clients, how many there are in all, and the counts of each facet."""

    total: int
    rows: list[Row]
    facets: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Order:
    """How a list is sorted, and which page of it is asked for.

    Parameters
    ----------
    sort : str
        Column; clients without a value come last, equal ones by their number.
    descending : bool
        Largest first.
    page, page_size : int
        Which page, from 1 on, and how many clients it has.
    """

    sort: str
    descending: bool
    page: int
    page_size: int

    def __str__(self) -> str:
        """Write it as SQL."""
        return f"{quoted(self.sort)} {'DESC' if self.descending else 'ASC'} NULLS LAST, client_id"


def page_of(
    file: PortfolioFile,
    conditions: Sequence[Condition],
    order: Order,
    features: Sequence[str],
    facets: Sequence[str],
) -> Page:
    """Give one page of the clients for whom all conditions hold: see `Portfolio.search`."""
    kinds = file.kinds()
    for name in (order.sort, *features):
        check_column(name, kinds)
    where, values = where_clause(conditions, kinds)
    total = file.ask("count(*) AS n", f"WHERE {where}", values)
    rows = file.ask(
        ", ".join(map(quoted, dict.fromkeys([*SHOWN, *features]))),
        f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        [*values, order.page_size, (order.page - 1) * order.page_size],
    )
    counted = {name: count_categories(file, name, conditions) for name in facets}
    return Page(total.column("n")[0].as_py(), rows.to_pylist(), counted)
