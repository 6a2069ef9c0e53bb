"""What the contents of the tables must be, and what is merely worth saying."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.decision import InvalidInput
from lib.tables.schema import TABLES, TableSchema

_APPLICATIONS = ("application_train", "application_test")
_MOST_NAMED = 5


@dataclass(frozen=True)
class Finding:
    """Something found in a table that does not forbid using it.

    Attributes
    ----------
    table : str
    kind : str
        ``ignored column``, ``unknown category``, ``duplicate`` or ``orphan``.
    count : int
        Rows, or columns, that it concerns.
    what : str
        The column or key, and examples.
    """

    table: str
    kind: str
    count: int
    what: str

    def __str__(self) -> str:
        """Write it as one line.

        Examples
        --------
        >>> print(Finding("bureau", "orphan", 3, "SK_ID_CURR without application"))
        bureau: 3 × orphan (SK_ID_CURR without application)
        """
        return f"{self.table}: {self.count:,} × {self.kind} ({self.what})"


def count_rows(tables: Mapping[str, ir.Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: fetched(table.count())[0][0] for name, table in tables.items()}


def fetched(query: ir.Expr) -> list[tuple[Any, ...]]:
    """Run a query on its DuckDB and return the rows as they are, without a data frame."""
    backend = query.get_backend()
    rows: list[tuple[Any, ...]] = backend.con.execute(backend.compile(query)).fetchall()
    return rows


def check_target(train: ir.Table) -> None:
    """Refuse a TARGET that is not 0 or 1.

    Raises
    ------
    InvalidInput
        With the number of rows and examples of the values.
    """
    wrong = train.filter(train.TARGET.isnull() | train.TARGET.notin([0, 1]))
    counts = fetched(wrong.group_by("TARGET").agg(n=wrong.count()).order_by(ibis.desc("n")))
    if counts:
        values = ", ".join(
            "nothing" if value is None else str(value) for value, _ in counts[:_MOST_NAMED]
        )
        raise InvalidInput(
            f"application_train: TARGET is {values} in {sum(count for _, count in counts)} rows",
            "TARGET is 0 (repaid) or 1 (defaulted)",
            "move clients without a known outcome to application_test",
        )


def find_irregularities(tables: Mapping[str, ir.Table]) -> Iterator[Finding]:
    """Yield duplicate keys, orphan rows and unknown categories, table by table."""
    clients = ibis.union(*(tables[name].select("SK_ID_CURR") for name in _APPLICATIONS))
    parents = {"application": clients, "bureau": tables["bureau"].select("SK_ID_BUREAU")}
    yield from _shared_clients(tables)
    for name, schema in TABLES.items():
        yield from _duplicates(schema, tables[name])
        yield from _orphans(schema, tables[name], parents)
        yield from _unknown_categories(schema, tables[name])


def _shared_clients(tables: Mapping[str, ir.Table]) -> Iterator[Finding]:
    train, test = (tables[name].select("SK_ID_CURR") for name in _APPLICATIONS)
    ((count,),) = fetched(test.semi_join(train, "SK_ID_CURR").count())
    if count:
        yield Finding(
            "application_test", "duplicate", count, "SK_ID_CURR also in application_train"
        )


def _duplicates(schema: TableSchema, table: ir.Table) -> Iterator[Finding]:
    if schema.key is None:
        return
    keys = table[schema.key]
    ((rows, different),) = fetched(table.agg(rows=table.count(), keys=keys.nunique()))
    count = rows - different
    if count:
        repeated = table.group_by(schema.key).agg(n=table.count())
        examples = repeated.filter(repeated.n > 1).order_by(schema.key).limit(_MOST_NAMED)
        named = ", ".join(str(number) for number, _ in fetched(examples))
        yield Finding(schema.name, "duplicate", count, f"{schema.key} such as {named}")


def _orphans(
    schema: TableSchema, table: ir.Table, parents: Mapping[str, ir.Table]
) -> Iterator[Finding]:
    if schema.parent is None or schema.parent_key is None:
        return
    keys = table.group_by(schema.parent_key).agg(n=table.count())  # far fewer than rows
    lost = keys.anti_join(parents[schema.parent], schema.parent_key)
    ((count,),) = fetched(lost.n.sum())
    if count:
        yield Finding(
            schema.name, "orphan", int(count), f"{schema.parent_key} without {schema.parent}"
        )


def _unknown_categories(schema: TableSchema, table: ir.Table) -> Iterator[Finding]:
    wanted = {name: c.values for name, c in schema.columns.items() if c.values}
    if not wanted:
        return
    unknown = {name: table[name].notin(values).sum() for name, values in wanted.items()}
    (counts,) = fetched(table.agg(**unknown))
    for name, count in zip(wanted, counts, strict=True):
        if count:
            values = table.filter(table[name].notin(wanted[name])).select(name).distinct()
            examples = sorted(value for (value,) in fetched(values.limit(_MOST_NAMED)))
            yield Finding(schema.name, "unknown category", count, f"{name}: {', '.join(examples)}")
