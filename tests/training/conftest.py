"""A small lender of our own: clients with missing values, categories and a real signal."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from lib.decision import CostDifference, CostMatrix
from lib.features.description import (
    Direction,
    Effect,
    Family,
    FeatureDescription,
    Purpose,
    Text,
    Unit,
)
from lib.training import CANDIDATES, Selection, TrainingData, load_training_data, select
from lib.training.evidence.alternatives import alternatives
from lib.training.evidence.audit import audit
from lib.training.evidence.card import Evidence
from lib.training.evidence.importance import explain
from lib.training.evidence.judgement import judge
from lib.training.evidence.reliability import calibration_of
from lib.training.evidence.signs import check_signs

PROTECTED = ("gender",)
DIRECTIONS = {"external_score": Direction(Effect.LOWERS, "So it was made")}


def make_clients(clients: int = 1200, seed: int = 0) -> pd.DataFrame:
    """About 8 % defaults; the external score and housing tell most of it."""
    random = np.random.default_rng(seed)
    external_score = random.normal(size=clients)
    housing = random.choice(["owns", "rents", "lodges"], clients, p=[0.6, 0.3, 0.1])
    late_share = random.beta(1, 6, clients)
    log_odds = -3.6 - 1.3 * external_score + 1.2 * (housing == "lodges") + 4 * late_share
    frame = pd.DataFrame(
        {
            "client_id": 100_000 + np.arange(clients),
            "target": (random.random(clients) < expit(log_odds)).astype("int8"),
            "external_score": np.where(random.random(clients) < 0.2, np.nan, external_score),
            "late_share": late_share,
            "income": random.lognormal(10, 0.5, clients),
            "owns_car": (random.random(clients) < 0.4).astype(float),
            "housing": housing,
            "gender": random.choice(["F", "M"], clients),
        }
    )
    frame.loc[::11, "housing"] = None
    return frame


def describe(frame: pd.DataFrame) -> dict[str, FeatureDescription]:
    """Give a catalogue for any frame."""
    return {
        name: FeatureDescription(
            name=name,
            label=Text(f"fr {name}", f"en {name}"),
            unit=Unit.CATEGORY if frame[name].dtype.kind not in "fi" else Unit.RATIO,
            family=Family.IDENTITY,
            source="application_train",
            attribute=name if name in PROTECTED else None,
            fact=name,
            purpose=Purpose.SITUATION,
            protected=name in PROTECTED,
            direction=DIRECTIONS.get(name),
        )
        for name in frame.columns
        if name not in ("client_id", "target")
    }


Load = Callable[..., TrainingData]


def write_and_load(folder: Path, frame: pd.DataFrame, **options: object) -> TrainingData:
    """Write a frame as the features stage does, and load it as training does."""
    path = folder / "features.parquet"
    frame.to_parquet(path, index=False)
    catalogue: Mapping[str, FeatureDescription] = describe(frame)
    return load_training_data(path, catalogue, **options)


@pytest.fixture
def clients() -> pd.DataFrame:
    return make_clients()


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load any frame."""
    return partial(write_and_load, tmp_path)


@pytest.fixture(scope="session")
def output_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("selection")


@pytest.fixture(scope="session")
def selection(output_dir: Path) -> Selection:
    """One selection for all tests that only look at it."""
    data = write_and_load(output_dir.parent, make_clients())
    return select(data, output_dir, trials=3, folds=3)


@pytest.fixture(scope="session")
def catalogue() -> Mapping[str, FeatureDescription]:
    return describe(make_clients())


@pytest.fixture(scope="session")
def constant(tmp_path_factory: pytest.TempPathFactory) -> Selection:
    """A selection that a constant wins: everyone has the default rate, and is granted a credit."""
    folder = tmp_path_factory.mktemp("constant")
    data = write_and_load(folder, make_clients())
    dummy = [one for one in CANDIDATES if one.name == "dummy"]
    costs = CostMatrix(10, 2)
    return select(data, folder, costs, trials=1, folds=3, most_features=6, candidates=dummy)


@pytest.fixture(scope="session")
def evidence(selection: Selection) -> Evidence:
    """What is found out about the winner, at a price that is made up."""
    return Evidence(
        rivals=judge(selection),
        audited=audit(selection, selection.data.test),
        price=CostDifference(0.5, 0.4, 0.1, 0.05, 0.15),
        signs=check_signs(explain(selection), selection.data.catalogue),
        calibration=calibration_of(
            selection.test_set["defaulted"], selection.test_set["default_probability"], seed=0
        ),
        alternatives=alternatives(selection, selection.data.training),
        signs_price=CostDifference(0.5, 0.48, 0.02, -0.01, 0.05),
    )
