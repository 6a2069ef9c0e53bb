"""A small world: clients with features, and selections of real pipelines fitted on them."""

import json
from pathlib import Path

import joblib
import pyarrow as pa
import pytest

from lib.scoring.packaging import package_selection
from lib.scoring.scorer import Scorer
from tests.scoring.world import CATALOGUE, FEATURES, clients, feature_code, pipeline, selection


@pytest.fixture(scope="session")
def world() -> pa.Table:
    """Clients as in ``features.parquet``; every tenth one's outcome is not known."""
    return clients(1200, seed=1)


@pytest.fixture(scope="session")
def selection_dirs(world: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A selection folder for each kind of candidate, as notebook 02 writes it."""
    folders = {}
    known = world.filter(world.column("target").is_valid())
    for kind in ("dummy", "logistic", "lightgbm", "forest"):
        folder = tmp_path_factory.mktemp(kind)
        fitted = pipeline(kind).fit(known.select(FEATURES).to_pandas(), known.column("target"))
        joblib.dump(fitted, folder / "pipeline.joblib")
        (folder / "selection.json").write_text(json.dumps(selection(kind)))
        folders[kind] = folder
    return folders


@pytest.fixture(scope="session")
def scorers(selection_dirs: dict[str, Path], world: pa.Table) -> dict[str, Scorer]:
    """A scorer of each kind."""
    return {
        kind: package_selection(folder, CATALOGUE, world, feature_code())
        for kind, folder in selection_dirs.items()
    }
