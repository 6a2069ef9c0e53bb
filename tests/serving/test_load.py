"""A minute of mixed load: nothing fails, nothing grows, whatever becomes of the portfolio."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.serving.wire import Problem
from tests.serving.load import Caller, Load, as_json
from tests.serving.server import PROJECT, Served, serve, workers

SECONDS, CONNECTIONS = 60, 16
# Until pools and caches are as large as the load makes them.
WARM_SECONDS = 35
MOST_GROWTH = 1.05

ONE = as_json({"clients": [{"client_id": 1, "features": {"age_years": 33, "housing": "rents"}}]})
MANY = as_json({"clients": [{"features": {"age_years": age}} for age in range(20, 70)]})
MIX = (
    ("/score", ONE),
    ("/explain", ONE),
    ("/client", as_json({"client_id": 100_010})),
    ("/score", MANY),
    ("/search", as_json({"sort": "default_probability"})),
    ("/explain", ONE),
    ("/compare", as_json({"feature": "age_years", "client_id": 100_002})),
    ("/scorer", b"{}"),
    ("/score", b'{"clients": [{"features": {"salary": 1}}]}'),
    ("/client", as_json({"client_id": 5})),
)
REFUSED = {8: 400, 9: 404}


@pytest.fixture(scope="module")
def portfolio(portfolio_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio that may be replaced."""
    return Path(shutil.copy(portfolio_file, tmp_path_factory.mktemp("replaced")))


@pytest.fixture(scope="module")
def loaded(
    store: Path, portfolio: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service of our own: its memory is measured."""
    log = tmp_path_factory.mktemp("loaded") / "log"
    settings = {"SCORING_PORTFOLIO": str(portfolio), "SCORING_MOST_AT_ONCE": str(CONNECTIONS)}
    with serve("service:CreditScoring", PROJECT, store, log, **settings) as running:
        yield running


def replace(portfolio: Path, table: pa.Table) -> None:
    """Put another file in the place of the portfolio, in one step."""
    part = portfolio.with_suffix(".part")
    pq.write_table(table, part)
    part.replace(portfolio)


def memory(served: Served) -> int:
    """Bytes that the workers hold and share with nobody."""
    return sum(worker.memory_full_info().uss for worker in workers(served))


def watched_memory(served: Served, seconds: float) -> float:
    """Median of the memory over some seconds."""
    end = time.monotonic() + seconds
    found = []
    while time.monotonic() < end:
        found.append(memory(served))
        time.sleep(0.5)
    return median(found)


def test_a_minute_of_mixed_load_fails_nothing_and_grows_nothing(
    loaded: Served, portfolio: Path
) -> None:
    began = time.monotonic()
    original = pq.read_table(portfolio)
    halves = [original.slice(0, 600), original]
    with Load(loaded.url, lambda number: MIX[number % len(MIX)], CONNECTIONS) as load:
        while time.monotonic() - began < WARM_SECONDS:
            # Client 100010 is in both: no moment is without the client.
            replace(portfolio, halves[len(load.replies) % 2])
            time.sleep(0.5)
        before = watched_memory(loaded, 5)
        time.sleep(SECONDS - 5 - (time.monotonic() - began))
        after = watched_memory(loaded, 5)
    assert len(load.replies) > SECONDS * CONNECTIONS
    for reply in load.replies:
        assert reply.outcome == REFUSED.get(reply.number % len(MIX), 200), reply
    assert after <= before * MOST_GROWTH


def test_a_replaced_portfolio_is_seen_whole_at_once(loaded: Served, portfolio: Path) -> None:
    original = pq.read_table(portfolio)
    body = as_json({"sort": "client_id", "features": ["age_years"], "page_size": 100})
    marks = []
    with Load(loaded.url, lambda number: ("/search", body), 4) as load:
        for mark in (1.0, 2.0, 3.0):
            ages = pa.array([mark] * original.num_rows)
            place = original.column_names.index("age_years")
            replace(portfolio, original.set_column(place, "age_years", ages))
            seen = len(load.replies) + 8
            while len(load.replies) < seen:
                time.sleep(0.01)
        replace(portfolio, original)
    for reply in load.replies:
        assert reply.outcome == 200
        shown = {one["features"]["age_years"] for one in json.loads(reply.body)["clients"]}
        if shown <= {1.0, 2.0, 3.0}:
            assert len(shown) == 1, "one answer mixes two files"
            marks.append(*shown)
    assert set(marks) == {1.0, 2.0, 3.0}
    assert marks[-1] == 3.0


@pytest.mark.parametrize("broken", ["missing", "corrupt", "truncated", "empty"])
def test_a_broken_portfolio_costs_only_what_needs_it(
    loaded: Served, portfolio: Path, broken: str
) -> None:
    whole = portfolio.read_bytes()
    portfolio.unlink()
    content = {"corrupt": b"PAR1" * 999, "truncated": whole[: len(whole) // 2], "empty": b""}
    if broken in content:
        portfolio.write_bytes(content[broken])
    caller = Caller(loaded.url)
    for path, body in (MIX[2], MIX[4], MIX[6]):
        reply = caller.ask(0, path, body)
        assert reply.outcome == 503
        assert Problem.model_validate_json(reply.body).offender == f"portfolio {portfolio.name}"
    assert [caller.ask(0, path, body).outcome for path, body in MIX[:2]] == [200, 200]
    portfolio.write_bytes(whole)
    assert caller.ask(0, *MIX[2]).outcome == 200
    caller.close()


def test_more_than_there_is_room_for_is_told_so_and_nothing_hangs(loaded: Served) -> None:
    heavy = as_json({"clients": [{"features": {"age_years": 30}}] * 200})
    end = time.monotonic() + 30
    with Load(loaded.url, lambda number: ("/explain", heavy), 4 * CONNECTIONS) as load:
        while len(load.outcomes()) < 2 and time.monotonic() < end:
            time.sleep(0.05)
    assert set(load.outcomes()) == {200, 503}
    refused = next(reply for reply in load.replies if reply.outcome == 503)
    assert Problem.model_validate_json(refused.body).offender == "the service"
    caller = Caller(loaded.url)
    assert caller.ask(0, *MIX[0]).outcome == 200
    caller.close()


def test_the_log_of_all_this_has_no_trace_and_no_values(loaded: Served) -> None:
    log = loaded.log.read_text()
    assert "Traceback" not in log
    assert "rents" not in log
