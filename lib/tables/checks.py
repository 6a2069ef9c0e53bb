"""What is wrong or odd in the values of tables: in one table alone, and between tables.

A table comes as a DuckDB relation, as its file has it; columns of the schema may be missing. Its
keys are the whole numbers that rows go by, whatever they are stored as.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from duckdb import DuckDBPyRelation

from lib.decision import say_range
from lib.tables.findings import Finding, Kind
from lib.tables.schema import Column, ColumnType, TableSchema

Tables = Mapping[str, DuckDBPyRelation]
Extremes = Mapping[str, tuple[Any, Any]]  # least and greatest value by column, None of nothing

_APPLICATIONS = ("application_train", "application_test")
_CLIENT = "SK_ID_CURR"
_MOST_NAMED = 5  # examples in a finding
_ENOUGH = 100  # values of which one would be known, were they meant as Kaggle's
_ROWS_AT_FIRST = 1_000  # whose owners are looked at, to find out whether a table is there twice
_ENOUGH_OWNERS = 10  # of fewer, all rows may well be the same by chance
_FLOATING = frozenset({"FLOAT", "DOUBLE"})
_NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("DECIMAL", "FLOAT", "DOUBLE"),
)
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
    # A Parquet file tells them by itself: only what they give away is looked for.
    extremes = _extremes(table, {name: f'"{name}"' for name in _numbers(table, columns)})
    yield from _not_finite(schema, table, columns, extremes)
    yield from _not_whole(schema, table, columns)
    yield from _impossible(schema, table, columns, extremes)
    yield from _missing_keys(schema, table, columns)
    yield from _repeated_keys(schema, table)
    if "TARGET" in (column.name for column in columns):
        yield from _wrong_target(schema, table)
    yield from _unknown_categories(schema, table, columns)


def _numbers(table: DuckDBPyRelation, columns: Iterable[Column]) -> list[str]:
    """Name the columns that hold numbers."""
    names = (column.name for column in columns)
    return [name for name in names if _type_of(table, name).startswith(_NUMBERS)]


def _extremes(table: DuckDBPyRelation, values: Mapping[str, str]) -> Extremes:
    """Give the least and the greatest of some values, written as SQL."""
    both = (f"min({value}), max({value})" for value in values.values())
    found = _aggregated(table, both)
    return dict(zip(values, zip(found[::2], found[1::2], strict=True), strict=True))


def _aggregated(table: DuckDBPyRelation, aggregates: Iterable[str]) -> Sequence[Any]:
    """Give aggregates over all rows."""
    written = ", ".join(aggregates)
    return table.aggregate(written).fetchall()[0] if written else ()


def _not_finite(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column], extremes: Extremes
) -> Iterator[Finding]:
    for column in columns:
        name = column.name
        if column.type is not ColumnType.FLOAT64 or _type_of(table, name) not in _FLOATING:
            continue
        if all(extreme is None or isfinite(extreme) for extreme in extremes[name]):
            continue
        ((count,),) = table.aggregate(f'count_if(isinf("{name}"))').fetchall()
        if count:
            yield Finding(schema.name, Kind.WRONG_VALUE, count, f"{name} is infinite")


def _not_whole(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    for column in columns:
        name, kind = column.name, _type_of(table, column.name)
        if column.type is not ColumnType.INT64 or not kind.startswith(_BROADER):
            continue
        # Not by isnan, which DuckDB answers from the statistics of a file: these leave NaN out.
        given = f'(isfinite("{name}") OR isinf("{name}")) AND ' if kind in _FLOATING else ""
        wrong = table.filter(f'{given}{_whole_numbers(table, name)} IS DISTINCT FROM "{name}"')
        ((count,),) = wrong.aggregate("count(*)").fetchall()
        if count:
            shown = _named(wrong.project(f'"{name}"').limit(_MOST_NAMED).fetchall())
            what = f"{name} is not whole, such as {shown}"
            yield Finding(schema.name, Kind.WRONG_VALUE, count, what)


def _impossible(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column], extremes: Extremes
) -> Iterator[Finding]:
    # The target has a finding of its own.
    odd = [
        column
        for column in columns
        if column.name in extremes and column.name != "TARGET" and _is_beyond(column, extremes)
    ]
    # Codes for missing are no values, but where they are meant to stay.
    extremes = _extremes(table, {column.name: _without_codes(column) for column in odd})
    for column in odd:
        if not _is_beyond(column, extremes):
            continue
        name = column.name
        wrong = table.filter(f"{_is_finite(table, name)} AND ({_beyond(column)})")
        ((count,),) = wrong.aggregate("count(*)").fetchall()
        if count:
            shown = _named(wrong.project(f'"{name}"').limit(_MOST_NAMED).fetchall())
            what = f"{name} is {say_range(column.possible)}; found {shown}"
            yield Finding(schema.name, Kind.IMPOSSIBLE_VALUE, count, what)


def _is_beyond(column: Column, extremes: Extremes) -> bool:
    """Say whether the least or the greatest value of a column is beyond its range, or NaN."""
    (low, high), (least, greatest) = column.possible, extremes[column.name]
    is_too_low = low is not None and least is not None and not least >= low
    return is_too_low or (high is not None and greatest is not None and not greatest <= high)


def _beyond(column: Column) -> str:
    """Write the condition that a value is beyond the range of its column."""
    value = _without_codes(column)
    parts = [
        f"coalesce({value} {sign} {end}, false)"
        for sign, end in zip("<>", column.possible, strict=True)
        if end is not None
    ]
    return " OR ".join(parts)


def _without_codes(column: Column) -> str:
    """Write a column in which codes for missing are null."""
    value = f'"{column.name}"'
    for code in column.missing_codes:
        value = f"nullif({value}, {code})"
    return value


def _is_finite(table: DuckDBPyRelation, name: str) -> str:
    """Write that a number is neither infinite nor NaN, which DuckDB takes for the largest."""
    return f'isfinite("{name}")' if _type_of(table, name) in _FLOATING else "true"


def _missing_keys(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    keys = [column.name for column in columns if column.unit == "key"]
    missing = (f"count(*) - count({_whole_numbers(table, name)})" for name in keys)
    for name, count in zip(keys, _aggregated(table, missing), strict=True):
        if count:
            yield Finding(schema.name, Kind.MISSING_KEY, count, name)


def _repeated_keys(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    if schema.key is None or schema.key not in table.columns:
        return
    keys = _keys(table, schema.key)
    ((count,),) = keys.aggregate("count(key) - count(DISTINCT key)").fetchall()
    if count:
        what = f"{schema.key} such as {_examples(_rows_a_key(keys).filter('n > 1'))}"
        kind = Kind.REPEATED_CLIENT if schema.key == schema.client_key else Kind.DUPLICATE
        yield Finding(schema.name, kind, count, what)


def _wrong_target(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    targets = table.aggregate(
        f"{_whole_numbers(table, 'TARGET')} AS target, count(*) AS n", "target"
    )
    counts = targets.filter("coalesce(target, -1) NOT IN (0, 1)").order("n DESC").fetchall()
    if counts:
        what = f"TARGET is {_named(counts[:_MOST_NAMED])}; 0 is repaid, 1 defaulted"
        yield Finding(schema.name, Kind.WRONG_TARGET, sum(n for _, n in counts), what)


def _unknown_categories(
    schema: TableSchema, table: DuckDBPyRelation, columns: list[Column]
) -> Iterator[Finding]:
    """Look at the different values of each column: cheaper than comparing each row with those."""
    known = {
        column.name: {str(value) for value in (*column.values, *column.missing_codes)}
        for column in columns
        if column.values
    }
    different = _aggregated(table, (f'list(DISTINCT "{name}"::VARCHAR)' for name in known))
    given = {name: set(some or ()) for name, some in zip(known, different, strict=True)}
    for name in sorted(known):
        unknown = given[name] - known[name] - {None, ""}
        if not unknown:
            continue
        counts = table.aggregate(f'"{name}"::VARCHAR AS value, count(*) AS n', "value")
        rows = [row for row in counts.order("value").fetchall() if row[0] in unknown]
        count = sum(n for _, n in rows)
        what = f"{name}: {', '.join(repr(value) for value, _ in rows[:_MOST_NAMED])}"
        if given[name] & known[name] or count < _ENOUGH:
            yield Finding(schema.name, Kind.UNKNOWN_CATEGORY, count, what)
        else:
            wanted = ", ".join(map(repr, sorted(schema.columns[name].values)[:_MOST_NAMED]))
            yield Finding(schema.name, Kind.NO_CATEGORY, count, f"{what}; write them as {wanted}")


def check_repeated_rows(schema: TableSchema, table: DuckDBPyRelation) -> Iterator[Finding]:
    """Find out whether a table is there twice, where no key of its rows tells.

    Some rows of an owner may well be the same. All those of the owners of the first rows are looked
    at: to compare all rows would take longer than to read them.

    Parameters
    ----------
    schema : TableSchema
    table : DuckDB relation
        With all columns of the schema, and all values.
    """
    owner = schema.parent_key
    if schema.key is not None or owner is None:
        return
    table = table.project(", ".join(f'"{name}"' for name in schema.columns))
    owners = table.limit(_ROWS_AT_FIRST).project(f'"{owner}"').distinct().set_alias("owners")
    counted = table.join(owners, owner, how="semi").aggregate("*, count(*) AS times")
    # Of each owner the row that is there least often.
    least = counted.aggregate(f'"{owner}", min(times) AS times')
    ((count, repeated),) = least.aggregate("count(*), count_if(times > 1)").fetchall()
    if count >= _ENOUGH_OWNERS and 2 * repeated > count:
        what = (
            f"of {count:,} looked at by {owner}; perhaps files were put together that hold the "
            "same rows: keep one of each"
        )
        yield Finding(schema.name, Kind.REPEATED_ROWS, repeated, what)


def check_clients(tables: Tables) -> Iterator[Finding]:
    """Find clients who apply in both application tables.

    Parameters
    ----------
    tables : mapping of str to DuckDB relation
        Those that can be read.
    """
    applicants = _applicants(tables)
    if applicants:
        train, test = applicants
        both = test.join(train, "key", how="semi")
        ((count,),) = both.aggregate("count(*)").fetchall()
        if count:
            what = f"{_CLIENT} also in application_train, such as {_examples(both)}"
            yield Finding("application_test", Kind.REPEATED_CLIENT, count, what)


def parents_among(tables: Tables) -> dict[str, DuckDBPyRelation]:
    """Give the keys that rows may lead to, by the names that the schema gives to parents.

    Parameters
    ----------
    tables : mapping of str to DuckDB relation
        Those with all their rows: of the others nobody can say who is missing from them.
    """
    parents = {}
    applicants = _applicants(tables)
    if applicants:
        train, test = applicants
        parents["application"] = train.union(test)
    if _has(tables, "bureau", "SK_ID_BUREAU"):
        parents["bureau"] = _keys(tables["bureau"], "SK_ID_BUREAU")
    return parents


def _applicants(tables: Tables) -> tuple[DuckDBPyRelation, ...]:
    """Give the clients of the two application tables; nothing unless both are there."""
    if not all(_has(tables, name, _CLIENT) for name in _APPLICATIONS):
        return ()
    return tuple(_keys(tables[name], _CLIENT) for name in _APPLICATIONS)


def check_parents(
    schema: TableSchema, table: DuckDBPyRelation, parents: Tables
) -> Iterator[Finding]:
    """Find rows that lead to nobody."""
    parent, key = schema.parent, schema.parent_key
    if parent is None or parent not in parents or key is None or key not in table.columns:
        return
    rows = _rows_a_key(_keys(table, key)).filter("n > 0")  # far fewer; no key has 0
    lost = rows.join(parents[parent], "key", how="anti")
    ((count,),) = lost.aggregate("sum(n)").fetchall()
    if count:
        what = f"{key} without {parent}, such as {_examples(lost)}"
        if int(count) == len(table):
            what += "; that is every row: perhaps the tables are of different clients"
        yield Finding(schema.name, Kind.ORPHAN, int(count), what)


def _has(tables: Tables, name: str, column: str) -> bool:
    return name in tables and column in tables[name].columns


def _keys(table: DuckDBPyRelation, name: str) -> DuckDBPyRelation:
    """Give one column of whole numbers, as the column ``key``."""
    return table.project(f"{_whole_numbers(table, name)} AS key")


def _rows_a_key(keys: DuckDBPyRelation) -> DuckDBPyRelation:
    """Count the rows of each key, as the column ``n``; rows without a key count as 0."""
    return keys.aggregate("key, count(key) AS n")


def _examples(keys: DuckDBPyRelation) -> str:
    """Write the first keys."""
    return _named(keys.project("key").distinct().order("key").limit(_MOST_NAMED).fetchall())


def _whole_numbers(table: DuckDBPyRelation, name: str) -> str:
    """Write how to read a column of whole numbers; what cannot be read as one is null."""
    is_read = _type_of(table, name) == "BIGINT"
    return f'"{name}"' if is_read else f'try_cast("{name}" AS BIGINT)'


def _type_of(table: DuckDBPyRelation, name: str) -> str:
    """Say how DuckDB calls the type of a column."""
    return str(table.types[table.columns.index(name)])


def _named(rows: Iterable[Sequence[Any]]) -> str:
    """Write the first values of rows as examples.

    Examples
    --------
    >>> _named([(3,), (None,)])
    '3, nothing'
    """
    return ", ".join("nothing" if row[0] is None else str(row[0]) for row in rows)
