"""What every request passes before it is worked on: key, rate, headers, body, room, its turn."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from lib.decision import InvalidInput
from lib.serving.http.answers import (
    App,
    AsgiMessage,
    OneShape,
    Receive,
    Send,
    answer_of,
    send_answer,
)
from lib.serving.http.headers import (
    MOST_BODY_BYTES,
    Headers,
    address_of,
    bearer_of,
    check_headers,
)
from lib.serving.http.keys import CALLER, CALLER_ROLE, Key, Role
from lib.serving.http.lateness import OUTCOME, Outcome
from lib.serving.http.refusals import (
    Refused,
    broken_off,
    no_answer,
    no_room,
    too_hasty,
    too_large,
    too_slow,
)
from lib.serving.http.sharing import Full, RateLimit, Shares, Turns, Work
from lib.serving.http.speaking import PERSON, caller_of, person_in
from lib.serving.settings import Settings

# A body that trickles in must not keep others out.
BODY_SECONDS = 20.0
# From the whole body to the answer, with the time in which others are worked on.
ANSWER_SECONDS = 30.0
# Requests of each kind that a worker works on at a time. Two keep a processor busy while one of
# them waits for the journal; of more, none is answered sooner, and each at a less certain time.
PLACES = 2
# A body of more than one client's features is large.
LARGE_BYTES = 16 * 1024
# All bodies that a worker holds at a time.
MOST_BYTES_AT_ONCE = 8 * MOST_BODY_BYTES
# Of room and bytes, where there are keys: so much is left to others, whatever one caller sends.
MOST_OF_A_CALLER = 0.75
# Wrong keys that an address may send at once, and in a second after that.
WRONG_KEYS, WRONG_KEYS_PER_SECOND = 20.0, 1.0
# Health for those who watch the service, and its documentation: nothing personal.
OPEN_PATHS = frozenset(
    {"/", "/page.js", "/docs.json", "/schema.json", "/livez", "/readyz", "/healthz"}
)
OPEN_FOLDERS = ("/static_content/",)


class Guard:
    """Refuses, as an ASGI middleware, what no endpoint has to read, and lets callers take turns.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    settings : Settings
        Keys and limits.
    roles : mapping of str to Role or None
        The role that a key needs for each path; any other path needs the highest.
    work_by_path : mapping of str to Work
        What a request to each path takes; to any other it is quick.
    """

    def __init__(
        self,
        app: App,
        settings: Settings,
        roles: Mapping[str, Role | None],
        work_by_path: Mapping[str, Work] = MappingProxyType({}),
    ) -> None:
        self.app = app
        self.keys = settings.renewed_keys()
        self.hosts = settings.host_names
        self.roles = roles
        self.work_by_path = work_by_path
        self.rates = RateLimit(settings.requests_per_second)
        self.guesses = RateLimit(WRONG_KEYS_PER_SECOND, WRONG_KEYS)
        self.proven: set[str] = set()
        part = MOST_OF_A_CALLER if self.keys.asked else 1
        most = settings.most_at_once
        self.room = Shares(most, max(1, int(part * most)))
        self.bytes = Shares(MOST_BYTES_AT_ONCE, int(part * MOST_BYTES_AT_ONCE))
        self.turns = {kind: Turns(PLACES) for kind in Work}
        self.late: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        one_shape = OneShape(send, scope["path"])
        try:
            if is_open(scope["path"]):
                await self.app(scope, receive, one_shape)
                return
            caller = self._admit(scope)
            async with self._body(caller, receive) as body, self._room(caller):
                await self._work(caller, scope, body, receive, one_shape)
        except Refused as refused:
            await send_answer(refused.answer, send, refused.headers)
        except InvalidInput as fault:
            await send_answer(answer_of(fault), send)

    def _admit(self, scope: AsgiMessage) -> str:
        headers: Headers = dict(scope["headers"])
        key = None
        if self.keys.asked:
            key = self._identify(bearer_of(headers), address_of(scope.get("client")))
            self._check_rights(key, scope["path"])
        CALLER.set(find_caller(key, headers, scope["path"]))
        PERSON.set(person_in(headers))
        if key:
            CALLER_ROLE.set(key.role)
        address, _ = scope.get("server") or (None, None)
        check_headers(scope["method"], headers, address, self.hosts)
        # All people for whom a key speaks share what it may send.
        return key.name if key else ""

    def _identify(self, secret: bytes, address: str) -> Key:
        """Find the key that was sent.

        An address that has sent many wrong ones is not told whether the next one is right; only
        keys that have opened before go on to open: their callers may have the same address.
        """
        key = self.keys.find(secret)
        if key is None or key.digest not in self.proven:
            wait = self.guesses.seconds_left(address)
            if wait:
                raise too_hasty("header X-API-Key", "few wrong keys come from an address", wait)
        if key is None or key.has_ended():
            self.guesses.seconds_to_wait(address)
            raise Refused(
                HTTPStatus.UNAUTHORIZED,
                "header X-API-Key",
                "it holds a key of this service" if key is None else "its last day is not over",
                "ask its operator for a key",
            )
        self.proven.add(key.digest)
        return key

    def _check_rights(self, key: Key, path: str) -> None:
        if not key.role.opens(self.roles.get(path, Role.PORTFOLIO)):
            raise Refused(
                HTTPStatus.FORBIDDEN,
                f"API key “{key.name}”",
                f"its role “{key.role}” opens the endpoint",
                "ask the operator for a key to the portfolio",
            )
        wait = self.rates.seconds_to_wait(key.name)
        if wait:
            raise too_hasty(
                f"API key “{key.name}”",
                f"it sends at most {self.rates.per_second:g} requests a second",
                wait,
            )

    @asynccontextmanager
    async def _body(self, caller: str, receive: Receive) -> AsyncIterator[bytes]:
        """Read a body, and have its bytes counted as the caller's as long as it is worked on."""
        taken = 0

        def count(size: int) -> None:
            nonlocal taken
            refuse_if_full(self.bytes.take(caller, size), caller, "bodies")
            taken += size

        try:
            yield await read_body(receive, count)
        finally:
            self.bytes.give_back(caller, taken)

    @asynccontextmanager
    async def _room(self, caller: str) -> AsyncIterator[None]:
        refuse_if_full(self.room.take(caller, 1), caller, "requests")
        try:
            yield
        finally:
            self.room.give_back(caller, 1)

    async def _work(
        self, caller: str, scope: AsgiMessage, body: bytes, receive: Receive, send: Send
    ) -> None:
        """Wait for the caller's turn, and for the answer as long as it is not too late."""
        is_large = len(body) > LARGE_BYTES
        kind = Work.LARGE if is_large else self.work_by_path.get(scope["path"], Work.QUICK)
        turns = self.turns[kind]
        end = asyncio.get_running_loop().time() + ANSWER_SECONDS
        # What comes after the body is that the caller has gone, or has the answer.
        gone = asyncio.ensure_future(receive())
        try:
            await self._take(turns, caller, gone, end, scope["path"])
            await self._answer(turns, scope, giving_again(body, gone), send, end)
        finally:
            gone.cancel()

    async def _take(
        self,
        turns: Turns,
        caller: str,
        gone: "asyncio.Future[AsgiMessage]",
        end: float,
        path: str,
    ) -> None:
        turn = turns.take(caller)
        if turn.done():
            return
        either: set[asyncio.Future[Any]] = {turn, gone}
        try:
            left = end - asyncio.get_running_loop().time()
            await asyncio.wait(either, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            turns.give_up(turn)
            raise
        if turn.done():
            return
        turns.give_up(turn)
        raise broken_off() if gone.done() else no_answer(path, ANSWER_SECONDS)

    async def _answer(
        self, turns: Turns, scope: AsgiMessage, receive: Receive, send: Send, end: float
    ) -> None:
        """Have a request answered; what is late works on to its end, unheard, at its place."""
        outcome = Outcome()
        OUTCOME.set(outcome)
        place = Place(turns)

        async def send_in_time(message: AsgiMessage) -> None:
            # Who reads slowly keeps nobody waiting.
            place.give_back()
            if outcome.answer():
                await send(message)

        async def work() -> None:
            try:
                await self.app(scope, receive, send_in_time)
            finally:
                place.give_back()

        working = asyncio.ensure_future(work())
        left = end - asyncio.get_running_loop().time()
        await asyncio.wait({working}, timeout=left)
        if not working.done() and outcome.give_up():
            self.late.add(working)
            working.add_done_callback(self._forget)
            raise no_answer(scope["path"], ANSWER_SECONDS)
        await working

    def _forget(self, working: "asyncio.Future[None]") -> None:
        self.late.discard(working)
        if not working.cancelled():
            working.exception()  # asked for, so that asyncio does not log it: nobody waits for it


class Place:
    """A place that was taken, which is given back once."""

    def __init__(self, turns: Turns) -> None:
        self._turns: Turns | None = turns

    def give_back(self) -> None:
        """Give it back, if that has not been done."""
        turns, self._turns = self._turns, None
        if turns:
            turns.give_back()


def find_caller(key: Key | None, headers: Mapping[bytes, bytes], path: str) -> str:
    """Find who asks, or refuse a person who must not, or whom nobody may name."""
    try:
        return caller_of(key, headers, path)
    except InvalidInput as fault:
        raise Refused(HTTPStatus.FORBIDDEN, fault.offender, fault.rule, fault.remedy) from fault


def is_open(path: str) -> bool:
    """Say whether a path needs no key."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def refuse_if_full(full: Full | None, caller: str, what: str) -> None:
    """Refuse what there is no room for."""
    if full is Full.THE_CALLERS and caller:
        raise too_hasty(f"API key “{caller}”", f"its {what} leave room for other callers")
    if full is not None:
        raise no_room()


async def read_body(receive: Receive, count: Callable[[int], None]) -> bytes:
    """Read a body that is neither too large nor too slow, and is all there."""
    body = bytearray()
    more = True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise broken_off()
                part = message.get("body", b"")
                count(len(part))
                body += part
                if len(body) > MOST_BODY_BYTES:
                    raise too_large(MOST_BODY_BYTES)
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise too_slow("the body", BODY_SECONDS) from error
    return bytes(body)


def giving_again(body: bytes, gone: "asyncio.Future[AsgiMessage]") -> Receive:
    """Give the application a body that has been read already, then what follows it."""
    waiting = [body]

    async def receive_again() -> AsgiMessage:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await asyncio.shield(gone)

    return receive_again
