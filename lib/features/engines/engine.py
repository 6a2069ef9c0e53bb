"""What every engine offers to the build."""

from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa


class Engine(Protocol):
    """An Ibis backend whose queries are prepared once and run many times.

    Attributes
    ----------
    backend : Ibis backend
        Which the tables are read on.
    """

    backend: Any

    def prepare(self, query: ir.Table) -> Any:
        """Turn an expression into what `fetch` runs: it takes long, running takes less."""

    def put(self, name: str, table: pa.Table) -> None:
        """Give a table to the engine under a name, in place of the one that had it."""

    def fetch(self, prepared: Any) -> pa.Table:
        """Run a query and give its rows."""

    def close(self) -> None:
        """Let go of everything."""
