"""What the values of one table must be, and what is merely worth saying."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import itemgetter
from typing import Any

from duckdb import DuckDBPyRelation

from lib.tables.findings import Finding, Kind
from lib.tables.keys import (
    MOST_NAMED,
    examples,
    keys_of,
    named,
    rows_a_key,
    type_of,
    whole_numbers,
)
from lib.tables.schema import Column, ColumnType, TableSchema

_FLOATING = frozenset({"FLOAT", "DOUBLE"})
_BROADER = ("DECIMAL", "UBIGINT", "HUGEINT", *_FLOATING)  # what BIGINT may not hold


def check_table(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    """Look at the values of a table.

    Parameters
    ----------
    schema : TableSchema
    table : DuckDB relation
        As its file has it; columns of the schema may be missing.
    """
    columns = [column for name, column in schema.columns.items() if name in table.columns]
    yield from _not_finite(schema, table, columns)
    yield from _not_whole(schema, table, columns)
    yield from _missing_keys(schema, table, columns)
    yield from _repeated_keys(schema, table)
    if "TARGET" in (column.name for column in columns):
        yield from _wrong_target(schema, table)
    yield from _unknown_categories(schema, table, columns)


def _not_finite(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    """Find infinite numbers by least and greatest values, which a Parquet file tells by itself."""
    names = [
        column.name
        for column in columns
        if column.type is ColumnType.FLOAT64 and type_of(table, column.name) in _FLOATING
    ]
    is_odd = (f'NOT isfinite(min("{name}")) OR NOT isfinite(max("{name}"))' for name in names)
    for name in _holding(table, names, is_odd):
        ((count,),) = table.aggregate(f'count_if(isinf("{name}"))').fetchall()
        if count:
            yield Finding(schema.name, Kind.WRONG_VALUE, count, f"{name} is infinite")


def _not_whole(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    for column in columns:
        name, kind = column.name, type_of(table, column.name)
        if column.type is not ColumnType.INT64 or not kind.startswith(_BROADER):
            continue
        given = f'NOT isnan("{name}") AND ' if kind in _FLOATING else ""
        wrong = table.filter(f'{given}{whole_numbers(table, name)} IS DISTINCT FROM "{name}"')
        ((count,),) = wrong.aggregate("count(*)").fetchall()
        if count:
            shown = named(wrong.project(f'"{name}"').limit(MOST_NAMED).fetchall())
            what = f"{name} is not whole, such as {shown}"
            yield Finding(schema.name, Kind.WRONG_VALUE, count, what)


def _missing_keys(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    keys = [column.name for column in columns if column.unit == "key"]
    missing = (f"count(*) - count({whole_numbers(table, name)})" for name in keys)
    for name, count in _holding(table, keys, missing).items():
        yield Finding(schema.name, Kind.MISSING_KEY, count, name)


def _repeated_keys(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    if schema.key is None or schema.key not in table.columns:
        return
    keys = keys_of(table, schema.key)
    ((count,),) = keys.aggregate("count(key) - count(DISTINCT key)").fetchall()
    if count:
        what = f"{schema.key} such as {examples(rows_a_key(keys).filter('n > 1'))}"
        kind = Kind.REPEATED_CLIENT if schema.key == schema.client_key else Kind.DUPLICATE
        yield Finding(schema.name, kind, count, what)


def _wrong_target(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    targets = table.aggregate(
        f"{whole_numbers(table, 'TARGET')} AS target, count(*) AS n", "target"
    )
    counts = targets.filter("coalesce(target, -1) NOT IN (0, 1)").order("n DESC").fetchall()
    if counts:
        what = f"TARGET is {named(counts[:MOST_NAMED])}; 0 is repaid, 1 defaulted"
        yield Finding(schema.name, Kind.WRONG_TARGET, sum(n for _, n in counts), what)


def _unknown_categories(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    """Group each column by itself: cheaper than comparing each row with the known values."""
    counts = [_unknown(table, column) for column in columns if column.values]
    if not counts:
        return
    found = reduce(DuckDBPyRelation.union, counts).order("name, value").fetchall()
    for name, rows in groupby(found, key=itemgetter(0)):
        values = [(value, n) for _, value, n in rows]
        what = f"{name}: {named(values[:MOST_NAMED])}"
        yield Finding(schema.name, Kind.UNKNOWN_CATEGORY, sum(n for _, n in values), what)


def _unknown(table: DuckDBPyRelation, column: Column) -> DuckDBPyRelation:
    """Count the values of a column that the schema does not know."""
    known = ", ".join(map(_literal, (*column.values, *column.missing_codes)))
    counts = table.aggregate(f'"{column.name}"::VARCHAR AS value, count(*) AS n', "value")
    return counts.filter(f"value NOT IN ({known})").project(
        f"{_literal(column.name)} AS name, value, n"
    )


def _literal(value: int | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _holding(
    table: DuckDBPyRelation, names: list[str], aggregates: Iterable[str]
) -> dict[str, Any]:
    """Give the aggregates, one for each name, that are neither 0 nor false nor missing."""
    if not names:
        return {}
    (values,) = table.aggregate(", ".join(aggregates)).fetchall()
    return {name: value for name, value in zip(names, values, strict=True) if value}
