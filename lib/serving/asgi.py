"""ASGI in its own words: its types, and bodies read and sent whole."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from lib.serving.answers import Answer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = b"application/json"


async def read_body(receive: Receive, most_bytes: int) -> bytes | None:
    """Read the whole body, or stop and give None where it grows too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most_bytes:
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


async def send_answer(answer: Answer, send: Send, headers: Iterable[Header] = ()) -> None:
    """Send a whole answer, with headers beside those of its content."""
    own = [(b"content-type", JSON), (b"content-length", str(len(answer.body)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": int(answer.status),
            "headers": [*own, *headers],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
