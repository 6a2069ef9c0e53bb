"""Run a command and print what it cost as JSON: ``python -m tests.benchmarks.stopwatch COMMAND``.

A process between the benchmark and what it measures, because Linux counts the memory of a process
that starts a command into the command's peak: this one is small.
"""

import json
import os
import subprocess
import sys
import time

STANDARD_ERROR = 2
# Linux counts in KiB, macOS in bytes.
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


def clocked(command: list[str]) -> dict[str, float]:
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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(clocked(sys.argv[1:])))
