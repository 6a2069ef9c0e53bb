"""What a build of features read, wrote and cost."""

import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FeatureBuildReport:
    """What a build of features read, wrote and cost.

    Parameters
    ----------
    output : Path
        The file that was written.
    engine : str
        What it was built on.
    clients, features : int
        Its rows, and its columns without the client's number and target.
    parts, resumed : int
        Parts that the clients were cut into, and how many of them an earlier run had finished.
    rows : mapping of str to int
        Rows of each raw table.
    problems : tuple of str
        What was found in the raw tables, one sentence each.
    seconds : float
        Wall time of the whole.
    step_seconds : mapping of str to float
        Wall time by step: reading, then each table over all parts, joining, writing.
    peak_memory_gib : float
        The most that the process has held in memory so far.
    """

    output: Path
    engine: str
    clients: int
    features: int
    parts: int
    resumed: int
    rows: Mapping[str, int]
    problems: tuple[str, ...]
    seconds: float
    step_seconds: Mapping[str, float]
    peak_memory_gib: float


def peak_memory_gib() -> float:
    """Give the most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30
