"""What every request passes before it is read: key, content type, size; and one shape of errors."""

from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from lib.serving.answers import Answer, refusal
from lib.serving.messages import Problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

API_KEY_HEADER = b"x-api-key"
# A thousand clients with hundreds of features each are 15 MB.
MOST_BODY_BYTES = 32 * 1024 * 1024
# Health and metrics for those who watch the service, and its documentation: nothing personal.
OPEN_PATHS = frozenset(
    {"/", "/docs.json", "/schema.json", "/livez", "/readyz", "/healthz", "/metrics"}
)
OPEN_FOLDERS = ("/static_content/",)
JSON = b"application/json"

UNFORESEEN = ("it failed in a way that was not foreseen", "tell the operator, who has the log")
FRAMEWORK_ERRORS: dict[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("there is an endpoint of this name", "see the list at /docs.json"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("the method is one the endpoint takes", "send a POST"),
    HTTPStatus.GATEWAY_TIMEOUT: ("it takes less than the time limit", "ask for less at a time"),
}


class Guard:
    """Refuses, as an ASGI middleware, what no endpoint has to read.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    api_key : str or None
        Key that a request must carry, or None where none is needed.
    """

    def __init__(self, app: App, api_key: str | None = None) -> None:
        self.app = app
        self.api_key = api_key.encode() if api_key else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused:
            await send_answer(refused, send)
            return
        body = await read_body(receive)
        if body is None:
            await send_answer(too_large(), send)
            return
        await self.app(scope, replaying(body, receive), Reshaping(send, scope["path"]))

    def _refusal(self, scope: Message) -> Answer | None:
        headers = dict(scope["headers"])
        if self.api_key and not compare_digest(headers.get(API_KEY_HEADER, b""), self.api_key):
            return _refuse(
                HTTPStatus.UNAUTHORIZED,
                "header X-API-Key",
                "it holds the key of this service",
                "ask its operator for the key",
            )
        kind = headers.get(b"content-type", JSON).split(b";")[0].strip().lower()
        if scope["method"] == "POST" and kind != JSON:
            return _refuse(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "header Content-Type",
                "the body is JSON",
                "send application/json",
            )
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MOST_BODY_BYTES:
            return too_large()
        return None


class Reshaping:
    """Sends a response on, but gives every error the one shape.

    Parameters
    ----------
    send : callable
        Where the response goes.
    path : str
        What was asked for, to name it.
    """

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._path = path
        self._status = HTTPStatus.OK.value
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one part of a response."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        if self._status < HTTPStatus.BAD_REQUEST:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await send_answer(self._shaped(), self._send)

    def _shaped(self) -> Answer:
        try:
            Problem.model_validate_json(self._body)
        except ValidationError:
            rule, remedy = FRAMEWORK_ERRORS.get(self._status, UNFORESEEN)
            return _refuse(self._status, f"the request to {self._path}", rule, remedy)
        return Answer(self._status, self._body)


def is_open(path: str) -> bool:
    """Say whether a path needs no key."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def too_large() -> Answer:
    """Refuse a body that is too large."""
    return _refuse(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body",
        f"it has at most {MOST_BODY_BYTES} bytes",
        "send fewer clients at a time",
    )


async def read_body(receive: Receive) -> bytes | None:
    """Read the whole body, or stop and give None where it grows too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replaying(body: bytes, receive: Receive) -> Receive:
    """Give a body that has been read already once more, then what follows it."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


async def send_answer(answer: Answer, send: Send) -> None:
    """Send a whole answer."""
    headers = [
        (b"content-type", JSON),
        (b"content-length", str(len(answer.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _refuse(status: int, offender: str, rule: str, remedy: str) -> Answer:
    return refusal(status, Problem(offender=offender, rule=rule, remedy=remedy))
