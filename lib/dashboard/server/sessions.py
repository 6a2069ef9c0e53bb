"""How many visits there may be at once, and when each of them ends.

A session is one visit: a page in a browser, and the kernel behind it. It ends when its page is
left. Mostly the page says so itself as it goes; a page that had no time for it is known by its
connection, which the browser ends with a goodbye. A connection that is cut without one may come
back, from a train's tunnel or while a proxy is renewed, so its session waits for it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

_log = logging.getLogger(__name__)

# How a browser ends a connection whose page goes (RFC 6455, 7.4.1): the page closed it, or is left.
GOODBYES = frozenset({1000, 1001})


@dataclass(frozen=True)
class Patience:
    """How long a session waits for its page, in seconds.

    A cut line is noticed after 25 s at the latest, by pings that nobody answers (see
    `PING_SECONDS`), and may be mended for another 30: together less than the minute after which a
    session of a page that is gone must have ended.

    Parameters
    ----------
    first : float
        For the first connection: until a slow line has brought all scripts.
    goodbye : float
        After a goodbye: a proxy says one too when it is renewed, and the page is back at once.
    cut : float
        After a connection was cut.
    room : float
        A visit for room. A page that is loaded again needs the room of the one that it replaces.
    """

    first: float = 60.0
    goodbye: float = 2.0
    cut: float = 30.0
    room: float = 5.0


PING_SECONDS = 10.0
PONG_SECONDS = 15.0


class Connection(Protocol):
    """A page's connection to its kernel."""

    def close(self) -> None:
        """Close it."""


@dataclass(frozen=True)
class Owner:
    """Whose visit it is.

    Parameters
    ----------
    name : str
        Of the person.
    sign_in : str
        Number of the sign-in; the visit ends with it. Empty where a proxy signs people in.
    until : float
        When the sign-in ends, in seconds since 1970.
    """

    name: str
    sign_in: str
    until: float


@dataclass
class Session:
    """One visit, by what is known of it while it lasts."""

    kernel_id: str
    owner: Owner | None = None
    connections: set[Connection] = field(default_factory=set)
    work: set[asyncio.Task[None]] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None
    last_timer: asyncio.TimerHandle | None = None

    def stop_waiting(self) -> None:
        """Give up no more."""
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def close(self) -> None:
        """Let go of all that is held for it."""
        self.stop_waiting()
        if self.last_timer:
            self.last_timer.cancel()
        for task in list(self.work):
            task.cancel()
        for connection in list(self.connections):
            connection.close()


class Sessions:
    """All visits of one server.

    Parameters
    ----------
    most : int
        How many there may be at once.
    end_kernel : callable
        Ends the kernel of that number; it may take a moment.
    patience : Patience
        How long a session waits for its page.
    """

    def __init__(
        self,
        most: int,
        end_kernel: Callable[[str], Awaitable[None]],
        patience: Patience | None = None,
    ) -> None:
        self.most = most
        self.patience = patience or Patience()
        self._end_kernel = end_kernel
        # Whoever has waited longest is let in first.
        self._room = asyncio.Semaphore(most)
        self._sessions: dict[str, Session] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._sessions) + len(self._ending)

    def __contains__(self, kernel_id: object) -> bool:
        return kernel_id in self._sessions

    async def take_room(self) -> bool:
        """Wait for room for one more visit, and say whether there was any in time."""
        try:
            async with asyncio.timeout(self.patience.room):
                return await self._room.acquire()
        except TimeoutError:
            return False

    def give_room_back(self) -> None:
        """Tell that a visit for which room was taken has not begun."""
        self._room.release()

    def begin(self, kernel_id: str, owner: Owner | None = None) -> None:
        """Begin a visit, for which room was taken; its page has still to connect."""
        session = self._sessions[kernel_id] = Session(kernel_id, owner)
        self._give_up_after(self.patience.first, session)
        if owner and owner.until != float("inf"):
            loop = asyncio.get_running_loop()
            left = owner.until - time.time()
            session.last_timer = loop.call_later(max(0.0, left), self.end, kernel_id)

    def is_of(self, kernel_id: str, name: str) -> bool:
        """Say whether it is that person's visit."""
        session = self._sessions.get(kernel_id)
        return bool(session and session.owner and session.owner.name == name)

    def end_all_of(self, sign_in: str) -> None:
        """End all visits that were begun with a sign-in."""
        for session in list(self._sessions.values()):
            if session.owner and session.owner.sign_in == sign_in:
                self.end(session.kernel_id)

    async def while_it_lasts(self, kernel_id: str, work: Coroutine[Any, Any, None]) -> bool:
        """Do what is of use only while a visit lasts, and say whether it did to the end.

        Parameters
        ----------
        kernel_id : str
            Whose visit it is.
        work : coroutine
            Cancelled as soon as the visit is over; not begun if it already is.
        """
        session = self._sessions.get(kernel_id)
        if session is None:
            work.close()
            return False
        task = asyncio.ensure_future(work)
        session.work.add(task)
        task.add_done_callback(session.work.discard)
        try:
            await task
        except asyncio.CancelledError:
            if kernel_id in self:
                raise
            return False
        return True

    def connect(self, kernel_id: str, connection: Connection) -> None:
        """Note that a page listens."""
        if session := self._sessions.get(kernel_id):
            session.stop_waiting()
            session.connections.add(connection)

    def disconnect(self, kernel_id: str, connection: Connection, code: int | None) -> None:
        """Note that a page listens no more.

        Parameters
        ----------
        kernel_id : str
            Whose page it was.
        connection : Connection
            As it was connected.
        code : int or None
            What the browser said as it went; None where it said nothing.
        """
        session = self._sessions.get(kernel_id)
        if session is None:
            return
        session.connections.discard(connection)
        if not session.connections:
            patience = self.patience
            self._give_up_after(patience.goodbye if code in GOODBYES else patience.cut, session)

    def end(self, kernel_id: str) -> None:
        """End a visit, whose room is free once its kernel has ended."""
        session = self._sessions.pop(kernel_id, None)
        if session is None:
            return
        session.close()
        # Asyncio holds a task only weakly.
        task = self._ending[kernel_id] = asyncio.ensure_future(self._end(kernel_id))
        task.add_done_callback(lambda _: self._ended(kernel_id))

    def gone(self, kernel_id: str) -> None:
        """Note that a kernel has ended by itself: so has its visit."""
        session = self._sessions.pop(kernel_id, None)
        if session:
            session.close()
            self._room.release()

    async def _end(self, kernel_id: str) -> None:
        try:
            await self._end_kernel(kernel_id)
        except Exception:  # noqa: BLE001 (nothing that goes wrong may keep the room)
            _log.exception("Kernel %s did not end as it should", kernel_id)

    def _ended(self, kernel_id: str) -> None:
        del self._ending[kernel_id]
        self._room.release()

    def _give_up_after(self, seconds: float, session: Session) -> None:
        session.stop_waiting()
        loop = asyncio.get_running_loop()
        session.timer = loop.call_later(seconds, self.end, session.kernel_id)
