"""What a process costs: wall time, processor time, and the most memory that it held."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).parents[2]


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

    Parameters
    ----------
    module : str
        As for ``python -m``; its output goes to the error stream.
    *arguments
        Of its command line.

    Raises
    ------
    ChildFailed
        If it ends with an error.
    """
    python = [sys.executable, "-m"]
    command = [*python, "tests.benchmarks.stopwatch", *python, module, *map(str, arguments)]
    clocked = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True)
    figures = json.loads(clocked.stdout)
    if exit_code := figures.pop("exit_code"):
        raise ChildFailed(f"{module} ended with {exit_code}")
    return Cost(**figures)


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
