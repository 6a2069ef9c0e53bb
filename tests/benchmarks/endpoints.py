"""How long each endpoint takes over HTTP: ``python -m tests.benchmarks.endpoints [URL] [CALLS]``.

Each is asked its own example, one call after the other, on a connection that stays open. The last
line is one JSON object: milliseconds at the median, by endpoint.
"""

import json
import sys
import time
from statistics import median, quantiles

import requests

from lib.serving.api import DEFAULT_URL
from lib.serving.endpoints import ENDPOINTS

CALLS = 50


def milliseconds(session: requests.Session, url: str, body: object, calls: int) -> list[float]:
    """Time calls that must succeed; the first one is not counted."""
    times = []
    for _ in range(calls + 1):
        began = time.perf_counter()
        session.post(url, json=body, timeout=30).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return times[1:]


def main(url: str = DEFAULT_URL, calls: int = CALLS) -> None:
    """Ask all endpoints, and print a table."""
    medians = {}
    sys.stdout.write(f"{'endpoint':<20}{'p50 ms':>10}{'p95 ms':>10}\n")
    with requests.Session() as session:
        for name, endpoint in ENDPOINTS.items():
            if name == "decide":
                continue  # Its entries in the journal would be about a decision that nobody took.
            times = milliseconds(session, f"{url.rstrip('/')}/{name}", endpoint.example, calls)
            medians[name] = round(median(times), 1)
            p95 = quantiles(times, n=20)[-1]
            sys.stdout.write(f"{name:<20}{medians[name]:>10.1f}{p95:>10.1f}\n")
    sys.stdout.write(json.dumps(medians) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
