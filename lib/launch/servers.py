"""The API and the dashboard as child processes, which never outlive us."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from lib.decision import InvalidInput

READY_SECONDS = 90
STOP_SECONDS = 15
# How a refusal of ours begins, and how Uvicorn ends what a worker says of its failure to start.
# BentoML starts such a worker again and again, and never ends by itself.
REFUSAL, WORKER_FAILED = "✗ ", "Application startup failed. Exiting."


@dataclass(frozen=True)
class Server:
    """A server to start.

    Parameters
    ----------
    name : str
        As the user reads it.
    command : tuple of str
        What to run, from the working directory.
    port : int
        Where it listens, on loopback.
    ready_path : str
        Path that answers 200 once it is ready.
    page : str
        Path that a person opens.
    """

    name: str
    command: tuple[str, ...]
    port: int
    ready_path: str
    page: str = "/"

    @property
    def url(self) -> str:
        """Address for a browser on this machine."""
        return f"http://127.0.0.1:{self.port}{self.page}"

    @property
    def variable(self) -> str:
        """Variable of `make` that moves it to another port."""
        return f"{self.name.upper()}_PORT"


def api_server(port: int) -> Server:
    """Describe the scoring API."""
    return Server(
        name="API",
        command=(
            *(sys.executable, "-m", "bentoml", "serve", "service:CreditScoring"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ),
        port=port,
        ready_path="/readyz",
    )


def dashboard_server(port: int, page: str = "client") -> Server:
    """Describe a page of the dashboard: the manager's, ``client``, or one of the head's."""
    return Server(
        name="dashboard" if page == "client" else page,
        command=(
            *(sys.executable, "-m", "lib.dashboard.server", f"dashboards/{page}.ipynb"),
            "--no-browser",
            f"--port={port}",
            "--Voila.config_file_paths=dashboards/voila",
        ),
        port=port,
        ready_path="/voila/static/voila.js",
    )


def require_free_ports(*servers: Server) -> None:
    """Refuse to start where something else listens already, or two servers would meet.

    Raises
    ------
    InvalidInput
        If a port is taken; it names the `make` variable that moves the server.
    """
    with ExitStack() as probes:
        for server in servers:
            probe = probes.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", server.port))
                # Until it listens, a second one with SO_REUSEADDR may have the same port.
                probe.listen()
            except OSError as error:
                raise _port_fault(server, error) from error


def _port_fault(server: Server, error: OSError) -> InvalidInput:
    rule = {
        errno.EADDRINUSE: f"the {server.name} needs it, but it is in use already",
        errno.EACCES: f"the {server.name} needs it, but only the system may use it",
    }.get(error.errno or 0, f"the {server.name} needs it, but the system says “{error.strerror}”")
    return InvalidInput(
        f"{server.variable}={server.port}", rule, f"pass {server.variable}=<another port>"
    )


@contextmanager
def running(
    server: Server, environment: Mapping[str, str], log: Path, say: Callable[[str], None] = print
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until it is ready, and end it with everything that it started.

    Parameters
    ----------
    server : Server
        What to start.
    environment : mapping
        Variables added to our own.
    log : Path
        Where its output goes.
    say : callable
        Receives the progress.

    Yields
    ------
    subprocess.Popen
        The running server, ready.

    Raises
    ------
    InvalidInput
        If it ends, says that it cannot start, or is not ready in time; it tells the last error,
        and names the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            server.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            seconds, missing = _wait_until_ready(server, process, log)
            say(f"✓ {server.name} ready after {seconds:.1f} s")
            if missing:
                say(f"✗ {server.name}: not all of it can be used; {missing}")
            yield process
        finally:
            _stop(process)


def _wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], log: Path
) -> tuple[float, str]:
    """Wait, and give the seconds that it took, and what the server cannot use, if anything."""
    began = time.monotonic()
    address = f"http://127.0.0.1:{server.port}{server.ready_path}"
    while (elapsed := time.monotonic() - began) < READY_SECONDS:
        ended = process.poll() is not None
        if error := last_error(log.read_text(encoding="utf-8", errors="replace")):
            raise InvalidInput(f"the {server.name}", f"it starts, but: {error}", f"read {log}")
        if ended:
            raise InvalidInput(
                f"the {server.name}", f"it ended with code {process.returncode}", f"read {log}"
            )
        with suppress(requests.RequestException):
            response = requests.get(address, timeout=2)
            if response.ok:
                return elapsed, ""
            if response.status_code == requests.codes.service_unavailable:
                return elapsed, missing_of(response)
        time.sleep(0.2)
    raise InvalidInput(f"the {server.name}", f"it is ready within {READY_SECONDS} s", f"read {log}")


def missing_of(response: requests.Response) -> str:
    """Read what a server that has started says that it cannot use."""
    try:
        return str(InvalidInput(**response.json()))
    except (requests.JSONDecodeError, TypeError):
        return response.text.strip()


def last_error(log: str) -> str | None:
    r"""Find the last error by which a server, or a worker of it, says that it cannot start.

    Examples
    --------
    >>> last_error("starting\n✗ SCORING_API_KEY: it is long; take another.\n")
    'SCORING_API_KEY: it is long; take another.'
    >>> last_error("OSError: disk full\n\n" + 2 * "[ERROR] Application startup failed. Exiting.\n")
    'OSError: disk full'
    >>> last_error("starting\nOSError: told, and gone on\n") is None
    True
    """
    has_failed = False
    for line in reversed(log.splitlines()):
        if line.startswith(REFUSAL):
            return line.removeprefix(REFUSAL)
        if WORKER_FAILED in line:
            has_failed = True  # it may be said twice; why, the line before says
        elif has_failed and line.strip():
            return line
    return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all that it started: politely first, then for good.

    Only the server itself gets the signal: it ends its workers after the requests they have begun.
    """
    family = descendants(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    kill(family)
    process.kill()
    process.wait()


def descendants(pid: int) -> list[psutil.Process]:
    """List what a process has started, and what that has started, and so on.

    Jupyter starts each kernel in a session of its own, out of reach of a signal to the group: only
    the family tree finds it, and only while its parents still live.
    """
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def kill(processes: list[psutil.Process]) -> None:
    """End processes for good; those that have ended already are passed over."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


@contextmanager
def leaving_none_behind() -> Iterator[None]:
    """End all that was started within the block, however the block ends.

    A plain `kill` and a closed terminal end the block as Ctrl-C does.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        yield
    finally:
        # A second signal must not cut the cleaning short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        kill(descendants(os.getpid()))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
