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
from lib.launch.servers import Server, dashboard_server, require_free_ports, running


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
