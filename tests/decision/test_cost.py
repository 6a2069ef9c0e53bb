"""What wrong decisions cost, and whether one way to decide costs less than another."""

from math import inf, nan

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from lib.decision import (
    ClientCosts,
    CostMatrix,
    InvalidInput,
    LenderTerms,
    business_cost,
    client_costs,
    cost_difference,
    mean_interval,
)

COSTS = CostMatrix(10, 1)


class Card(BaseModel):
    """A model with a cost matrix as a field, as the model card is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    costs: CostMatrix


def test_ten_to_one_by_default():
    assert CostMatrix() == CostMatrix(missed_default=10, refused_good=1)


@pytest.mark.parametrize("cost", [0, -1, inf, nan, "3", None])
@pytest.mark.parametrize("name", ["missed_default", "refused_good"])
def test_a_cost_is_positive_and_finite(name, cost):
    with pytest.raises(InvalidInput, match=f"{name} {cost}.*above 0"):
        CostMatrix(**{name: cost})


@pytest.mark.parametrize("costs", [CostMatrix(3.5, 0.7), CostMatrix(1, 1000)])
def test_a_cost_matrix_is_a_field_of_a_pydantic_model(costs):
    card = Card(costs=costs)
    assert Card.model_validate_json(card.model_dump_json()) == card
    assert Card.model_validate(card.model_dump()).costs == costs


@pytest.mark.parametrize(
    ("costs", "named"),
    [
        ({"missed_default": 10, "refused_good": 0}, "refused_good 0.0: a cost is finite"),
        ({"missed_default": "inf", "refused_good": 1}, "missed_default inf: a cost is finite"),
        ({"missed_default": 10, "refused_good": None}, "refused_good"),
        ({"missed_default": 10, "refused_good": 1, "fee": 2}, "fee"),
    ],
)
def test_a_pydantic_model_names_what_is_wrong_with_its_costs(costs, named):
    with pytest.raises(ValidationError, match=named):
        Card.model_validate({"costs": costs})


def test_equal_costs_refuse_from_one_half():
    assert CostMatrix(3, 3).optimal_threshold == 0.5


@pytest.mark.parametrize("unit", [0.01, 1, 250])
def test_the_optimal_threshold_does_not_depend_on_the_unit_of_the_costs(unit):
    costs = CostMatrix(10 * unit, unit)
    assert costs.optimal_threshold == pytest.approx(1 / 11)
    # At the optimal threshold, granting and refusing have the same expected cost.
    grant = costs.optimal_threshold * costs.missed_default
    assert grant == pytest.approx((1 - costs.optimal_threshold) * costs.refused_good)


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


@pytest.fixture
def defaulted() -> np.ndarray:
    return np.random.default_rng(0).random(5_000) < 0.1


def test_the_same_decisions_differ_by_nothing(defaulted):
    compared = cost_difference(defaulted, ~defaulted, ~defaulted, COSTS)
    assert (compared.difference, compared.low, compared.high) == (0, 0, 0)
    assert not compared.surely_lower


def test_right_decisions_surely_cost_less_than_refusing_all(defaulted):
    compared = cost_difference(defaulted, defaulted, np.ones_like(defaulted), COSTS)
    assert compared.cost == 0
    assert compared.difference == pytest.approx(-(~defaulted).mean())
    assert compared.low < compared.difference < compared.high < 0
    assert compared.surely_lower


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
    compared = cost_difference(defaulted, granting, nearly, COSTS)
    assert compared.difference == pytest.approx(-10 / len(defaulted))
    assert compared.surely_lower


def test_the_interval_is_the_bootstraps_own():
    values = np.random.default_rng(2).choice([0.0, 1.0, 10.0], 400, p=[0.7, 0.2, 0.1])
    random = np.random.default_rng(3)
    means = [random.choice(values, len(values)).mean() for _ in range(4_000)]
    assert mean_interval(values) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.03)


@pytest.mark.parametrize("seed", [0, 20180615, 2**32 - 1])
def test_any_seed_gives_the_same_interval_twice(defaulted, seed):
    granting = np.zeros_like(defaulted)
    compared = cost_difference(defaulted, defaulted, granting, COSTS, seed)
    assert compared == cost_difference(defaulted, defaulted, granting, COSTS, seed)
    assert compared.low < compared.difference < compared.high


def test_decisions_about_other_clients_are_refused(defaulted):
    with pytest.raises(InvalidInput, match="of the same clients"):
        cost_difference(defaulted, defaulted, defaulted[1:], COSTS)


def test_each_client_has_the_costs_of_the_own_credit():
    costs = ClientCosts([9000.0, 100.0, 60.0, 50.0], [900.0, 10.0, 6.0, 5.0])
    each = client_costs([1, 1, 0, 0], [False, True, True, False], costs)
    assert each.tolist() == [9000.0, 0.0, 6.0, 0.0]
    assert business_cost([1, 1, 0, 0], [False, True, True, False], costs) == 9006 / 4


def test_one_cost_for_everybody_is_that_of_the_matrix(defaulted):
    refused = np.random.default_rng(1).random(len(defaulted)) < 0.3
    alike = ClientCosts(np.full(len(defaulted), 10.0), np.full(len(defaulted), 1.0))
    assert (
        client_costs(defaulted, refused, alike) == client_costs(defaulted, refused, COSTS)
    ).all()
    assert cost_difference(defaulted, refused, ~refused, alike) == cost_difference(
        defaulted, refused, ~refused, COSTS
    )


def test_a_matrix_is_everybodys_and_client_costs_are_those_of_some():
    some = np.array([True, False, True])
    assert COSTS.only(some) == COSTS
    costs = ClientCosts([1.0, 2.0, 3.0], [0.1, 0.2, 0.3]).only(some)
    assert (costs.missed_default.tolist(), costs.refused_good.tolist()) == ([1.0, 3.0], [0.1, 0.3])
    by_position = ClientCosts([1.0, 2.0, 3.0], [0.1, 0.2, 0.3]).only(np.array([2, 0]))
    assert by_position.missed_default.tolist() == [3.0, 1.0]


@pytest.mark.parametrize(
    ("missed", "refused", "named"),
    [
        ([-1.0, 1.0], [1.0, 1.0], "missed_default -1.0: a cost is finite and not below 0"),
        ([1.0, 1.0], [1.0, nan], "refused_good nan: a cost is finite"),
        ([1.0], [1.0, 1.0], "1 costs of a missed default, 2 of a refused good client"),
    ],
)
def test_client_costs_that_make_no_sense_are_named(missed, refused, named):
    with pytest.raises(InvalidInput, match=named):
        ClientCosts(missed, refused)


def test_costs_of_other_clients_are_refused():
    with pytest.raises(InvalidInput, match="3 costs for 2 outcomes"):
        business_cost([0, 1], [True, True], ClientCosts([1.0] * 3, [1.0] * 3))


def test_the_lenders_terms_are_shares_of_the_credit():
    costs = LenderTerms(loss_given_default=0.5, margin=0.04).costs_of([1000.0, 0.0, 250.0])
    assert costs.missed_default.tolist() == [500.0, 0.0, 125.0]
    assert costs.refused_good == pytest.approx([40.0, 0.0, 10.0])


def test_by_default_the_terms_are_ten_to_one_for_a_client_of_any_amount():
    usual = LenderTerms().costs_of([1000.0, 70.0]).matrix
    assert usual.missed_default / usual.refused_good == pytest.approx(10)
    assert LenderTerms(0.5, 0.25).costs_of([8.0]).matrix == CostMatrix(2.0, 1.0)
    assert LenderTerms(1, 1).costs_of([8.0, 2.0]).matrix == CostMatrix(1.0, 1.0)


def test_the_costs_of_the_mean_client_are_a_matrix():
    assert ClientCosts([6.0, 0.0], [1.0, 2.0]).matrix == CostMatrix(2.0, 1.0)
    assert COSTS.matrix is COSTS
    with pytest.raises(InvalidInput, match="missed_default"):
        _ = ClientCosts([6.0], [0.0]).matrix


def test_relative_costs_are_in_refused_good_clients_of_the_mean_amount():
    costs = LenderTerms(0.6, 0.06).relative_costs_of([1000.0, 2000.0, 6000.0])
    assert costs.refused_good == pytest.approx([1 / 3, 2 / 3, 2])
    assert costs.refused_good.mean() == pytest.approx(1)
    assert costs.missed_default == pytest.approx(10 * costs.refused_good)


@pytest.mark.parametrize("amounts", [[0.0, 0.0], [nan, nan], [], [1.0, nan], [2.0, -1.0]])
def test_relative_costs_need_every_amount(amounts):
    with pytest.raises(InvalidInput, match=r"amounts of \d credits"):
        LenderTerms().relative_costs_of(amounts)


@pytest.mark.parametrize("share", [0, -0.1, 1.01, nan, inf, "0.5", None])
@pytest.mark.parametrize("name", ["loss_given_default", "margin"])
def test_terms_are_shares(name, share):
    with pytest.raises(InvalidInput, match=f"{name} {share}: it is a share of the credit amount"):
        LenderTerms(**{name: share})


@pytest.mark.parametrize("amount", [nan, inf, -1.0])
def test_an_amount_that_is_none_is_refused(amount):
    with pytest.raises(InvalidInput, match="amounts of 2 credits"):
        LenderTerms().costs_of([1.0, amount, amount])


def test_the_interval_of_many_values_is_the_bootstraps_own_too():
    random = np.random.default_rng(4)
    values = random.lognormal(10, 1, 3_000) * (random.random(3_000) < 0.3)
    means = [random.choice(values, len(values)).mean() for _ in range(4_000)]
    width = np.diff(np.quantile(means, [0.025, 0.975]))[0]
    low, high = mean_interval(values)
    assert (low, high) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.1 * width)
    assert mean_interval(values) == (low, high)
