"""The API stops and starts, kernels die: the page says so, and nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lib.launch.chain import Chain
from lib.launch.servers import Server, api_server, dashboard_server, running
from lib.serving.api import ScoringApi
from tests.benchmarks.kernels import command_of, find_kernels, is_kernel, parent_of
from tests.conftest import find_free_port
from tests.dashboard.browsing import open_client, visit

# Longer than a page may stay blank whose kernel has nothing to do.
PATIENT_MS = 20_000


class StoppableApi:
    """A real API that can be stopped and started again on its port."""

    def __init__(self, server: Server, portfolio: Path, log: Path) -> None:
        self._server, self._portfolio, self._log = server, portfolio, log
        self._process = ExitStack()

    @property
    def url(self) -> str:
        return self._server.url.rstrip("/")

    def start(self) -> None:
        settings = {"SCORING_PORTFOLIO": str(self._portfolio)}
        self._process.enter_context(running(self._server, settings, self._log))

    def stop(self) -> None:
        self._process.close()


@pytest.fixture(scope="module")
def service(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoppableApi]:
    log = tmp_path_factory.mktemp("logs") / "api.log"
    service = StoppableApi(api_server(find_free_port()), chain.portfolio, log)
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def dashboard(service: StoppableApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page of our own."""
    server = dashboard_server(find_free_port())
    log = tmp_path_factory.mktemp("logs") / "dashboard.log"
    with running(server, {"SCORING_API_URL": service.url}, log):
        yield server


@pytest.fixture(scope="module")
def known(service: StoppableApi) -> list[int]:
    """Two clients of the portfolio."""
    with ScoringApi(service.url) as api:
        return [client.client_id for client in api.search(page_size=2).clients]


def kernels_of(server: Server) -> list[psutil.Process]:
    """Find the kernels that a dashboard has started."""
    port = f"--port={server.port}"
    return [kernel for kernel in find_kernels() if port in command_of(parent_of(parent_of(kernel)))]


def kernel_of(page: Page) -> str:
    settings = "JSON.parse(document.getElementById('jupyter-config-data').textContent)"
    return str(page.evaluate(f"{settings}.kernelId"))


def test_with_the_api_stopped_the_page_says_so_and_goes_on_where_it_was(
    page: Page, dashboard: Server, service: StoppableApi, known: list[int]
) -> None:
    first, second = known
    visit(page, dashboard.url, f"?client_id={first}")
    expect(page.locator(".client-probability")).to_be_visible()
    service.stop()
    page.locator(".comparison-group button", has_text="Crédits refusés").click()
    expect(page.locator(".client-panels .notice")).to_contain_text("ne répond pas")
    expect(page.locator(".client-probability")).to_be_visible()
    page.locator(".pager-button").last.click()
    expect(page.locator(".page-aside .notice")).to_contain_text("ne répond pas")
    open_client(page, second)
    expect(page.locator(".page-main > .notice")).to_contain_text("ne répond pas")
    expect(page.locator(".client-probability")).to_have_count(0)
    page.locator(".language-switch button", has_text="English").click()
    expect(page.locator(".page-main > .notice")).to_contain_text("does not answer")
    page.locator(".page-main > .notice .retry").click()
    expect(page.locator(".page-main > .notice")).to_contain_text("does not answer")
    service.start()
    expect(page.locator("h1")).to_have_text(f"Client {second}")
    expect(page.locator(".comparison-sentence")).to_contain_text("Group:")
    expect(page.locator(".notice:visible")).to_have_count(0)
    expect(page.locator(".pager-range")).to_contain_text("9–16")


def test_a_session_whose_kernel_has_died_offers_a_reload(
    page: Page, dashboard: Server, known: list[int]
) -> None:
    visit(page, dashboard.url, f"?client_id={known[0]}&lang=en")
    expect(page.locator("h1")).to_have_text(f"Client {known[0]}")
    number = kernel_of(page)
    own = [kernel for kernel in kernels_of(dashboard) if is_kernel(kernel, number)]
    assert len(own) == 1
    own[0].kill()
    expect(page.get_by_role("dialog")).to_contain_text("This page has lost its session")
    page.get_by_role("dialog").get_by_role("button", name="Reload the page").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("h1")).to_have_text(f"Client {known[0]}")


def test_two_sessions_show_their_own_clients(
    page: Page, browser: Browser, dashboard: Server, known: list[int]
) -> None:
    other = browser.new_page()
    first, second = known
    visit(page, dashboard.url, f"?client_id={first}")
    visit(other, dashboard.url, f"?client_id={second}&lang=en")
    expect(page.locator("h1")).to_have_text(f"Client {first}")
    expect(other.locator("h1")).to_have_text(f"Client {second}")
    open_client(other, first)
    expect(other.locator("h1")).to_have_text(f"Client {first}")
    open_client(page, second)
    expect(page.locator("h1")).to_have_text(f"Client {second}")
    expect(other.locator("h1")).to_have_text(f"Client {first}")
    other.close()


def test_a_page_that_stays_blank_loads_itself_again(page: Page, dashboard_url: str) -> None:
    lost = lose_the_first(page, "**/widgets-manager8/static/remoteEntry*")
    page.goto(dashboard_url)
    expect(page.locator(".client-row:visible").first).to_be_visible()
    assert len(lost) == 1


def test_a_page_whose_kernel_is_at_work_is_not_loaded_again(page: Page, dashboard_url: str) -> None:
    # Where all are slow, loading again would make all slower.
    state = {"execution_state": "busy"}
    begun: list[str] = []

    def tell(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | state)

    page.on("framenavigated", lambda frame: begun.append(frame.url))
    lose_the_first(page, "**/widgets-manager8/static/remoteEntry*")
    page.route("**/api/kernels/*", tell)
    page.goto(dashboard_url)
    page.wait_for_timeout(PATIENT_MS)
    assert len(begun) == 1
    state["execution_state"] = "idle"
    expect(page.locator(".client-row:visible").first).to_be_visible()
    assert len(begun) == 2


def lose_the_first(page: Page, pattern: str) -> list[str]:
    """Have the page's first request of a pattern fail, and tell of it."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    page.route(pattern, lose)
    return lost
