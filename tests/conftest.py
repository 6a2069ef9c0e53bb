"""The real chain, once a session: raw tables → notebooks → store → HTTP → page."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import ibis
import pytest

from lib.features import write_features
from lib.launch.chain import Chain, run_chain
from lib.launch.servers import Server, api_server, dashboard_server, running
from lib.synthetic import write_synthetic_tables
from tests.benchmarks.messy import mess_up

CLIENTS = 3_000
PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def project_folder() -> Iterator[Path]:
    """Work from the project's folder with a store of our own, as `make` does."""
    before = Path.cwd()
    os.chdir(PROJECT)
    yield PROJECT
    os.chdir(before)


@pytest.fixture(scope="session", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the developer's own BentoML store out of the tests."""
    folder = tmp_path_factory.mktemp("bentoml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENTOML_HOME", str(folder))
        patch.setenv("BENTOML_DO_NOT_TRACK", "True")
        yield folder


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Chain:
    """Run the whole chain on a small population, by the notebooks themselves."""
    folder = tmp_path_factory.mktemp("chain")
    chain = Chain(clients=CLIENTS, data=folder / "data", runs=folder / "runs", trials=3)
    run_chain(chain)
    return chain


@pytest.fixture(scope="session")
def messy_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw tables with lost values and parents, ties, and in no order."""
    clean, folder = tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("messy")
    write_synthetic_tables(clean, clients=400, seed=21)
    mess_up(clean, folder, seed=22)
    return folder


@pytest.fixture(scope="session")
def features_by_duckdb(messy_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their features, by the default engine."""
    output = tmp_path_factory.mktemp("duckdb") / "features.parquet"
    write_features(messy_tables, output, progress=False)
    return output


@pytest.fixture(scope="session")
def api(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the scorer that the chain put in the store."""
    server = api_server(find_free_port())
    log = tmp_path_factory.mktemp("logs") / "api.log"
    settings = {
        "SCORING_PORTFOLIO": str(chain.portfolio),
        "SCORING_JOURNAL": str(log.with_name("journal.sqlite")),
    }
    with running(server, settings, log):
        yield server


@pytest.fixture(scope="session")
def api_url(api: Server) -> str:
    """Address of the real API."""
    return api.url.rstrip("/")


@pytest.fixture(scope="session")
def dashboard_url(api_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the real page, rendered by Voilà, that asks the real API."""
    server = dashboard_server(find_free_port())
    log = tmp_path_factory.mktemp("logs") / "dashboard.log"
    with running(server, {"SCORING_API_URL": api_url}, log):
        yield server.url


@pytest.fixture(scope="session")
def portfolio_url(
    api_url: str, dashboard_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of the page on all clients together, which leads to the manager's."""
    server = dashboard_server(find_free_port(), "portfolio")
    log = tmp_path_factory.mktemp("logs") / "portfolio.log"
    settings = {"SCORING_API_URL": api_url, "SCORING_CLIENT_PAGE": dashboard_url}
    with running(server, settings, log):
        yield server.url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the system's Chromium; a missing one fails, it never skips."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("chromium: the browser tests need it; `make test` says how to install it")


def find_free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def parquet_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    write_synthetic_tables(folder, clients=300, seed=7)
    return folder


@pytest.fixture
def backend():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()
