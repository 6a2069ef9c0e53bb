"""A request that no endpoint has to read is refused."""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil

from lib.serving.http.answers import Answer, Header, refusal

# Of what a worker keeps for others, something is free again soon.
SOON = 1.0


@dataclass(eq=False)
class Refused(Exception):
    """A request that no endpoint has to read.

    Parameters
    ----------
    status : HTTPStatus
        4xx, or 503 where there is no room, or 504 where it took too long.
    offender, rule, remedy : str
        What the `Problem` says.
    seconds : float or None
        After which the same request may pass.
    """

    status: HTTPStatus
    offender: str
    rule: str
    remedy: str
    seconds: float | None = None

    @property
    def answer(self) -> Answer:
        """The answer that tells it."""
        return refusal(self.status, self.offender, self.rule, self.remedy)

    @property
    def headers(self) -> list[Header]:
        """The headers that go with it."""
        if self.seconds is None:
            return []
        return [(b"retry-after", str(ceil(self.seconds)).encode())]


def too_large(most: int) -> Refused:
    """Refuse a body that is too large."""
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body",
        f"it has at most {most} bytes",
        "send fewer clients at a time",
    )


def too_slow(what: str, seconds: float) -> Refused:
    """Refuse a body that does not come in time."""
    return Refused(
        HTTPStatus.REQUEST_TIMEOUT, what, f"it is here within {seconds:g} s", "send it faster"
    )


def broken_off() -> Refused:
    """Refuse what nobody waits for any more.

    It does not arrive, but it must be sent: BentoML waits for the beginning of an answer.
    """
    return Refused(
        HTTPStatus.BAD_REQUEST,
        "the connection",
        "it stays open until the answer",
        "send the request again",
    )


def too_hasty(offender: str, rule: str, seconds: float = SOON) -> Refused:
    """Refuse a caller who wants more than a caller's part."""
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        offender,
        rule,
        "wait for as long as Retry-After says",
        seconds,
    )


def no_room() -> Refused:
    """Refuse what there is no room for, whoever asks."""
    return Refused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "the service",
        "it has room for one more request",
        "wait for as long as Retry-After says",
        SOON,
    )


def no_answer(path: str, seconds: float) -> Refused:
    """Tell that there is no answer in time; nothing of the request is kept."""
    return Refused(
        HTTPStatus.GATEWAY_TIMEOUT,
        f"the request to {path}",
        f"it is answered within {seconds:g} s",
        "ask for less at a time, or come again later",
    )
