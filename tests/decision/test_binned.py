"""Cost from counts in bins: the same as from single clients, at the edges between bins."""

import numpy as np
import pytest

from lib.decision import CostMatrix, InvalidInput, binned_costs, cost_curve

COSTS = CostMatrix(10, 1)
EDGES = np.linspace(0, 1, 21)


def test_counted_outcomes_cost_what_the_cost_curve_says_at_each_edge() -> None:
    random = np.random.default_rng(3)
    probability = random.beta(1, 6, 5_000)
    defaulted = random.random(5_000) < probability
    defaults, _ = np.histogram(probability[defaulted], EDGES)
    goods, _ = np.histogram(probability[~defaulted], EDGES)
    curve = cost_curve(defaulted, probability, COSTS)
    expected = [curve.cost_at(edge) for edge in EDGES]
    assert binned_costs(defaults, goods, COSTS) == pytest.approx(expected)


def test_expected_cost_is_lowest_at_the_optimal_threshold_of_calibrated_probabilities() -> None:
    edges = np.arange(0, 111) / 110  # 1/11 is one of them
    middle = (edges[:-1] + edges[1:]) / 2
    expected = binned_costs(middle, 1 - middle, COSTS)
    assert edges[np.argmin(expected)] == pytest.approx(COSTS.optimal_threshold)


@pytest.mark.parametrize(
    ("defaults", "goods"), [([1], [1, 2]), ([], []), ([0, 0], [0, 0]), ([-1, 3], [1, 1])]
)
def test_counts_that_make_no_sense_are_named(defaults: list[int], goods: list[int]) -> None:
    with pytest.raises(InvalidInput, match="bins"):
        binned_costs(defaults, goods, COSTS)
