"""What the expressions run on: DuckDB by default, Polars, or Spark beyond one machine.

Each engine is an Ibis backend with the little that it does in its own way (`Engine`): a query is
prepared once and run for every part of the clients, in sessions that work side by side.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from lib.decision import InvalidInput
from lib.tables.memory import check_memory_limit

# Of the limit on memory; the rest is for Python, Arrow and what DuckDB does not count.
SHARE_FOR_DUCKDB = 0.5


class Session(Protocol):
    """What one thread works with: the raw tables, and tables of its own."""

    def put(self, name: str, table: pa.Table) -> None:
        """Give a table to the session under a name, in place of the one that had it."""

    def fetch(self, prepared: Any) -> pa.Table:
        """Run a query that the engine has prepared, and give its rows."""


class Engine(Session, Protocol):
    """An Ibis backend whose queries are prepared once and run many times.

    Attributes
    ----------
    backend : Ibis backend
        Which the tables are read on.
    sessions_at_once : int
        How many may work side by side; 1 of an engine that shares its work out by itself.
    """

    backend: Any
    sessions_at_once: int = 1

    def prepare(self, query: ir.Table) -> Any:
        """Turn an expression of unbound tables into what `fetch` runs.

        It takes long, running takes less; there need be no table yet.
        """

    def name(self, tables: Mapping[str, ir.Table]) -> None:
        """Give tables of the backend the names by which queries know them."""

    def session(self) -> Session:
        """Give one more session, with the raw tables that were read so far."""
        return self

    def close(self) -> None:
        """Let go of everything."""


class DuckDBSession:
    """A connection of DuckDB, whose tables no other one sees."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._bound: dict[str, duckdb.DuckDBPyRelation] = {}

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of it."""
        self.connection.register("given", table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given")
        self.connection.unregister("given")

    def fetch(self, prepared: str) -> pa.Table:
        """Run the query. Its text is read once: with its tables it takes as long as to plan it."""
        if prepared not in self._bound:
            self._bound[prepared] = self.connection.sql(prepared)
        return self._bound[prepared].to_arrow_table()


class DuckDBEngine(DuckDBSession, Engine):
    """DuckDB, inside this process. It spills to disk, and need not keep rows in order.

    A query has one thread, and there are as many sessions as threads: what several threads have of
    one query has to be brought together again, and its start and end are one thread's anyway.
    """

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        settings: dict[str, Any] = {
            "temp_directory": str(workspace / "spill"),
            "preserve_insertion_order": False,
        }
        if memory_limit_gib is not None:
            settings["memory_limit"] = f"{memory_limit_gib * SHARE_FOR_DUCKDB}GiB"
        self.backend = ibis.duckdb.connect(**settings)
        super().__init__(self.backend.con)
        # As many as the machine, or the container, lets DuckDB have.
        threads = self.connection.sql("SELECT current_setting('threads')")
        ((self.sessions_at_once,),) = threads.fetchall()
        self.connection.execute("SET threads = 1")

    def prepare(self, query: ir.Table) -> str:
        """Compile the expression to SQL."""
        return str(self.backend.compile(query))

    def name(self, tables: Mapping[str, ir.Table]) -> None:
        """Make views of them."""
        for name, table in tables.items():
            self.connection.execute(f'CREATE TEMP VIEW "{name}" AS {self.prepare(table)}')

    def session(self) -> DuckDBSession:
        """Connect once more; the raw tables are views, which each connection has for itself."""
        another = self.connection.cursor()
        # The oldest first: the others are made of them.
        views = "SELECT sql FROM duckdb_views() WHERE temporary AND NOT internal ORDER BY view_oid"
        for (view,) in self.connection.execute(views).fetchall():
            another.execute(view)
        return DuckDBSession(another)

    def close(self) -> None:
        """Close the database."""
        self.backend.disconnect()


class PolarsEngine(Engine):
    """Polars, inside this process. It has no text to prepare: the expression itself is run."""

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        from lib.features.batch.polars_backend import PolarsBackend

        self.backend: Any = PolarsBackend()

    def prepare(self, query: ir.Table) -> ir.Table:
        """Give the expression as it is."""
        return query

    def name(self, tables: Mapping[str, ir.Table]) -> None:
        """Keep their plans, which are run with each query."""
        for name, table in tables.items():
            self.backend.create_table(name, self.backend.compile(table))

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of it."""
        self.backend.create_table(name, table, overwrite=True)

    def fetch(self, prepared: ir.Table) -> pa.Table:
        """Run the expression."""
        return self.backend.to_pyarrow(prepared)

    def close(self) -> None:
        """Nothing is open."""
        self.backend.disconnect()


class SparkEngine(Engine):
    """Spark, on the session that its own configuration describes: a cluster or this machine.

    It cuts the clients into parts by itself: features stay in its executors, and the driver is told
    numbers of clients at most.
    """

    def __init__(self, workspace: Path, memory_limit_gib: float | None) -> None:
        from pyspark.sql import SparkSession

        self.spark: Any = SparkSession.builder.appName("features").getOrCreate()
        self.backend: Any = ibis.pyspark.connect(self.spark)

    def prepare(self, query: ir.Table) -> str:
        """Compile the expression to Spark's SQL."""
        return str(self.backend.compile(query))

    def name(self, tables: Mapping[str, ir.Table]) -> None:
        """Make views of them."""
        for name, table in tables.items():
            self.spark.sql(self.prepare(table)).createOrReplaceTempView(name)

    def put(self, name: str, table: pa.Table) -> None:
        """Make a view of it."""
        self.spark.createDataFrame(table).createOrReplaceTempView(name)

    def fetch(self, prepared: str) -> pa.Table:
        """Run the query and collect its rows."""
        return self.spark.sql(prepared).toArrow()

    def write(self, query: ir.Table, folder: Path) -> None:
        """Let the executors run a query and write its rows, by client, as the files of a folder."""
        rows = self.spark.sql(self.prepare(query))
        rows.orderBy("client_id").write.parquet(folder.resolve().as_uri())

    def close(self) -> None:
        """Stop the session."""
        self.spark.stop()


ENGINES: dict[str, type[DuckDBEngine | PolarsEngine | SparkEngine]] = {
    "duckdb": DuckDBEngine,
    "polars": PolarsEngine,
    "pyspark": SparkEngine,
}
REMEDIES = {
    "pyspark": "`make spark` installs it for `make test-spark`; elsewhere install the extra `spark`"
}


def connect(engine: str, workspace: Path, memory_limit_gib: float | None = None) -> Engine:
    """Start an engine.

    Parameters
    ----------
    engine : {"duckdb", "polars", "pyspark"}
        Its name as Ibis has it.
    workspace : Path
        Folder where it may put what does not fit into memory.
    memory_limit_gib : float, optional
        What the process may keep in memory. DuckDB is given half of it; the others have settings
        of their own, and are bounded by the parts that the clients are cut into.

    Returns
    -------
    Engine

    Raises
    ------
    InvalidInput
        If the engine is unknown or not installed, or the limit is not positive.
    """
    if engine not in ENGINES:
        raise InvalidInput(f"engine {engine!r}", f"one of {', '.join(ENGINES)}", "choose one")
    check_memory_limit(memory_limit_gib)
    try:
        return ENGINES[engine](workspace, memory_limit_gib)
    except ImportError as error:
        remedy = REMEDIES.get(engine, f"install ibis-framework[{engine}]")
        raise InvalidInput(f"engine {engine!r}", "its packages are installed", remedy) from error
