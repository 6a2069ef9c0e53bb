"""What wrong decisions cost."""

from math import inf, nan

import numpy as np
import pytest

from lib.decision import CostMatrix, InvalidInput, business_cost, client_costs


def test_ten_to_one_by_default():
    assert CostMatrix() == CostMatrix(missed_default=10, refused_good=1)


@pytest.mark.parametrize("cost", [0, -1, inf, nan])
@pytest.mark.parametrize("name", ["missed_default", "refused_good"])
def test_a_cost_is_positive_and_finite(name, cost):
    with pytest.raises(InvalidInput, match=f"{name} {cost}.*above 0"):
        CostMatrix(**{name: cost})


def test_equal_costs_refuse_from_one_half():
    assert CostMatrix(3, 3).optimal_threshold == 0.5


def test_right_decisions_cost_nothing():
    assert business_cost([0, 1, 0], [False, True, False], CostMatrix(10, 1)) == 0


def test_each_wrong_decision_costs_its_price():
    missed, refused_good = [[1], [False]], [[0], [True]]
    assert business_cost(*missed, CostMatrix(7, 2)) == 7
    assert business_cost(*refused_good, CostMatrix(7, 2)) == 2


def test_the_cost_is_a_mean_over_clients():
    once = business_cost([1, 0, 0], [False, True, False], CostMatrix(10, 1))
    assert once == pytest.approx(11 / 3)
    assert business_cost([1, 0, 0] * 5, [False, True, False] * 5, CostMatrix(10, 1)) == once


@pytest.mark.parametrize(
    ("defaulted", "refused", "named"),
    [
        ([], [], "defaulted"),
        ([0, 2], [True, True], "defaulted"),
        ([0, nan], [True, True], "defaulted"),
        ([[0, 1]], [[True, True]], "defaulted"),
        ([0, 1], [True], "1 decisions for 2 outcomes"),
    ],
)
def test_bad_input_is_named(defaulted, refused, named):
    with pytest.raises(InvalidInput, match=named):
        business_cost(defaulted, refused, CostMatrix())


def test_booleans_and_floats_are_outcomes_too():
    for outcomes in ([True, False], [1.0, 0.0], np.array([1, 0], dtype=np.int8)):
        assert business_cost(outcomes, [False, False], CostMatrix(10, 1)) == 5


def test_what_each_decision_costs_adds_up_to_the_business_cost():
    each = client_costs([1, 1, 0, 0], [False, True, True, False], CostMatrix(7, 2))
    assert each.tolist() == [7.0, 0.0, 2.0, 0.0]
    assert each.mean() == business_cost([1, 1, 0, 0], [False, True, True, False], CostMatrix(7, 2))
    with pytest.raises(InvalidInput, match="2 decisions for 1 outcomes"):
        client_costs([1], [True, False], CostMatrix())
