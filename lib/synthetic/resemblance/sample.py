"""The rows of a table, weighted like those that the reference was measured on.

The histories of the reference are of as many clients of application_train as of application_test,
and the two differ. So a row here weighs one over the clients of its part. Rows of nobody's (months
of a credit that the bureau does not list) are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.tables.checks import fetched
from lib.tables.schema import TABLES

CLIENT = "SK_ID_CURR"
PARTS = ("application_train", "application_test")


@dataclass(frozen=True)
class Sample:
    """A table whose rows know their part.

    Attributes
    ----------
    name : str
    table : ibis table
        With `CLIENT` and the column ``part``.
    weights : mapping of str to float
        Of the rows of each part.
    clients : mapping of str to int
        In each part, with rows or without.
    effective : float
        How many independent clients' worth of rows there are (Kish 1965).
    """

    name: str
    table: ir.Table
    weights: Mapping[str, float]
    clients: Mapping[str, int]
    effective: float

    def sums(self, by: str | None = None, **expressions: ir.Value) -> dict[Any, list[float]]:
        """Sum expressions over the rows, weighted.

        Parameters
        ----------
        by : str, optional
            Column whose values get sums of their own; without it there is one, of None.
        **expressions : ibis expressions
            Aggregates that may be added up.
        """
        groups = ["part"] if by is None else ["part", by]
        found: dict[Any, list[float]] = {}
        for row in fetched(self.table.group_by(groups).aggregate(**expressions)):
            weight, value = self.weights[row[0]], None if by is None else row[1]
            added = [weight * float(number or 0) for number in row[len(groups) :]]
            before = found.get(value, [0.0] * len(added))
            found[value] = [old + new for old, new in zip(before, added, strict=True)]
        return found


def sample_of(tables: Mapping[str, ir.Table], name: str) -> Sample:
    """Take a table's rows with the part of the client that they belong to."""
    clients = ibis.union(
        *(tables[part].select(CLIENT).mutate(part=ibis.literal(part)) for part in PARTS)
    )
    sizes = {part: fetched(tables[part].count())[0][0] for part in PARTS}
    table = tables[name]
    if name in PARTS:
        number = float(sizes[name])
        return Sample(name, table.mutate(part=ibis.literal(name)), {name: 1.0}, sizes, number)
    if CLIENT not in table.columns:
        parent, key = TABLES[name].parent, TABLES[name].parent_key
        assert parent is not None  # noqa: S101  # the schema says so
        table = table.join(tables[parent].select(key, CLIENT), key)
    table = table.join(clients, CLIENT)
    weights = {part: 1 / size for part, size in sizes.items() if size}
    return Sample(name, table, weights, sizes, _effective(table, weights))


def _effective(table: ir.Table, weights: Mapping[str, float]) -> float:
    per_client = table.group_by(["part", CLIENT]).aggregate(n=table.count())
    n = per_client.n.cast("float64")
    rows = fetched(per_client.group_by("part").aggregate(first=n.sum(), second=(n * n).sum()))
    first = sum(weights[part] * total for part, total, _ in rows)
    second = sum(weights[part] ** 2 * squares for part, _, squares in rows)
    return first**2 / second if second else 0.0
