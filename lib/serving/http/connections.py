"""Connections: workers share them evenly, and those whose headers do not come are closed.

Uvicorn, which BentoML starts, offers settings for neither. It waits for the headers of a request
without end, for each of a few thousand connections; then nobody else can connect.
"""

import asyncio
from typing import Any

from uvicorn.loops import auto as loops
from uvicorn.protocols.http import auto as protocols
from uvicorn.protocols.http.h11_impl import H11Protocol

# From the connection, or the first byte of another request on it, to the end of the headers.
HEADER_SECONDS = 10.0


class PromptHeaders(H11Protocol):
    """HTTP/1.1 over a connection that is closed where headers take too long."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first headers."""
        super().connection_made(transport)
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

    It looks the protocol up by this name when it starts; BentoML hands no other on.
    """
    protocols.AutoHTTPProtocol = PromptHeaders


class OneAtATime(asyncio.SelectorEventLoop):
    """A loop that takes one new connection in each of its turns, and leaves the others waiting.

    The workers listen on one socket. As a rule a loop takes all that wait there: of 32 connections
    that come together, one worker may have 29, whose callers then wait for it as long as they stay
    connected, while the other worker is idle.
    """

    def _start_serving(
        self,
        protocol_factory: Any,
        sock: Any,
        sslcontext: Any = None,
        server: Any = None,
        backlog: int = 100,
        *more: Any,
    ) -> None:
        # As a rule as many at once as may wait; how many may, the socket has been told before.
        start = super()._start_serving  # type: ignore[misc]
        start(protocol_factory, sock, sslcontext, server, 1, *more)


def share_connections_evenly() -> None:
    """Have each worker of Uvicorn take one new connection at a time: who is free takes more."""
    loops.auto_loop_factory = lambda use_subprocess=False: OneAtATime
