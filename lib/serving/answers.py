"""From the bytes of a request to the bytes of an answer; every error becomes a `Problem`."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lib.decision import InvalidInput
from lib.portfolio import NotFound, PortfolioUnavailable
from lib.serving.journal import JournalUnavailable
from lib.serving.wire import Problem

Request = TypeVar("Request", bound=BaseModel)

# The first that fits; an InvalidInput that is none of the others is the request's fault.
STATUSES: tuple[tuple[type[InvalidInput], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (PortfolioUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (JournalUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (InvalidInput, HTTPStatus.BAD_REQUEST),
)


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
    """
    try:
        request = kind.model_validate_json(body or b"{}", strict=True)
        return Answer(HTTPStatus.OK, handle(request).model_dump_json().encode())
    except InvalidInput as error:
        return refusal(status_of(error), problem_of(error))
    except ValidationError as error:
        return refusal(HTTPStatus.BAD_REQUEST, problem_of_validation(error))


def refusal(status: int, problem: Problem) -> Answer:
    """Answer with a problem."""
    return Answer(status, problem.model_dump_json().encode())


def status_of(error: InvalidInput) -> HTTPStatus:
    """Give the status that an error is told with."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def problem_of(error: InvalidInput) -> Problem:
    """Give an error as it goes over the wire."""
    return Problem(offender=error.offender, rule=error.rule, remedy=error.remedy)


def problem_of_validation(error: ValidationError) -> Problem:
    """Name the first place where a body is not as agreed.

    Examples
    --------
    >>> from lib.serving.wire import ClientRequest
    >>> try:
    ...     ClientRequest.model_validate_json('{"client_id": -1}')
    ... except ValidationError as error:
    ...     print(problem_of_validation(error).offender)
    client_id
    """
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"]
    return Problem(
        offender=_named(first["loc"]),
        rule=message[:1].lower() + message[1:],
        remedy="see what the endpoint takes at /docs.json",
    )


def _named(place: tuple[int | str, ...]) -> str:
    """Name a place in a body: a feature by its name, anything else by its path."""
    if "features" in place[:-1]:
        return f"feature {place[place.index('features') + 1]}"
    return ".".join(str(part) for part in place) or "the body"
