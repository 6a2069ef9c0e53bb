"""Contributions as percentage points: shares of the change that need no order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.scoring.models import sigmoid
from lib.scoring.points import points_per_log_odds

log_odds = st.floats(-30, 30)


@given(log_odds, st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_points_add_up_to_the_change_of_the_probability(
    base: float, contributions: list[float]
) -> None:
    end = np.array([base + sum(contributions)])
    points = np.array(contributions) * points_per_log_odds(base, end)
    change = 100 * (sigmoid(end)[0] - sigmoid(np.array(base)))
    assert points.sum() == pytest.approx(change, abs=1e-9)


@given(log_odds, st.floats(-5, 5))
def test_they_are_the_mean_slope_on_the_straight_way(base: float, distance: float) -> None:
    # The definition by Aumann and Shapley, by Gauss-Legendre quadrature on 40 nodes.
    nodes, weights = np.polynomial.legendre.leggauss(40)
    on_the_way = sigmoid(base + distance * (nodes + 1) / 2)
    slope = 100 * (weights / 2 * on_the_way * (1 - on_the_way)).sum()
    given_slope = points_per_log_odds(base, np.array([base + distance]))[0]
    assert given_slope == pytest.approx(slope, rel=1e-6, abs=1e-12)


def test_where_nothing_changes_they_are_the_slope_itself() -> None:
    assert points_per_log_odds(-2.0, np.array([-2.0]))[0] == pytest.approx(
        100 * sigmoid(np.array(-2.0)) * (1 - sigmoid(np.array(-2.0)))
    )


@pytest.mark.parametrize("distance", [1e-300, 1e-15, 1e-12, 1e-8, 1e-4])
@pytest.mark.parametrize("side", [-1, 1])
def test_next_to_the_base_they_keep_every_digit(distance: float, side: int) -> None:
    there = points_per_log_odds(-2.0, np.array([-2.0]))[0]
    near = points_per_log_odds(-2.0, np.array([-2.0 + side * distance]))[0]
    assert near == pytest.approx(there, rel=max(distance, 1e-12))


def test_far_ends_are_finite() -> None:
    far = np.array([-1e4, -800.0, 800.0, 1e4])
    points = points_per_log_odds(0.0, far)
    assert points * far == pytest.approx([-50.0, -50.0, 50.0, 50.0])
    assert np.isfinite(points_per_log_odds(-800.0, far)).all()
