"""How much of the machine DuckDB may use."""

import os
from pathlib import Path

from lib.decision import InvalidInput

_SHARE = (
    0.6  # of a limit is DuckDB's own; Python, Arrow and what DuckDB does not count get the rest
)
# Side by side: much of a query, as its start and its end, is the work of one thread.
TABLES_AT_ONCE = 2
_GIB_A_THREAD = 0.25  # what a thread that writes a wide table fills


Settings = dict[str, str | bool | int | float | list[str]]  # as DuckDB declares them


def check_memory_limit(memory_limit_gib: float | None) -> None:
    """Refuse a limit that is not positive; None is none.

    Raises
    ------
    InvalidInput
        If it is 0, negative or NaN.
    """
    if memory_limit_gib is not None and not memory_limit_gib > 0:
        raise InvalidInput("memory_limit_gib", "it is positive", "give GiB, or None for no limit")


def settings(spill: Path, memory_limit_gib: float | None) -> Settings:
    """Give the settings with which this process stays within a memory limit.

    Parameters
    ----------
    spill : Path
        Folder for what does not fit into memory.
    memory_limit_gib : float or None
        What the process may hold; None for DuckDB's own choice, 80 % of the machine's memory.

    Raises
    ------
    InvalidInput
        If the limit is not positive.
    """
    check_memory_limit(memory_limit_gib)
    chosen: Settings = {
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
    }
    if memory_limit_gib is None:
        return chosen
    own = _SHARE * memory_limit_gib
    threads = min(os.cpu_count() or 1, max(1, int(own / _GIB_A_THREAD)))
    return chosen | {"memory_limit": f"{own}GiB", "threads": threads}
