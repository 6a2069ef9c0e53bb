"""Polars: inside this process."""

from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import polars  # noqa: F401 - Ibis imports it late: say now if it is not installed
import pyarrow as pa


class PolarsEngine:
    """It has no text to prepare: the expression itself is run."""

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        self.backend: Any = ibis.polars.connect()

    def prepare(self, query: ir.Table) -> ir.Table:
        """Give the expression as it is."""
        return query

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of it."""
        self.backend.create_table(name, table, overwrite=True)

    def fetch(self, prepared: ir.Table) -> pa.Table:
        """Run the expression."""
        return self.backend.to_pyarrow(prepared)

    def close(self) -> None:
        """Nothing is open."""
        self.backend.disconnect()
