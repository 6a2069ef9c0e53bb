from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.portfolio import Portfolio
from lib.scoring.scorer import Scorer
from lib.serving.http.keys import Key, Role
from lib.serving.journal import Journal
from lib.serving.resources import Resources
from tests.portfolio.conftest import features_file, portfolio_file
from tests.scoring.conftest import scorers, world
from tests.serving.server import PROJECT, Served, save_in_store, serve

__all__ = ["features_file", "portfolio_file", "scorers", "world"]

KEY, PARTNER, HASTY = "a key for the tests", "a key of a partner", "a key of a hasty partner"


@pytest.fixture(scope="session")
def store(scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, with the LightGBM scorer in place."""
    folder = tmp_path_factory.mktemp("store")
    home = folder / "home"
    save_in_store(home, scorers["lightgbm"], folder)
    return home


@pytest.fixture(scope="session")
def served(
    store: Path, portfolio_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service, with its portfolio and no key."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    settings = {"SCORING_PORTFOLIO": str(portfolio_file)}
    with serve("service:CreditScoring", PROJECT, store, log, **settings) as running:
        yield running


@pytest.fixture(scope="session")
def locked(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, with keys and no portfolio; each key sends a few requests a second."""
    folder = tmp_path_factory.mktemp("locked")
    partners = (("partner", PARTNER), ("hasty", HASTY))
    lines = [str(Key.from_secret(name, Role.SCORING, secret)) for name, secret in partners]
    settings = {
        "SCORING_PORTFOLIO": str(folder / "none.parquet"),
        "SCORING_API_KEY": KEY,
        "SCORING_API_KEYS": " ".join(lines),
        "SCORING_REQUESTS_PER_SECOND": "8",
    }
    with serve("service:CreditScoring", PROJECT, store, folder / "log", **settings) as running:
        yield running


@pytest.fixture(scope="session")
def resources(
    scorers: dict[str, Scorer], portfolio_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Resources:
    """What the service works with, in process."""
    journal = Journal(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    return Resources(scorers["lightgbm"], "credit_scorer:test", Portfolio(portfolio_file), journal)
