"""Whether the probabilities mean what they say."""

import numpy as np
import pytest

from lib.training.evidence.reliability import expected_calibration_error, reliability, wilson


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
