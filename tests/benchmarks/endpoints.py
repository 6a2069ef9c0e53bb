"""How long each endpoint takes over HTTP: ``python -m tests.benchmarks.endpoints [URL] [CALLS]``.

Each is asked its own example, one call after the other, on a connection that stays open. The last
line is one JSON object: milliseconds at the median, by endpoint.
"""

import sys
from http import HTTPStatus
from statistics import median

import requests

from lib.serving.api import DEFAULT_URL
from lib.serving.endpoints import ENDPOINTS
from tests.benchmarks.measurement import percentile, times_of
from tests.benchmarks.report import print_figures, print_table

CALLS = 50
# What they write in the journal would be about decisions and outcomes that nobody took or had.
NOT_ASKED = ("decide", "outcomes")


def main(url: str = DEFAULT_URL, calls: int = CALLS) -> None:
    """Ask all endpoints, and print a table."""
    times = {}
    with requests.Session() as session:

        def ask(endpoint: str, body: object) -> None:
            address = f"{url.rstrip('/')}/{endpoint}"
            answer = session.post(address, json=body, timeout=30)
            # A service that nobody has watched yet has nothing to tell of it.
            if (endpoint, answer.status_code) != ("monitoring", HTTPStatus.NOT_FOUND):
                answer.raise_for_status()

        for name, endpoint in ENDPOINTS.items():
            if name in NOT_ASKED:
                continue
            times[name] = times_of(
                lambda _, name=name, body=endpoint.example: ask(name, body), calls
            )
    rows = [
        (name, f"{median(of_calls):.1f}", f"{percentile(of_calls, 95):.1f}")
        for name, of_calls in times.items()
    ]
    print_table("One call after the other", ("endpoint", "p50 ms", "p95 ms"), rows)
    print_figures({name: median(of_calls) for name, of_calls in times.items()})


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
