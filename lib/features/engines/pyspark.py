"""Spark: on a cluster, or on this machine where no cluster is configured."""

from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from pyspark.sql import SparkSession


class SparkEngine:
    """It runs on the session that Spark's own configuration describes."""

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        self.session: Any = SparkSession.builder.appName("features").getOrCreate()
        self.backend: Any = ibis.pyspark.connect(self.session)

    def prepare(self, query: ir.Table) -> str:
        """Compile the expression to Spark's SQL."""
        return str(self.backend.compile(query))

    def put(self, name: str, table: pa.Table) -> None:
        """Make a view of it."""
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def fetch(self, prepared: str) -> pa.Table:
        """Run the query and collect its rows."""
        return self.session.sql(prepared).toArrow()

    def close(self) -> None:
        """Stop the session."""
        self.session.stop()
