"""What the journal adds to a score, and how many bytes it keeps of one, on both stores.

``python -m tests.benchmarks.journal STORE PORTFOLIO`` scores clients of a portfolio one by one with
the latest scorer of a BentoML store, and writes each answer to a journal of its own: to a file, and
to a PostgreSQL server that is started for it. Clients come again, as they do when a manager looks
at a file; and each as new, who needs a key of his own.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from lib.portfolio import Portfolio
from lib.serving.handlers.scores import explain, score
from lib.serving.journal import Journal
from lib.serving.journal.recording import record
from lib.serving.resources import Resources
from lib.serving.wire import Explanations, ScoreRequest, Scores
from tests.benchmarks.measurement import times_of
from tests.benchmarks.report import print_figures, print_table, say
from tests.benchmarks.service_inprocess import Sample, load_scorer, read_sample
from tests.serving.journal.postgresql import running_server

CALLS = 1000
# What the journal may add to the median of `/score`.
MOST_MS = 0.5

Size = Callable[[], int]


@dataclass(frozen=True)
class Figures:
    """Of one store and endpoint.

    Parameters
    ----------
    p50_ms, p99_ms : float
        What writing adds.
    bytes_each : float
        Kept of one answer, with indexes and the client's key.
    """

    p50_ms: float
    p99_ms: float
    bytes_each: float


@contextmanager
def file_journal() -> Iterator[tuple[Journal, Size]]:
    """Give a journal in a file, and how large it is."""
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite")

        def size() -> int:
            journal.close()
            return sum(file.stat().st_size for file in Path(folder).iterdir())

        yield journal, size
        journal.close()


@contextmanager
def server_journal() -> Iterator[tuple[Journal, Size]]:
    """Give a journal on a PostgreSQL server, and how large it is."""
    with running_server() as server:
        journal = Journal(server.url())

        def size() -> int:
            query = "SELECT pg_database_size(current_database())"
            with journal.store.reading() as connection:
                return int(connection.exec_driver_sql(query).scalar_one())

        yield journal, size
        journal.close()


STORES = {"SQLite": file_journal, "PostgreSQL": server_journal}
HANDLERS = {"score": score, "explain": explain}


def measure(
    journal: Journal, size: Size, resources: Resources, endpoint: str, sample: Sample, new: bool
) -> Figures:
    """Write the answers about clients one by one."""
    requests = [
        ScoreRequest.model_validate_json(sample.one(number))
        for number in range(len(sample.clients))
    ]

    def request(number: int) -> ScoreRequest:
        again = requests[number % len(requests)]
        if not new:
            return again
        (client,) = again.clients
        number += 10**9
        return ScoreRequest(clients=[client.model_copy(update={"client_id": number})])

    answers: list[Scores | Explanations] = [
        HANDLERS[endpoint](resources, request(number)) for number in range(2 * CALLS + 1)
    ]
    for answer in answers[CALLS + 1 :]:  # to warm up, and so that the clients are known
        record(journal, endpoint, answer)
    before = size()
    journal.open()
    # Once each, also where a call is repeated to warm up: an id is written once.
    fresh = iter(answers[: CALLS + 1])
    times = times_of(lambda number: record(journal, endpoint, next(fresh)), CALLS)
    return Figures(median(times), quantiles(times, n=100)[98], (size() - before) / CALLS)


def main() -> None:
    """Measure both stores, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("portfolio", type=Path)
    given = parser.parse_args()
    scorer, tag = load_scorer(given.store)
    sample = read_sample(given.portfolio, scorer.features)
    rows, figures = [], {}
    for name, opened in STORES.items():
        for endpoint in HANDLERS:
            for new in (False, True):
                what = f"{name}, /{endpoint}, {'new clients' if new else 'clients who come again'}"
                say(f"▶ {what} …")
                with opened() as (journal, size):
                    resources = Resources(scorer, tag, Portfolio(given.portfolio), journal)
                    found = measure(journal, size, resources, endpoint, sample, new)
                rows.append(
                    (
                        what,
                        f"{found.p50_ms:.2f}",
                        f"{found.p99_ms:.2f}",
                        f"{found.bytes_each:,.0f}",
                    )
                )
                key = f"{name.lower()}_{endpoint}{'_new' if new else ''}"
                figures |= {f"{key}_ms": found.p50_ms, f"{key}_bytes": found.bytes_each}
    title = f"What the journal adds to one answer (of /score at most {MOST_MS} ms) and keeps of it"
    print_table(title, ("", "p50 ms", "p99 ms", "bytes"), rows)
    print_figures(figures)


if __name__ == "__main__":
    main()
