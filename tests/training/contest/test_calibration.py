"""From margins to probabilities that mean what they say."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lib.decision import InvalidInput
from lib.scoring.models import Calibration
from lib.training.contest.calibration import calibrate


def drawn(clients: int = 5000) -> tuple[np.ndarray, np.ndarray]:
    """Margins whose true log-odds are 0.5 · margin - 2."""
    random = np.random.default_rng(0)
    margins = random.normal(2, 3, clients)
    return margins, (random.random(clients) < expit(0.5 * margins - 2)).astype(int)


def test_the_sigmoid_that_made_the_outcomes_is_found():
    calibration = calibrate(*drawn(100_000))
    assert calibration.slope == pytest.approx(0.5, abs=0.02)
    assert calibration.intercept == pytest.approx(-2, abs=0.05)


def test_it_is_nearly_an_unpenalised_logistic_regression():
    margins, defaulted = drawn()
    theirs = LogisticRegression(C=np.inf).fit(margins[:, None], defaulted)
    ours = calibrate(margins, defaulted)
    # Platt's softened targets differ from 0 and 1 by one client in the number of clients.
    assert ours.slope == pytest.approx(theirs.coef_[0, 0], rel=0.01)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], rel=0.01)


def test_the_mean_probability_is_the_default_rate():
    margins, defaulted = drawn()
    mean = calibrate(margins, defaulted).probabilities(margins).mean()
    assert mean == pytest.approx(defaulted.mean(), abs=0.001)


def test_it_does_not_matter_in_which_unit_a_margin_is():
    margins, defaulted = drawn()
    once = calibrate(margins, defaulted).probabilities(margins)
    scaled = calibrate(1e6 * margins + 77, defaulted).probabilities(1e6 * margins + 77)
    assert scaled == pytest.approx(once, abs=1e-6)


def test_constant_margins_carry_the_base_rate():
    calibration = calibrate([3.0] * 10, [1] + [0] * 9)
    assert calibration.slope == 1
    assert calibration.probabilities(np.array([3.0])) == pytest.approx([0.1])


def test_margins_that_separate_perfectly_keep_a_finite_slope():
    calibration = calibrate(np.arange(100.0), np.arange(100) >= 90)
    assert np.isfinite(calibration.slope)
    assert 0 < calibration.probabilities(np.array([0.0]))[0] < 0.05
    assert 0.5 < calibration.probabilities(np.array([99.0]))[0] < 1


def test_margins_that_tell_it_backwards_tell_nothing():
    margins, defaulted = drawn()
    calibration = calibrate(-margins, defaulted)
    assert calibration.slope == 0
    assert calibration.probabilities(np.array([-9.0, 9.0])) == pytest.approx(
        defaulted.mean(), abs=0.001
    )


def test_log_odds_are_linear_in_the_margin():
    assert Calibration(2.0, -1.0).log_odds(np.array([0.0, 1.0, 2.0])).tolist() == [-1, 1, 3]


def test_one_outcome_only_is_an_error():
    with pytest.raises(InvalidInput, match="both outcomes"):
        calibrate([0.1, 0.2], [0, 0])


def test_an_infinite_margin_is_an_error():
    with pytest.raises(InvalidInput, match="margins"):
        calibrate([0.1, np.inf], [0, 1])
