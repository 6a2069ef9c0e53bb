"""Two ways to decide about the same clients."""

import numpy as np
import pytest

from lib.decision import CostMatrix, InvalidInput, cost_difference
from lib.decision.difference import mean_interval

COSTS = CostMatrix(10, 1)


@pytest.fixture
def defaulted() -> np.ndarray:
    return np.random.default_rng(0).random(5_000) < 0.1


def test_the_same_decisions_differ_by_nothing(defaulted):
    told = cost_difference(defaulted, ~defaulted, ~defaulted, COSTS)
    assert (told.difference, told.low, told.high) == (0, 0, 0)
    assert not told.surely_lower


def test_right_decisions_surely_cost_less_than_refusing_all(defaulted):
    told = cost_difference(defaulted, defaulted, np.ones_like(defaulted), COSTS)
    assert told.cost == 0
    assert told.difference == pytest.approx(-(~defaulted).mean())
    assert told.low < told.difference < told.high < 0
    assert told.surely_lower


def test_the_other_way_round_the_interval_is_mirrored(defaulted):
    random = np.random.default_rng(1)
    one, other = random.random((2, len(defaulted))) < 0.5
    forth = cost_difference(defaulted, one, other, COSTS)
    back = cost_difference(defaulted, other, one, COSTS)
    assert forth.difference == pytest.approx(-back.difference)
    assert forth.low == pytest.approx(-back.high, abs=0.01)


def test_pairing_cancels_what_both_get_wrong(defaulted):
    # Both grant all but to the first ten clients, whom one of them refuses.
    granting = np.zeros_like(defaulted)
    nearly = granting.copy()
    nearly[np.flatnonzero(~defaulted)[:10]] = True
    told = cost_difference(defaulted, granting, nearly, COSTS)
    assert told.difference == pytest.approx(-10 / len(defaulted))
    assert told.surely_lower


def test_the_interval_is_the_bootstraps_own():
    values = np.random.default_rng(2).choice([0.0, 1.0, 10.0], 400, p=[0.7, 0.2, 0.1])
    random = np.random.default_rng(3)
    means = [random.choice(values, len(values)).mean() for _ in range(4_000)]
    assert mean_interval(values) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.03)


def test_decisions_about_other_clients_are_refused(defaulted):
    with pytest.raises(InvalidInput, match="one decision"):
        cost_difference(defaulted, defaulted, defaulted[1:], COSTS)
