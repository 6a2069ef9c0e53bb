"""ScoringApi: what it sends, and what it says when no answer comes."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from lib.serving.api import (
    API_KEY_HEADER,
    ApiBusy,
    ApiFault,
    ApiProblem,
    ApiUnreachable,
    ScoringApi,
)
from lib.serving.people import PERSON_HEADER, PERSON_ROLE_HEADER, Person, PersonRole
from lib.serving.wire import Filter, Group

PAGE = {"total": 0, "page": 1, "page_size": 20, "clients": []}


@dataclass
class Neighbour:
    """A server that says what a test wants, and keeps what it was asked."""

    status: int = 200
    body: bytes = b"{}"
    hold: Event | None = None
    asked: list[tuple[str, dict, str | None]] = field(default_factory=list)
    people: list[tuple[str | None, str | None]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    told = Neighbour()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((self.path, sent, self.headers.get(API_KEY_HEADER)))
            told.people.append(
                (self.headers.get(PERSON_HEADER), self.headers.get(PERSON_ROLE_HEADER))
            )
            if told.hold:
                told.hold.wait(10)
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            if told.status == 302:
                self.send_header("Location", "http://elsewhere.invalid/")
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield told
    if told.hold:
        told.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def scoring(neighbour: Neighbour) -> Iterator[ScoringApi]:
    with ScoringApi(neighbour.url) as api:
        yield api


def test_it_asks_as_the_messages_say(neighbour: Neighbour, scoring: ScoringApi) -> None:
    neighbour.body = json.dumps(PAGE).encode()
    granted = Filter(feature="decision", categories=["grant"])
    page = scoring.search([granted], sort="default_probability", descending=True, page=3)
    path, sent, key = neighbour.asked[0]
    assert page.total == 0
    assert path == "/search"
    assert key is None
    assert sent["filters"] == [
        {"feature": "decision", "minimum": None, "maximum": None, "categories": ["grant"]}
    ]
    assert (sent["sort"], sent["descending"], sent["page"]) == ("default_probability", True, 3)


def test_it_says_for_whom_it_asks(neighbour: Neighbour, scoring: ScoringApi) -> None:
    neighbour.body = json.dumps(PAGE).encode()
    scoring.search([])
    scoring.speak_for(Person("anna@example.org", PersonRole.AUDITOR))
    scoring.search([])
    assert neighbour.people == [(None, None), ("anna@example.org", "auditor")]


def test_it_shows_its_key(neighbour: Neighbour) -> None:
    neighbour.body = json.dumps(PAGE).encode()
    with ScoringApi(neighbour.url, key="a secret") as api:
        api.search()
    assert neighbour.asked[0][2] == "a secret"


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: [body]], ids=["bare", "list"])
def test_a_refusal_names_offender_rule_and_remedy(
    neighbour: Neighbour, scoring: ScoringApi, wrap: type
) -> None:
    problem = {"offender": "client 7", "rule": "it is known", "remedy": "check the number"}
    neighbour.status, neighbour.body = 404, json.dumps(wrap(problem)).encode()
    with pytest.raises(ApiProblem, match="client 7: it is known; check the number") as caught:
        scoring.client(7)
    assert caught.value.status == 404
    assert caught.value.offender == "client 7"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"no"', b'{"detail": 1}'])
def test_a_refusal_in_other_words_still_names_the_request(
    neighbour: Neighbour, scoring: ScoringApi, body: bytes
) -> None:
    neighbour.status, neighbour.body = 400, body
    with pytest.raises(ApiProblem, match=r"the request to /scorer: .*status 400"):
        scoring.scorer()


@pytest.mark.parametrize("status", [302, 408, 500, 502])
def test_a_failing_api_is_unreachable(
    neighbour: Neighbour, scoring: ScoringApi, status: int
) -> None:
    neighbour.status = status
    with pytest.raises(ApiUnreachable, match=f"it answers {status} to /scorer"):
        scoring.scorer()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_api_says_so_and_is_no_absent_one(
    neighbour: Neighbour, scoring: ScoringApi, status: int
) -> None:
    neighbour.status = status
    with pytest.raises(ApiBusy, match="it is busy and puts off /scorer; try again soon"):
        scoring.scorer()
    # Whoever tries again where the API is away tries again here.
    assert issubclass(ApiBusy, ApiUnreachable)


@pytest.mark.parametrize("body", [b"{}", b"not json", b'{"total": "many"}'])
def test_an_answer_of_another_shape_is_no_answer(
    neighbour: Neighbour, scoring: ScoringApi, body: bytes
) -> None:
    neighbour.body = body
    with pytest.raises(ApiUnreachable, match="its answer to /search is not as agreed"):
        scoring.search()


def test_a_slow_api_is_unreachable(neighbour: Neighbour) -> None:
    neighbour.hold = Event()
    with (
        ScoringApi(neighbour.url, read_seconds=0.05) as api,
        pytest.raises(ApiUnreachable, match="it does not answer in time"),
    ):
        api.compare("income_total", Group(kind="refused"), client_id=1)


def test_an_api_that_is_not_there_is_named_by_its_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        ScoringApi(f"http://127.0.0.1:{port}") as api,
        pytest.raises(ApiFault, match=f"the API at http://127.0.0.1:{port}: it cannot be reached"),
    ):
        api.client(1)


def test_address_and_key_come_from_the_environment(
    neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour.body = json.dumps(PAGE).encode()
    monkeypatch.setenv("SCORING_API_URL", neighbour.url + "/")
    monkeypatch.setenv("SCORING_API_KEY", "from outside")
    with ScoringApi.from_environment() as api:
        api.search()
    assert neighbour.asked[0][2] == "from outside"
    monkeypatch.setenv("SCORING_API_URL", "")
    monkeypatch.setenv("SCORING_API_KEY", "")
    with ScoringApi.from_environment() as api:
        assert api.url == "http://127.0.0.1:3000"
