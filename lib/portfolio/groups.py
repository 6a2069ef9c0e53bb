"""A group of clients described by one feature, or by two; never so small that it shows anyone."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.decision import InvalidInput
from lib.portfolio.conditions import Condition, Kind, check_column, quoted, where_clause
from lib.portfolio.density import Density, axis_of, density_of
from lib.portfolio.distribution import (
    Distribution,
    distribution_of_categories,
    distribution_of_numbers,
)
from lib.portfolio.file import PortfolioFile

FEWEST_IN_A_GROUP = 10


@dataclass(frozen=True)
class Group:
    """Clients who are described together.

    Parameters
    ----------
    conditions : sequence of Condition
        All of them must hold; none is everybody.
    client_ids : sequence of int or None
        Nobody else is in it; None sets no such limit.
    """

    conditions: Sequence[Condition] = ()
    client_ids: Sequence[int] | None = None

    def where(self, kinds: dict[str, Kind]) -> tuple[str, list[object]]:
        """Write the group as SQL, and give the parameters for its question marks."""
        clause, values = where_clause(self.conditions, kinds)
        if self.client_ids is None:
            return clause, values
        return f"{clause} AND client_id IN (SELECT unnest(?))", [*values, list(self.client_ids)]


EVERYBODY = Group()


def describe(
    file: PortfolioFile, group: Group, feature: str, bins: int, value: float | str | None
) -> Distribution:
    """Describe a group by one feature: see `Portfolio.compare`."""
    kinds = file.kinds()
    kind = check_column(feature, kinds)
    where, values = group.where(kinds)
    name = quoted(feature)
    if kind is Kind.NUMBER:
        found = file.ask(f"CAST({name} AS DOUBLE) AS v", f"WHERE {where}", values)
        check_size(found.num_rows)
        number = None if isinstance(value, str) else value
        return distribution_of_numbers(found.column("v").to_numpy(), bins, number)
    rows = file.ask(f"{name} AS v, count(*) AS n", f"WHERE {where} GROUP BY v", values).to_pylist()
    check_size(sum(row["n"] for row in rows))
    given = {row["v"]: row["n"] for row in rows}
    missing = given.pop(None, 0)
    return distribution_of_categories(list(given), list(given.values()), missing)


def describe_together(
    file: PortfolioFile, group: Group, features: tuple[str, str], parts: int
) -> Density:
    """Describe a group by two features together: see `Portfolio.compare_two`."""
    kinds = file.kinds()
    x, y = (check_column(name, kinds) for name in features)
    where, values = group.where(kinds)
    names = [quoted(name) for name in features]
    found = file.ask(f"{names[0]} AS x, {names[1]} AS y", f"WHERE {where}", values)
    check_size(found.num_rows)
    known = found.filter(found["x"].is_valid()).column("y")
    missing = found.num_rows - (len(known) - known.null_count)
    return density_of(axis_of(found["x"], x, parts), axis_of(found["y"], y, parts), missing)


def check_size(clients: int) -> None:
    """Refuse to describe a few clients: what they have in common would be known of each.

    Raises
    ------
    InvalidInput
        If there are fewer than 10.
    """
    if clients < FEWEST_IN_A_GROUP:
        raise InvalidInput(
            "the group",
            f"it has at least {FEWEST_IN_A_GROUP} clients, so that none can be made out in it",
            "use fewer or wider filters",
        )
