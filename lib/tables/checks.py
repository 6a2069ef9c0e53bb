"""What the contents of one table must be, and what is merely worth saying."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.tables.findings import Finding, Kind
from lib.tables.schema import Column, ColumnType, TableSchema

MOST_NAMED = 5


def count_rows(tables: Mapping[str, ir.Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: fetched(table.count())[0][0] for name, table in tables.items()}


def fetched(query: ir.Expr) -> list[tuple[Any, ...]]:
    """Run a query on its DuckDB and return the rows as they are, without a data frame."""
    backend = query.get_backend()
    rows: list[tuple[Any, ...]] = backend.con.execute(backend.compile(query)).fetchall()
    return rows


def check_table(schema: TableSchema, table: ir.Table) -> Iterator[Finding]:
    """Look at the values of a table as its file has them.

    Parameters
    ----------
    schema : TableSchema
    table : ibis table
        On DuckDB; columns of the schema may be missing.
    """
    columns = [column for name, column in schema.columns.items() if name in table.columns]
    yield from _not_finite(schema, table, columns)
    yield from _not_whole(schema, table, columns)
    yield from _missing_keys(schema, table, columns)
    if "TARGET" in table.columns and "TARGET" in schema.columns:
        yield from _wrong_target(schema, table)
    yield from _unknown_categories(schema, table, columns)


def whole_numbers(values: ir.Value) -> ir.IntegerValue:
    """Read whole numbers, whatever they are stored as; what is none is null."""
    return values if values.type().is_int64() else values.try_cast("int64")


def named(values: list[tuple[Any, ...]]) -> str:
    """Write the first values of rows as examples.

    Examples
    --------
    >>> named([(3,), (None,)])
    '3, nothing'
    """
    return ", ".join("nothing" if row[0] is None else str(row[0]) for row in values)


def _not_finite(schema: TableSchema, table: ir.Table, columns: list[Column]) -> Iterator[Finding]:
    """Find infinite numbers by least and greatest values: Parquet files tell them by themselves."""
    names = [
        column.name
        for column in columns
        if column.type is ColumnType.FLOAT64 and table[column.name].type().is_floating()
    ]
    for name in _any(table, {name: _is_odd(table[name]) for name in names}):
        ((count,),) = fetched(table.agg(count=table[name].isinf().sum()))
        if count:
            yield Finding(schema.name, Kind.WRONG_VALUE, count, f"{name} is infinite")


def _is_odd(values: ir.Value) -> ir.Value:
    least, greatest = values.min(), values.max()
    return least.isinf() | greatest.isinf() | least.isnan() | greatest.isnan()


def _not_whole(schema: TableSchema, table: ir.Table, columns: list[Column]) -> Iterator[Finding]:
    for column in columns:
        values = table[column.name]
        if column.type is not ColumnType.INT64 or _is_surely_whole(values):
            continue
        given = ~values.isnan() if values.type().is_floating() else values.notnull()
        read = whole_numbers(values)
        wrong = table.filter(given & (read.isnull() | (read != values)))
        ((count,),) = fetched(wrong.count())
        if count:
            examples = named(fetched(wrong.select(column.name).distinct().limit(MOST_NAMED)))
            what = f"{column.name} is not whole, such as {examples}"
            yield Finding(schema.name, Kind.WRONG_VALUE, count, what)


def _is_surely_whole(values: ir.Value) -> bool:
    kind = values.type()
    may_not_be = kind.is_floating() or kind.is_decimal() or kind.is_uint64()
    return not may_not_be


def _missing_keys(schema: TableSchema, table: ir.Table, columns: list[Column]) -> Iterator[Finding]:
    keys = [column.name for column in columns if column.unit == "key"]
    missing = {name: table.count() - whole_numbers(table[name]).count() for name in keys}
    for name, count in _counted(table, missing):
        yield Finding(schema.name, Kind.MISSING_KEY, count, name)


def _wrong_target(schema: TableSchema, table: ir.Table) -> Iterator[Finding]:
    target = whole_numbers(table.TARGET)
    wrong = table.filter(target.isnull() | target.notin([0, 1]))
    values = wrong.group_by(value=target).agg(n=wrong.count()).order_by(ibis.desc("n"))
    counts = fetched(values)
    if counts:
        what = (
            f"TARGET is {named(counts[:MOST_NAMED])}, where it must be 0 (repaid) or 1 (defaulted)"
        )
        yield Finding(schema.name, Kind.WRONG_TARGET, sum(n for _, n in counts), what)


def _unknown_categories(
    schema: TableSchema, table: ir.Table, columns: list[Column]
) -> Iterator[Finding]:
    """Group each column by itself: cheaper than a comparison of each row with the known values."""
    counts = [_unknown(table, column) for column in columns if column.values]
    found: dict[str, list[tuple[str, int]]] = {}
    for name, value, count in fetched(ibis.union(*counts)) if counts else ():
        found.setdefault(name, []).append((value, count))
    for name, values in found.items():
        examples = named(sorted(values)[:MOST_NAMED])
        count = sum(n for _, n in values)
        yield Finding(schema.name, Kind.UNKNOWN_CATEGORY, count, f"{name}: {examples}")


def _unknown(table: ir.Table, column: Column) -> ir.Table:
    values = table.select(value=table[column.name].cast("string"))
    counts = values.group_by("value").agg(n=values.count())
    unknown = counts.filter(counts.value.notin([*column.values, *column.missing_codes]))
    return unknown.select(column=ibis.literal(column.name), value="value", n="n")


def _counted(table: ir.Table, counts: Mapping[str, ir.Value]) -> Iterator[tuple[str, int]]:
    """Give the counts that are not 0."""
    if counts:
        (found,) = fetched(table.agg(**counts))
        yield from ((name, n) for name, n in zip(counts, found, strict=True) if n)


def _any(table: ir.Table, conditions: Mapping[str, ir.Value]) -> Iterator[str]:
    """Name the conditions that hold."""
    return (name for name, _ in _counted(table, conditions))
