"""The API against a plain Flask and LIME service: ``python -m tests.benchmarks.service``.

Both answer `/score` and `/explain` for clients of the portfolio, with every feature given. The last
line of the output is one JSON object; times are in milliseconds unless their name says otherwise.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.serving.journal import Journal
from tests.benchmarks.service_inprocess import (
    Sample,
    figures_in_process,
    load_scorer,
    read_sample,
)
from tests.benchmarks.service_lime import serve_lime
from tests.benchmarks.service_report import Row, print_rows
from tests.serving.load import Caller, Load
from tests.serving.server import PROJECT, Served, serve, workers

CONNECTIONS = (1, 8, 32)
ENDPOINTS = ("score", "explain")
WARM_UP = 20
LARGE_CALLS = 9


def main() -> None:
    """Measure in process, over HTTP, and the service to compare with; then report."""
    options = parser().parse_args()
    store = options.store.resolve()
    scorer, tag = load_scorer(store)
    sample = read_sample(options.data / "portfolio.parquet", scorer.features)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, figures = figures_in_process(scorer, tag, sample, Journal(folder / "journal"))
        with ours(store, folder) as (served, ready_seconds):
            rows += over_http("API", served.url, sample, options.seconds)
            figures["score_1000_ms"] = large_call(served.url, sample)
            figures["worker_mb"] = max(one.memory_info().rss for one in workers(served)) / 1e6
            figures["ready_s"] = ready_seconds
        with serve_lime(options.data / "features.parquet", folder / "lime.log") as url:
            rows += over_http("Flask + LIME", url, sample, 2 * options.seconds)
    print_rows(rows)
    told = {**summary(rows), **figures}
    told["score_1000_ratio"] = told["score_1000_ms"] / told["score_1000_inprocess_ms"]
    sys.stdout.write(f"{json.dumps({name: round(value, 3) for name, value in told.items()})}\n")


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.service")
    described.add_argument(
        "--data", type=Path, default=Path("data"), help="folder that `make model` has filled"
    )
    described.add_argument(
        "--store",
        type=Path,
        default=Path(os.environ.get("BENTOML_HOME", ".bentoml")),
        help="BentoML's store",
    )
    described.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    return described


@contextmanager
def ours(store: Path, folder: Path) -> Iterator[tuple[Served, float]]:
    """Serve the scorer without a portfolio, and say how long it took to be ready."""
    began = time.perf_counter()
    settings = {"SCORING_PORTFOLIO": str(folder / "none.parquet")}
    with serve("service:CreditScoring", PROJECT, store, folder / "log", **settings) as served:
        yield served, time.perf_counter() - began


def over_http(who: str, url: str, sample: Sample, seconds: float) -> list[Row]:
    """Measure each endpoint under each load."""
    rows = []
    for endpoint in ENDPOINTS:
        warm_up(url, endpoint, sample)
        for connections in CONNECTIONS:
            began = time.perf_counter()
            with Load(
                url, lambda number, to=endpoint: (f"/{to}", sample.one(number)), connections
            ) as load:
                time.sleep(seconds)
            took = time.perf_counter() - began
            if wrong := set(load.outcomes()) - {200}:
                raise RuntimeError(f"{who} answered {wrong} to /{endpoint}")
            times = [reply.seconds for reply in load.replies]
            rows.append(Row(who, endpoint, connections, times, len(times) / took))
    return rows


def warm_up(url: str, endpoint: str, sample: Sample) -> None:
    """Ask a few times, so that nothing is measured that happens once."""
    caller = Caller(url)
    for number in range(WARM_UP):
        caller.ask(number, f"/{endpoint}", sample.one(number))
    caller.close()


def large_call(url: str, sample: Sample) -> float:
    """Give the median milliseconds of one request with a thousand clients."""
    caller = Caller(url)
    times = sorted(caller.ask(0, "/score", sample.all).seconds for _ in range(LARGE_CALLS))
    caller.close()
    return 1000 * times[LARGE_CALLS // 2]


def summary(rows: list[Row]) -> dict[str, float]:
    """Pick out what the goals speak of."""
    explained = {row.who: row.p50 for row in rows if (row.endpoint, row.at_once) == ("explain", 1)}
    return {
        "explain_p50_ms": explained["API"],
        "explain_inprocess_ms": explained["in process"],
        "lime_ratio": explained["Flask + LIME"] / explained["API"],
    }


if __name__ == "__main__":
    main()
