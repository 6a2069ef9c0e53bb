"""Mixed load on the deployment in containers: ``python -m tests.benchmarks.containers [MINUTES]``.

Two replicas each of API and dashboard, of the images that `make container` made last, with the
portfolio of `make model`. Callers ask every endpoint its own example through the proxy, and one
visitor after the other opens the page in Chromium and chooses a client. The last line is one JSON
object: seconds until all is healthy, memory by service at the start and at the end in MiB, requests
a second, and how often each answer was given.
"""

import itertools
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from playwright.sync_api import Browser, Error, expect, sync_playwright

from lib.dashboard.accounts import new_account, write_account
from lib.launch.bento import find_engine, write_secrets
from lib.serving.endpoints import ENDPOINTS
from lib.serving.people import Person, PersonRole
from tests.benchmarks.measurement import percentile
from tests.benchmarks.report import print_figures, print_table, say
from tests.conftest import PROJECT, find_free_port
from tests.containers.deployment import COMPOSE, SERVICES, Deployment, deployed
from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE, open_client, sign_in

MINUTES = 60.0
CALLERS = 3
# A person reads between two clients; a caller works through a list.
VISIT_SECONDS, CALL_SECONDS = 4.0, 0.05
CLIENT = 100_001
VISITOR = Person("anna", PersonRole.MANAGER)
PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
# Its entries in the journal would be about decisions that nobody took.
LEFT_OUT = {"decide"}
PSS = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {sum += $2} END {print sum}'"


@dataclass
class Load:
    """What was asked, and what came back.

    Parameters
    ----------
    answers : Counter
        By status, 0 where there was none.
    milliseconds : list of float
        Of each answer.
    visits : Counter
        Pages ``shown`` and ``failed``.
    """

    answers: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    visits: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)


def call_on(deployment: Deployment, load: Load) -> None:
    """Ask one endpoint after the other until it is over."""
    names = itertools.cycle(name for name in ENDPOINTS if name not in LEFT_OUT)
    while not load.over.wait(CALL_SECONDS):
        name = next(names)
        began = time.perf_counter()
        try:
            load.answers[deployment.ask(name, ENDPOINTS[name].example).status_code] += 1
        except requests.RequestException:
            load.answers[0] += 1
        load.milliseconds.append(1000 * (time.perf_counter() - began))


def visit_once(deployment: Deployment, browser: Browser, load: Load) -> None:
    """Open the page, choose a client, read, and leave."""
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        sign_in(page, deployment.url, VISITOR.name, PASSWORD)
        open_client(page, CLIENT)
        expect(page.locator(".client-probability")).to_be_visible()
        page.wait_for_timeout(1000 * VISIT_SECONDS)
        load.visits["shown"] += 1
    except (Error, AssertionError) as error:
        say(f"visit: {error}")
        load.visits["failed"] += 1
    finally:
        context.close()


@contextmanager
def callers(deployment: Deployment, load: Load) -> Iterator[None]:
    """Have callers ask while the block runs."""
    threads = [
        threading.Thread(target=call_on, args=(deployment, load), daemon=True)
        for _ in range(CALLERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.over.set()
        for thread in threads:
            thread.join()


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
    secrets = folder / "secrets"
    write_secrets(secrets)
    write_account(secrets / "accounts", new_account(VISITOR, PASSWORD))
    return {
        "VERSION": "latest",
        "PORTFOLIO": str(PROJECT / "data"),
        "API_KEYS": str(secrets / "api_keys"),
        "DASHBOARD_KEY": str(secrets / "dashboard_key"),
        "ACCOUNTS": str(secrets / "accounts"),
        "COOKIE_SECRET": str(secrets / "cookie_secret"),
        "ADDRESS": f"127.0.0.1:{find_free_port()}",
        "API_REPLICAS": "2",
        "DASHBOARD_REPLICAS": "2",
    }


def main(minutes: float = MINUTES) -> None:
    """Load a deployment, and print what became of it."""
    load = Load()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS
        )
        began = time.monotonic()
        engine = find_engine(tuple(COMPOSE))
        plan = Deployment(engine, "scoring-bench", "latest", settings(Path(folder)))
        with deployed(plan) as deployment:
            ready = time.monotonic() - began
            visit_once(deployment, browser, Load())
            before = memory(deployment)
            say(f"ready after {ready:.1f} s; {minutes:g} minutes of load …")
            end = time.monotonic() + 60 * minutes
            with callers(deployment, load):
                while time.monotonic() < end:
                    visit_once(deployment, browser, load)
            after = memory(deployment)
        browser.close()
    report(minutes, ready, before, after, load)


def report(
    minutes: float, ready: float, before: dict[str, float], after: dict[str, float], load: Load
) -> None:
    """Print the tables and the figures."""
    print_table(
        f"Memory over {minutes:g} minutes of mixed load",
        ("service, two replicas each, one proxy", "MiB before", "MiB after"),
        [(name, f"{before[name]:.0f}", f"{after[name]:.0f}") for name in before],
    )
    print_table(
        "Answers",
        ("status", "times"),
        [(str(status), str(times)) for status, times in sorted(load.answers.items())],
    )
    print_figures(
        {
            "ready_s": ready,
            "mib_before": before,
            "mib_after": after,
            "requests_per_second": load.answers.total() / (60 * minutes),
            "p50_ms": percentile(load.milliseconds, 50),
            "p99_ms": percentile(load.milliseconds, 99),
            "answers": {str(status): times for status, times in load.answers.items()},
            "visits": dict(load.visits),
        }
    )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
