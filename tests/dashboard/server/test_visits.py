"""Real visits: the kernel ends with its page, however it is left, and there is room for so many.

The pages ask an API that is not there: what they say of it is no matter here.
"""

import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from jupyter_server.services.kernels.connection.base import serialize_binary_message
from playwright.sync_api import Browser, BrowserContext, Page, expect
from voila.tornado import kernel_websocket_handler

from lib.dashboard.server.handlers import (
    MESSAGE_PROTOCOL,
    PROTOCOL_ERROR,
    ChannelsHandler,
    is_message,
)
from lib.launch.servers import Server, dashboard_server, running
from tests.benchmarks.kernels import MIB, find_kernels, is_kernel, kernel_of, parent_of
from tests.conftest import find_free_port

MOST = 3
SOON = 5.0  # seconds, within which a session of a page that is left has ended
CUT = 60.0  # and of one whose line was cut
NOWHERE = "http://127.0.0.1:9"
MOST_SERVER_MIB = 600  # twice what it has at its largest

# Sends so many messages by a connection of its own, and leaves in their midst.
LEAVE_WHILE_SENDING = """async ([kernel, protocols, count]) => {
  const base = `${location.origin}${location.pathname}`;
  const socket = new WebSocket(
    `${base.replace("http", "ws")}api/kernels/${kernel}/channels?session_id=late`, protocols);
  const closed = new Promise(told => socket.onclose = event => told(event.code));
  await Promise.race([closed, new Promise(told => socket.onopen = told)]);
  // Six offsets of eight bytes, and nothing between them: no channel, and four empty parts.
  const message = new DataView(new ArrayBuffer(56));
  for (let place = 0; place < 7; place++) message.setUint8(8 * place, place ? 56 : 6);
  for (let sent = 0; sent < count; sent++) {
    if (sent === count / 10) window.dispatchEvent(new Event("pagehide"));
    socket.send(message);
  }
  return closed;
}"""


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = dashboard_server(find_free_port())
    log = tmp_path_factory.mktemp("logs") / "dashboard.log"
    settings = {"SCORING_API_URL": NOWHERE, "SCORING_MOST_SESSIONS": str(MOST)}
    with running(server, settings, log):
        yield server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def open_page(context: BrowserContext, server: Server) -> tuple[Page, str]:
    """Open a page, and give it and the number of its kernel once it can be used."""
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator(".page-header")).to_be_visible()
    return page, kernel_of(page.content())


def lives(kernel_id: str) -> bool:
    return any(is_kernel(kernel, kernel_id) for kernel in find_kernels())


def seconds_until(holds: Callable[[], bool], most: float) -> float:
    """Wait until something holds, and say how long it took; the most, where it never did."""
    began = time.monotonic()
    while not holds() and time.monotonic() - began < most:
        time.sleep(0.1)
    return time.monotonic() - began


def go_elsewhere(page: Page) -> None:
    page.goto("about:blank")


def load_again(page: Page) -> None:
    page.reload(wait_until="commit")


def close(page: Page) -> None:
    page.close()


def close_all(page: Page) -> None:
    page.context.close()


@pytest.mark.parametrize("leave", [go_elsewhere, load_again, close, close_all])
def test_a_kernel_ends_with_its_page(
    context: BrowserContext, dashboard: Server, leave: Callable[[Page], None]
) -> None:
    page, kernel_id = open_page(context, dashboard)
    assert lives(kernel_id)
    leave(page)
    assert seconds_until(lambda: not lives(kernel_id), 2 * SOON) < SOON


def test_a_page_that_is_left_before_its_scripts_have_come_ends_its_kernel_too(
    context: BrowserContext, dashboard: Server
) -> None:
    context.route("**/voila/static/voila.js", lambda route: None)
    page = context.new_page()
    page.goto(dashboard.url, wait_until="commit")
    page.wait_for_selector("#jupyter-config-data", state="attached")
    kernel_id = kernel_of(page.content())
    page.goto("about:blank")
    assert seconds_until(lambda: not lives(kernel_id), 2 * SOON) < SOON


def test_beyond_the_limit_the_page_says_so_and_opens_once_there_is_room(
    context: BrowserContext, dashboard: Server
) -> None:
    first, *_ = [open_page(context, dashboard)[0] for _ in range(MOST)]
    late = context.new_page()
    answer = late.goto(f"{dashboard.url}?lang=en")
    assert answer
    assert answer.status == 503
    assert answer.headers["retry-after"]
    expect(late.get_by_role("heading", name="Toutes les places sont prises")).to_be_visible()
    expect(late.get_by_role("heading", name="Every place is taken")).to_be_visible()
    first.close()
    expect(late.locator(".page-header")).to_be_visible()
    expect(late.locator("html")).to_have_attribute("lang", "en")


def test_a_page_that_is_loaded_again_needs_no_second_room(
    context: BrowserContext, dashboard: Server
) -> None:
    page, *_ = [open_page(context, dashboard)[0] for _ in range(MOST)]
    answer = page.reload()
    assert answer
    assert answer.status == 200
    expect(page.locator(".page-header")).to_be_visible()


