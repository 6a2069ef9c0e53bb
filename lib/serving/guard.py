"""What every request passes before it is read: key, rate, content type, size, room."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil

from lib.serving.answers import Answer, refusal
from lib.serving.asgi import JSON, App, Message, Receive, Send, read_body, replaying, send_answer
from lib.serving.keys import CALLER, Key
from lib.serving.limiting import RateLimit
from lib.serving.reshaping import Reshaping
from lib.serving.settings import Settings
from lib.serving.wire import Problem

API_KEY_HEADER = b"x-api-key"
# A thousand clients with hundreds of features each are 15 MB.
MOST_BODY_BYTES = 32 * 1024 * 1024
# A body that trickles in must not keep others out.
BODY_SECONDS = 20.0
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
        problem = Problem(offender=self.offender, rule=self.rule, remedy=self.remedy)
        return refusal(self.status, problem)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that go with it."""
        told = self.retry_after
        return [] if told is None else [(b"retry-after", str(told).encode())]


class Guard:
    """Refuses, as an ASGI middleware, what no endpoint has to read.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    settings : Settings
        Keys and limits.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.keys = settings.keys
        self.rates = RateLimit(settings.requests_per_second)
        self.room = settings.most_at_once

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reshaping = Reshaping(send, scope["path"])
        if is_open(scope["path"]):
            await self.app(scope, receive, reshaping)
            return
        try:
            self._admit(scope)
            await self._pass_on(scope, receive, reshaping)
        except Refused as refused:
            await send_answer(refused.answer, send, refused.headers)

    def _admit(self, scope: Message) -> None:
        headers = dict(scope["headers"])
        if self.keys:
            key = self._identify(headers.get(API_KEY_HEADER, b""))
            self._check_rights(key, scope["path"])
            CALLER.set(key.name)
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
        if not key.role.opens(path):
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

    async def _pass_on(self, scope: Message, receive: Receive, send: Send) -> None:
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
            body = await read_in_time(receive)
            await self.app(scope, replaying(body, receive), send)
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


async def read_in_time(receive: Receive) -> bytes:
    """Read a body that is neither too large nor too slow."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await read_body(receive, MOST_BODY_BYTES)
    except TimeoutError as error:
        raise Refused(
            HTTPStatus.REQUEST_TIMEOUT,
            "the body",
            f"it is here within {BODY_SECONDS:g} s",
            "send it faster",
        ) from error
    if body is None:
        raise too_large()
    return body


def too_large() -> Refused:
    """Refuse a body that is too large."""
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body",
        f"it has at most {MOST_BODY_BYTES} bytes",
        "send fewer clients at a time",
    )
