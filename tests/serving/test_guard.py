"""What never reaches an endpoint, and the page that documents the rest: one shape of refusal."""

import asyncio
import re
import threading
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from lib.serving.endpoints import Endpoint, answer
from lib.serving.handlers.scores import score
from lib.serving.http import guard, keys
from lib.serving.http.answers import Answer, AsgiMessage, Receive, Send, send_answer
from lib.serving.http.guard import Guard
from lib.serving.http.keys import CALLER, Key, Role
from lib.serving.http.sharing import Turns, Work
from lib.serving.journal import Journal
from lib.serving.resources import Resources
from lib.serving.settings import Settings
from lib.serving.wire import Problem, ScoreRequest, Scores
from tests.serving.server import Served


async def never() -> AsgiMessage:
    await asyncio.Event().wait()
    raise AssertionError


def sending(*messages: AsgiMessage) -> Receive:
    """Send these messages, then nothing more."""
    waiting = list(messages)

    async def receive() -> AsgiMessage:
        return waiting.pop(0) if waiting else await never()

    return receive


def body(content: bytes = b"{}", more: bool = False) -> AsgiMessage:
    return {"type": "http.request", "body": content, "more_body": more}


GONE: AsgiMessage = {"type": "http.disconnect"}


async def call(
    guarded: Guard,
    receive: Receive | None = None,
    path: str = "/score",
    key: str = "",
    address: str = "192.0.2.1",
    server: str = "127.0.0.1",
    method: str = "POST",
    **headers: str,
) -> tuple[int, Problem | None]:
    """Send a request through, and give the status and the problem, if it tells one."""
    sent: list[AsgiMessage] = []

    async def send(message: AsgiMessage) -> None:
        sent.append(message)

    given = {"x-api-key": key, **{name.replace("_", "-"): text for name, text in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "client": (address, 50_000),
        "server": (server, 3000),
        "headers": [(name.encode(), text.encode()) for name, text in given.items()],
    }
    await guarded(scope, receive or sending(body()), send)
    status = sent[0]["status"]
    return status, Problem.model_validate_json(sent[1]["body"]) if status >= 400 else None


async def fine(scope: AsgiMessage, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def settings_with(*keys: Key, **more: object) -> Settings:
    return Settings(api_keys=" ".join(map(str, keys)), **more)


ONE, OTHER = (Key.from_secret(name, Role.SCORING, f"the secret of {name}") for name in "AB")
OPENS = {"/score": Role.SCORING, "/score_application": Role.SCORING}


class Slow:
    """An application whose requests are worked on until it lets them go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.begun: list[str] = []

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        self.begun.append(CALLER.get())
        await self.let_go.wait()
        await fine(scope, receive, send)


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_one_request_too_many_is_refused_at_once_and_leaves_no_trace() -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, Settings(most_at_once=2), {})
        waiting = [asyncio.create_task(call(guarded)) for _ in range(2)]
        await settle()
        status, problem = await call(guarded)
        assert (status, problem.offender) == (503, "the service")
        slow.let_go.set()
        assert [status for status, _ in await asyncio.gather(*waiting)] == [200, 200]
        assert (await call(guarded))[0] == 200

    asyncio.run(scenario())


def test_a_body_that_does_not_come_takes_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        guarded = Guard(fine, Settings(most_at_once=1), {})
        waiting = [asyncio.create_task(call(guarded, never)) for _ in range(3)]
        await settle()
        assert (await call(guarded))[0] == 200
        for status, problem in await asyncio.gather(*waiting):
            assert (status, problem.offender) == (408, "the body")

    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    asyncio.run(scenario())


def test_a_body_that_breaks_off_is_never_worked_on() -> None:
    async def scenario() -> None:
        slow = Slow()
        slow.let_go.set()
        guarded = Guard(slow, Settings(), {})
        for messages in ([GONE], [body(b'{"client_id": 1}', more=True), GONE]):
            status, problem = await call(guarded, sending(*messages))
            assert (status, problem.offender) == (400, "the connection")
        assert slow.begun == []

    asyncio.run(scenario())


def test_who_has_gone_while_waiting_is_not_worked_on() -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, Settings(), {})
        held = [asyncio.create_task(call(guarded)) for _ in range(guard.PLACES)]
        await settle()
        status, problem = await call(guarded, sending(body(), GONE))
        assert (status, problem.offender) == (400, "the connection")
        slow.let_go.set()
        await asyncio.gather(*held)
        assert len(slow.begun) == guard.PLACES

    asyncio.run(scenario())


def test_a_caller_who_is_cut_off_while_waiting_leaves_no_place_taken() -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, Settings(), {})
        held = [asyncio.create_task(call(guarded)) for _ in range(guard.PLACES)]
        await settle()
        waiting = [asyncio.create_task(call(guarded)) for _ in range(3)]
        await settle()
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        slow.let_go.set()
        await asyncio.gather(*held)
        assert [await call(guarded) for _ in range(guard.PLACES + 1)] == 3 * [(200, None)]
        assert len(slow.begun) == 2 * guard.PLACES + 1

    asyncio.run(scenario())


def test_a_place_that_is_given_to_who_gives_up_in_the_same_moment_goes_back() -> None:
    async def scenario() -> None:
        turns = Turns(places=1)
        assert turns.take("A").done()
        waiting = turns.take("B")
        assert not waiting.done()
        turns.give_back()
        assert waiting.done()
        turns.give_up(waiting)
        assert turns.take("C").done()
        given_up = turns.take("D")
        turns.give_up(given_up)
        turns.give_back()
        assert turns.take("E").done()

    asyncio.run(scenario())


def test_a_failure_within_gives_its_place_back() -> None:
    async def broken(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        guarded = Guard(broken, Settings(most_at_once=1), {})
        for _ in range(guard.PLACES + 1):
            with pytest.raises(ZeroDivisionError):
                await call(guarded)

    asyncio.run(scenario())


def test_many_requests_of_one_caller_do_not_keep_another_waiting() -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, settings_with(ONE, OTHER), OPENS)
        crowd = [asyncio.create_task(call(guarded, key="the secret of A")) for _ in range(30)]
        await settle()
        other = asyncio.create_task(call(guarded, key="the secret of B"))
        await settle()
        slow.let_go.set()
        assert (await other)[0] == 200
        await asyncio.gather(*crowd)
        # One of the crowd was next already; the place after that is the other's.
        assert slow.begun.index("B") <= guard.PLACES + 1

    asyncio.run(scenario())


def test_one_caller_never_takes_all_the_room() -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, settings_with(ONE, OTHER, most_at_once=8), OPENS)
        crowd = [asyncio.create_task(call(guarded, key="the secret of A")) for _ in range(6)]
        await settle()
        status, problem = await call(guarded, key="the secret of A")
        assert (status, problem.offender) == (429, "API key “A”")
        other = asyncio.create_task(call(guarded, key="the secret of B"))
        await settle()
        slow.let_go.set()
        assert (await other)[0] == 200
        await asyncio.gather(*crowd)

    asyncio.run(scenario())


def test_one_callers_bodies_leave_memory_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        guarded = Guard(fine, settings_with(ONE, OTHER), OPENS)
        part = asyncio.create_task(
            call(guarded, sending(body(b" " * 60, more=True)), key="the secret of A")
        )
        await settle()
        more = sending(body(b" " * 30))
        status, problem = await call(guarded, more, key="the secret of A")
        assert (status, problem.offender) == (429, "API key “A”")
        assert (await call(guarded, sending(body(b" " * 30)), key="the secret of B"))[0] == 200
        assert (await part)[0] == 408
        # What was taken has been given back.
        assert (await call(guarded, sending(body(b" " * 70)), key="the secret of A"))[0] == 200

    monkeypatch.setattr(guard, "MOST_BYTES_AT_ONCE", 100)
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.1)
    asyncio.run(scenario())


WORK = {"/score_application": Work.LARGE, "/search": Work.PORTFOLIO}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/score_application", b"{}"),
        ("/search", b"{}"),
        ("/score", b" " * (guard.LARGE_BYTES + 1)),
    ],
)
def test_what_takes_long_has_places_of_its_own(path: str, content: bytes) -> None:
    async def scenario() -> None:
        slow, let_go = Slow(), asyncio.Event()

        async def app(scope: AsgiMessage, receive: Receive, send: Send) -> None:
            message = await receive()
            takes_long = scope["path"] in WORK or len(message["body"]) > 2
            await (slow if takes_long else fine)(scope, receive, send)
            let_go.set()

        guarded = Guard(app, Settings(), {}, WORK)
        long_ones = [
            asyncio.create_task(call(guarded, sending(body(content)), path)) for _ in range(40)
        ]
        await settle()
        assert len(slow.begun) == guard.PLACES
        assert (await asyncio.wait_for(call(guarded), 5))[0] == 200
        slow.let_go.set()
        assert {status for status, _ in await asyncio.gather(*long_ones)} == {200}

    asyncio.run(scenario())


def test_of_what_takes_long_one_kind_does_not_wait_for_another() -> None:
    async def scenario() -> None:
        slow = Slow()

        async def app(scope: AsgiMessage, receive: Receive, send: Send) -> None:
            await (slow if scope["path"] == "/score_application" else fine)(scope, receive, send)

        guarded = Guard(app, Settings(), {}, WORK)
        large = [
            asyncio.create_task(call(guarded, path="/score_application"))
            for _ in range(guard.PLACES)
        ]
        await settle()
        assert (await asyncio.wait_for(call(guarded, path="/search"), 5))[0] == 200
        slow.let_go.set()
        await asyncio.gather(*large)

    asyncio.run(scenario())


def test_a_late_answer_is_told_as_all_refusals_are_and_leaves_no_score(
    monkeypatch: pytest.MonkeyPatch, resources: Resources, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    slow_resources = copy(resources)
    slow_resources.journal = journal
    let_go = threading.Event()

    def handle(resources: Resources, request: ScoreRequest) -> Scores:
        let_go.wait()
        return score(resources, request)

    endpoint = Endpoint(handle, Role.SCORING, {})
    answers: list[Answer] = []

    async def app(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        content = (await receive())["body"]
        given = await asyncio.to_thread(answer, endpoint, slow_resources, content)
        answers.append(given)
        await send_answer(given, send)

    async def scenario() -> None:
        guarded = Guard(app, Settings(), {})
        one = b'{"clients": [{"client_id": 7, "features": {}}]}'
        status, problem = await call(guarded, sending(body(one)))
        assert (status, problem.offender) == (504, "the request to /score")
        let_go.set()
        while not answers:
            await asyncio.sleep(0.01)
        await settle()
        assert list(journal.read()) == []
        # Its place is free again, and what is in time has its score.
        monkeypatch.setattr(guard, "ANSWER_SECONDS", 30.0)
        for _ in range(guard.PLACES):
            assert (await call(guarded, sending(body(one))))[0] == 200
        assert {one.client_id for one in journal.read()} == {7}

    monkeypatch.setattr(guard, "ANSWER_SECONDS", 0.1)
    asyncio.run(scenario())


def test_who_waits_too_long_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        slow = Slow()
        guarded = Guard(slow, Settings(), {})
        begun = [asyncio.create_task(call(guarded)) for _ in range(guard.PLACES + 1)]
        statuses = {status for status, _ in await asyncio.gather(*begun)}
        assert statuses == {504}
        assert len(slow.begun) == guard.PLACES
        slow.let_go.set()
        await settle()
        assert (await call(guarded))[0] == 200

    monkeypatch.setattr(guard, "ANSWER_SECONDS", 0.05)
    asyncio.run(scenario())


def test_wrong_keys_are_slowed_down_and_right_ones_are_not() -> None:
    async def scenario() -> None:
        guarded = Guard(fine, settings_with(ONE, OTHER), OPENS)
        assert (await call(guarded, key="the secret of A"))[0] == 200
        guesses = [(await call(guarded, key=f"guess {number}"))[0] for number in range(40)]
        assert set(guesses) == {401, 429}
        assert guesses.index(429) == guard.WRONG_KEYS
        # Whoever guesses right is not told so; who has had a key all along goes on.
        assert (await call(guarded, key="the secret of B"))[0] == 429
        assert (await call(guarded, key="the secret of A"))[0] == 200
        assert (await call(guarded, key="the secret of B", address="192.0.2.2"))[0] == 200

    asyncio.run(scenario())


def test_a_key_that_has_ended_opens_nothing() -> None:
    async def scenario() -> None:
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        old = Key.from_secret("old", Role.SCORING, "the secret of old", yesterday)
        guarded = Guard(fine, settings_with(old, ONE), OPENS)
        status, problem = await call(guarded, key="the secret of old")
        assert (status, problem.rule) == (401, "its last day is not over")
        assert (await call(guarded, key="the secret of A"))[0] == 200

    asyncio.run(scenario())


def test_keys_are_read_again_and_a_service_with_keys_is_never_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{ONE}\n")
    monkeypatch.setattr(keys, "LOOK_SECONDS", 0.0)

    async def scenario() -> None:
        guarded = Guard(fine, Settings(api_keys_file=path), OPENS)

        async def statuses() -> list[int]:
            sent = ("the secret of A", "the secret of B", "")
            return [(await call(guarded, key=key))[0] for key in sent]

        assert await statuses() == [200, 401, 401]
        path.write_text(f"{OTHER}\n")
        assert await statuses() == [401, 200, 401]
        path.write_text("no key at all\n")
        assert await statuses() == [401, 200, 401]
        assert "the keys stay as they were" in caplog.text
        path.unlink()
        assert await statuses() == [401, 200, 401]
        path.write_text("")
        assert await statuses() == [401, 401, 401]

    asyncio.run(scenario())


def test_prometheus_sends_its_key_as_a_bearer() -> None:
    async def scenario() -> None:
        watcher = Key.from_secret("prometheus", Role.METRICS, "the secret of prometheus")
        guarded = Guard(fine, settings_with(watcher, ONE), {**OPENS, "/metrics": Role.METRICS})

        async def status(path: str, **headers: str) -> int:
            return (await call(guarded, path=path, **headers))[0]

        bearer = {"authorization": "Bearer the secret of prometheus"}
        assert await status("/metrics", **bearer) == 200
        assert await status("/score", **bearer) == 403
        assert await status("/metrics", key="the secret of A") == 403
        assert await status("/metrics") == 401

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("headers", "status", "offender"),
    [
        ({"host": "localhost:3000"}, 200, None),
        ({"host": "127.0.0.1:3000", "origin": "http://127.0.0.1:3000"}, 200, None),
        ({"host": "[::1]:3000"}, 200, None),
        ({"host": "evil.example"}, 421, "header Host"),
        ({"host": "localhost.evil.example"}, 421, "header Host"),
        ({"host": "["}, 421, "header Host"),
        ({"host": "localhost:3000", "origin": "https://evil.example"}, 403, "header Origin"),
        ({"host": "localhost:3000", "origin": "http://localhost:8866"}, 403, "header Origin"),
        ({"host": "localhost:3000", "origin": "null"}, 403, "header Origin"),
        ({"content_length": "2"}, 415, "header Content-Type"),
        ({"transfer_encoding": "chunked"}, 415, "header Content-Type"),
        ({"content_length": "2", "content_type": "text/plain"}, 415, "header Content-Type"),
        ({"content_length": "2", "content_type": "application/json; charset=utf-8"}, 200, None),
        ({"content_length": "0"}, 200, None),
        ({"content_encoding": "gzip"}, 415, "header Content-Encoding"),
        ({"content_encoding": "identity"}, 200, None),
        ({"api_version": "2"}, 200, None),
        ({"api_version": "2.7"}, 200, None),
        ({"api_version": "1"}, 400, "header API-Version"),
        ({"content_length": "1e3", "content_type": "application/json"}, 413, "the body"),
    ],
)
def test_headers_say_whence_a_request_comes_and_what_it_is(
    headers: dict[str, str], status: int, offender: str | None
) -> None:
    got, problem = asyncio.run(call(Guard(fine, Settings(), {}), **headers))
    assert (got, problem and problem.offender) == (status, offender)


@pytest.mark.parametrize(
    ("hosts", "server", "host", "status"),
    [
        ("", "192.0.2.1", "anything.example", 200),
        ("api.example", "192.0.2.1", "anything.example", 421),
        ("api.example other.example", "192.0.2.1", "API.example:443", 200),
        ("api.example", "127.0.0.1", "api.example", 200),
        ("api.example", "192.0.2.1", "127.0.0.1:3000", 200),
    ],
)
def test_the_operator_says_under_which_names_the_service_is_called(
    hosts: str, server: str, host: str, status: int
) -> None:
    guarded = Guard(fine, Settings(hosts=hosts), {})
    assert asyncio.run(call(guarded, host=host, server=server))[0] == status


def test_another_method_is_told_which_one_is_taken(served: Served) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        refused = httpx.request(method, f"{served.url}/score")
        assert refused.status_code == 405
        assert refused.headers["allow"] == "POST"
        assert Problem.model_validate_json(refused.content).remedy == "send a POST"


def test_nothing_that_a_client_sends_is_in_the_log(served: Served) -> None:
    name = "Ada-Lovelace-1815"
    one = {"clients": [{"client_id": 1815, "features": {"housing": name}}]}
    decision = {"client_id": 1815, "score_id": "0" * 32}
    for path, body in (
        ("score", one),
        ("explain", one),
        ("score?name=" + name, one),
        ("score", {"clients": [{"features": {name: name}}]}),
        ("search", {"sort": name}),
        ("search", {"filters": [{"feature": "housing", "categories": [name]}]}),
        ("decide", {**decision, "decision": "refuse", "comment": name}),
        ("decide", {**decision, "decision": name}),
        ("decisions", {"person": name}),
    ):
        served.post(path, body, headers={"x-name": name})
    assert name not in served.log.read_text()


def test_the_page_loads_nothing_from_outside(served: Served) -> None:
    page = httpx.get(served.url)
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources == [
        "data:,",
        "./static_content/swagger-ui.css",
        "./static_content/swagger-ui-bundle.js",
        "./page.js",
    ]
    for source in sources[1:]:
        assert httpx.get(f"{served.url}/{source}").status_code == 200
    # What Swagger UI would load from elsewhere, the browser does not.
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    for text in (page.text, httpx.get(f"{served.url}/page.js").text):
        assert "http" not in text
        assert "googletag" not in text


def test_the_browser_asks_only_the_service(served: Served, chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(served.url)
        page.wait_for_selector("text=/score")
        browser.close()
    assert [url for url in asked if not url.startswith((served.url, "data:"))] == []
