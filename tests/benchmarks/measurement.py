"""What a call or a process costs.

``python -m tests.benchmarks.measurement COMMAND`` runs a command and prints what it cost as JSON.
`measure` puts such a process between the benchmark and what it measures, because Linux counts the
memory of a process that starts a command into the command's peak: hence nothing large is imported
here.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

PROJECT = Path(__file__).parents[2]
STANDARD_ERROR = 2
# Linux counts in KiB, macOS in bytes.
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024

Result = TypeVar("Result")


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


def measure(module: str, *arguments: object, checkout: Path = PROJECT) -> Cost:
    """Run a module of the project in a fresh Python and measure it.

    Parameters
    ----------
    module : str
        As for ``python -m``; its output goes to the error stream.
    *arguments
        Of its command line.
    checkout : Path
        Of the project, whose module it is.

    Raises
    ------
    ChildFailed
        If it ends with an error.
    """
    python = [sys.executable, "-m"]
    command = [*python, "tests.benchmarks.measurement", *python, module, *map(str, arguments)]
    measured = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=True)
    figures = json.loads(measured.stdout)
    if exit_code := figures.pop("exit_code"):
        raise ChildFailed(f"{module} ended with {exit_code}")
    return Cost(**figures)


def run_and_measure(command: list[str]) -> dict[str, float]:
    """Run a command, its output on the error stream, and give its exit code and cost."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=STANDARD_ERROR) as child:
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "exit_code": child.returncode,
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_gib": used.ru_maxrss * MEMORY_UNIT / 2**30,
    }


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


def timed(call: Callable[[], Result]) -> tuple[float, Result]:
    """Give the milliseconds that a call takes, and what it returns."""
    start = time.perf_counter()
    result = call()
    return (time.perf_counter() - start) * 1000, result


def times_of(call: Callable[[int], object], calls: int) -> list[float]:
    """Give the milliseconds of numbered calls, after one that is not counted."""
    call(0)
    return [timed(lambda number=number: call(number))[0] for number in range(calls)]


def percentile(times: Sequence[float], percent: int) -> float:
    """Give the time that so many percent of calls stay below, at most the longest.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0], 50), percentile([1.0, 2.0, 3.0], 95)
    (2.0, 3.0)
    """
    return min(quantiles(times, n=100)[percent - 1], max(times))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run_and_measure(sys.argv[1:])))
