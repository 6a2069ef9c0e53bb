"""The floor: only read the columns that features come from, with a cheap aggregate over each."""

from pathlib import Path

from lib.tables.sources import Source, find_sources
from tests.benchmarks.oracle import NEEDED

SQL_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


def scan_queries(folder: Path) -> list[str]:
    """Write one query a table of a folder, Parquet or CSV."""
    sources = find_sources(folder)
    return [scan_query(sources[name], columns) for name, columns in NEEDED.items()]


def scan_query(source: Source, needed: list[str]) -> str:
    """Write the query that reads some columns of a table."""
    types = {name: SQL_TYPES[column.type] for name, column in source.table.columns.items()}
    rows = f"read_parquet('{source.path}')" if source.is_parquet else csv(source, types)
    return f"SELECT {', '.join(cheap(name, types[name]) for name in needed)} FROM {rows}"


def csv(source: Source, types: dict[str, str]) -> str:
    """Read CSV with declared types: nothing is sniffed."""
    columns = ", ".join(f"'{name}': '{types.get(name, 'VARCHAR')}'" for name in source.columns)
    return f"read_csv('{source.path}', header = true, auto_detect = false, columns = {{{columns}}})"


def cheap(column: str, sql_type: str) -> str:
    """Sum a column, or the lengths of its texts: every value must be read.

    Examples
    --------
    >>> cheap("STATUS", "VARCHAR")
    'sum(strlen("STATUS"))'
    """
    return f'sum(strlen("{column}"))' if sql_type == "VARCHAR" else f'sum("{column}")'
