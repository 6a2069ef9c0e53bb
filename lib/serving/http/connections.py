"""Connections: workers share them evenly, and those whose headers do not come are closed.

Uvicorn, which BentoML starts, offers settings for neither. It waits for the headers of a request
without end, for each of a few thousand connections; then nobody else can connect.
"""

import asyncio
import mmap
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from uvicorn.loops import auto as loops
from uvicorn.protocols.http import auto as protocols
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets import auto as websockets

# From the connection, or the first byte of another request on it, to the end of the headers.
HEADER_SECONDS = 10.0
# How long a new connection is left to a worker that holds fewer, which may be busy, and after which
# it is looked at again.
LEFT_SECONDS, LOOK_AGAIN_SECONDS = 0.1, 0.001


class HeldConnections:
    """How many connections each worker of a service holds, in a file that they share.

    Parameters
    ----------
    path : Path
        The file; it is made where it is not there, and goes with its folder.
    worker : int
        Which of them this one is, from 1 on. One that is started again takes the same place.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     one, other = (HeldConnections(Path(folder, "held"), worker) for worker in (1, 2))
    >>> one.begin(), other.begin(), one.add(1)
    (None, None, None)
    >>> one.another_has_fewer(), other.another_has_fewer()
    (True, False)
    """

    def __init__(self, path: Path, worker: int) -> None:
        with path.open("a+b") as file:
            # A page, the least that there is: a thousand places.
            file.truncate(mmap.PAGESIZE)
            shared = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        # One more than the worker of a place holds; zero where none takes connections.
        self._counts = np.frombuffer(shared, dtype=np.int32)
        self._worker, self._own, self._takes = worker, 0, False

    def begin(self) -> None:
        """Tell the others that this worker takes connections."""
        self._takes = True
        self.add(0)

    def end(self) -> None:
        """Tell the others that it takes no more."""
        self._takes = False
        self._counts[self._worker] = 0

    def add(self, more: int) -> None:
        """Note that it holds more, or fewer."""
        self._own += more
        if self._takes:
            self._counts[self._worker] = self._own + 1

    def another_has_fewer(self) -> bool:
        """Say whether a new connection should be left to another worker."""
        return bool(self._who_have_fewer().any())

    def seen(self) -> bytes:
        """Give what is different whenever a worker has taken or lost a connection."""
        return self._counts.tobytes()

    def count_on_no_others(self) -> None:
        """Leave out who holds fewer: they may have ended. With their next connection they count."""
        self._counts[self._who_have_fewer()] = 0

    def _who_have_fewer(self) -> npt.NDArray[np.bool_]:
        return (self._counts > 0) & (self._counts <= self._own)


class PromptHeaders(H11Protocol):
    """HTTP/1.1 over a connection that is closed where headers take too long."""

    held: ClassVar[HeldConnections | None] = None
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first headers."""
        super().connection_made(transport)
        if self.held:
            self.held.add(1)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what has come; wait on where headers have begun and are not all there."""
        super().data_received(data)
        # Without a request in hand, what has come is the beginning of headers.
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        if self.held:
            self.held.add(-1)
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEADER_SECONDS, self._close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _close(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


def require_prompt_headers() -> None:
    """Have Uvicorn close connections whose headers take too long.

    It looks the protocol up by this name when it starts; BentoML hands no other on. There is no
    endpoint of WebSockets, to which a connection would be handed over, and counted no longer.
    """
    protocols.AutoHTTPProtocol = PromptHeaders
    websockets.AutoWebSocketsProtocol = None


class OneAtATime(asyncio.SelectorEventLoop):
    """A loop that takes one new connection at a time, and leaves it to a worker that holds fewer.

    The workers listen on one socket. As a rule a loop takes all that wait there: of 32 connections
    that come together, one worker may have 29, whose callers then wait for it as long as they stay
    connected, while the other worker is idle.

    Parameters
    ----------
    held : HeldConnections or None
        Those of all workers; None where there is only this one.
    """

    def __init__(self, held: HeldConnections | None = None) -> None:
        super().__init__()
        self._held = held
        self._seen, self._left_since, self._left_at = b"", 0.0, 0.0

    def _start_serving(
        self,
        protocol_factory: Any,
        sock: Any,
        sslcontext: Any = None,
        server: Any = None,
        backlog: int = 100,
        *more: Any,
    ) -> None:
        if sock.fileno() < 0:  # closed meanwhile
            return
        if self._held:
            self._held.begin()
        # As a rule as many at once as may wait; how many may, the socket has been told before.
        start = super()._start_serving  # type: ignore[misc]
        start(protocol_factory, sock, sslcontext, server, 1, *more)

    def _stop_serving(self, sock: Any) -> None:
        if self._held:
            self._held.end()
        super()._stop_serving(sock)  # type: ignore[misc]

    def _accept_connection(self, protocol_factory: Any, sock: Any, *more: Any) -> None:
        """Take a connection, or leave it; then look away until its taker has counted it."""
        if not self._is_left_to_another():
            super()._accept_connection(protocol_factory, sock, *more)  # type: ignore[misc]
        # Where the system has no more handles, it is not looked at any more: for a second.
        if self._held and self._remove_reader(sock.fileno()):  # type: ignore[attr-defined]
            again = self._start_serving
            self.call_later(LOOK_AGAIN_SECONDS, again, protocol_factory, sock, *more)

    def _is_left_to_another(self) -> bool:
        """Say whether another worker should have it, and does take connections."""
        if not self._held or not self._held.another_has_fewer():
            return False
        now, seen = self.time(), self._held.seen()
        if seen != self._seen or now - self._left_at > LEFT_SECONDS:
            self._left_since = now
        self._seen, self._left_at = seen, now
        if now - self._left_since < LEFT_SECONDS:
            return True
        self._held.count_on_no_others()
        return False


def share_connections_evenly(held: HeldConnections | None = None) -> None:
    """Have each worker of Uvicorn take one new connection at a time, who holds fewer the first.

    Parameters
    ----------
    held : HeldConnections or None
        Those of all workers; None where there is only this one.
    """
    PromptHeaders.held = held
    loops.auto_loop_factory = lambda use_subprocess=False: partial(OneAtATime, held)
