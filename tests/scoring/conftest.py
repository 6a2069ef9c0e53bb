"""A small world: clients with features, and a scorer of each kind that was trained on them."""

import pyarrow as pa
import pytest

from lib.scoring.scorer import Scorer
from tests.scoring.world import CANDIDATES, clients, make_scorer


@pytest.fixture(scope="session")
def world() -> pa.Table:
    """Clients as in ``features.parquet``; every tenth one's outcome is not known."""
    return clients(1200, seed=1)


@pytest.fixture(scope="session")
def scorers(world: pa.Table) -> dict[str, Scorer]:
    """A scorer of each kind."""
    return {kind: make_scorer(kind, world) for kind in CANDIDATES}
