"""Ask the DuckDB behind Ibis tables."""

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir


def count_rows(tables: Mapping[str, ir.Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: fetched(table.count())[0][0] for name, table in tables.items()}


def fetched(query: ir.Expr) -> list[tuple[Any, ...]]:
    """Run a query on its DuckDB and return the rows as they are, without a data frame."""
    backend = query.get_backend()
    rows: list[tuple[Any, ...]] = backend.con.execute(backend.compile(query)).fetchall()
    return rows
