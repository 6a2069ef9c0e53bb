"""The keys of a table: the numbers that its rows go by, whatever they are stored as."""

from collections.abc import Iterable, Sequence
from typing import Any

from duckdb import DuckDBPyRelation

MOST_NAMED = 5


def keys_of(table: DuckDBPyRelation, name: str) -> DuckDBPyRelation:
    """Give one column of whole numbers, as the column ``key``."""
    return table.project(f"{whole_numbers(table, name)} AS key")


def rows_a_key(keys: DuckDBPyRelation) -> DuckDBPyRelation:
    """Count the rows of each key, as the column ``n``; rows without a key count as 0."""
    return keys.aggregate("key, count(key) AS n")


def examples(keys: DuckDBPyRelation) -> str:
    """Write the first keys."""
    return named(keys.project("key").distinct().order("key").limit(MOST_NAMED).fetchall())


def whole_numbers(table: DuckDBPyRelation, name: str) -> str:
    """Write how to read a column of whole numbers; what cannot be read as one is null."""
    is_read = type_of(table, name) == "BIGINT"
    return f'"{name}"' if is_read else f'try_cast("{name}" AS BIGINT)'


def type_of(table: DuckDBPyRelation, name: str) -> str:
    """Say how DuckDB calls the type of a column."""
    return str(table.types[table.columns.index(name)])


def named(rows: Iterable[Sequence[Any]]) -> str:
    """Write the first values of rows as examples.

    Examples
    --------
    >>> named([(3,), (None,)])
    '3, nothing'
    """
    return ", ".join("nothing" if row[0] is None else str(row[0]) for row in rows)
