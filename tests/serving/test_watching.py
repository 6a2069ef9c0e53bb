"""What watches the service: bounded figures, honest lines, and readiness that names what fails."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lib.decision import InvalidInput
from lib.launch.servers import api_server, running
from lib.portfolio import Portfolio
from lib.serving.http.keys import Key, Role
from lib.serving.journal import Journal
from lib.serving.readiness import NotReady, require_ready
from lib.serving.resources import Resources
from lib.serving.wire import VERSION, Problem
from tests.conftest import find_free_port
from tests.serving.conftest import KEY, PARTNER
from tests.serving.server import PROJECT, Served, serve

ONE = {"client_id": 42, "features": {"age_years": 33}}


@contextmanager
def alone(store: Path, folder: Path, **settings: str) -> Iterator[Served]:
    """Serve with one worker, so that all figures are one process's."""
    settings["BENTOML_CONFIG_OPTIONS"] = "services.credit_scoring.workers=1"
    with serve("service:CreditScoring", PROJECT, store, folder / "log", **settings) as running:
        yield running


@pytest.fixture(scope="module")
def watched(
    store: Path, portfolio_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("watched")
    with alone(store, folder, SCORING_PORTFOLIO=str(portfolio_file)) as running:
        yield running


def figures(served: Served, **headers: str) -> dict[str, float]:
    """Read the figures, by name and labels."""
    lines = httpx.get(f"{served.url}/metrics", headers=headers).text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(figure) for name, figure in pairs}


def test_paths_that_somebody_makes_up_are_one_figure_and_in_no_line(watched: Served) -> None:
    httpx.get(f"{watched.url}/nowhere")
    figures(watched)  # which has its own
    before = figures(watched)
    with httpx.Client(base_url=watched.url) as client:
        for number in range(300):
            client.get(f"/client/Ada-Lovelace-{number}")
    after = figures(watched)
    assert set(after) == set(before)
    other = 'credit_scoring_request_seconds_count{endpoint="other",status="404"}'
    assert after[other] == before[other] + 300
    assert "Ada" not in str(after) + watched.log.read_text()


def test_no_request_forges_a_line_of_the_log(watched: Served) -> None:
    forged = "2026-01-01T00:00:00+0000 [INFO] forged"
    before = watched.log.read_text().count("\n")
    httpx.post(
        f"{watched.url}/score%0A{forged}",
        headers={
            "content-type": forged,
            "user-agent": forged,
            "x-forwarded-for": forged,
            "x-api-key": forged,
        },
    )
    httpx.request(forged.split()[-1].upper(), f"{watched.url}/score")
    time.sleep(0.2)
    log = watched.log.read_text()
    assert "forged" not in log.lower()
    assert log.count("\n") == before + 2


def test_figures_move_by_ten_clients_at_a_time_and_tell_no_probability(watched: Served) -> None:
    def scores() -> dict[str, float]:
        seen = figures(watched)
        return {name: seen[name] for name in seen if "scores_total" in name or "probab" in name}

    # A score stands for somebody: until ten are together, nothing moves.
    before = scores()
    for _ in range(9):
        watched.post("score", {"clients": [ONE]})
        assert scores() == before
    told = watched.post("score", {"clients": [ONE]}).json()["scores"][0]
    after = scores()
    scored = f'credit_scoring_scores_total{{decision="{told["decision"]}",endpoint="score"}}'
    assert after[scored] == before.get(scored, 0) + 10
    summed = 'credit_scoring_default_probability_sum{endpoint="score"}'
    moved = after[summed] - before.get(summed, 0)
    assert moved != pytest.approx(10 * told["default_probability"], rel=1e-6)


