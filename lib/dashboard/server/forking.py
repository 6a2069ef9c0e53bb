"""Kernels that are forked from one process, in the way that Jupyter starts any kernel."""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

# What ends a wait that has none given.
FOREVER = float("inf")
# Often enough that nobody waits for it.
POLL_SECONDS = 0.05
NUMBER_BYTES = 32  # more than a process's number and a line's end ever are


class Forked:
    """A process that is not a child of ours, with what Jupyter uses of `subprocess.Popen`.

    Parameters
    ----------
    pid : int
        Its number.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        # By this and not by its number: that may become another process's.
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Give None while it runs; how it ended only its parent knows, so 0 afterwards."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            os.close(self._handle)
            self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        deadline = time.monotonic() + (FOREVER if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(POLL_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class KernelParent:
    """The process that `lib.dashboard.kernel_parent` is, started when it is needed first."""

    def __init__(self) -> None:
        self._orders: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def fork(
        self, name: str, arguments: list[str], env: Mapping[str, str], cwd: str
    ) -> Forked:
        """Have a kernel forked.

        Raises
        ------
        OSError
            If the process has ended; the next kernel has a new one.
        """
        given = {"name": name, "arguments": arguments, "env": dict(env), "cwd": cwd}
        order = json.dumps(given) + "\n"
        async with self._one_at_a_time:
            return Forked(await asyncio.to_thread(self._order, order.encode()))

    def close(self) -> None:
        """Let the process end, and its kernels with it."""
        if self._orders and self._process:
            self._orders.close()
            self._process.wait()
        self._orders = self._process = None

    def _order(self, order: bytes) -> int:
        orders = self._orders or self._start()
        try:
            orders.sendall(order)
            if answer := orders.recv(NUMBER_BYTES):
                return int(answer)
            raise ConnectionResetError
        except OSError:
            self.close()
            raise

    def _start(self) -> socket.socket:
        self._orders, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                [sys.executable, "-m", "lib.dashboard.kernel_parent", str(its.fileno())],
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
            )
        return self._orders


class ForkingProvisioner(LocalProvisioner):
    """Starts a kernel by forking."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel instead of running its command, whose arguments it takes."""
        factory = cast(ForkingFactory, ForkingFactory.instance())
        module = cmd.index("ipykernel_launcher")
        cwd = kwargs.get("cwd") or str(Path.cwd())
        forked = await factory.kernel_parent.fork(
            self.kernel_id, cmd[module + 1 :], kwargs["env"], cwd
        )
        self.process = cast(subprocess.Popen[bytes], forked)
        self.pid, self.pgid = forked.pid, None
        return self.connection_info


class ForkingFactory(KernelProvisionerFactory):
    """Gives every kernel a `ForkingProvisioner`, where the system can fork one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_parent = KernelParent()

    def create_provisioner_instance(self, kernel_id: str, kernel_spec: Any, parent: Any) -> Any:
        """Make the provisioner of one kernel."""
        # Linux alone has handles of processes; elsewhere kernels start as usual.
        kind = ForkingProvisioner if hasattr(os, "pidfd_open") else LocalProvisioner
        return kind(kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent)
