"""What a fold prepares once, and what a scorer then says, is what the libraries' pipeline says."""

from dataclasses import replace

import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier

from lib.decision import CostMatrix, InvalidInput
from lib.training import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.estimators.lightgbm import LIGHTGBM_DEFAULTS, LightGBM
from lib.training.contest.folds import Fold, assign_folds, fit
from lib.training.data import TrainingData

LIGHTGBM = next(c for c in CANDIDATES if c.name == "lightgbm")


@pytest.fixture
def data(clients, load) -> TrainingData:
    return load(clients)


@pytest.fixture
def fold(data) -> Fold:
    training = data.training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    return Fold(training, fold_of == 1, training.names, seed=5)


def margins_of_pipeline(candidate, training, rows, features) -> np.ndarray:
    """Give the margins that scikit-learn, imbalanced-learn and LightGBM themselves compute."""
    estimator = candidate.kind.make(candidate.defaults, 5)
    steps = [
        ("encode", candidate.kind.encode(training.numeric, training.categorical)),
        ("estimate", estimator),
    ]
    if candidate.sample:
        steps.insert(0, ("sample", candidate.sample(5)))
    known = training.only(rows)
    more = {}
    if isinstance(estimator, LGBMClassifier):
        first, last = len(training.numeric), len(training.names)
        more["estimate__categorical_feature"] = list(range(first, last))
    pipeline = Pipeline(steps).fit(known.features, known.defaulted, **more)
    probability = pipeline.predict_proba(features)[:, 1]
    if isinstance(estimator, DummyClassifier):
        return np.zeros(len(features))
    if candidate.name == "balanced_random_forest":
        return probability
    return np.log(probability / (1 - probability))


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_its_margins_are_those_of_the_pipeline(candidate, data, fold):
    training = data.training
    expected = margins_of_pipeline(
        candidate, training, ~fold.validation, training.features[fold.validation]
    )
    given = fold.margins(candidate, candidate.defaults)
    assert given == pytest.approx(expected, abs=1e-9)
    assert len(np.unique(given)) > 1 or candidate.name == "dummy"


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_fitting_on_all_clients_is_fitting_on_a_fold_without_its_own(candidate, data, fold):
    others = data.training.only(~fold.validation)
    fitted = fit(candidate, others, candidate.defaults, seed=5)
    expected = fitted.margins(data.training.features[fold.validation])
    given = fold.margins(candidate, candidate.defaults)
    assert given == pytest.approx(expected, abs=1e-9)


def test_bins_made_for_one_trial_serve_every_other(data, fold):
    other = {"min_child_samples": 300, "num_leaves": 4, "reg_lambda": 1.0, "n_estimators": 20}
    fold.margins(LIGHTGBM, LIGHTGBM_DEFAULTS)
    made = dict(fold._prepared)
    after = fold.margins(LIGHTGBM, other)
    assert fold._prepared == made
    fresh = replace(fold, _prepared={}, _matrices={})
    assert np.array_equal(after, fresh.margins(LIGHTGBM, other))


def test_class_weights_use_the_bins_of_no_weights(fold):
    weighted = next(c for c in CANDIDATES if c.name == "lightgbm_class_weights")
    fold.margins(LIGHTGBM, LIGHTGBM_DEFAULTS)
    fold.margins(weighted, LIGHTGBM_DEFAULTS)
    assert len(fold._prepared) == 1


def test_a_fold_uses_the_features_that_were_chosen_for_it(data):
    training = data.training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    names = (("income",), ("external_score", "housing"), ("housing",))
    folds = Contest(training, fold_of, CostMatrix(), 0, names).folds
    assert [fold.table.column_names for fold in folds] == [list(chosen) for chosen in names]
    for fold in folds:
        assert np.isfinite(fold.margins(LIGHTGBM, LIGHTGBM_DEFAULTS)).all()


def test_whatever_shapes_the_bins_is_fixed():
    shaping = {"max_bin", "feature_pre_filter", "min_data_in_bin", "bin_construct_sample_cnt"}
    fixed = LightGBM().make(LIGHTGBM_DEFAULTS, 0).get_params()
    assert not shaping & set(LIGHTGBM_DEFAULTS)
    assert fixed["feature_pre_filter"] is False


@pytest.mark.parametrize("seed", [20180615, 2**32 - 1])
def test_large_seeds_seed_every_candidate(data, seed):
    fold_of = assign_folds(data.training.defaulted, folds=2, seed=seed)
    contest = Contest(data.training, fold_of, CostMatrix(), seed)
    for candidate in CANDIDATES:
        assert np.isfinite(contest.judge(candidate, candidate.defaults).cost)


def test_every_fold_has_its_share_of_defaults():
    outcomes = np.array([1] * 20 + [0] * 180, dtype=np.int8)
    fold_of = assign_folds(outcomes, folds=5, seed=0)
    assert [int(outcomes[fold_of == fold].sum()) for fold in range(5)] == [4] * 5


def test_as_many_defaults_as_folds_are_enough_and_one_fewer_is_not():
    assign_folds(np.array([1] * 5 + [0] * 50, dtype=np.int8), folds=5, seed=0)
    with pytest.raises(InvalidInput, match="4 training clients of the rarer outcome, 5 folds"):
        assign_folds(np.array([1] * 4 + [0] * 50, dtype=np.int8), folds=5, seed=0)


def test_one_fold_is_an_error():
    with pytest.raises(InvalidInput, match="folds 1"):
        assign_folds(np.array([0, 1], dtype=np.int8), folds=1, seed=0)
