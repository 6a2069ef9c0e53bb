"""What the API's workers hold over time under mixed load: ``python -m tests.benchmarks.growth``.

Each endpoint is asked its own example in turn, each round about another client, by a few
connections of which each asks again as soon as it has its answer. Needs `make model`. The last line
is one JSON object: MiB of both workers at the start and at the end.
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.mixed import known_clients, request_at
from tests.benchmarks.report import print_figures, print_table, say
from tests.serving.load import Load, as_json
from tests.serving.server import PROJECT, Served, serve, workers

MINUTES = 60.0
CONNECTIONS = 8
READINGS = 10


@dataclass(frozen=True)
class Reading:
    """What the workers held at one moment.

    Parameters
    ----------
    seconds : float
        Since the beginning.
    answers : int
        Given so far.
    resident, own : float
        MiB of all workers together: all pages, and those that nobody shares.
    """

    seconds: float
    answers: int
    resident: float
    own: float


def read(served: Served, began: float, answers: int) -> Reading:
    """Read what the workers hold."""
    held = [worker.memory_full_info() for worker in workers(served)]
    return Reading(
        time.monotonic() - began,
        answers,
        sum(one.rss for one in held) / 2**20,
        sum(one.uss for one in held) / 2**20,
    )


def grown(project: Path, store: Path, portfolio: Path, minutes: float) -> list[Reading]:
    """Serve a state of the code under load, and read again and again what it holds."""
    clients = known_clients(portfolio)

    def asking(turn: int) -> tuple[str, bytes]:
        endpoint, body = request_at(turn, clients)
        return endpoint.path, as_json(body)

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        settings = {"SCORING_PORTFOLIO": str(portfolio), "PYTHONPATH": str(project)}
        with serve("service:CreditScoring", project, store, log, **settings) as served:
            began = time.monotonic()
            readings = [read(served, began, 0)]
            with Load(served.url, asking, CONNECTIONS) as load:
                for _ in range(READINGS):
                    time.sleep(60 * minutes / READINGS)
                    readings.append(read(served, began, len(load.replies)))
                    say(f"{readings[-1]}, {dict(load.outcomes())}")
            if set(load.outcomes()) != {200}:
                raise RuntimeError(f"not all was answered: {load.outcomes()}")
    return readings


def main() -> None:
    """Load one state of the code or two, and print what their workers held."""
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth")
    described.add_argument("--minutes", type=float, default=MINUTES)
    described.add_argument("--before", type=Path, help="folder of another state of the code")
    options = described.parse_args()
    store = Path(os.environ.get("BENTOML_HOME", ".bentoml")).resolve()
    portfolio = Path("data/portfolio.parquet").resolve()
    states = {"before": options.before.resolve()} if options.before else {}
    found = {
        name: grown(project, store, portfolio, options.minutes)
        for name, project in {**states, "API": PROJECT}.items()
    }
    print_table(
        "MiB of all workers under mixed load",
        ("state", "seconds", "answers", "resident", "own"),
        [
            (
                name,
                f"{one.seconds:.0f}",
                str(one.answers),
                f"{one.resident:.0f}",
                f"{one.own:.0f}",
            )
            for name, readings in found.items()
            for one in readings
        ],
    )
    print_figures(
        {
            name: {"mib_before": readings[0].resident, "mib_after": readings[-1].resident}
            for name, readings in found.items()
        }
    )


if __name__ == "__main__":
    main()
