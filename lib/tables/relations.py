"""Whether the tables fit together: one application a client, and an owner for each row."""

from collections.abc import Iterator, Mapping

from duckdb import DuckDBPyRelation

from lib.tables.findings import Finding, Kind
from lib.tables.keys import examples, keys_of, rows_a_key
from lib.tables.schema import TableSchema

APPLICATIONS = ("application_train", "application_test")
_CLIENT = "SK_ID_CURR"
Tables = Mapping[str, DuckDBPyRelation]


def check_clients(tables: Tables) -> Iterator[Finding]:
    """Find clients who apply in both application tables.

    Parameters
    ----------
    tables : mapping of str to DuckDB relation
        Those that can be read, as their files have them; columns may be missing.
    """
    if all(_has(tables, name, _CLIENT) for name in APPLICATIONS):
        train, test = (keys_of(tables[name], _CLIENT) for name in APPLICATIONS)
        both = test.join(train, "key", how="semi")
        ((count,),) = both.aggregate("count(*)").fetchall()
        if count:
            what = f"{_CLIENT} also in application_train, such as {examples(both)}"
            yield Finding("application_test", Kind.REPEATED_CLIENT, count, what)


def parents_among(tables: Tables) -> dict[str, DuckDBPyRelation]:
    """Give the keys that rows may lead to, by the names that the schema gives to parents.

    Parameters
    ----------
    tables : mapping of str to DuckDB relation
        Those with all their rows: of the others nobody can say who is missing from them.
    """
    parents = {}
    if all(_has(tables, name, _CLIENT) for name in APPLICATIONS):
        train, test = (keys_of(tables[name], _CLIENT) for name in APPLICATIONS)
        parents["application"] = train.union(test)
    if _has(tables, "bureau", "SK_ID_BUREAU"):
        parents["bureau"] = keys_of(tables["bureau"], "SK_ID_BUREAU")
    return parents


def check_parents(
    schema: TableSchema, table: DuckDBPyRelation, parents: Tables
) -> Iterator[Finding]:
    """Find rows that lead to nobody."""
    parent, key = schema.parent, schema.parent_key
    if parent is None or parent not in parents or key is None or key not in table.columns:
        return
    rows = rows_a_key(keys_of(table, key)).filter("n > 0")  # far fewer; no key has 0
    lost = rows.join(parents[parent], "key", how="anti")
    ((count,),) = lost.aggregate("sum(n)").fetchall()
    if count:
        what = f"{key} without {parent}, such as {examples(lost)}"
        yield Finding(schema.name, Kind.ORPHAN, int(count), what)


def _has(tables: Tables, name: str, column: str) -> bool:
    return name in tables and column in tables[name].columns
