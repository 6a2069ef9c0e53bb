"""What a browser and a kernel ask the dashboard's server for."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from jupyter_server.base.handlers import JupyterHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, authenticated
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from lib.dashboard.server.identity import SignedIn, SignIn
from lib.dashboard.server.kernels import SessionKernels
from lib.dashboard.server.sessions import Owner, Sessions
from lib.dashboard.visitor import Visit

# After which the page that says that there is no room asks again.
RETRY_SECONDS = 5


def sessions_of(handler: JupyterHandler) -> Sessions:
    """Give the sessions of the server that a handler works for."""
    return cast(SessionKernels, handler.kernel_manager).sessions


def owner_of(user: object) -> Owner | None:
    """Give whose visit it will be; None where nobody is asked who it is."""
    if not isinstance(user, SignedIn):
        return None
    return Owner(user.username, user.sign_in, user.until)


class PageHandler(TornadoVoilaHandler):
    """The page: each visit begins a session, if there is room for one more.

    Voilà's own handler takes a kernel from its pool, or starts one where the pool is empty, and
    never looks back. This one always takes it from the pool, and gives it a session.
    """

    _is_left = False

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Begin a session and write its page, or say that there is no room."""
        if path:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        # A page may end its own session by this token, which Jupyter Server puts into a cookie.
        _ = self.xsrf_token
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        if isinstance(self.current_user, SignedIn):
            page = Path(self.notebook_path).stem
            if not self.current_user.role.may_open(page):
                self.set_status(HTTPStatus.FORBIDDEN)
                self.write(self.render_template("forbidden.html"))
                return
        if await sessions_of(self).take_room():
            await self._begin()
        else:
            self._say_full()

    def on_connection_close(self) -> None:
        """Note that nobody waits for the page any more."""
        self._is_left = True
        super().on_connection_close()

    def _say_full(self) -> None:
        self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        self.set_header("Retry-After", str(RETRY_SECONDS))
        self.write(self.render_template("full.html", retry_seconds=RETRY_SECONDS))

    async def _begin(self) -> None:
        try:
            kernel_id, parts = await self._take_kernel()
        except BaseException:
            sessions_of(self).give_room_back()
            raise
        sessions_of(self).begin(kernel_id, owner_of(self.current_user))
        self.kernel_manager.tell(kernel_id, self._visit())
        try:
            # To the end even if nobody reads it: Voilà then gives the kernel's channels back.
            async for part in parts:
                await self._send(part)
        except BaseException:
            self._is_left = True
            raise
        finally:
            if self._is_left:
                sessions_of(self).end(kernel_id)

    def _visit(self) -> Visit:
        user = self.current_user
        if not isinstance(user, SignedIn):
            return Visit(self.request.query)
        sign_out = cast(SignIn, self.identity_provider).sign_out
        return Visit(self.request.query, user.person, sign_out)

    async def _take_kernel(self) -> tuple[str, AsyncIterator[str]]:
        """Take a kernel that waits ready, or the next one to be, and what it has rendered."""
        kernels, notebook = self.kernel_manager, self.notebook_path
        while True:
            if not kernels.get_pool_size(notebook):
                kernels.fill_if_needed(delay=0, notebook_name=notebook)
            task, cached, kernel_id = await kernels.get_rendered_notebook(notebook)
            # One that has died while it waited is of no use.
            if kernel_id in kernels:
                return kernel_id, _parts_of(task, cached)

    async def _send(self, part: str) -> None:
        if self._is_left:
            return
        try:
            self.write(part)
            await self.flush()
        except StreamClosedError:
            self._is_left = True


async def _parts_of(task: Any, cached: list[str]) -> AsyncIterator[str]:
    """Give the parts of a page in their order: those that are there, and those still to come."""
    yield "".join(cached)
    rendered, rendering = await task
    yield "".join(rendered[len(cached) :])
    async for part, _ in rendering:
        yield part


# How a page and its kernel write to each other, and how a server refuses to be written to
# otherwise (RFC 6455, 7.4.1).
MESSAGE_PROTOCOL = "v1.kernel.websocket.jupyter.org"
PROTOCOL_ERROR = 1002
# A message says where its parts begin and end: channel, header, parent's header, metadata, content.
FEWEST_OFFSETS = 6
OFFSET_BYTES = 8


def is_message(frame: str | bytes) -> bool:
    """Say whether what came from a page is a message as `MESSAGE_PROTOCOL` writes it.

    Jupyter Server believes the number of parts that is written in it, however large it is.

    Examples
    --------
    >>> is_message((6).to_bytes(8, "little") + 6 * (56).to_bytes(8, "little"))
    True
    >>> is_message((2**40).to_bytes(8, "little"))
    False
    """
    if isinstance(frame, str):
        return False
    offsets = int.from_bytes(frame[:OFFSET_BYTES], "little")
    return offsets >= FEWEST_OFFSETS and OFFSET_BYTES * (1 + offsets) <= len(frame)


class ChannelsHandler(VoilaKernelWebsocketHandler):
    """The connection between a page and its kernel: the session lives as long as it does."""

    async def pre_get(self) -> None:
        """Reach the kernel.

        Jupyter Server waits a minute for one that has ended, and so would every other page of the
        same browser: it opens connections to a server one after the other.

        Raises
        ------
        HTTPError
            404 if the session is over, or ends before the kernel has answered.
        """
        if not await sessions_of(self).while_it_lasts(self.kernel_id, super().pre_get()):
            raise HTTPError(HTTPStatus.NOT_FOUND)

    async def open(self, kernel_id: str) -> None:
        """Note that the page listens, if it speaks as ours do."""
        if self.selected_subprotocol != MESSAGE_PROTOCOL:
            self.close(PROTOCOL_ERROR, f"Sec-WebSocket-Protocol: ask for {MESSAGE_PROTOCOL}")
            return
        sessions_of(self).connect(kernel_id, self)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        """Hand a message to the kernel.

        What is still on its way when the connection is closed reaches nobody. Of a closed
        connection Jupyter Server does not know any more how it speaks, and reads the messages as an
        older protocol's: their first byte as a number of parts of hundreds of millions, for which
        it takes gigabytes that it never gives back.
        """
        if self.ws_connection is None or self.connection is None:
            return
        if is_message(ws_message):
            super().on_message(ws_message)
        else:
            self.close(PROTOCOL_ERROR, "that is no message")

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Any:
        """Hand on what the kernel says, as long as the connection is there.

        What comes after that is written as the older protocol has it, for the same reason; Voilà
        then looks for its header as this one does, in a list of parts that has no end.
        """
        if self.ws_connection is None:
            return None
        return super().write_message(message, binary)

    def on_close(self) -> None:
        """Note that the page listens no more."""
        super().on_close()
        sessions_of(self).disconnect(self.kernel_id, self, self.close_code)


class LeaveHandler(JupyterHandler):
    """A page tells that it is left: Voilà's script posts it before the page goes."""

    @authenticated
    def post(self, kernel_id: str) -> None:
        """End the session."""
        user, sessions = self.current_user, sessions_of(self)
        if isinstance(user, SignedIn) and not sessions.is_of(kernel_id, user.username):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        sessions.end(kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)


class VisitHandler(RequestHandler):
    """A kernel asks who visits it, and waits until someone does."""

    async def get(self, kernel_id: str) -> None:
        """Wait for the visit."""
        secret = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        visit = await self.settings["kernel_manager"].visit_of(kernel_id, secret)
        self.write(asdict(visit))
