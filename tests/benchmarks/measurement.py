"""What a child process costs: wall time, processor time, and the most memory that it held."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).parents[2]
STANDARD_ERROR = 2
# Linux counts in KiB, macOS in bytes.
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


class ChildFailed(RuntimeError):
    """A measured process ended with an error."""


@dataclass(frozen=True)
class Cost:
    """What one run cost.

    Parameters
    ----------
    seconds : float
        Wall time from start to end, the start of Python included.
    cpu_seconds : float
        Of all its threads and children, in user and system mode.
    peak_gib : float
        Largest resident memory, of the process or one of its children.
    """

    seconds: float
    cpu_seconds: float
    peak_gib: float


def measure(module: str, *arguments: object) -> Cost:
    """Run a module of the project in a fresh Python and measure it.

    Its output goes to the error stream. Linux counts the memory of the calling process into the
    child's peak, up to the moment when the child starts: call it from a small process.

    Parameters
    ----------
    module : str
        As for ``python -m``.
    *arguments
        Of its command line.

    Raises
    ------
    ChildFailed
        If it ends with an error.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, stdout=STANDARD_ERROR) as child:
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise ChildFailed(f"{module} ended with {child.returncode}")
    peak = used.ru_maxrss * MEMORY_UNIT / 2**30
    return Cost(seconds, used.ru_utime + used.ru_stime, peak)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Take the median of each measure.

    Examples
    --------
    >>> median_cost([Cost(1.0, 2.0, 0.5), Cost(3.0, 1.0, 0.5)])
    Cost(seconds=2.0, cpu_seconds=1.5, peak_gib=0.5)
    """
    return Cost(
        median(cost.seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        median(cost.peak_gib for cost in costs),
    )
