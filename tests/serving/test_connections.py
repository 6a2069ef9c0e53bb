"""Connections are shared evenly; those that do not get to the point are closed, no others."""

import asyncio
import errno
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
import uvicorn

from lib.serving.http import connections
from lib.serving.http.answers import AsgiMessage, Receive, Send
from lib.serving.http.connections import (
    HeldConnections,
    OneAtATime,
    require_prompt_headers,
    share_connections_evenly,
)
from tests.serving.server import held_at, wait_until

SECONDS = 0.6
# Of a connection that is closed only once the headers took too long.
PATIENCE = 10.0
# Until a worker has loaded all that it needs.
START_SECONDS = 120.0


async def patient(scope: AsgiMessage, receive: Receive, send: Send) -> None:
    """Answer with the whole body, however slowly it comes."""
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    headers = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Uvicorn as BentoML starts it: with the protocol that it finds by itself."""
    monkeypatch.setattr(connections, "HEADER_SECONDS", SECONDS)
    require_prompt_headers()
    share_connections_evenly()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(patient, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join()
    listening.close()


def seconds_until_closed(connection: socket.socket, trickle: bytes = b"") -> float:
    """Wait for the end of a connection, and send a byte from time to time meanwhile."""
    connection.settimeout(0.05)
    began = time.monotonic()
    waiting = list(trickle)
    while time.monotonic() - began < PATIENCE:
        try:
            if waiting:
                connection.send(bytes([waiting.pop(0)]))
            if not connection.recv(4096):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize("trickle", [b"", b"POST / HTTP/1.1\r\nhost: localhost\r\n" * 99])
def test_headers_that_do_not_come_close_the_connection(
    address: tuple[str, int], trickle: bytes
) -> None:
    with socket.create_connection(address) as connection:
        assert SECONDS <= seconds_until_closed(connection, trickle) < PATIENCE / 2


def test_a_second_request_has_no_more_time_than_the_first(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert SECONDS <= seconds_until_closed(connection) < PATIENCE / 2


def test_a_body_has_its_own_time(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 8\r\n\r\n")
        for _ in range(8):
            time.sleep(SECONDS / 4)
            connection.sendall(b"x")
        connection.settimeout(PATIENCE)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


class Listening(socket.socket):
    """A socket that notes in which turn of a loop each connection was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.bind(("127.0.0.1", 0))
        self.listen()
        self.turn = 0
        self.taken: list[int] = []

    def accept(self) -> tuple[socket.socket, object]:
        connection = super().accept()
        self.taken.append(self.turn)
        return connection


