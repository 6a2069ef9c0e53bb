"""The manager's page, in Chromium, with the real API: ``python -m tests.benchmarks.dashboard``.

Measures how long the first paint takes with a kernel that waits, how long a newly chosen client
takes until nothing on the page changes any more, and what a session holds. The last line of the
output is one JSON object.
"""

import argparse
import json
import os
import random
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from lib.launch.servers import api_server, dashboard_server, running
from lib.serving.api import ScoringApi
from tests.benchmarks.kernels import Memory, memory_of_sessions, wait_until_warm
from tests.benchmarks.visit import open_visit

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
TARGETS = {
    "choose_p95_ms": 300.0,
    "first_paint_s": 3.0,
    "session_mb": 130.0,
    "external_requests": 0,
}


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
    sys.stdout.write(f"{json.dumps({name: round(figures[name], 1) for name in TARGETS})}\n")


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
    api, page = api_server(free_port()), dashboard_server(free_port())
    with (
        running(api, {"SCORING_PORTFOLIO": str(portfolio)}, logs / "api.log"),
        running(page, {"SCORING_API_URL": api.url.rstrip("/")}, logs / "dashboard.log"),
    ):
        yield api.url.rstrip("/"), page.url


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    ordered = sorted(times)
    return {
        "choose_p50_ms": median(ordered),
        "choose_p95_ms": ordered[min(round(0.95 * len(ordered)), len(ordered) - 1)],
        "choose_max_ms": ordered[-1],
        "first_paint_s": median(paints),
        "first_paint_max_s": max(paints),
        "session_mb": memory.resident_mb,
        "session_pss_mb": memory.proportional_mb,
        "external_requests": len(asked),
    }


def report(figures: dict[str, float]) -> None:
    """Print the figures for people."""
    table = Table("figure", "measured", "wanted", title="The manager's page")
    for name, value in figures.items():
        wanted = f"≤ {TARGETS[name]:g}" if name in TARGETS else ""
        table.add_row(name, f"{value:.2f}" if value < 10 else f"{value:.0f}", wanted)
    Console(width=80).print(table)


if __name__ == "__main__":
    main()
