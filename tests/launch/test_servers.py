"""A server is started when its port is free, and never outlives us."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from lib.decision import InvalidInput
from lib.launch.servers import (
    READY_SECONDS,
    Server,
    api_server,
    dashboard_server,
    require_free_ports,
    running,
)


def _server(port: int, *command: str) -> Server:
    return Server("API", (sys.executable, *command), port, "/")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_named_with_the_variable_that_moves_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=rf"API_PORT={number}: .*in use already; pass API_"):
            require_free_ports(_server(number))
        with pytest.raises(InvalidInput, match="PORTFOLIO_PORT"):
            require_free_ports(dashboard_server(number, "portfolio"))


def test_a_free_port_is_accepted(port: int) -> None:
    require_free_ports(_server(port))


def test_two_servers_do_not_share_a_port(port: int) -> None:
    with pytest.raises(InvalidInput, match=f"DASHBOARD_PORT={port}"):
        require_free_ports(_server(port), dashboard_server(port))


def test_a_server_and_its_children_end_with_the_block(port: int, tmp_path: Path) -> None:
    # The child leaves its parent's session, as Jupyter's kernels do.
    code = (
        "import http.server, subprocess, sys;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
        " start_new_session=True);"
        f"http.server.HTTPServer(('127.0.0.1', {port}),"
        " http.server.SimpleHTTPRequestHandler).serve_forever()"
    )
    with running(_server(port, "-c", code), {}, tmp_path / "log") as process:
        family = [process.pid, *(c.pid for c in psutil.Process(process.pid).children(True))]
        assert len(family) == 2
    with suppress(psutil.TimeoutExpired):
        psutil.wait_procs([psutil.Process(p) for p in family if psutil.pid_exists(p)], 5)
    assert not any(_alive(pid) for pid in family)


def test_a_server_that_ends_at_once_names_its_log(port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        pytest.raises(InvalidInput, match=r"code 3.*log"),
        running(_server(port, "-c", "print('no'); raise SystemExit(3)"), {}, log),
    ):
        pass
    assert log.read_text() == "no\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("✗ journal x: it can be written; look at its disk.", r"it starts, but: journal x: it can"),
        (
            "Traceback (most recent call last):\n  File y\nOSError: disk full\n\n"
            "2026 [ERROR] Application startup failed. Exiting.",
            "it starts, but: OSError: disk full",
        ),
    ],
)
def test_a_worker_that_has_failed_is_not_waited_for(
    port: int, tmp_path: Path, said: str, told: str
) -> None:
    # As BentoML does, the server itself lives on.
    code = f"import time; print({said!r}, flush=True); time.sleep(600)"
    began = time.monotonic()
    with (
        pytest.raises(InvalidInput, match=told),
        running(_server(port, "-c", code), {"PYTHONUTF8": "1"}, tmp_path / "log"),
    ):
        pass
    assert time.monotonic() - began < READY_SECONDS / 2


def test_the_api_says_why_it_cannot_start(port: int, tmp_path: Path) -> None:
    began = time.monotonic()
    for settings, told in (
        ({"SCORING_MOST_AT_ONCE": "many"}, "SCORING_MOST_AT_ONCE: "),
        ({"SCORING_API_KEY": "x"}, "SCORING_API_KEY: a key has at least 16 letters"),
    ):
        with (
            pytest.raises(InvalidInput, match=told),
            running(api_server(port), settings, tmp_path / "log"),
        ):
            pass
    assert time.monotonic() - began < 2 * READY_SECONDS


def test_what_a_started_server_cannot_use_is_said(port: int, tmp_path: Path) -> None:
    problem = '{"offender": "portfolio x", "rule": "the file is there", "remedy": "write it"}'
    code = (
        "import http.server\n"
        "class Red(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(503); self.end_headers()\n"
        f"        self.wfile.write({problem.encode()!r})\n"
        f"http.server.HTTPServer(('127.0.0.1', {port}), Red).serve_forever()"
    )
    said: list[str] = []
    with running(_server(port, "-c", code), {}, tmp_path / "log", said.append):
        pass
    assert said[1] == (
        "✗ API: not all of it can be used; portfolio x: the file is there; write it."
    )


def test_a_bad_port_ends_the_command_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "lib.launch", "serve", "--api-port", str(number)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
        )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"API_PORT={number}" in ended.stderr


def _alive(pid: int) -> bool:
    for _ in range(50):
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.1)
                continue
        return False
    return True
