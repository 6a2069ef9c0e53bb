"""A selection that a constant wins."""

from pathlib import Path

import pytest

from lib.decision import CostMatrix
from lib.training import CANDIDATES, Selection, select
from tests.training.conftest import make_clients, write_and_load


@pytest.fixture(scope="session")
def constant(tmp_path_factory: pytest.TempPathFactory) -> Selection:
    """Everyone gets the default rate, which is low enough to grant every credit."""
    folder: Path = tmp_path_factory.mktemp("constant")
    data = write_and_load(folder, make_clients())
    return select(
        data,
        folder,
        CostMatrix(10, 2),
        trials=1,
        folds=3,
        most_features=6,
        candidates=CANDIDATES[:1],
    )
