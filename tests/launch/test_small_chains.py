"""Few clients, few trials, other costs, a key: the chain comes to its end, and its API answers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import requests

from lib.decision import CostMatrix
from lib.launch.chain import Chain, run_chain
from lib.launch.servers import api_server, dashboard_server, running
from lib.serving.api import ApiProblem, ScoringApi
from tests.conftest import PROJECT, find_free_port

KEY = "open-sesame-open-sesame"
pytestmark = pytest.mark.timeout(900)  # several searches, on a machine that may be busy


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Work in a project's folder in which nothing was run yet."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "dashboards", "service.py"):
        (folder / name).symlink_to(PROJECT / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("BENTOML_HOME", str(folder / ".bentoml"))
        yield folder


@contextmanager
def demo(*arguments: str) -> Iterator[list[str]]:
    """Run `make demo` with a key until both servers stand, give what it said, and press Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lib.launch", "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "SCORING_API_KEY": KEY},
    )
    said: list[str] = []
    try:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C ends both" in line:
                break
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=60)[0].splitlines()
    assert process.returncode == 130, said


def test_the_demo_runs_with_a_key_and_one_trial() -> None:
    api, page = api_server(find_free_port()), dashboard_server(find_free_port())
    ports = ("--api-port", str(api.port), "--dashboard-port", str(page.port))
    with demo("--clients", "300", "--trials", "1", *ports) as said:
        assert any("business cost" in line for line in said), said
        assert ScoringApi(api.url, KEY).scorer().costs == CostMatrix()
        with pytest.raises(ApiProblem):
            ScoringApi(api.url).scorer()
        assert requests.get(page.url, timeout=60).ok
    assert not any("Traceback" in line for line in said)


@pytest.mark.parametrize(
    "chain",
    [
        # The demo has left its tables and features, if it ran before.
        Chain(clients=300, trials=1, missed_default_cost=1.0, refused_good_cost=10.0),
        Chain(clients=700, trials=1),
        # Here a logistic regression without any categorical feature may win.
        Chain(clients=1_500, trials=3),
        Chain(clients=2_000, trials=1),
    ],
    ids=lambda chain: (
        f"{chain.clients} clients, missed default {chain.missed_default_cost or 10:g}"
    ),
)
def test_a_small_population_is_modelled_and_served(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "store"))
    run_chain(chain)
    server = api_server(find_free_port())
    settings = {
        "SCORING_PORTFOLIO": str(chain.portfolio),
        "SCORING_JOURNAL": str(tmp_path / "journal.sqlite"),
    }
    with running(server, settings, tmp_path / "api.log"):
        api = ScoringApi(server.url)
        costs = api.scorer().costs
        sql = f"select max(client_id) from '{chain.portfolio}'"
        ((client_id,),) = duckdb.sql(sql).fetchall()
        assert 0 <= api.client(client_id).explanation.default_probability <= 1
    assert costs.missed_default == (chain.missed_default_cost or 10)
    assert costs.refused_good == (chain.refused_good_cost or 1)
