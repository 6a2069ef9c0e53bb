"""Whether the tables fit together: one application a client, unique keys, an owner for each row."""

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from lib.tables.checks import MOST_NAMED, fetched, named, whole_numbers
from lib.tables.findings import Finding, Kind
from lib.tables.schema import TABLES, TableSchema

APPLICATIONS = ("application_train", "application_test")
_CLIENT = "SK_ID_CURR"


def check_relations(tables: Mapping[str, ir.Table], complete: set[str]) -> Iterator[Finding]:
    """Look at the keys of all tables together.

    Parameters
    ----------
    tables : mapping of str to ibis table
        Those that can be read, as their files have them; columns may be missing.
    complete : set of str
        Those with all their rows: of the others nobody can say who is missing from them.
    """
    yield from _clients_in_both(tables)
    parents = _parents(tables, complete)
    for name, table in tables.items():
        yield from _duplicates(TABLES[name], table)
        yield from _orphans(TABLES[name], table, parents)


def _clients_in_both(tables: Mapping[str, ir.Table]) -> Iterator[Finding]:
    clients = [_keys(tables[name], _CLIENT) for name in APPLICATIONS if name in tables]
    if len(clients) < len(APPLICATIONS):
        return
    train, test = clients
    both = test.semi_join(train, "key")
    ((count,),) = fetched(both.count())
    if count:
        what = f"{_CLIENT} also in application_train, such as {_examples(both)}"
        yield Finding("application_test", Kind.REPEATED_CLIENT, count, what)


def _duplicates(schema: TableSchema, table: ir.Table) -> Iterator[Finding]:
    if schema.key is None:
        return
    keys = _keys(table, schema.key)
    ((rows, different),) = fetched(keys.agg(rows=keys.key.count(), different=keys.key.nunique()))
    if rows > different:
        counts = keys.group_by("key").agg(n=keys.key.count())
        what = f"{schema.key} such as {_examples(counts.filter(counts.n > 1))}"
        kind = Kind.REPEATED_CLIENT if schema.key == schema.client_key else Kind.DUPLICATE
        yield Finding(schema.name, kind, rows - different, what)


def _parents(tables: Mapping[str, ir.Table], complete: set[str]) -> dict[str, ir.Table]:
    """Give the keys that rows may lead to."""
    parents = {}
    if complete.issuperset(APPLICATIONS):
        parents["application"] = ibis.union(
            *(_keys(tables[name], _CLIENT) for name in APPLICATIONS)
        )
    if "bureau" in complete:
        parents["bureau"] = _keys(tables["bureau"], "SK_ID_BUREAU")
    return parents


def _orphans(
    schema: TableSchema, table: ir.Table, parents: Mapping[str, ir.Table]
) -> Iterator[Finding]:
    if schema.parent is None or schema.parent_key is None or schema.parent not in parents:
        return
    keys = _keys(table, schema.parent_key)
    counts = keys.group_by("key").agg(n=keys.key.count())  # far fewer than rows; 0 for no key
    lost = counts.filter(counts.n > 0).anti_join(parents[schema.parent], "key")
    ((count,),) = fetched(lost.n.sum())
    if count:
        what = f"{schema.parent_key} without {schema.parent}, such as {_examples(lost)}"
        yield Finding(schema.name, Kind.ORPHAN, int(count), what)


def _keys(table: ir.Table, name: str) -> ir.Table:
    """Give the keys; none where the column itself is missing."""
    if name not in table.columns:
        return table.limit(0).select(key=ibis.null("int64"))
    return table.select(key=whole_numbers(table[name]))


def _examples(table: ir.Table) -> str:
    return named(fetched(table.select("key").distinct().order_by("key").limit(MOST_NAMED)))
