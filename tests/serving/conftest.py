from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.portfolio import Portfolio, ScoredBy, build_portfolio
from lib.scoring.scorer import Scorer
from lib.serving.http.keys import Key, Role
from lib.serving.journal import Journal
from lib.serving.resources import Resources
from tests.portfolio.conftest import features_file
from tests.scoring.conftest import scorers, world
from tests.serving.server import PROJECT, Served, save_in_store, serve

__all__ = ["features_file", "scorers", "world"]

KEY, PARTNER, HASTY = "a key for the tests", "a key of a partner", "a key of a hasty partner"
COUNTER = "a key of who counts clients"


@pytest.fixture(scope="session")
def store(scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, with the LightGBM scorer in place."""
    folder = tmp_path_factory.mktemp("store")
    home = folder / "home"
    save_in_store(home, scorers["lightgbm"], folder)
    return home


@pytest.fixture(scope="session")
def tag(store: Path) -> str:
    """Of the scorer in the store."""
    return f"credit_scorer:{(store / 'models/credit_scorer/latest').read_text().strip()}"


@pytest.fixture(scope="session")
def portfolio_file(
    features_file: Path,
    scorers: dict[str, Scorer],
    tag: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The known clients, scored by the scorer in the store."""
    path = tmp_path_factory.mktemp("portfolio") / "portfolio.parquet"
    build_portfolio(features_file, scorers["lightgbm"], tag, path)
    return path


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
    lines.append(str(Key.from_secret("counter", Role.AGGREGATES, COUNTER)))
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
    scorers: dict[str, Scorer],
    tag: str,
    portfolio_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Resources:
    """What the service works with, in process."""
    journal = Journal(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    scorer = scorers["lightgbm"]
    portfolio = Portfolio(portfolio_file, ScoredBy(tag, scorer.threshold))
    return Resources(scorer, tag, portfolio, journal)
