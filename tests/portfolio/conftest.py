from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.portfolio import Portfolio, build_portfolio
from lib.scoring.scorer import Scorer
from tests.scoring.conftest import scorers, world

__all__ = ["scorers", "world"]

TAG = "credit_scorer:test"


@pytest.fixture(scope="session")
def features_file(world: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("features") / "features.parquet"
    pq.write_table(world, path)
    return path


@pytest.fixture(scope="session")
def portfolio_file(
    features_file: Path, scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("portfolio") / "portfolio.parquet"
    build_portfolio(features_file, scorers["lightgbm"], TAG, path)
    return path


@pytest.fixture
def portfolio(portfolio_file: Path) -> Portfolio:
    return Portfolio(portfolio_file)
