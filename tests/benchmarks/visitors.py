"""Who visits the manager's page: in Chromium, or by its messages alone, without drawing it.

A browser needs more of the processor for a visit than the server: to bring many visits to a server
on the same machine, most visitors say what a browser says, and read what it is told.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import orjson
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from playwright.async_api import Browser, BrowserContext, Error, Page
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from lib.dashboard.server.handlers import MESSAGE_PROTOCOL
from tests.benchmarks.kernels import kernel_in

# A page that shows no list by then is blank.
PATIENCE_SECONDS = 60.0
ALL_WIDGETS, VERSION = "jupyter.widget.control", "1.0.0"
ARRIVAL, ROW = "page-arrival", "client-row"

Content = dict[str, Any]


class Seen(StrEnum):
    """What a visitor sees."""

    LIST = "list"
    REFUSED = "refused"
    BLANK = "blank"


class BlankPage(Exception):
    """A page that lacks what every page has."""


class Visitor(Protocol):
    """One who opens the page, and leaves it."""

    async def open(self) -> Seen:
        """Open the page."""

    async def load_again(self) -> Seen:
        """Load again the page that is open."""

    async def leave(self, *, closes: bool) -> None:
        """Close the tab, or go elsewhere first."""

    async def end(self) -> None:
        """Come no more."""


class InChromium:
    """A visitor with a browser of their own.

    Parameters
    ----------
    browser : Browser
    url : str
        Of the page.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    async def open(self) -> Seen:
        """Open the page in a tab."""
        if self._context is None:
            self._context = await self._browser.new_context(
                viewport={"width": 1280, "height": 800}, locale="fr-FR"
            )
        self._page = await self._context.new_page()
        return await self._look(self._page.goto(self._url))

    async def load_again(self) -> Seen:
        """Load the tab again."""
        assert self._page
        return await self._look(self._page.reload())

    async def _look(self, going: Any) -> Seen:
        assert self._page
        try:
            answer = await going
            if answer is not None and answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                return Seen.REFUSED
            row = f".{ROW}:visible"
            await self._page.wait_for_selector(row, timeout=1000 * PATIENCE_SECONDS)
        except Error:
            return Seen.BLANK
        return Seen.LIST

    async def leave(self, *, closes: bool) -> None:
        """Close the tab, or go elsewhere first; a browser that is slow at it ends nothing."""
        assert self._page
        with suppress(Error):
            if not closes:
                await self._page.goto("about:blank")
        await self._page.close()

    async def end(self) -> None:
        """Close the browser's window."""
        if self._context:
            await self._context.close()


class Spoken:
    """A visitor who says to server and kernel what a browser says, and draws nothing.

    All files of the page but itself are taken as known from an earlier visit.

    Parameters
    ----------
    url : str
        Of the page.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx.AsyncClient(timeout=PATIENCE_SECONDS)
        self._kernel_id: str | None = None
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> Seen:
        """Load the page, ask for its widgets, say that they are there, and wait for the list."""
        self._kernel_id = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._open()
        except (BlankPage, httpx.HTTPError, ConnectionClosed, OSError, TimeoutError):
            return Seen.BLANK

    async def _open(self) -> Seen:
        answer = await self._http.get(self._url)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return Seen.REFUSED
        self._kernel_id = kernel_in(answer.text)
        if self._kernel_id is None or "widget-view" not in answer.text:
            return Seen.BLANK
        channels = urljoin(self._url, f"api/kernels/{self._kernel_id}/channels")
        self._socket = await connect(
            f"{channels.replace('http', 'ws', 1)}?session_id={uuid4()}",
            subprotocols=[MESSAGE_PROTOCOL],  # type: ignore[list-item]
            max_size=None,
        )
        arrival, rows = await self._ask_for_widgets()
        click = {"method": "custom", "content": {"event": "click"}}
        await self._say("comm_msg", {"comm_id": arrival, "data": click})
        await self._hear(
            lambda told: (
                told["comm_id"] in rows and told["data"].get("state", {}).get("description")
            )
        )
        self._listening = asyncio.create_task(self._listen())
        return Seen.LIST

    async def _ask_for_widgets(self) -> tuple[str, set[str]]:
        """Give the number of what is pressed on arrival, and those of the list's rows."""
        comm = str(uuid4())
        opening = {"comm_id": comm, "target_name": ALL_WIDGETS, "data": {}}
        await self._say("comm_open", opening, {"version": VERSION})
        await self._say("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        told = await self._hear(lambda told: told["data"].get("method") == "update_states")
        classes = {
            number: widget["state"].get("_dom_classes", [])
            for number, widget in told["data"]["states"].items()
        }
        arrival = {number for number, names in classes.items() if ARRIVAL in names}
        if len(arrival) != 1:
            raise BlankPage
        return arrival.pop(), {number for number, names in classes.items() if ROW in names}

    async def _say(self, kind: str, content: Content, metadata: Content | None = None) -> None:
        assert self._socket
        header = {
            "msg_id": str(uuid4()),
            "msg_type": kind,
            "session": self._kernel_id,
            "username": "",
            "date": datetime.now(UTC).isoformat(),
            "version": "5.3",
        }
        told = {"parent_header": {}, "metadata": metadata or {}, "content": content}
        written = serialize_msg_to_ws_v1({"header": header, **told}, "shell", orjson.dumps)
        await self._socket.send(written)

    async def _hear(self, is_wanted: Callable[[Content], object]) -> Content:
        """Wait until a widget tells what is wanted, and give its message."""
        assert self._socket
        while True:
            _, parts = deserialize_msg_from_ws_v1(await self._socket.recv(decode=False))
            if orjson.loads(parts[0])["msg_type"] != "comm_msg":
                continue
            content: Content = orjson.loads(parts[3])
            if is_wanted(content):
                return content

    async def _listen(self) -> None:
        """Read on, as a page does."""
        assert self._socket
        with suppress(ConnectionClosed):
            while True:
                await self._socket.recv(decode=False)

    async def load_again(self) -> Seen:
        """Leave the page, and open it anew."""
        await self.leave(closes=False)
        return await self.open()

    async def leave(self, *, closes: bool) -> None:
        """Say that the page is left, as it does itself."""
        if self._listening:
            self._listening.cancel()
        if self._kernel_id is not None:
            token = {"_xsrf": self._http.cookies.get("_xsrf", "")}
            shutdown = f"voila/api/shutdown/{self._kernel_id}"
            with suppress(httpx.HTTPError):
                await self._http.post(urljoin(self._url, shutdown), data=token)
        if self._socket:
            await self._socket.close()

    async def end(self) -> None:
        """Close the connections."""
        await self._http.aclose()
