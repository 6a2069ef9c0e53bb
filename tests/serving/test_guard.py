"""What never reaches an endpoint, and the page that documents the rest: one shape of refusal."""

import asyncio
import re

import httpx
import pytest

from lib.serving.http import guard
from lib.serving.http.answers import AsgiMessage, Receive, Send
from lib.serving.http.guard import Guard
from lib.serving.settings import Settings
from lib.serving.wire import Problem
from tests.serving.server import Served


async def nothing_more() -> AsgiMessage:
    return {"type": "http.request", "body": b"{}", "more_body": False}


async def never() -> AsgiMessage:
    await asyncio.Event().wait()
    raise AssertionError


async def call(
    guarded: Guard, receive: Receive = nothing_more, path: str = "/score"
) -> tuple[int, Problem | None]:
    """Send a request through, and give the status and the problem, if it tells one."""
    sent: list[AsgiMessage] = []

    async def send(message: AsgiMessage) -> None:
        sent.append(message)

    await guarded({"type": "http", "method": "POST", "path": path, "headers": []}, receive, send)
    status = sent[0]["status"]
    return status, Problem.model_validate_json(sent[1]["body"]) if status >= 400 else None


async def fine(scope: AsgiMessage, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_one_request_too_many_is_refused_at_once_and_leaves_no_trace() -> None:
    async def scenario() -> None:
        let_go = asyncio.Event()

        async def slow(scope: AsgiMessage, receive: Receive, send: Send) -> None:
            await let_go.wait()
            await fine(scope, receive, send)

        guarded = Guard(slow, Settings(most_at_once=2), {})
        waiting = [asyncio.create_task(call(guarded)) for _ in range(2)]
        await asyncio.sleep(0)
        status, problem = await call(guarded)
        assert (status, problem.offender) == (503, "the service")
        let_go.set()
        assert [status for status, _ in await asyncio.gather(*waiting)] == [200, 200]
        assert (await call(guarded))[0] == 200

    asyncio.run(scenario())


def test_a_body_that_does_not_come_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        guarded = Guard(fine, Settings(most_at_once=1), {})
        for _ in range(2):
            status, problem = await call(guarded, never)
            assert (status, problem.offender) == (408, "the body")
        assert (await call(guarded))[0] == 200

    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)
    asyncio.run(scenario())


def test_a_failure_within_gives_its_place_back() -> None:
    async def broken(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        guarded = Guard(broken, Settings(most_at_once=1), {})
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                await call(guarded)

    asyncio.run(scenario())


def test_another_method_is_told_which_one_is_taken(served: Served) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        refused = httpx.request(method, f"{served.url}/score")
        assert refused.status_code == 405
        assert refused.headers["allow"] == "POST"
        assert Problem.model_validate_json(refused.content).remedy == "send a POST"


def test_nothing_that_a_client_sends_is_in_the_log(served: Served) -> None:
    name = "Ada-Lovelace-1815"
    one = {"clients": [{"client_id": 1815, "features": {"housing": name}}]}
    for path, body in (
        ("score", one),
        ("explain", one),
        ("score?name=" + name, one),
        ("score", {"clients": [{"features": {name: name}}]}),
        ("search", {"sort": name}),
        ("search", {"filters": [{"feature": "housing", "categories": [name]}]}),
        ("decide", {"client_id": 1815, "decision": "refuse", "comment": name}),
        ("decide", {"client_id": 1815, "decision": name}),
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
