"""What every request passes before it is read: key, rate, content type, size, room."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil

from lib.serving.http.answers import (
    JSON,
    Answer,
    App,
    AsgiMessage,
    Header,
    OneShape,
    Receive,
    Send,
    refusal,
    send_answer,
)
from lib.serving.http.keys import CALLER, CALLER_ROLE, Key, Role
from lib.serving.settings import Settings

API_KEY_HEADER = b"x-api-key"
# A thousand clients with hundreds of features each are 15 MB.
MOST_BODY_BYTES = 32 * 1024 * 1024
# A body that trickles in must not keep others out.
BODY_SECONDS = 20.0
# A key may save up the requests of so many seconds, and send them at once.
BURST_SECONDS = 2.0
# Health and metrics for those who watch the service, and its documentation: nothing personal.
OPEN_PATHS = frozenset(
    {"/", "/page.js", "/docs.json", "/schema.json", "/livez", "/readyz", "/healthz", "/metrics"}
)
OPEN_FOLDERS = ("/static_content/",)


@dataclass(eq=False)
class Refused(Exception):
    """A request that no endpoint has to read.

    Parameters
    ----------
    status : HTTPStatus
        4xx, or 503 where there is no room.
    offender, rule, remedy : str
        What the `Problem` says.
    retry_after : int or None
        Seconds after which the same request may pass.
    """

    status: HTTPStatus
    offender: str
    rule: str
    remedy: str
    retry_after: int | None = None

    @property
    def answer(self) -> Answer:
        """The answer that tells it."""
        return refusal(self.status, self.offender, self.rule, self.remedy)

    @property
    def headers(self) -> list[Header]:
        """The headers that go with it."""
        if self.retry_after is None:
            return []
        return [(b"retry-after", str(self.retry_after).encode())]


class Guard:
    """Refuses, as an ASGI middleware, what no endpoint has to read.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    settings : Settings
        Keys and limits.
    roles : mapping of str to Role or None
        The role that a key needs for each path; any other path needs the highest.
    """

    def __init__(self, app: App, settings: Settings, roles: Mapping[str, Role | None]) -> None:
        self.app = app
        self.keys = settings.keys
        self.roles = roles
        self.rates = RateLimit(settings.requests_per_second)
        self.room = settings.most_at_once

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        one_shape = OneShape(send, scope["path"])
        if is_open(scope["path"]):
            await self.app(scope, receive, one_shape)
            return
        try:
            self._admit(scope)
            await self._pass_on(scope, receive, one_shape)
        except Refused as refused:
            await send_answer(refused.answer, send, refused.headers)

    def _admit(self, scope: AsgiMessage) -> None:
        headers = dict(scope["headers"])
        if self.keys:
            key = self._identify(headers.get(API_KEY_HEADER, b""))
            self._check_rights(key, scope["path"])
            CALLER.set(key.name)
            CALLER_ROLE.set(key.role)
        check_headers(scope["method"], headers)

    def _identify(self, secret: bytes) -> Key:
        key = self.keys.find(secret)
        if key is None:
            raise Refused(
                HTTPStatus.UNAUTHORIZED,
                "header X-API-Key",
                "it holds a key of this service",
                "ask its operator for a key",
            )
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
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"API key “{key.name}”",
                f"it sends at most {self.rates.per_second:g} requests a second",
                "wait for as long as Retry-After says",
                retry_after=ceil(wait),
            )

    async def _pass_on(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        if not self.room:
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "the service",
                "it has room for one more request",
                "wait for as long as Retry-After says",
                retry_after=1,
            )
        self.room -= 1
        try:
            body = await read_body(receive)
            await self.app(scope, giving_again(body, receive), send)
        finally:
            self.room += 1


def is_open(path: str) -> bool:
    """Say whether a path needs no key."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def check_headers(method: str, headers: dict[bytes, bytes]) -> None:
    """Refuse what is not JSON, or says that it is too large."""
    kind = headers.get(b"content-type", JSON).split(b";")[0].strip().lower()
    if method == "POST" and kind != JSON:
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "header Content-Type",
            "the body is JSON",
            "send application/json",
        )
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BODY_BYTES:
        raise too_large()


async def read_body(receive: Receive) -> bytes:
    """Read a body that is neither too large nor too slow."""
    body = bytearray()
    more = True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > MOST_BODY_BYTES:
                    raise too_large()
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise Refused(
            HTTPStatus.REQUEST_TIMEOUT,
            "the body",
            f"it is here within {BODY_SECONDS:g} s",
            "send it faster",
        ) from error
    return bytes(body)


def too_large() -> Refused:
    """Refuse a body that is too large."""
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body",
        f"it has at most {MOST_BODY_BYTES} bytes",
        "send fewer clients at a time",
    )


def giving_again(body: bytes, receive: Receive) -> Receive:
    """Give the application a body that has been read already, then what follows it."""
    waiting = [body]

    async def receive_again() -> AsgiMessage:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again


@dataclass
class TokenBucket:
    """Lets through a steady rate, and bursts of as much as it holds (Turner, 1986).

    Thirty lines of our own: the libraries for it bring stores and decorators that one process does
    not need. Each worker counts for itself.

    Parameters
    ----------
    per_second : float
        Tokens that flow in a second.
    capacity : float
        Tokens that it holds when full, as it is at first.
    clock : callable
        Gives the time in seconds.

    Examples
    --------
    >>> bucket = TokenBucket(per_second=2, capacity=1, clock=lambda: 0.0)
    >>> bucket.seconds_to_wait(), bucket.seconds_to_wait()
    (0.0, 0.5)
    """

    per_second: float
    capacity: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.capacity
        self._filled_at = self.clock()

    def seconds_to_wait(self) -> float:
        """Take a token and give 0, or take none and give the seconds until there is one."""
        now = self.clock()
        flowed = (now - self._filled_at) * self.per_second
        self._tokens = min(self.capacity, self._tokens + flowed)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self.per_second
        self._tokens -= 1
        return 0.0


class RateLimit:
    """A bucket for each key, by its name.

    Parameters
    ----------
    per_second : float
        Requests a second that each key may send; bursts of two seconds' worth are let through.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._buckets: dict[str, TokenBucket] = {}

    def seconds_to_wait(self, name: str) -> float:
        """Count a request: 0 lets it through, else the seconds after which to come again."""
        if name not in self._buckets:
            capacity = max(1.0, BURST_SECONDS * self.per_second)
            self._buckets[name] = TokenBucket(self.per_second, capacity)
        return self._buckets[name].seconds_to_wait()