class Closing(asyncio.Protocol):
    """Closes a connection as soon as it is there, and notes that it is gone."""

    lost: ClassVar[list["Closing"]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.append(self)


def test_a_worker_takes_one_new_connection_in_each_turn() -> None:
    """Of two workers with one socket, the quicker one would else take all that wait."""
    waiting = 5

    async def take(listening: Listening) -> None:
        loop = asyncio.get_running_loop()

        def next_turn() -> None:
            listening.turn += 1
            loop.call_soon(next_turn)

        next_turn()
        server = await loop.create_server(Closing, sock=listening)
        async with asyncio.timeout(PATIENCE):
            while len(Closing.lost) < waiting:
                await asyncio.sleep(0)
        server.close()

    with Listening() as listening, ExitStack() as callers:
        for _ in range(waiting):
            callers.enter_context(socket.create_connection(listening.getsockname()))
        with asyncio.Runner(loop_factory=OneAtATime) as runner:
            runner.run(take(listening))
    assert len(set(listening.taken)) == waiting


def work(listening: socket.socket, path: Path, worker: int) -> None:
    """Be one of the workers of a service, who leaves connections to others for very long."""
    connections.LEFT_SECONDS = 10 * PATIENCE
    require_prompt_headers()
    share_connections_evenly(HeldConnections(path, worker))
    config = uvicorn.Config(patient, lifespan="off", log_config=None)
    uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def two_workers(path: Path) -> Iterator[tuple[str, int]]:
    """Start two workers, and give where both listen."""
    spawn = multiprocessing.get_context("spawn")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        workers = [
            spawn.Process(target=work, args=(listening, path, number), daemon=True)
            for number in (1, 2)
        ]
        for worker in workers:
            worker.start()
        try:
            wait_until(lambda: path.exists() and held_at(path).count(1) == 2, START_SECONDS)
            yield listening.getsockname()
        finally:
            for worker in workers:
                worker.terminate()
                worker.join(PATIENCE)


@pytest.mark.parametrize("connections_at_once", [2, 9])
def test_workers_hold_as_many_connections_each(tmp_path: Path, connections_at_once: int) -> None:
    path = tmp_path / "held"
    with two_workers(path) as address:
        with ExitStack() as callers:
            for _ in range(connections_at_once):
                caller = callers.enter_context(socket.create_connection(address, PATIENCE))
                caller.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
                assert caller.recv(4096).startswith(b"HTTP/1.1 200 ")
            wait_until(lambda: sum(held_at(path)) == connections_at_once + 2, PATIENCE)
            one, other = held_at(path)[1:3]
            assert abs(one - other) <= 1
        wait_until(lambda: held_at(path)[1:3] == [1, 1], PATIENCE)


@pytest.mark.parametrize(("of_the_other", "is_taken_at_once"), [(0, False), (1, True), (2, True)])
def test_a_connection_is_left_to_who_holds_fewer_but_not_for_ever(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    of_the_other: int,
    is_taken_at_once: bool,
) -> None:
    monkeypatch.setattr(connections, "LEFT_SECONDS", SECONDS)
    own, other = (HeldConnections(tmp_path / "held", worker) for worker in (1, 2))
    other.begin()
    own.add(1)
    other.add(of_the_other)
    lost = len(Closing.lost)

    async def seconds_until_taken(listening: socket.socket) -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        server = await loop.create_server(Closing, sock=listening)
        async with asyncio.timeout(PATIENCE):
            while len(Closing.lost) == lost:
                await asyncio.sleep(0.001)
        server.close()
        return loop.time() - began

    with (
        Listening() as listening,
        socket.create_connection(listening.getsockname()),
        asyncio.Runner(loop_factory=lambda: OneAtATime(own)) as runner,
    ):
        seconds = runner.run(seconds_until_taken(listening))
    assert (seconds < SECONDS) is is_taken_at_once


def test_who_has_left_a_connection_in_vain_counts_on_the_other_no_longer(tmp_path: Path) -> None:
    own, other = (HeldConnections(tmp_path / "held", worker) for worker in (1, 2))
    own.begin()
    other.begin()
    own.add(2)
    own.count_on_no_others()
    assert not own.another_has_fewer()
    other.add(1)
    assert own.another_has_fewer()


def test_nothing_is_left_to_a_worker_that_takes_no_connections(tmp_path: Path) -> None:
    own, other = (HeldConnections(tmp_path / "held", worker) for worker in (1, 2))
    own.begin()
    own.add(3)
    assert not own.another_has_fewer()
    other.begin()
    assert own.another_has_fewer()
    other.end()
    other.add(1)
    assert not own.another_has_fewer()


def test_a_worker_that_is_started_again_begins_anew(tmp_path: Path) -> None:
    ended, again = (HeldConnections(tmp_path / "held", 1) for _ in range(2))
    ended.begin()
    ended.add(3)
    again.begin()
    assert held_at(tmp_path / "held")[:3] == [0, 1, 0]


def test_without_handles_a_worker_looks_away_for_a_second(tmp_path: Path) -> None:
    looks = []

    class Full(Listening):
        def accept(self) -> tuple[socket.socket, object]:
            looks.append(self.turn)
            raise OSError(errno.EMFILE, "too many open files")

    async def look(listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        server = await loop.create_server(Closing, sock=listening)
        await asyncio.sleep(SECONDS / 2)
        server.close()

    held = HeldConnections(tmp_path / "held", 1)
    with (
        Full() as listening,
        socket.create_connection(listening.getsockname()),
        asyncio.Runner(loop_factory=lambda: OneAtATime(held)) as runner,
    ):
        runner.run(look(listening))
    assert len(looks) == 1


def test_no_connection_becomes_one_of_websockets(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\n"
            b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        connection.settimeout(PATIENCE)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_uvicorn_starts_such_a_loop() -> None:
    share_connections_evenly()
    start = uvicorn.Config(patient).get_loop_factory()
    assert start is not None
    with asyncio.Runner(loop_factory=start) as runner:
        assert isinstance(runner.get_loop(), OneAtATime)
