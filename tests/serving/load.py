"""Sends requests to a service from many connections at once, and counts what comes of them."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOST = "connection lost"
HEADERS = {"Content-Type": "application/json"}

# Path and body of the n-th request of all.
Asking = Callable[[int], tuple[str, bytes]]


@dataclass(frozen=True)
class Reply:
    """What came of one request.

    Parameters
    ----------
    number : int
        Which request it was.
    outcome : int or str
        The status, or that the connection was lost.
    body : bytes
        Empty where the connection was lost.
    seconds : float
        From sending to the end of the answer.
    """

    number: int
    outcome: int | str
    body: bytes
    seconds: float


@dataclass
class Caller:
    """One connection, kept and made anew where it is lost."""

    url: str
    timeout: float = 60.0
    headers: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(self, number: int, path: str, body: bytes) -> Reply:
        """Send a request and read the whole answer."""
        began = time.perf_counter()
        try:
            outcome, answer = self._exchange(path, body)
        except (OSError, http.client.HTTPException):
            self.close()
            outcome, answer = LOST, b""
        return Reply(number, outcome, answer, time.perf_counter() - began)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _exchange(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            where = urlsplit(self.url)
            self._connection = http.client.HTTPConnection(
                where.hostname, where.port, timeout=self.timeout
            )
        self._connection.request("POST", path, body, {**HEADERS, **self.headers})
        response = self._connection.getresponse()
        return response.status, response.read()


class Load:
    """A steady load: each connection sends its next request as soon as it has its answer.

    Use it as a context: the load runs while the block does.
    """

    def __init__(self, url: str, asking: Asking, connections: int) -> None:
        self.url, self.asking, self.connections = url, asking, connections
        self.replies: list[Reply] = []
        self._numbers = iter(range(10**9))
        self._over = threading.Event()

    def __enter__(self) -> "Load":
        self._pool = ThreadPoolExecutor(self.connections)
        self._tasks = [self._pool.submit(self._call) for _ in range(self.connections)]
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._pool.shutdown()
        for task in self._tasks:
            task.result()

    def outcomes(self) -> Counter[int | str]:
        """Count the replies so far by what came of them."""
        return Counter(reply.outcome for reply in list(self.replies))

    def _call(self) -> None:
        caller = Caller(self.url)
        while not self._over.is_set():
            number = next(self._numbers)
            self.replies.append(caller.ask(number, *self.asking(number)))
        caller.close()


def as_json(body: object) -> bytes:
    """Write a body."""
    return json.dumps(body).encode()
