"""Each client is judged by what the other folds taught."""

from functools import partial

import numpy as np
import pytest

from lib.decision import CostMatrix, business_cost
from lib.training.candidates import CANDIDATES
from lib.training.data import assign_folds
from lib.training.objective import cross_fit, out_of_fold_margins

COSTS = CostMatrix(10, 1)


@pytest.fixture
def judged() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    defaulted = (random.random(1000) < 0.1).astype(np.int8)
    margins = random.normal(size=1000) + 1.5 * defaulted
    return margins, defaulted, assign_folds(defaulted, folds=5, seed=0)


def test_a_fold_has_no_say_in_its_own_threshold_and_calibration(judged):
    margins, defaulted, fold_of = judged
    mine = fold_of == 2
    rewritten = np.where(mine, 1 - defaulted, defaulted)
    before = cross_fit(margins, defaulted, fold_of, COSTS)
    after = cross_fit(margins, rewritten, fold_of, COSTS)
    assert np.array_equal(after.threshold[mine], before.threshold[mine])
    assert np.array_equal(after.default_probability[mine], before.default_probability[mine])
    assert not np.array_equal(after.threshold[~mine], before.threshold[~mine])


def test_a_fold_is_judged_by_one_threshold(judged):
    _, _, fold_of = judged
    evidence = cross_fit(*judged, COSTS)
    assert all(len(np.unique(evidence.threshold[fold_of == f])) == 1 for f in range(5))


def test_the_cost_is_that_of_these_decisions(judged):
    _, defaulted, fold_of = judged
    evidence = cross_fit(*judged, COSTS)
    refused = evidence.default_probability >= evidence.threshold
    assert evidence.cost == business_cost(defaulted, refused, COSTS)
    sizes = np.bincount(fold_of)
    assert np.average(evidence.fold_costs, weights=sizes) == pytest.approx(evidence.cost)


def test_it_costs_more_than_a_threshold_chosen_in_hindsight(judged):
    margins, defaulted, _ = judged
    refused = [margins >= threshold for threshold in np.sort(margins)]
    hindsight = min(business_cost(defaulted, r, COSTS) for r in refused)
    assert cross_fit(*judged, COSTS).cost >= hindsight


def test_margins_that_know_the_outcome_cost_nothing(judged):
    _, defaulted, fold_of = judged
    assert cross_fit(10.0 * defaulted, defaulted, fold_of, COSTS).cost == 0


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_preprocessing_and_fitting_see_nothing_of_the_judged_fold(clients, load, candidate):
    training = load(clients).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    mine = fold_of == 1
    build = partial(candidate.build, training.numeric, training.categorical, candidate.defaults, 0)
    before = out_of_fold_margins(build, training, fold_of)
    # Other outcomes, and half of the fold's clients made extreme: the others must not notice.
    half = mine & (np.cumsum(mine) % 2 == 0)
    training.features.loc[half, "income"] = 1e9
    training.defaulted[mine] = 1 - training.defaulted[mine]
    after = out_of_fold_margins(build, training, fold_of)
    assert np.array_equal(after[mine & ~half], before[mine & ~half])
