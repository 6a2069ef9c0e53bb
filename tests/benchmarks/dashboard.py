"""The manager's page, in Chromium, with the real API: ``python -m tests.benchmarks.dashboard``.

Measures how long the first paint takes with a kernel that waits, how long a newly chosen client
takes until nothing on the page changes any more, and what a session holds. The last line of the
output is one JSON object.
"""

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from lib.launch.servers import api_server, dashboard_server, running
from lib.serving.api import ScoringApi
from tests.benchmarks.kernels import Memory, memory_of_sessions, wait_until_warm
from tests.benchmarks.measurement import percentile
from tests.benchmarks.report import print_figures, print_table
from tests.conftest import find_free_port

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
TARGETS = {
    "choose_p95_ms": 300.0,
    "first_paint_s": 3.0,
    "session_mb": 130.0,
    "external_requests": 0,
}

LOCAL = {"127.0.0.1", "localhost", ""}
QUIET_MS = 600
# To look whether it is quiet makes the page work, too: at each frame, it would for half a second.
LOOK_MS = 100
PATIENCE_MS = 60_000

# The page is painted once the decision, or without a client the list, can be read. A choice runs
# from the key that makes it to the last change of the page's content.
PROBE = """
window.probe = { painted: null, chosen: null, changed: null };
const visible = selector => [...document.querySelectorAll(selector)]
  .some(part => part.offsetParent !== null && part.textContent.trim());
new MutationObserver(() => {
  probe.changed = performance.now();
  if (probe.painted === null && visible(".client-probability, .client-row"))
    requestAnimationFrame(() => { probe.painted ??= performance.now(); });
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true,
                       attributeFilter: ["d", "height", "width", "transform", "data-title"] });
document.addEventListener("keydown", event => {
  if (event.key === "Enter") { probe.chosen = performance.now(); probe.changed = null; }
}, true);
"""
SETTLED = """
([title, quiet]) => document.title.startsWith(title)
  && document.querySelector("h1")?.textContent === title
  && document.querySelector(".comparison-sentence p")
  && probe.changed !== null && performance.now() - probe.changed > quiet
"""


def main() -> None:
    """Start both servers, visit the page, and report."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as logs, servers(options.portfolio, Path(logs)) as urls:
        api_url, page_url = urls
        clients = choose_clients(api_url, options.choices + options.visits, options.seed)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which(options.chromium), args=CHROMIUM_OPTIONS
            )
            figures = measure(browser, page_url, clients, options.visits)
            browser.close()
    report(figures)
    print_figures({name: figures[name] for name in TARGETS})


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.dashboard")
    default = Path(os.environ.get("SCORING_PORTFOLIO", "data/portfolio.parquet"))
    described.add_argument("--portfolio", type=Path, default=default, help="the known clients")
    described.add_argument("--choices", type=int, default=60, help="clients chosen in one visit")
    described.add_argument("--visits", type=int, default=5, help="pages opened")
    described.add_argument("--seed", type=int, default=1, help="of the choice of clients")
    described.add_argument("--chromium", default="chromium", help="the browser's command")
    return described


@contextmanager
def servers(portfolio: Path, logs: Path) -> Iterator[tuple[str, str]]:
    """Start the API and the dashboard; give their addresses."""
    api, page = api_server(find_free_port()), dashboard_server(find_free_port())
    with (
        running(api, {"SCORING_PORTFOLIO": str(portfolio)}, logs / "api.log"),
        running(page, {"SCORING_API_URL": api.url.rstrip("/")}, logs / "dashboard.log"),
    ):
        yield api.url.rstrip("/"), page.url


def choose_clients(api_url: str, count: int, seed: int) -> list[int]:
    """Choose clients at random from the whole portfolio."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    with ScoringApi(api_url) as api:
        total = api.search(page_size=1).total
        pages = chance.sample(range(1, total + 1), count)
        return [api.search(page=page, page_size=1).clients[0].client_id for page in pages]


def measure(browser: Browser, url: str, clients: Sequence[int], visits: int) -> dict[str, float]:
    """Open the page several times, and choose clients in the last visit."""
    paints: list[float] = []
    asked: set[str] = set()
    for client in clients[:visits]:
        wait_until_warm()
        with open_visit(browser, f"{url}?client_id={client}") as visit:
            paints.append(visit.first_paint_s)
            asked |= visit.foreign_requests
    wait_until_warm()
    with open_visit(browser, url) as visit:
        times = [visit.choose(client) for client in clients[visits:]]
        memory = memory_of_sessions()
        asked |= visit.foreign_requests
    return figures_of(paints, times, memory, asked)


def figures_of(
    paints: Sequence[float], times: Sequence[float], memory: Memory, asked: set[str]
) -> dict[str, float]:
    """Sum the measurements up."""
    return {
        "choose_p50_ms": median(times),
        "choose_p95_ms": percentile(times, 95),
        "choose_max_ms": max(times),
        "first_paint_s": median(paints),
        "first_paint_max_s": max(paints),
        "session_mb": memory.resident_mb,
        "session_pss_mb": memory.proportional_mb,
        "external_requests": len(asked),
    }


def report(figures: dict[str, float]) -> None:
    """Print the figures for people."""
    rows = []
    for name, value in figures.items():
        wanted = f"≤ {TARGETS[name]:g}" if name in TARGETS else ""
        rows.append((name, f"{value:.2f}" if value < 10 else f"{value:.0f}", wanted))
    print_table("The manager's page", ("figure", "measured", "wanted"), rows)


class Visit:
    """A page that is open."""

    def __init__(self, page: Page, asked: set[str]) -> None:
        self._page = page
        self.foreign_requests = asked

    @property
    def first_paint_s(self) -> float:
        """Seconds from the start of the navigation to something that can be read."""
        self._page.wait_for_function("probe.painted !== null")
        return float(self._page.evaluate("probe.painted")) / 1000

    def choose(self, client: int) -> float:
        """Choose a client by number; give the milliseconds until nothing changes any more."""
        box = self._page.locator(".client-number input")
        box.fill(str(client))
        box.press("Enter")
        title = f"Client {client}"
        self._page.wait_for_function(SETTLED, arg=[title, QUIET_MS], polling=LOOK_MS)
        return float(self._page.evaluate("probe.changed - probe.chosen"))


@contextmanager
def open_visit(browser: Browser, url: str) -> Iterator[Visit]:
    """Open the page in a browser context of its own, and wait until it can be used."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(PROBE)
    page = context.new_page()
    foreign: set[str] = set()

    def note(address: str) -> None:
        if urlsplit(address).hostname not in LOCAL and urlsplit(address).scheme != "data":
            foreign.add(address)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    page.goto(url)
    page.wait_for_selector(".client-row:visible")
    yield Visit(page, foreign)
    context.close()


if __name__ == "__main__":
    main()
