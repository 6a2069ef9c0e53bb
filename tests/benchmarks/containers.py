"""Mixed load on the deployment in containers: ``python -m tests.benchmarks.containers [MINUTES]``.

Two replicas each of API and dashboard, of the images that `make container` made last, with the
portfolio of `make model`. Every endpoint is asked its own example through the proxy, each round
about another client, so many times a second whether or not the answers before have come (an open
loop: a slow service is not asked less, and an answer's time counts from when its request was due).
Beside that a visitor opens the page in Chromium every half minute and chooses a client. The last
line is one JSON object: seconds until all is healthy, memory by service in MiB over time, and how
often each answer was given.
"""

import itertools
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from playwright.sync_api import Browser, Error, expect, sync_playwright

from lib.launch.bento import find_engine
from lib.serving.people import Person, PersonRole
from tests.benchmarks.measurement import percentile
from tests.benchmarks.mixed import known_clients, request_at
from tests.benchmarks.report import print_figures, print_table, say
from tests.benchmarks.visits import modest
from tests.conftest import PROJECT, find_free_port
from tests.containers.deployment import COMPOSE, SERVICES, Deployment, deployed, make_secrets
from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE, open_client, sign_in

MINUTES = 60.0
# What a working day asks of two cores that also run the browser, well below what they can do.
REQUESTS_PER_SECOND, SECONDS_BETWEEN_VISITS = 4.0, 30.0
# Above what is ever under way at a time, unless the service stands still.
MOST_UNDER_WAY = 64
READING_SECONDS = 4.0
# Whether memory grows is seen once caches and pools are filled: so it is read again and again.
READINGS = 6
VISITOR = Person("anna", PersonRole.MANAGER)
PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
PORTFOLIO = PROJECT / "data" / "portfolio.parquet"
PSS = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {sum += $2} END {print sum}'"


@dataclass
class Load:
    """What was asked, and what came back.

    Parameters
    ----------
    answers : Counter
        By status, 0 where there was none.
    milliseconds : list of float
        From when each request was due until its answer.
    visits : Counter
        Pages ``shown`` and ``failed``.
    """

    answers: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    visits: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)


def due_times(every: float, over: threading.Event) -> Iterator[float]:
    """Give the times at which something is due, each when it has come, until it is over."""
    began = time.monotonic()
    for number in itertools.count():
        due = began + number * every
        if over.wait(max(0.0, due - time.monotonic())):
            return
        yield due


def ask_once(deployment: Deployment, load: Load, name: str, body: object, due: float) -> None:
    """Ask an endpoint, and count what comes of it."""
    try:
        answer = deployment.ask(name, body)
        load.answers[answer.status_code] += 1
        if not answer.ok:
            say(f"{name}: {answer.status_code} {answer.text[:200]}")
    except requests.RequestException as error:
        load.answers[0] += 1
        say(f"{name}: {error}")
    load.milliseconds.append(1000 * (time.monotonic() - due))


def ask_on(deployment: Deployment, load: Load, clients: Sequence[int]) -> None:
    """Ask one endpoint after the other, each at its time."""
    with ThreadPoolExecutor(MOST_UNDER_WAY) as pool:
        for turn, due in enumerate(due_times(1 / REQUESTS_PER_SECOND, load.over)):
            endpoint, body = request_at(turn, clients)
            pool.submit(ask_once, deployment, load, endpoint.name, body, due)


def visit_once(deployment: Deployment, browser: Browser, load: Load, client_id: int) -> None:
    """Open the page, choose a client, read, and leave."""
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        sign_in(page, deployment.url, VISITOR.name, PASSWORD)
        open_client(page, client_id)
        expect(page.locator(".client-probability")).to_be_visible()
        page.wait_for_timeout(1000 * READING_SECONDS)
        load.visits["shown"] += 1
    except (Error, AssertionError) as error:
        say(f"visit: {error}")
        load.visits["failed"] += 1
    finally:
        context.close()