def test_a_cut_line_ends_the_session_within_a_minute_and_a_sleeping_tab_keeps_it(
    context: BrowserContext, dashboard: Server
) -> None:
    asleep, kept = open_page(context, dashboard)
    context.new_cdp_session(asleep).send("Page.setWebLifecycleState", {"state": "frozen"})
    with requests.Session() as visitor:
        cut = kernel_of(visitor.get(dashboard.url, timeout=30).text)
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    # A line that is cut: the connection stays open, and nobody answers any more.
    with socket.create_connection(("127.0.0.1", dashboard.port)) as line:
        line.sendall(
            f"GET /api/kernels/{cut}/channels?session_id=cut HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{dashboard.port}\r\nCookie: {cookies}\r\n"
            f"Sec-WebSocket-Protocol: {MESSAGE_PROTOCOL}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert line.recv(12) == b"HTTP/1.1 101"
        took = seconds_until(lambda: not lives(cut), 2 * CUT)
    assert SOON < took < CUT
    assert lives(kept)


def memory_of_server(kernel_id: str) -> float:
    """Say what the server of a kernel holds, in MiB."""
    [kernel] = [one for one in find_kernels() if is_kernel(one, kernel_id)]
    server = parent_of(parent_of(kernel))
    assert server
    return server.memory_info().rss / MIB


def test_what_a_page_sends_after_it_was_left_costs_nothing(
    context: BrowserContext, dashboard: Server
) -> None:
    # Read as what it is not, each such message once took three gigabytes, for ever.
    page, kernel_id = open_page(context, dashboard)
    page.evaluate(LEAVE_WHILE_SENDING, [kernel_id, [MESSAGE_PROTOCOL], 2_000])
    # The page that was left is there still, and looks for its kernel, which has ended: another
    # page does not wait for that.
    _, another = open_page(context, dashboard)
    assert memory_of_server(another) < MOST_SERVER_MIB


def test_what_a_kernel_says_after_its_page_was_left_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The connection's protocol is forgotten with it, and arrays are sent as the older one does it.
    # Voilà would read that as a list of 10 ** 17 parts: memory without end, and no visit any more.
    message = serialize_binary_message({"content": {}, "buffers": [b"array"]})
    read: list[bytes] = []
    monkeypatch.setattr(kernel_websocket_handler, "read_header_from_binary_message", read.append)
    handler = ChannelsHandler.__new__(ChannelsHandler)
    handler.ws_connection = None
    handler.write_message(message, binary=True)
    assert read == []


def test_a_connection_that_does_not_say_how_it_speaks_is_closed(
    context: BrowserContext, dashboard: Server
) -> None:
    page, kernel_id = open_page(context, dashboard)
    assert page.evaluate(LEAVE_WHILE_SENDING, [kernel_id, [], 0]) == PROTOCOL_ERROR
    expect(page.locator(".page-header")).to_be_visible()
    assert lives(kernel_id)


@pytest.mark.parametrize(
    "message",
    [
        "text",
        b"",
        b"\x06",
        (2**40).to_bytes(8, "little"),
        (5).to_bytes(8, "little") + bytes(40),
        (6).to_bytes(8, "little") + bytes(40),
    ],
)
def test_a_message_without_its_parts_is_none(message: str | bytes) -> None:
    assert not is_message(message)


def test_a_stranger_learns_nothing_of_a_visit_and_ends_none(
    context: BrowserContext, dashboard: Server
) -> None:
    _, kernel_id = open_page(context, dashboard)
    asked = requests.get(f"{dashboard.url}voila/query/{kernel_id}", timeout=10)
    assert asked.status_code == 403
    posted = requests.post(f"{dashboard.url}voila/api/shutdown/{kernel_id}", timeout=10)
    assert posted.status_code == 403
    assert lives(kernel_id)


def test_there_is_nothing_beside_the_page(dashboard: Server) -> None:
    assert requests.get(f"{dashboard.url}client.ipynb", timeout=10).status_code == 404


def test_a_second_visit_brings_no_script_again(context: BrowserContext, dashboard: Server) -> None:
    open_page(context, dashboard)[0].close()
    page = context.new_page()
    brought: list[str] = []

    def note(event: dict[str, Any]) -> None:
        if event["type"] == "Script" and not event["response"].get("fromDiskCache"):
            brought.append(event["response"]["url"])

    session = context.new_cdp_session(page)
    session.on("Network.responseReceived", note)
    session.send("Network.enable")
    page.goto(dashboard.url)
    expect(page.locator(".page-header")).to_be_visible()
    assert brought == []


def test_a_page_asks_for_the_state_of_all_its_widgets_at_once(
    context: BrowserContext, dashboard: Server
) -> None:
    page, sent = context.new_page(), []

    def note(frame: str | bytes) -> None:
        sent.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.goto(dashboard.url)
    expect(page.locator(".page-arrival[data-told]")).to_be_attached()
    asked = re.findall(rb'"method": ?"(request_states?)"', b"".join(sent))
    assert asked == [b"request_states"]


def test_a_page_whose_widgets_do_not_come_is_loaded_again_but_not_for_ever(
    context: BrowserContext, dashboard: Server
) -> None:
    asked: list[str] = []
    # The page has no widgets while its script is missing; the second time it comes.
    context.route(
        "**/voila/static/voila.js",
        lambda route: route.abort() if len(asked) < 2 else route.continue_(),
    )
    page = context.new_page()
    page.on("request", lambda it: asked.append(it.url) if it.is_navigation_request() else None)
    page.goto(dashboard.url)
    expect(page.locator(".page-header")).to_be_visible(timeout=60_000)
    assert len(asked) == 2
