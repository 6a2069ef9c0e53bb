"""A process that is forked, not started, and what Jupyter asks of it."""

import asyncio
import os
import signal
import subprocess
import sys

import psutil
import pytest

from lib.dashboard.server.forking import Forked, KernelParent
from lib.launch.servers import descendants
from tests.benchmarks.kernels import KERNEL_PARENT, command_of


@pytest.fixture
def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_a_process_is_there_until_it_is_killed(sleeper: subprocess.Popen[bytes]) -> None:
    forked = Forked(sleeper.pid)
    assert forked.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        forked.wait(0.2)
    forked.kill()
    assert forked.wait(10) == 0
    assert sleeper.wait() == -signal.SIGKILL
    forked.terminate()  # what has ended already is passed over


def test_where_the_parent_has_died_the_next_kernel_has_a_new_one() -> None:
    async def fork_again() -> None:
        parent = KernelParent()
        for _ in range(2):
            # Such a kernel writes what it understands, and ends.
            forked = await parent.fork("a1b2c3", ["--help"], dict(os.environ), "/")
            assert await asyncio.to_thread(forked.wait, 60) == 0
            (living,) = [one for one in descendants(os.getpid()) if is_kernel_parent(one)]
            living.kill()
            with pytest.raises(ConnectionError):
                await parent.fork("a1b2c3", ["--help"], dict(os.environ), "/")
        parent.close()

    asyncio.run(fork_again())


def is_kernel_parent(process: psutil.Process) -> bool:
    return KERNEL_PARENT in command_of(process)
