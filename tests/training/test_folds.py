"""What a fold prepares once gives what fitting the whole pipeline would give."""

from dataclasses import replace

import numpy as np
import pytest

from lib.decision import CostMatrix
from lib.training import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.data import TrainingData, assign_folds
from lib.training.estimators import LIGHTGBM_DEFAULTS, lightgbm
from lib.training.folds import Fold, make_folds
from lib.training.margins import fit, margins

LIGHTGBM = next(c for c in CANDIDATES if c.name == "lightgbm")


@pytest.fixture
def data(clients, load) -> TrainingData:
    return load(clients)


@pytest.fixture
def fold(data) -> Fold:
    training = data.training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    return make_folds(training, fold_of, lambda _: tuple(training.features), seed=5)[1]


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_its_margins_are_those_of_the_pipeline(candidate, data, fold):
    training = data.training
    pipeline = candidate.build(training.numeric, training.categorical, candidate.defaults, 5)
    fit(pipeline, training.only(~fold.judges))
    expected = margins(pipeline, training.features[fold.judges])
    given = fold.margins(candidate, candidate.defaults)
    assert given == pytest.approx(expected, abs=1e-9)
    assert len(np.unique(given)) > 1 or candidate.name == "dummy"


def test_bins_made_for_one_trial_serve_every_other(data, fold):
    other = {"min_child_samples": 300, "num_leaves": 4, "reg_lambda": 1.0, "n_estimators": 20}
    fold.margins(LIGHTGBM, LIGHTGBM_DEFAULTS)
    made = dict(fold._bins)
    after = fold.margins(LIGHTGBM, other)
    assert fold._bins == made
    assert np.array_equal(after, replace(fold, _bins={}).margins(LIGHTGBM, other))


def test_class_weights_use_the_bins_of_no_weights(fold):
    weighted = next(c for c in CANDIDATES if c.name == "lightgbm_class_weights")
    fold.margins(LIGHTGBM, LIGHTGBM_DEFAULTS)
    fold.margins(weighted, LIGHTGBM_DEFAULTS)
    assert len(fold._bins) == 1


def test_a_fold_uses_the_features_that_were_chosen_for_it(data):
    training = data.training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    names = (("income",), ("external_score", "housing"), ("housing",))
    folds = Contest(training, fold_of, CostMatrix(), 0, names).folds
    assert [fold.encoded(LIGHTGBM).judged.shape[1] for fold in folds] == [1, 2, 1]


def test_whatever_shapes_the_bins_is_fixed(data):
    shaping = {"max_bin", "feature_pre_filter", "min_data_in_bin", "bin_construct_sample_cnt"}
    fixed = lightgbm(LIGHTGBM_DEFAULTS, 0).get_params()
    assert not shaping & set(LIGHTGBM_DEFAULTS)
    assert fixed["feature_pre_filter"] is False
