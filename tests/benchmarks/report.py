"""What was measured, for people and for programs."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from tests.benchmarks.measurement import Cost
from tests.benchmarks.runs import (
    COLD,
    FROM_PARQUET,
    LIMITS_GIB,
    PANDAS,
    SCAN,
    START,
    WARM,
    Run,
    limited,
    of_size,
)

Costs = Mapping[Run, Cost]
CONTESTANTS = {"csv": COLD, "csv_warm": WARM, "parquet": FROM_PARQUET}


def figures(costs: Costs, clients: Mapping[int, int], differing_cells: int) -> dict[str, Any]:
    """Sum up the benchmark; a ratio is what pandas costs divided by what our build costs.

    Parameters
    ----------
    costs : mapping of Run to Cost
    clients : mapping of int to int
        How many clients each percentage is.
    differing_cells : int
    """
    ours = [costs[run] for run in CONTESTANTS.values()]
    pandas = [costs[run] for run in PANDAS.values()]
    return {
        **{f"{name}_ratio": against_pandas(costs, run) for name, run in CONTESTANTS.items()},
        **{f"{name}_cpu_ratio": cpu_ratio(costs, run) for name, run in CONTESTANTS.items()},
        "peak_gib": max(cost.peak_gib for cost in ours),
        "pandas_peak_gib": min(cost.peak_gib for cost in pandas),
        "scan_seconds": costs[SCAN["parquet"]].seconds,
        "scan_csv_seconds": costs[SCAN["csv"]].seconds,
        **within_limits(costs),
        "start_seconds": costs[START].seconds,
        "per_client_us": per_client(costs, clients, 0.0),
        "per_client_us_after_start": per_client(costs, clients, costs[START].seconds),
        "clients": max(clients.values()),
        "differing_cells": differing_cells,
    }


def against_pandas(costs: Costs, run: Run) -> float:
    """Divide pandas' wall time by that of a run from the same form of tables."""
    return costs[PANDAS[run.form]].seconds / costs[run].seconds


def cpu_ratio(costs: Costs, run: Run) -> float:
    """Divide pandas' processor time by that of a run from the same form of tables."""
    return costs[PANDAS[run.form]].cpu_seconds / costs[run].cpu_seconds


def within_limits(costs: Costs) -> dict[str, float]:
    """Give peak and slowdown within each memory limit."""
    unlimited, found = costs[FROM_PARQUET], {}
    for gib in LIMITS_GIB:
        cost = costs[limited(gib)]
        found[f"limited_{gib}gib_peak"] = cost.peak_gib
        found[f"limited_{gib}gib_slowdown"] = cost.seconds / unlimited.seconds
    return found


def per_client(costs: Costs, clients: Mapping[int, int], start: float) -> dict[str, float]:
    """Give microseconds a client at each size, less the seconds that no client causes."""
    runs = {percent: costs[of_size(percent)] for percent in clients}
    return {
        str(percent): (cost.seconds - start) * 1e6 / clients[percent]
        for percent, cost in runs.items()
    }


def rounded(value: Any) -> Any:
    """Round the numbers of a nested mapping to what a measurement is worth.

    Examples
    --------
    >>> rounded({"ratio": 3.14159, "clients": 300, "at": {"10": 2.71828}})
    {'ratio': 3.142, 'clients': 300, 'at': {'10': 2.718}}
    """
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def table(costs: Costs, clients: int, rows: int) -> Table:
    """Draw one line a run; the speed-up is pandas' wall time divided by the run's."""
    drawn = Table(title=f"Features of {clients:,} clients from {rows:,} rows")
    for heading in ("run", "wall s", "processor s", "peak GiB", "speed-up"):
        drawn.add_column(heading, justify="left" if heading == "run" else "right")
    for run, cost in costs.items():
        ratio = f"{against_pandas(costs, run):.2f}" if run in CONTESTANTS.values() else ""
        numbers = (cost.seconds, cost.cpu_seconds, cost.peak_gib)
        drawn.add_row(str(run), *(f"{number:.2f}" for number in numbers), ratio)
    return drawn
