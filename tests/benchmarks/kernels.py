"""The dashboard's kernels as processes: whether one waits ready, and what the largest holds."""

import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil

from lib.launch.servers import descendants

QUIET_SECONDS = 1.5
LONGEST_WAIT = 60.0
MIB = 2**20
KERNEL_PARENT = "lib.dashboard.kernel_parent"
NAME_LENGTH = 15  # as much of a process's name as Linux keeps


@dataclass(frozen=True)
class Memory:
    """What a session's kernel holds, in MB of 2**20 bytes.

    Attributes
    ----------
    resident_mb : float
        All its pages in memory, those shared with others included (RSS).
    proportional_mb : float
        The same with each shared page divided by those who share it (PSS).
    """

    resident_mb: float
    proportional_mb: float


def kernel_in(html: str) -> str | None:
    """Give the number of a page's kernel, as the page says it; None where it has none."""
    found = re.search(r'"kernelId": "([0-9a-f-]+)"', html)
    return found[1] if found else None


def kernel_of(html: str) -> str:
    """Give the number of the kernel of a page that has one."""
    kernel_id = kernel_in(html)
    assert kernel_id
    return kernel_id


def find_kernels() -> list[psutil.Process]:
    """Find the kernels that our own servers have had forked."""
    parents = [one for one in descendants(os.getpid()) if KERNEL_PARENT in command_of(one)]
    return [kernel for kernel in parents if KERNEL_PARENT in command_of(parent_of(kernel))]


def is_kernel(process: psutil.Process, kernel_id: str) -> bool:
    """Say whether a process is the kernel of that number."""
    with suppress(psutil.Error):
        is_there = process.status() != psutil.STATUS_ZOMBIE
        return is_there and process.name() == kernel_id[:NAME_LENGTH]
    return False


def parent_of(process: psutil.Process | None) -> psutil.Process | None:
    """Give what has started a process; None where either has just ended."""
    with suppress(psutil.Error):
        return process.parent() if process else None
    return None


def command_of(process: psutil.Process | None) -> str:
    """Give a process's command line; empty where it has just ended."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline()) if process else ""
    return ""


def seconds_of(process: psutil.Process) -> float:
    """Give the processor time that a process has used; 0 where it has just ended."""
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:2]))
    return 0.0


def memory_of_sessions() -> Memory:
    """Measure the largest kernel: the one that has worked, not the one that waits."""
    largest = max(find_kernels(), key=lambda kernel: kernel.memory_info().rss)
    held = largest.memory_full_info()
    return Memory(held.rss / MIB, held.pss / MIB)


def wait_until_warm() -> None:
    """Wait until every kernel has started and nothing of our own is busy any more."""
    deadline = time.monotonic() + LONGEST_WAIT
    quiet_since, before = time.monotonic(), -1.0
    while time.monotonic() < deadline:
        used = sum(seconds_of(kernel) for kernel in find_kernels())
        if abs(used - before) > 0.05 or not find_kernels():
            quiet_since, before = time.monotonic(), used
        elif time.monotonic() - quiet_since > QUIET_SECONDS:
            return
        time.sleep(0.1)
    raise TimeoutError(f"no kernel was ready and quiet within {LONGEST_WAIT:.0f} s")
