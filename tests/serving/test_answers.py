import json
from http import HTTPStatus

import pytest

from lib.serving.http.answers import answer
from lib.serving.wire import ClientRequest, Problem


def handle(request: ClientRequest) -> Problem:
    return Problem(offender=f"client {request.client_id}", rule="a rule", remedy="a remedy")


def test_an_answer_is_what_the_handler_gives() -> None:
    given = answer(handle, ClientRequest, b'{"client_id": 7}')
    assert given.status == HTTPStatus.OK
    assert json.loads(given.body)["offender"] == "client 7"


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b'{"client_id": "7"}', b'{"client_id": -1}'])
def test_a_request_that_is_not_as_agreed_is_its_senders_fault(body: bytes) -> None:
    assert answer(handle, ClientRequest, body).status == HTTPStatus.BAD_REQUEST


def test_an_answer_that_is_not_as_agreed_is_our_fault() -> None:
    """To the framework it is an error like any other, and no fault of the request."""

    def mistaken(request: ClientRequest) -> Problem:
        return Problem.model_validate({"offender": request.client_id})

    with pytest.raises(RuntimeError, match="what was to be answered is not as agreed"):
        answer(mistaken, ClientRequest, b'{"client_id": 7}')
