"""What the expressions run on: DuckDB by default, Polars, or Spark beyond one machine.

Each is an Ibis backend with the little that it does in its own way (`Engine`): a query is prepared
once and run for every part of the clients.
"""

from importlib import import_module
from pathlib import Path

from lib.decision import InvalidInput
from lib.features.engines.engine import Engine

ENGINES = {
    "duckdb": "lib.features.engines.duckdb:DuckDBEngine",
    "polars": "lib.features.engines.polars:PolarsEngine",
    "pyspark": "lib.features.engines.pyspark:SparkEngine",
}
REMEDIES = {
    "pyspark": "`make spark` installs it for `make test-spark`; elsewhere install the extra `spark`"
}

__all__ = ["ENGINES", "Engine", "connect"]


def connect(engine: str, workspace: Path, memory_limit_gib: float | None = None) -> Engine:
    """Start an engine.

    Parameters
    ----------
    engine : {"duckdb", "polars", "pyspark"}
        Its name as Ibis has it.
    workspace : Path
        Folder where it may put what does not fit into memory.
    memory_limit_gib : float, optional
        What the process may keep in memory. DuckDB is told half of it; the others have settings of
        their own, and are bounded by the parts that the clients are cut into.

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
    if memory_limit_gib is not None and memory_limit_gib <= 0:
        raise InvalidInput("memory_limit_gib", "it is positive", "give GiB, or None for no limit")
    module, _, name = ENGINES[engine].partition(":")
    try:
        started: Engine = getattr(import_module(module), name)(workspace, memory_limit_gib)
    except ImportError as error:
        remedy = REMEDIES.get(engine, f"install ibis-framework[{engine}]")
        raise InvalidInput(f"engine {engine!r}", "its packages are installed", remedy) from error
    return started
