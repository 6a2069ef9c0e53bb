"""Whether the probabilities mean what they say."""

import numpy as np
import pytest
from scipy.special import expit, logit

from lib.training.evidence import reliability as evidence
from lib.training.evidence.reliability import (
    calibration_of,
    expected_calibration_error,
    mean_distance,
    reliability,
    wilson,
)


def test_observed_rates_are_counted_in_groups_of_equal_size():
    table = reliability([0, 0, 0, 1, 1, 1], [0.1, 0.1, 0.1, 0.6, 0.7, 0.8], groups=2)
    assert table["clients"].tolist() == [3, 3]
    assert table["observed"].tolist() == [0, 1]
    assert table["predicted"].tolist() == pytest.approx([0.1, 0.7])
    assert ((table["lower"] <= table["observed"]) & (table["observed"] <= table["upper"])).all()


def test_an_interval_of_a_rate_ends_at_0_and_1():
    low, high = wilson([0.0, 1.0], [10, 10])
    assert (low[0], high[1]) == (0, 1)
    assert high[0] == pytest.approx(0.2775, abs=1e-4)  # as in Wilson's paper's form


def test_probabilities_that_are_true_have_nearly_no_calibration_error():
    random = np.random.default_rng(0)
    probability = random.random(50_000)
    outcome = random.random(50_000) < probability
    assert expected_calibration_error(outcome, probability) < 0.02
    assert expected_calibration_error(outcome, probability / 2) > 0.2


@pytest.fixture
def exact() -> tuple[np.ndarray, np.ndarray]:
    """Outcomes, and the very probabilities by which they were drawn."""
    random = np.random.default_rng(3)
    probability = expit(random.normal(-2.8, 1.1, 4000))
    return (random.random(4000) < probability).astype(int), probability


def test_probabilities_that_are_true_have_slope_1_and_the_distance_of_chance(exact):
    found = calibration_of(*exact, seed=0)
    assert found.slope_low < 1 < found.slope_high
    assert found.slope_low < found.slope < found.slope_high
    assert found.mean_distance < 0.01
    assert found.mean_distance_by_chance == pytest.approx(0.006, abs=0.002)
    # Ten groups of 400 are further off, however exact the probabilities.
    assert expected_calibration_error(*exact) > found.mean_distance


@pytest.mark.parametrize("times", [0.6, 1.7])
def test_log_odds_that_are_too_large_by_a_factor_have_a_slope_of_one_over_it(exact, times):
    defaulted, probability = exact
    found = calibration_of(defaulted, expit(times * logit(probability)), seed=0)
    true = calibration_of(defaulted, probability, seed=0)
    assert found.slope == pytest.approx(true.slope / times)
    assert found.slope_high - found.slope_low == pytest.approx(
        (true.slope_high - true.slope_low) / times
    )
    assert not found.slope_low < 1 < found.slope_high


def test_the_distance_is_that_of_a_bend_that_no_slope_tells():
    random = np.random.default_rng(4)
    told = expit(random.normal(-2, 1, 200_000))
    truth = expit(logit(told) - 0.3 * (logit(told) + 2) ** 2 + 0.3)
    defaulted = (random.random(len(told)) < truth).astype(int)
    assert mean_distance(defaulted, told) == pytest.approx(np.abs(told - truth).mean(), abs=0.005)


def test_an_interval_of_a_slope_covers_it_as_often_as_it_says(monkeypatch):
    random = np.random.default_rng(5)
    probability = expit(random.normal(-2.5, 1, 1500))
    monkeypatch.setattr(evidence, "DRAWS", 1)
    drawn = ((random.random(1500) < probability).astype(int) for _ in range(200))
    found = [calibration_of(one, probability, seed=0) for one in drawn]
    covers = [one.slope_low < 1 < one.slope_high for one in found]
    assert np.mean(covers) == pytest.approx(0.95, abs=0.04)


def test_the_same_probability_for_all_has_no_slope_and_its_distance_from_the_rate():
    found = calibration_of([0, 0, 0, 1], [0.5] * 4, seed=0)
    assert found.slope is None
    assert found.slope_low is None
    assert found.mean_distance == 0.25


def test_certain_probabilities_have_finite_figures():
    found = calibration_of([0, 1, 0, 1], [0.0, 1.0, 0.3, 0.3], seed=0)
    assert np.isfinite(found.slope)
