"""From the bytes of a request to the bytes of an answer; every error becomes a `Problem`."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from lib.decision import InvalidInput
from lib.portfolio import NotFound, PortfolioUnavailable
from lib.serving.http.keys import NotAllowed
from lib.serving.http.lateness import TooLate
from lib.serving.journal import Conflict, JournalUnavailable
from lib.serving.readiness import NotReady
from lib.serving.wire import Problem, of_client

Request = TypeVar("Request", bound=BaseModel)

# The types of ASGI, the interface between servers and Python applications.
AsgiMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
App = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = b"application/json"
# The first that fits; an InvalidInput that is none of the others is the request's fault.
STATUSES: tuple[tuple[type[InvalidInput], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (PortfolioUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (JournalUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Conflict, HTTPStatus.CONFLICT),
    (NotReady, HTTPStatus.SERVICE_UNAVAILABLE),
    (InvalidInput, HTTPStatus.BAD_REQUEST),
)
# Rule and remedy of the errors that BentoML answers by itself.
FRAMEWORK_ERRORS: dict[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("there is an endpoint of this name", "see the list at /docs.json"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("the method is one the endpoint takes", "send a POST"),
}
UNFORESEEN = ("it failed in a way that was not foreseen", "tell the operator, who has the log")


@dataclass(frozen=True)
class Answer:
    """What is sent back: a status and a JSON body."""

    status: int
    body: bytes


def answer(handle: Callable[[Request], BaseModel], kind: type[Request], body: bytes) -> Answer:
    """Read a request, handle it, and write what comes of it.

    Parameters
    ----------
    handle : callable
        Takes a message of the kind, gives a message.
    kind : type
        Message that the body must be.
    body : bytes
        JSON; empty means an empty object.

    Returns
    -------
    Answer
        200 with the message, or 4xx or 503 with a `Problem`.

    Raises
    ------
    RuntimeError
        If the message itself is not as agreed: a fault of ours, and no answer.
    """
    try:
        request = kind.model_validate_json(body or b"{}", strict=True)
    except ValidationError as error:
        offender, rule = first_fault(error, body)
        remedy = "see what the endpoint takes at /docs.json"
        return refusal(HTTPStatus.BAD_REQUEST, offender, rule, remedy)
    try:
        return Answer(HTTPStatus.OK, handle(request).model_dump_json().encode())
    except InvalidInput as error:
        return answer_of(error)
    except TooLate:
        return Answer(HTTPStatus.GATEWAY_TIMEOUT, b"")  # nobody waits for it
    except ValidationError as error:
        # BentoML would take it for the request's fault.
        raise RuntimeError("what was to be answered is not as agreed") from error


def answer_of(fault: InvalidInput) -> Answer:
    """Answer with what is wrong, by the status of its kind."""
    status = next(status for kind, status in STATUSES if isinstance(fault, kind))
    return refusal(status, fault.offender, fault.rule, fault.remedy)


def refusal(status: int, offender: str, rule: str, remedy: str) -> Answer:
    """Answer with a problem."""
    problem = Problem(offender=offender, rule=rule, remedy=remedy)
    return Answer(status, problem.model_dump_json().encode())


def first_fault(error: ValidationError, body: bytes) -> tuple[str, str]:
    """Name the first place where a body is not as agreed, and say what is wrong there.

    Parameters
    ----------
    error : ValidationError
    body : bytes
        The body itself, which has the client's number.

    Examples
    --------
    >>> from lib.serving.wire import ClientRequest
    >>> try:
    ...     ClientRequest.model_validate_json(body := b'{"client_id": -1}')
    ... except ValidationError as error:
    ...     print(first_fault(error, body))
    ('client_id', 'input should be greater than or equal to 0')
    """
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place, message = first["loc"], first["msg"]
    if "features" in place[:-1]:
        offender = f"feature {place[place.index('features') + 1]}"
    else:
        offender = ".".join(map(str, place)) or "the body"
    match place:
        case ("clients", int(index), *within):
            what = offender if offender.startswith("feature ") else ".".join(map(str, within))
            offender = of_client(what or "the features", index, number_of(index, body))
    return offender, message[:1].lower() + message[1:]


def number_of(index: int, body: bytes) -> int | None:
    """Read the number of one client of a body; None where there is none that is one.

    Examples
    --------
    >>> number_of(1, b'{"clients": [{"client_id": 7}, {"client_id": 8}]}')
    8
    >>> number_of(0, b'{"clients": [{"client_id": "Ada"}]}') is None
    True
    """
    with suppress(ValueError, LookupError, TypeError):
        number = from_json(body)["clients"][index]["client_id"]
        return number if isinstance(number, int) and not isinstance(number, bool) else None
    return None


async def send_answer(answer: Answer, send: Send, headers: Iterable[Header] = ()) -> None:
    """Send a whole answer, with headers beside those of its content."""
    content = [(b"content-type", JSON), (b"content-length", str(len(answer.body)).encode())]
    headers = [*content, *headers]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


class OneShape:
    """Sends a response on; an error of the framework's own becomes a `Problem` like all others.

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
        self._kept_headers: list[Header] = []
        self._body = b""

    async def __call__(self, message: AsgiMessage) -> None:
        """Take one part of a response."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            # HTTP asks for this header with status 405.
            self._kept_headers = [header for header in message["headers"] if header[0] == b"allow"]
        if self._status < HTTPStatus.BAD_REQUEST:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await send_answer(self._shaped(), self._send, self._kept_headers)

    def _shaped(self) -> Answer:
        try:
            Problem.model_validate_json(self._body)
        except ValidationError:
            rule, remedy = FRAMEWORK_ERRORS.get(self._status, UNFORESEEN)
            return refusal(self._status, f"the request to {self._path}", rule, remedy)
        return Answer(self._status, self._body)