@contextmanager
def asking(deployment: Deployment, load: Load, clients: Sequence[int]) -> Iterator[None]:
    """Have the endpoints asked while the block runs."""
    thread = threading.Thread(target=ask_on, args=(deployment, load, clients), daemon=True)
    thread.start()
    try:
        yield
    finally:
        load.over.set()
        thread.join()


def loaded(
    deployment: Deployment, browser: Browser, load: Load, clients: Sequence[int], minutes: float
) -> list[tuple[float, dict[str, float]]]:
    """Load a deployment, and give the minutes at which memory was read, and what it was."""
    began, readings = time.monotonic(), [(0.0, memory(deployment))]
    visited = itertools.cycle(clients)
    with asking(deployment, load, clients):
        for _ in due_times(SECONDS_BETWEEN_VISITS, load.over):
            visit_once(deployment, browser, load, next(visited))
            passed = (time.monotonic() - began) / 60
            if passed >= len(readings) * minutes / READINGS:
                readings.append((passed, memory(deployment)))
                say(f"{passed:.1f} minutes: {dict(load.answers)}, {dict(load.visits)}")
            if passed >= minutes:
                break
    return readings


def memory(deployment: Deployment) -> dict[str, float]:
    """Give what the containers of each service hold, in MiB: shared pages are counted once."""
    return {
        service: sum(
            int(container.run("sh", "-c", PSS)) / 1024
            for container in deployment.containers(service)
        )
        for service in SERVICES
    }


def settings(folder: Path) -> dict[str, str]:
    """Give the variables of the compose file, with keys of our own."""
    return {
        **make_secrets(folder / "secrets", (VISITOR, PASSWORD)),
        "VERSION": "latest",
        "PORTFOLIO": str(PORTFOLIO.parent),
        "ADDRESS": f"127.0.0.1:{find_free_port()}",
        "API_REPLICAS": "2",
        "DASHBOARD_REPLICAS": "2",
    }


def main(minutes: float = MINUTES) -> None:
    """Load a deployment, and print what became of it."""
    load, clients = Load(), known_clients(PORTFOLIO)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(
            executable_path=modest("chromium", Path(folder)), args=CHROMIUM_OPTIONS
        )
        began = time.monotonic()
        engine = find_engine(tuple(COMPOSE))
        plan = Deployment(engine, "scoring-bench", "latest", settings(Path(folder)))
        with deployed(plan) as deployment:
            ready = time.monotonic() - began
            visit_once(deployment, browser, Load(), clients[0])
            say(f"ready after {ready:.1f} s; {minutes:g} minutes of load …")
            readings = loaded(deployment, browser, load, clients, minutes)
        browser.close()
    report(ready, readings, load)


def report(ready: float, readings: list[tuple[float, dict[str, float]]], load: Load) -> None:
    """Print the tables and the figures."""
    minutes = readings[-1][0]
    print_table(
        f"Memory in MiB over {minutes:.0f} minutes, two replicas of API and dashboard",
        ("minutes", *SERVICES),
        [
            (f"{passed:.0f}", *(f"{held[service]:.0f}" for service in SERVICES))
            for passed, held in readings
        ],
    )
    print_table(
        "Answers",
        ("status", "times"),
        [(str(status), str(times)) for status, times in sorted(load.answers.items())],
    )
    print_figures(
        {
            "ready_s": ready,
            "minutes": minutes,
            "mib_before": readings[0][1],
            "mib_halfway": readings[len(readings) // 2][1],
            "mib_after": readings[-1][1],
            "requests_per_second": load.answers.total() / (60 * minutes),
            "p50_ms": percentile(load.milliseconds, 50),
            "p95_ms": percentile(load.milliseconds, 95),
            "p99_ms": percentile(load.milliseconds, 99),
            "answers": {str(status): times for status, times in load.answers.items()},
            "visits": dict(load.visits),
        }
    )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
