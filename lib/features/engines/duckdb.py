"""DuckDB: inside this process, the default."""

from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

_SHARE_OF_LIMIT = 0.5  # the rest is for Python, Arrow and what DuckDB does not count


class DuckDBEngine:
    """It spills into the workspace, and need not keep rows in order."""

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        settings: dict[str, Any] = {
            "temp_directory": str(workspace / "spill"),
            "preserve_insertion_order": False,
        }
        if memory_limit_gib is not None:
            settings["memory_limit"] = f"{memory_limit_gib * _SHARE_OF_LIMIT}GiB"
        self.backend = ibis.duckdb.connect(**settings)

    def prepare(self, query: ir.Table) -> str:
        """Compile the expression to SQL."""
        return str(self.backend.compile(query))

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of it."""
        self.backend.con.register("given", table)
        self.backend.con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM given")
        self.backend.con.unregister("given")

    def fetch(self, prepared: str) -> pa.Table:
        """Run the query."""
        return self.backend.con.sql(prepared).to_arrow_table()

    def close(self) -> None:
        """Close the database."""
        self.backend.disconnect()
