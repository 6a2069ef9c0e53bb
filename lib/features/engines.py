"""What the expressions run on: DuckDB by default, Polars, or Spark beyond one machine."""

from pathlib import Path
from typing import Any

import ibis

from lib.decision import InvalidInput

ENGINES = ("duckdb", "polars", "pyspark")


def connect(engine: str, workspace: Path, memory_limit_gib: float | None = None) -> Any:
    """Start an engine.

    Parameters
    ----------
    engine : {"duckdb", "polars", "pyspark"}
        Its name as Ibis has it.
    workspace : Path
        Folder where it may put what does not fit into memory.
    memory_limit_gib : float, optional
        What DuckDB may keep in memory; the others do not know such a limit.

    Returns
    -------
    Ibis backend

    Raises
    ------
    InvalidInput
        If the engine is unknown or not installed, or the limit is not positive.
    """
    if engine not in ENGINES:
        raise InvalidInput(f"engine {engine!r}", f"one of {', '.join(ENGINES)}", "choose one")
    if memory_limit_gib is not None and memory_limit_gib <= 0:
        raise InvalidInput("memory_limit_gib", "it is positive", "give GiB, or None for no limit")
    if engine == "duckdb":
        return connect_duckdb(workspace, memory_limit_gib)
    try:
        return ibis.polars.connect() if engine == "polars" else ibis.pyspark.connect()
    except (ImportError, AttributeError) as error:
        raise InvalidInput(
            f"engine {engine!r}", "its packages are installed", f"install ibis-framework[{engine}]"
        ) from error


def connect_duckdb(workspace: Path, memory_limit_gib: float | None) -> Any:
    """Start DuckDB: it spills into the workspace, and need not keep rows in order."""
    settings: dict[str, Any] = {
        "temp_directory": str(workspace / "spill"),
        "preserve_insertion_order": False,
    }
    if memory_limit_gib is not None:
        settings["memory_limit"] = f"{memory_limit_gib}GiB"
    return ibis.duckdb.connect(**settings)
