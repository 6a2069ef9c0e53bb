"""Many visits to the manager's page: ``python -m tests.benchmarks.visits``.

Eight visitors come and go at an even pace: they open the page, read for a moment, and close the
tab, load the page again or go elsewhere. One of them, or as many as ``--browsers`` says, has
Chromium; the others say what a browser says. Counted are the visits that stayed blank and those
that were refused; watched are the memory of the dashboard's server with all its kernels, its file
handles, and what is left once everybody has gone. The last line of the output is one JSON object.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from playwright.async_api import async_playwright

from lib.launch.servers import api_server, dashboard_server, descendants, running
from tests.benchmarks.kernels import MIB, find_kernels
from tests.benchmarks.measurement import percentile
from tests.benchmarks.report import print_figures, print_table
from tests.benchmarks.visitors import InChromium, Seen, Spoken, Visitor
from tests.conftest import find_free_port

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# How long a visitor reads, at most: slower pages are left a little later.
READING_SECONDS = 3.0
SAMPLE_SECONDS = 2.0
TELLING = 50  # visits between two lines that tell how far it is
# After which a session of a page that was left must have ended.
END_SECONDS = 5.0
GIB_2 = 2048.0
# As root Chromium gives itself a higher priority than the servers have, and eight of its pages
# leave them nothing. Visitors' browsers are on machines of their own: here they come last.
MODEST = """#!/bin/sh
exec setpriv --bounding-set -sys_nice nice -n 5 {chromium} "$@"
"""
TARGETS = {
    "blank": 0,
    "refused": 0,
    "kernels_left": 1,
    "total_max_mb": GIB_2,
}


@dataclass
class Counts:
    """What happened to the visitors."""

    open_seconds: list[float] = field(default_factory=list)
    blank: int = 0
    refused: int = 0
    told: int = 0

    @property
    def total(self) -> int:
        """All visits so far."""
        return len(self.open_seconds) + self.blank + self.refused


@dataclass
class Watch:
    """What the server held, sampled."""

    total_mb: list[float] = field(default_factory=list)
    server_mb: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    kernels: list[int] = field(default_factory=list)

    def sample(self, server: psutil.Process) -> None:
        """Look once."""
        family = [server, *descendants(server.pid)]
        self.total_mb.append(sum(proportional_mb(process) for process in family))
        self.server_mb.append(server.memory_info().rss / MIB)
        self.handles.append(server.num_fds())
        self.kernels.append(len(find_kernels()))


def main() -> None:
    """Start both servers, let the visitors come, and report."""
    options = parser().parse_args()
    api, dashboard = api_server(find_free_port()), dashboard_server(find_free_port())
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        settings = {
            "SCORING_PORTFOLIO": str(options.portfolio),
            "SCORING_JOURNAL": str(logs / "journal.sqlite"),
        }
        with (
            running(api, settings, logs / "api.log"),
            running(
                dashboard, {"SCORING_API_URL": api.url.rstrip("/")}, logs / "dashboard.log"
            ) as process,
        ):
            server = psutil.Process(process.pid)
            figures = asyncio.run(measure(dashboard.url, server, options, logs))
    rows = [
        (name, f"{value:.1f}", f"≤ {TARGETS[name]:g}" if name in TARGETS else "")
        for name, value in figures.items()
    ]
    print_table("Visits", ("figure", "measured", "wanted"), rows)
    print_figures(figures)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.visits")
    default = Path(os.environ.get("SCORING_PORTFOLIO", "data/portfolio.parquet"))
    described.add_argument("--portfolio", type=Path, default=default, help="the known clients")
    described.add_argument("--visits", type=int, default=500, help="in all")
    described.add_argument("--minutes", type=float, default=10.0, help="over which they are spread")
    described.add_argument("--visitors", type=int, default=8, help="at once")
    described.add_argument("--browsers", type=int, default=1, help="visitors with Chromium")
    described.add_argument("--chromium", default="chromium", help="the browser's command")
    return described


def modest(chromium: str, folder: Path) -> Path:
    """Write a command that starts Chromium so that it leaves the processor to the servers."""
    command = folder / "modest-chromium"
    command.write_text(MODEST.format(chromium=shutil.which(chromium)))
    command.chmod(0o700)
    return command


async def measure(
    url: str, server: psutil.Process, options: argparse.Namespace, folder: Path
) -> dict[str, float]:
    """Let the visitors come and go, and sum up."""
    counts, watch = Counts(), Watch()
    for _ in range(2):  # the second with the server's own memory settled
        await asyncio.sleep(END_SECONDS)
        watch.sample(server)
    began = time.monotonic()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=modest(options.chromium, folder), args=CHROMIUM_OPTIONS
        )
        watching = asyncio.create_task(keep_watching(watch, server))
        pace = 60 * options.minutes * options.visitors / options.visits
        rounds = -(-options.visits // options.visitors)
        visitors: list[Visitor] = [
            InChromium(browser, url) if number < options.browsers else Spoken(url)
            for number in range(options.visitors)
        ]
        await asyncio.gather(
            *(
                come_and_go(visitor, counts, rounds, pace, number * pace / options.visitors)
                for number, visitor in enumerate(visitors)
            )
        )
        seconds = time.monotonic() - began
        await browser.close()
    await asyncio.sleep(END_SECONDS)
    watching.cancel()
    watch.sample(server)
    return figures_of(counts, watch, seconds)


async def keep_watching(watch: Watch, server: psutil.Process) -> None:
    """Look at the server again and again."""
    while True:
        await asyncio.to_thread(watch.sample, server)
        await asyncio.sleep(SAMPLE_SECONDS)


async def come_and_go(
    visitor: Visitor, counts: Counts, rounds: int, pace: float, delay: float
) -> None:
    """Be one visitor: each visit begins so many seconds after the one before."""
    begins = time.monotonic() + delay
    is_open = False
    for turn in range(rounds):
        await asyncio.sleep(max(0.0, begins - time.monotonic()))
        begins += pace
        # Every third page is loaded again instead of being left: that is a visit too.
        await visit(visitor.load_again() if is_open else visitor.open(), counts)
        await asyncio.sleep(min(READING_SECONDS, max(0.0, begins - time.monotonic())))
        is_open = turn % 3 == 2
        if not is_open:
            await visitor.leave(closes=turn % 3 == 0)
        if counts.total >= counts.told + TELLING:
            counts.told = counts.total
            tell(f"{counts.total} visits, {counts.blank} blank")
    if is_open:
        await visitor.leave(closes=True)
    await visitor.end()


def tell(words: str) -> None:
    """Tell how it goes, beside the report."""
    sys.stderr.write(f"{words}\n")


async def visit(going: Awaitable[Seen], counts: Counts) -> None:
    """Let a visitor look, and count what comes of it."""
    began = time.monotonic()
    seen = await going
    if seen is Seen.REFUSED:
        counts.refused += 1
    elif seen is Seen.BLANK:
        counts.blank += 1
    else:
        counts.open_seconds.append(time.monotonic() - began)


def proportional_mb(process: psutil.Process) -> float:
    """Give a process's memory, with what it shares divided by those who share it."""
    try:
        return float(process.memory_full_info().pss / MIB)
    except psutil.Error:
        return 0.0


def figures_of(counts: Counts, watch: Watch, seconds: float) -> dict[str, float]:
    """Sum the measurements up."""
    return {
        "visits": counts.total,
        "minutes": seconds / 60,
        "blank": counts.blank,
        "refused": counts.refused,
        "open_p50_s": median(counts.open_seconds),
        "open_p95_s": percentile(counts.open_seconds, 95),
        "kernels_max": max(watch.kernels),
        "kernels_left": watch.kernels[-1],
        "total_max_mb": max(watch.total_mb),
        "server_first_mb": watch.server_mb[1],
        "server_last_mb": watch.server_mb[-1],
        "handles_first": watch.handles[1],
        "handles_max": max(watch.handles),
        "handles_last": watch.handles[-1],
    }


if __name__ == "__main__":
    main()
