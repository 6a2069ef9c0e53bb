"""Workers that are killed, and a service that is told to end: no acknowledged work is lost."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lib.serving.http.watching import FOLDER_VARIABLE
from lib.serving.journal import Journal, Kind
from tests.serving.load import HEADERS, LOST, Load, as_json
from tests.serving.server import PROJECT, Served, held_at, serve, wait_until, workers

CONNECTIONS = 8
PATIENCE = 60.0


@pytest.fixture(scope="module")
def frail(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that will not be spared."""
    log = tmp_path_factory.mktemp("frail") / "log"
    settings = {"SCORING_PORTFOLIO": str(log.with_name("none.parquet"))}
    with serve("service:CreditScoring", PROJECT, store, log, **settings) as running:
        yield running


def score(number: int) -> tuple[str, bytes]:
    """Ask for a client of a number that nobody else has."""
    return "/score", as_json({"clients": [{"client_id": number, "features": {"age_years": 30}}]})


def journaled(served: Served) -> set[int]:
    """Numbers of the clients in the journal."""
    with closing(Journal(served.log.with_name("journal.sqlite"))) as journal:
        return {entry.client_id for entry in journal.read([Kind.SCORE])}


def held_by_workers(served: Served) -> list[int]:
    """Read what the workers tell each other: one more than each holds connections."""
    folder = workers(served)[0].environ()[FOLDER_VARIABLE]
    return [count for count in held_at(Path(folder, "connections")) if count]


def test_workers_tell_each_other_how_many_connections_they_hold(frail: Served) -> None:
    wait_until(lambda: held_by_workers(frail) == [1, 1], PATIENCE)
    where = urlsplit(frail.url)
    with ExitStack() as callers:
        for _ in range(CONNECTIONS):
            callers.enter_context(socket.create_connection((where.hostname, where.port), PATIENCE))
        wait_until(lambda: sum(held_by_workers(frail)) == CONNECTIONS + 2, PATIENCE)
    wait_until(lambda: held_by_workers(frail) == [1, 1], PATIENCE)


def test_a_killed_worker_costs_what_it_had_in_hand_and_comes_back(frail: Served) -> None:
    victim, other = workers(frail)
    with Load(frail.url, score, CONNECTIONS) as load:
        wait_until(lambda: load.outcomes()[200] > 100, PATIENCE)
        victim.kill()
        wait_until(lambda: len(workers(frail)) == 2 and victim not in workers(frail), PATIENCE)
        seen = load.outcomes()[200]
        wait_until(lambda: load.outcomes()[200] > seen + 100, PATIENCE)
    assert set(load.outcomes()) <= {200, LOST}
    assert load.outcomes()[LOST] <= CONNECTIONS
    assert other in workers(frail)
    # An answer that arrived has its entry, whoever was killed.
    acknowledged = {reply.number for reply in load.replies if reply.outcome == 200}
    assert acknowledged <= journaled(frail)


def test_told_to_end_the_service_finishes_what_it_has_begun(frail: Served) -> None:
    # What a killed worker had in hand stays counted as begun.
    before = in_progress(frail)
    begun = [Slow(frail.url, 10**6 + number) for number in range(4)]
    wait_until(lambda: in_progress(frail) == before + len(begun), PATIENCE)
    frail.process.send_signal(signal.SIGTERM)
    wait_until(lambda: not listens(frail), PATIENCE)
    assert [request.finish() for request in begun] == [200] * len(begun)
    assert {request.number for request in begun} <= journaled(frail)
    frail.process.wait(PATIENCE)
    assert "Traceback" not in frail.log.read_text()


class Slow:
    """A request of which half is sent, and the rest when told."""

    def __init__(self, url: str, number: int) -> None:
        self.number = number
        path, body = score(number)
        self._rest = body[10:]
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        self._connection.putrequest("POST", path)
        for name, value in {**HEADERS, "Content-Length": str(len(body))}.items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body[:10])

    def finish(self) -> int:
        """Send the rest, and give the status of the answer."""
        self._connection.send(self._rest)
        response = self._connection.getresponse()
        json.loads(response.read())
        self._connection.close()
        return response.status


def in_progress(served: Served) -> int:
    """Requests to `/score` that the service says it has begun."""
    lines = httpx.get(f"{served.url}/metrics").text.splitlines()
    name = 'credit_scoring_requests_in_progress{endpoint="/score"'
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(name))


def listens(served: Served) -> bool:
    """Say whether a new connection is taken."""
    try:
        return httpx.get(f"{served.url}/livez", timeout=1).is_success
    except httpx.TransportError:
        return False
