"""Gives the framework's own errors the one shape that all errors have."""

from http import HTTPStatus

from pydantic import ValidationError

from lib.serving.answers import Answer, refusal
from lib.serving.asgi import Header, Message, Send, send_answer
from lib.serving.wire import Problem

UNFORESEEN = ("it failed in a way that was not foreseen", "tell the operator, who has the log")
FRAMEWORK_ERRORS: dict[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("there is an endpoint of this name", "see the list at /docs.json"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("the method is one the endpoint takes", "send a POST"),
}


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
        self._kept: list[Header] = []
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one part of a response."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            # HTTP asks for it with 405.
            self._kept = [header for header in message["headers"] if header[0] == b"allow"]
        if self._status < HTTPStatus.BAD_REQUEST:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await send_answer(self._shaped(), self._send, self._kept)

    def _shaped(self) -> Answer:
        try:
            Problem.model_validate_json(self._body)
        except ValidationError:
            rule, remedy = FRAMEWORK_ERRORS.get(self._status, UNFORESEEN)
            offender = f"the request to {self._path}"
            return refusal(self._status, Problem(offender=offender, rule=rule, remedy=remedy))
        return Answer(self._status, self._body)
