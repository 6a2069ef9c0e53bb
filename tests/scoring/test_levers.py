"""Held to directions, a scorer never answers a person's effort with more risk."""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lib.decision import CostMatrix
from lib.features import write_features
from lib.features.catalogue import CATALOGUE
from lib.features.description import Unit
from lib.features.one_client import DerivedFeatures
from lib.scoring.scorer import Scorer
from lib.synthetic import write_synthetic_tables
from lib.training.packaging import package
from tests.benchmarks.levers import LEVERS, ROUNDING, log_odds_of, random_sweeps
from tests.scoring.world import CANDIDATES, feature_code, training_data, tuned

CLIENTS = 1_000
# More of them with SWEEPS=10000 pytest tests/scoring/test_levers.py
SWEEPS = int(os.environ.get("SWEEPS", "900"))
PARAMETERS = {
    "lightgbm": {"n_estimators": 40, "num_leaves": 15, "min_child_samples": 10},
    "logistic": {"C": 1.0},
}
ALLOWED = [name for name, row in CATALOGUE.items() if not row.protected]
CATEGORIES = [name for name in ALLOWED if CATALOGUE[name].unit is Unit.CATEGORY]
NUMBERS = [name for name in ALLOWED if name not in CATEGORIES]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Clients with all features."""
    folder = tmp_path_factory.mktemp("people")
    write_synthetic_tables(folder, CLIENTS, seed=30)
    write_features(folder, folder / "features.parquet", progress=False)
    return pq.read_table(folder / "features.parquet")


@pytest.fixture(scope="module")
def follow() -> DerivedFeatures:
    return DerivedFeatures(feature_code().derived)


def fitted(kind: str, people: pa.Table, held: bool) -> Scorer:
    data = training_data(people, NUMBERS, CATEGORIES, CATALOGUE)
    data = data.held_to_signs() if held else data
    return package(tuned(CANDIDATES[kind], data, PARAMETERS[kind]), data, CostMatrix(), seed=1)


@pytest.fixture(scope="module", params=PARAMETERS)
def scorer(request: pytest.FixtureRequest, people: pa.Table) -> Scorer:
    return fitted(request.param, people, held=True)


def test_no_random_sweep_raises_the_risk(scorer, follow, people):
    for sweeps in random_sweeps(scorer, follow, people, SWEEPS, seed=1):
        assert sweeps.raised.tolist() == [], sweeps
        # It is not that nothing moves.
        assert len(sweeps.moved) > len(sweeps.client_id) / 2, sweeps


def test_a_free_model_does_raise_it(people, follow):
    free = fitted("lightgbm", people, held=False)
    assert any(len(one.raised) for one in random_sweeps(free, follow, people, 300, seed=1))


def test_what_has_no_direction_is_not_in_a_model_that_is_held(scorer):
    assert [name for name in scorer.features if CATALOGUE[name].left_out] == []
    assert [name for name in CATALOGUE if CATALOGUE[name].left_out]


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    place=st.integers(0, CLIENTS - 1),
    shares=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6),
    unknown=st.sets(st.sampled_from(sorted(NUMBERS)), max_size=40),
)
def test_nor_does_one_of_a_client_of_whom_little_is_known(
    scorer, follow, people, lever, place, shares, unknown
):
    (client,) = people.slice(place, 1).to_pylist()
    client |= dict.fromkeys(unknown - set(lever.features))
    # What follows from the unknown is unknown too.
    known = pa.table({name: [client[name]] for name in follow.inputs})
    client |= follow(known).drop_columns("client_id").to_pylist()[0]
    assume(all(client[name] for name in lever.features))
    log_odds = log_odds_of(scorer, follow, client, lever, lever.factors(np.array(shares)))
    assert np.diff(log_odds).max() <= ROUNDING
