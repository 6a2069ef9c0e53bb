"""Connections that do not get to the point: whose headers do not come are closed.

Uvicorn, which BentoML starts, waits for the headers of a request without end, and offers no setting
for it. It does so for each of a few thousand connections, then nobody else can connect.
"""

import asyncio

from uvicorn.protocols.http import auto
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
    auto.AutoHTTPProtocol = PromptHeaders
