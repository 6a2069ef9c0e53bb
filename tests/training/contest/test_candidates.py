"""Who competes."""

import optuna
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier

from lib.training import CANDIDATES, select
from lib.training.contest.candidates import Candidate
from lib.training.contest.estimators.dummy import Dummy

BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


def test_each_kind_of_model_meets_the_rarity_of_defaults_in_each_way():
    ways = {"none", "class_weights", "under_sampling", "over_sampling"}
    for kind in ("logistic_regression", "lightgbm"):
        assert {c.imbalance for c in CANDIDATES if c.name.startswith(kind)} == ways
    assert {"dummy", "balanced_random_forest"} <= set(BY_NAME)


def test_names_and_labels_tell_candidates_apart():
    for labels in ("name", "french", "english"):
        assert len({getattr(candidate, labels) for candidate in CANDIDATES}) == len(CANDIDATES)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_its_defaults_lie_in_its_space(candidate):
    if candidate.space is None:
        assert not candidate.defaults
    else:
        assert candidate.space(optuna.trial.FixedTrial(dict(candidate.defaults))) == dict(
            candidate.defaults
        )


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_it_is_built_anew_each_time_and_seeded(candidate):
    estimators = [candidate.kind.make(candidate.defaults, seed) for seed in (3, 3)]
    assert estimators[0] is not estimators[1]
    clone(estimators[0])
    if not isinstance(estimators[0], DummyClassifier):
        assert estimators[0].get_params()["random_state"] == 3


def test_an_entry_is_all_that_a_new_candidate_takes(selection, tmp_path):
    prior = Candidate("prior", "a priori", "prior", "none", Dummy())
    found = select(selection.data, tmp_path, trials=1, folds=3, candidates=[prior])
    assert found.winner.candidate is prior
