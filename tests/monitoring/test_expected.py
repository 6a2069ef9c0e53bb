"""What is expected before outcomes is what they bring, under covariate shift too."""

from itertools import product

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from lib.decision import Z95, CostMatrix, InvalidInput, business_cost
from lib.monitoring.expected import expected_auc, expected_cost, risks_of
from lib.scoring.card import CalibrationLine
from tests.monitoring.shifts import covariate_shifts

COSTS = CostMatrix(10, 1)
EXACT = 1e-9
# Of a hundred, 93; more are drawn so that luck has little part in it.
SHIFTS, FEWEST_WITHIN = 400, 0.93


def test_the_cost_is_the_mean_over_all_that_may_come_of_it() -> None:
    probability = np.array([0.03, 0.2, 0.4, 0.07, 0.9])
    refused = probability >= COSTS.optimal_threshold
    outcomes = np.array(list(product([0, 1], repeat=5)))
    chances = np.where(outcomes, probability, 1 - probability).prod(axis=1)
    each = np.array([business_cost(outcome, refused, COSTS) for outcome in outcomes])
    mean, spread = chances @ each, chances @ (each - chances @ each) ** 2
    found = expected_cost(risks_of(probability, None), refused, COSTS)
    assert found.value == pytest.approx(mean, abs=EXACT)
    assert found.high - found.value == pytest.approx(Z95 * np.sqrt(spread), abs=EXACT)


def test_the_auc_is_the_weighted_one_of_scikit_learn() -> None:
    random = np.random.default_rng(3)
    probability = np.round(random.beta(1, 8, 400), 2)
    published = roc_auc_score(
        np.repeat([1, 0], 400),
        np.tile(probability, 2),
        sample_weight=np.concatenate([probability, 1 - probability]),
    )
    found = expected_auc(risks_of(probability, None), probability)
    assert found.value == pytest.approx(published, abs=EXACT)


def test_the_interval_of_the_auc_holds_as_often_as_it_says() -> None:
    random = np.random.default_rng(4)
    probability = random.beta(1, 8, 1_500)
    found = expected_auc(risks_of(probability, None), probability)
    came = [roc_auc_score(random.random(1_500) < probability, probability) for _ in range(400)]
    within = np.mean([found.low <= auc <= found.high for auc in came])
    assert within == pytest.approx(0.95, abs=0.03)


def test_an_unsure_calibration_widens_the_interval() -> None:
    probability = np.linspace(0.01, 0.4, 5_000)
    refused = probability >= COSTS.optimal_threshold
    exact = expected_cost(risks_of(probability, None), refused, COSTS)
    line = CalibrationLine(
        intercept=0.0, slope=1.0, intercept_variance=0.04, slope_variance=0.01, covariance=0.015
    )
    unsure = expected_cost(risks_of(probability, line), refused, COSTS)
    assert unsure.value == pytest.approx(exact.value, abs=EXACT)
    # How the cost moves with the line, by a small step of each coefficient.
    step = 1e-5
    moved = [
        expected_cost(risks_of(probability, line.model_copy(update=one)), refused, COSTS).value
        for one in ({"intercept": step}, {"slope": 1 + step})
    ]
    along = (np.array(moved) - exact.value) / step
    by_line = along @ np.array([[0.04, 0.015], [0.015, 0.01]]) @ along
    by_chance = ((exact.high - exact.value) / Z95) ** 2
    half = Z95 * np.sqrt(by_chance + by_line)
    assert unsure.high - unsure.value == pytest.approx(half, rel=1e-3)
    higher = risks_of(probability, line.model_copy(update={"intercept": 0.5})).probability
    assert higher == pytest.approx(expit(0.5 + np.log(probability / (1 - probability))))


def test_nobody_has_no_expected_cost() -> None:
    with pytest.raises(InvalidInput, match="at least one client"):
        risks_of([], None)


def test_realised_costs_of_covariate_shifts_lie_within_the_interval() -> None:
    shifts = covariate_shifts(SHIFTS, seed=15)
    assert np.mean([shift.within for shift in shifts]) >= FEWEST_WITHIN
    # They are shifts: costs differ widely, and what was expected at the development would not do.
    costs = np.array([shift.realised for shift in shifts])
    assert costs.max() > 1.5 * costs.min()
    assert np.mean([shift.development_within for shift in shifts]) < FEWEST_WITHIN
