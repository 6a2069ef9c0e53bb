"""Connections that do not get to the point are closed; those that do are not."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from lib.serving.http import connections
from lib.serving.http.answers import AsgiMessage, Receive, Send
from lib.serving.http.connections import require_prompt_headers

SECONDS = 0.6
# Of a connection that is closed only once the headers took too long.
PATIENCE = 10.0


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
