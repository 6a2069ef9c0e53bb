"""Each client is judged by a model that the other folds taught."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from lib.decision import CostMatrix, business_cost
from lib.training.contest.candidates import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.objective import CrossFitted, cost_in_hindsight, cross_fit

COSTS = CostMatrix(10, 1)


@pytest.fixture
def judged() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    defaulted = (random.random(1000) < 0.1).astype(np.int8)
    margins = random.normal(size=1000) + 1.5 * defaulted
    return margins, defaulted, assign_folds(defaulted, folds=5, seed=0)


def test_given_the_margins_a_fold_has_no_say_in_its_own_threshold_and_calibration(judged):
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


def test_the_clients_costs_are_those_of_their_decisions(judged):
    _, defaulted, _ = judged
    evidence = cross_fit(*judged, CostMatrix(7, 2))
    refused = evidence.default_probability >= evidence.threshold
    assert set(evidence.client_costs[(defaulted == 1) & ~refused]) == {7}
    assert set(evidence.client_costs[(defaulted == 0) & refused]) == {2}
    assert not evidence.client_costs[(defaulted == 1) == refused].any()
    assert evidence.client_costs.mean() == pytest.approx(evidence.cost)


def test_the_log_loss_is_that_of_the_probabilities(judged):
    evidence = cross_fit(*judged, COSTS)
    expected = log_loss(judged[1], evidence.default_probability)
    assert evidence.client_losses.mean() == pytest.approx(expected)


def test_hindsight_is_never_dearer_and_needs_no_calibration(judged):
    margins, defaulted, _ = judged
    hindsight = cost_in_hindsight(margins, defaulted, COSTS)
    assert hindsight <= cross_fit(*judged, COSTS).cost
    assert cost_in_hindsight(np.exp(margins), defaulted, COSTS) == hindsight


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_preprocessing_and_fitting_see_nothing_of_the_judged_fold(clients, load, candidate):
    training = load(clients).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    mine = fold_of == 1

    def out_of_fold() -> np.ndarray:
        # Given, as the other hyper-parameters: how many trees are best, the judged fold tells.
        parameters = candidate.kind.settle(candidate.defaults, 20)
        return Contest(training, fold_of, COSTS, 0).judge(candidate, parameters).margins

    before = out_of_fold()
    # Other outcomes, and half of the fold's clients made extreme: the others must not notice.
    half = mine & (np.cumsum(mine) % 2 == 0)
    training.features.loc[half, "income"] = 1e9
    training.defaulted[mine] = 1 - training.defaulted[mine]
    after = out_of_fold()
    assert np.array_equal(after[mine & ~half], before[mine & ~half])


def test_permuted_outcomes_of_a_fold_leave_the_model_that_is_judged_on_it_and_move_its_threshold(
    clients, load
):
    training = load(clients).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    mine = fold_of == 1
    candidate = next(one for one in CANDIDATES if one.name == "lightgbm")
    parameters = candidate.kind.settle(candidate.defaults, 20)

    def judged(defaulted: np.ndarray) -> CrossFitted:
        contest = Contest(replace(training, defaulted=defaulted), fold_of, COSTS, 0)
        return contest.judge(candidate, parameters)

    permuted = training.defaulted.copy()
    permuted[mine] = np.random.default_rng(0).permutation(permuted[mine])
    before, after = judged(training.defaulted), judged(permuted)
    # Free of the fold's outcomes, to the last bit: its margins.
    assert np.array_equal(after.margins[mine], before.margins[mine])
    # Not free of them: its threshold and its probabilities, through the margins of the others.
    assert not np.array_equal(after.margins[~mine], before.margins[~mine])
    assert not np.array_equal(after.threshold[mine], before.threshold[mine])
    assert not np.array_equal(after.default_probability[mine], before.default_probability[mine])