def test_figures_need_a_key_where_there_are_keys(store: Path, tmp_path: Path) -> None:
    watcher, partner = (
        str(Key.from_secret(role, role, secret))
        for role, secret in ((Role.METRICS, "a key of prometheus"), (Role.SCORING, PARTNER))
    )
    settings = {"SCORING_API_KEY": KEY, "SCORING_API_KEYS": f"{watcher} {partner}"}
    with alone(store, tmp_path, **settings) as served:

        def status(**headers: str) -> int:
            return httpx.get(f"{served.url}/metrics", headers=headers).status_code

        assert status() == 401
        assert status(**{"x-api-key": PARTNER}) == 403
        assert status(**{"x-api-key": KEY}) == 200
        assert status(authorization="Bearer a key of prometheus") == 200
        refused = served.post("score", {}, headers={"x-api-key": "a key of prometheus"})
        assert refused.status_code == 403
        # Another service on the same store leaves these figures as they are.
        before = figures(served, **{"x-api-key": KEY})
        home = served.log.with_name("log-home")
        with alone(home, tmp_path / "..", BENTOML_HOME=str(home)):
            pass
        assert figures(served, **{"x-api-key": KEY}).keys() >= before.keys()


def test_a_body_that_breaks_off_is_not_worked_on(watched: Served) -> None:
    where = urlsplit(watched.url)
    content = b'{"clients": [{"client_id": 4242, "features": {}}]}'
    head = (
        "POST /score HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"content-length: {len(content) + 1}\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(head.encode() + content)
    # BentoML waits for an answer to begin: it would not end as long as there is none.
    broken = 'credit_scoring_request_seconds_count{endpoint="/score",status="400"}'
    while not figures(watched).get(broken):
        time.sleep(0.1)
    assert figures(watched)['credit_scoring_requests_in_progress{endpoint="/score"}'] == 0
    with closing(Journal(watched.log.with_name("journal.sqlite"))) as journal:
        assert 4242 not in {entry.client_id for entry in journal.read()}


def test_every_answer_and_the_document_say_their_version(watched: Served) -> None:
    document = httpx.get(f"{watched.url}/docs.json")
    assert document.json()["info"]["version"] == VERSION
    for answered in (document, watched.post("score", {}), watched.post("nowhere", {})):
        assert answered.headers["api-version"] == VERSION


def test_readiness_names_what_cannot_be_used(watched: Served, portfolio_file: Path) -> None:
    assert httpx.get(f"{watched.url}/readyz").status_code == 200
    away = portfolio_file.with_suffix(".away")
    portfolio_file.rename(away)
    try:
        red = httpx.get(f"{watched.url}/readyz")
        assert red.status_code == 503
        assert Problem.model_validate_json(red.content).offender == "portfolio portfolio.parquet"
        assert httpx.get(f"{watched.url}/livez").status_code == 200
    finally:
        away.rename(portfolio_file)
    journal = watched.log.with_name("journal.sqlite")
    gone = journal.with_suffix(".gone")
    journal.rename(gone)
    try:
        red = httpx.get(f"{watched.url}/readyz")
        assert Problem.model_validate_json(red.content).offender == "journal journal.sqlite"
    finally:
        gone.rename(journal)
    assert httpx.get(f"{watched.url}/readyz").status_code == 200


def test_a_worker_that_cannot_start_says_why_and_is_not_waited_for(
    store: Path, tmp_path: Path
) -> None:
    settings = {"BENTOML_HOME": str(store), "SCORING_JOURNAL": str(tmp_path)}
    server = api_server(find_free_port())
    with (
        pytest.raises(InvalidInput, match=f"the API: it starts, but: .*journal {tmp_path.name}: "),
        running(server, settings, tmp_path / "log"),
    ):
        pass


def test_all_that_cannot_be_used_is_named_at_once(resources: Resources, tmp_path: Path) -> None:
    class Broken:
        def encode(self, clients: object) -> object:
            return clients

        def default_probabilities(self, matrix: object) -> list[float]:
            return [float("nan")]

    broken = copy(resources)
    broken.portfolio = Portfolio(tmp_path / "none.parquet")
    broken.journal = Journal(tmp_path)
    broken.scorer = Broken()
    with pytest.raises(NotReady) as told:
        require_ready(broken, portfolio_needed=True)
    assert told.value.offender == (
        f"journal {tmp_path.name}, portfolio none.parquet, scorer {resources.tag}"
    )
    # A service that only scores needs no portfolio.
    broken.journal, broken.scorer = resources.journal, resources.scorer
    require_ready(broken, portfolio_needed=False)
