"""Starts the service as its users do, and talks to it over HTTP."""

import os
import shutil
import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from lib.scoring.scorer import Scorer

READY_SECONDS = 180
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Served:
    """A running service."""

    url: str
    process: subprocess.Popen
    log: Path

    def post(self, path: str, body: object = None, **more: object) -> httpx.Response:
        """Send a JSON body."""
        return httpx.post(f"{self.url}/{path}", json=body, timeout=30, **more)

    def send(self, path: str, content: bytes, kind: str = "application/json") -> httpx.Response:
        """Send bytes as they are."""
        headers = {"content-type": kind}
        return httpx.post(f"{self.url}/{path}", content=content, headers=headers, timeout=30)


def workers(served: Served) -> list[psutil.Process]:
    """List the processes that answer requests, those that have ended left out."""
    family = psutil.Process(served.process.pid).children(recursive=True)
    return [process for process in family if is_worker(process)]


def is_worker(process: psutil.Process) -> bool:
    """Say whether a process answers requests, or no longer: it may end while it is looked at."""
    with suppress(psutil.NoSuchProcess):
        is_alive = process.status() != psutil.STATUS_ZOMBIE
        return is_alive and any("worker" in word for word in process.cmdline())
    return False


def wait_until(comes_true: Callable[[], bool], seconds: float) -> None:
    """Wait for a condition so long, or fail."""
    end = time.monotonic() + seconds
    while not comes_true():
        assert time.monotonic() < end
        time.sleep(0.01)


def held_at(path: Path) -> list[int]:
    """Read where workers note connections: of each place one more than its worker holds."""
    return array("i", path.read_bytes()).tolist()


def save_in_store(home: Path, scorer: Scorer, folder: Path, how: str = "save_scorer") -> None:
    """Save a scorer in a store, in a process of its own: BentoML reads where it is once."""
    scorer.save(folder / "scorer")
    code = (
        "import sys; from pathlib import Path; from lib.scoring import store;"
        " from lib.scoring.scorer import Scorer;"
        "getattr(store, sys.argv[2])(Scorer.load(Path(sys.argv[1])))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder / "scorer"), how],
        env={**os.environ, "BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True"},
        check=True,
    )


@contextmanager
def serve(what: str, folder: Path, home: Path, log: Path, **settings: str) -> Iterator[Served]:
    """Serve something from a folder, with a store and settings; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # BentoML empties the folder of metrics in its home at each start: no two servers share one.
    own_home = log.with_name(f"{log.stem}-home")
    shutil.copytree(home, own_home, dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if "SCORING_" not in name}
    environment |= {
        "BENTOML_HOME": str(own_home),
        "BENTOML_DO_NOT_TRACK": "True",
        "SCORING_JOURNAL": str(log.with_name("journal.sqlite")),
        **settings,
    }
    command = [sys.executable, "-m", "bentoml", "serve", what]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            served = Served(f"http://127.0.0.1:{port}", process, log)
            _wait(served)
            yield served
        finally:
            process.terminate()
            process.wait(30)


def _wait(served: Served) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and served.process.poll() is None:
        try:
            # Not /readyz: some are served without what they would need to be ready.
            if httpx.get(f"{served.url}/livez").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(served.log.read_text())
