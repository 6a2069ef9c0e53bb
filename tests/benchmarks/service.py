"""The API against a plain Flask and LIME service: ``python -m tests.benchmarks.service``.

Both answer `/score` and `/explain` for clients of the portfolio, with every feature given. The last
line of the output is one JSON object; times are in milliseconds unless their name says otherwise.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson

from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from tests.benchmarks.measurement import percentile, timed
from tests.benchmarks.report import print_figures, print_table
from tests.benchmarks.service_inprocess import (
    Sample,
    figures_in_process,
    load_scorer,
    predict,
    read_sample,
)
from tests.benchmarks.service_lime import serve_lime
from tests.serving.load import Caller, Load
from tests.serving.server import PROJECT, Served, serve, workers

CONNECTIONS = (1, 8, 32)
ENDPOINTS = ("score", "explain")
WARM_UP = 20
LARGE_CALLS = 9


@dataclass(frozen=True)
class Row:
    """One endpoint under one load.

    Parameters
    ----------
    who : str
        What answers.
    endpoint : str
        What is asked.
    connections : int
        Each of them asks again as soon as it has its answer.
    times : list of float
        Milliseconds of each request.
    per_second : float
        Requests answered in a second.
    """

    who: str
    endpoint: str
    connections: int
    times: list[float]
    per_second: float


def main() -> None:
    """Measure in process, over HTTP, and the service to compare with; then report."""
    options = parser().parse_args()
    store = options.store.resolve()
    scorer, tag = load_scorer(store)
    sample = read_sample(options.data / "portfolio.parquet", scorer.features)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        times, figures = figures_in_process(scorer, tag, sample, Journal(folder / "journal"))
        rows = [
            Row("in process", endpoint, 1, of_calls, 1000 * len(of_calls) / sum(of_calls))
            for endpoint, of_calls in times.items()
        ]
        if options.before:
            project = options.before.resolve()
            rows += over_http_before(
                project, store, folder, scorer, sample, options.seconds, figures
            )
        with ours(store, folder) as (served, ready_seconds):
            rows += over_http("API", served.url, sample, options.seconds)
            figures |= large_call(served.url, scorer, sample)
            figures["worker_mb"] = max(one.memory_info().rss for one in workers(served)) / 1e6
            figures["ready_s"] = ready_seconds
        with serve_lime(options.data / "features.parquet", folder / "lime.log") as url:
            rows += over_http("Flask + LIME", url, sample, 2 * options.seconds)
    print_rows(rows)
    print_figures({**summary(rows), **figures})


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
    described.add_argument(
        "--before", type=Path, help="folder of another state of the code, measured in the same run"
    )
    described.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    return described


def over_http_before(
    project: Path,
    store: Path,
    folder: Path,
    scorer: Scorer,
    sample: Sample,
    seconds: float,
    figures: dict[str, float],
) -> list[Row]:
    """Measure another state of the code; two figures go with the others."""
    own = folder / "before"
    own.mkdir()
    with ours(store, own, project) as (served, _):
        rows = over_http("API before", served.url, sample, seconds)
        large = large_call(served.url, scorer, sample)
        figures |= {f"before_{name}": figure for name, figure in large.items()}
    return rows


@contextmanager
def ours(store: Path, folder: Path, project: Path = PROJECT) -> Iterator[tuple[Served, float]]:
    """Serve the scorer without a portfolio, and say how long it took to be ready."""
    began = time.perf_counter()
    # In front of the installed package: the code is that of the folder.
    settings = {"SCORING_PORTFOLIO": str(folder / "none.parquet"), "PYTHONPATH": str(project)}
    with serve("service:CreditScoring", project, store, folder / "log", **settings) as served:
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
            times = [1000 * reply.seconds for reply in load.replies]
            rows.append(Row(who, endpoint, connections, times, len(times) / took))
    return rows


def warm_up(url: str, endpoint: str, sample: Sample) -> None:
    """Ask a few times, so that nothing is measured that happens once."""
    caller = Caller(url)
    for number in range(WARM_UP):
        caller.ask(number, f"/{endpoint}", sample.one(number))
    caller.close()


def large_call(url: str, scorer: Scorer, sample: Sample) -> dict[str, float]:
    """Give the median time of one request with a thousand clients, beside that of the prediction.

    Both in turn: whatever else keeps the machine busy then slows both.
    """
    caller = Caller(url)
    over_http, in_process = [], []
    for _ in range(LARGE_CALLS):
        over_http.append(timed(lambda: caller.ask(0, "/score", sample.all))[0])
        in_process.append(timed(lambda: predict(scorer, orjson.loads(sample.all)))[0])
    caller.close()
    return {
        "score_1000_ms": median(over_http),
        "score_1000_ratio": median(over_http) / median(in_process),
    }


def summary(rows: list[Row]) -> dict[str, float]:
    """Pick out what the goals speak of."""
    explained = {
        row.who: median(row.times)
        for row in rows
        if (row.endpoint, row.connections) == ("explain", 1)
    }
    at_most = {
        row.who: row
        for row in rows
        if (row.endpoint, row.connections) == ("explain", max(CONNECTIONS))
    }
    return {
        **{
            f"{prefix}explain_32_{name}": figure
            for who, prefix in (("API", ""), ("API before", "before_"))
            if who in at_most
            for name, figure in (
                ("p50_ms", median(at_most[who].times)),
                ("p99_ms", percentile(at_most[who].times, 99)),
                ("per_second", at_most[who].per_second),
            )
        },
        "explain_p50_ms": explained["API"],
        "explain_inprocess_ms": explained["in process"],
        "lime_ratio": explained["Flask + LIME"] / explained["API"],
    }


def print_rows(rows: list[Row]) -> None:
    """Print a table for people."""
    headings = ("what answers", "endpoint", "connections", "p50 ms", "p99 ms")
    cells = [
        (
            row.who,
            row.endpoint,
            str(row.connections),
            f"{median(row.times):.2f}",
            f"{percentile(row.times, 99):.2f}",
            f"{row.per_second:.0f}",
            str(len(row.times)),
        )
        for row in rows
    ]
    title = "One client a request, every feature given"
    print_table(title, (*headings, "requests/s", "requests"), cells)


if __name__ == "__main__":
    main()
