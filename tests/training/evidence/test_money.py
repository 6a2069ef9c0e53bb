"""What decisions about the test clients cost in the lender's currency."""

from dataclasses import replace

import numpy as np
import pytest

from lib.decision import LenderTerms, refuses
from lib.training.evidence.money import money

TERMS = LenderTerms(loss_given_default=0.5, margin=0.04)


def with_amounts(selection, amounts):
    test = replace(selection.data.test, amounts=amounts)
    return replace(selection, data=replace(selection.data, test=test))


@pytest.fixture(scope="module")
def amounts(selection):
    return np.random.default_rng(1).lognormal(12, 0.6, len(selection.data.test))


@pytest.fixture(scope="module")
def told(selection, amounts):
    return money(with_amounts(selection, amounts), TERMS, "EUR")


def of(told, way):
    return next(one for one in told.ways if one.way == way)


def test_each_way_costs_what_its_wrong_decisions_lose(told, selection, amounts):
    defaulted = selection.data.test.defaulted == 1
    refused = refuses(selection.test_set["default_probability"], selection.threshold)
    lost, missed_margin = 0.5 * amounts, 0.04 * amounts
    by_hand = {
        "scorer": lost[defaulted & ~refused].sum() + missed_margin[~defaulted & refused].sum(),
        "granting_all": lost[defaulted].sum(),
        "refusing_all": missed_margin[~defaulted].sum(),
    }
    assert [one.way for one in told.ways] == list(by_hand)
    total = {one.way: one.per_client * told.clients for one in told.ways}
    assert total == pytest.approx(by_hand)


def test_the_terms_the_currency_and_the_clients_are_told(told, selection, amounts):
    assert (told.terms, told.currency) == (TERMS, "EUR")
    assert told.clients == len(selection.data.test)
    assert told.mean_amount == pytest.approx(amounts.mean())


def test_every_figure_lies_in_its_interval(told):
    for one in told.ways:
        assert one.low < one.per_client < one.high
        assert one.difference_low <= one.difference <= one.difference_high


def test_the_difference_is_the_scorers_cost_less_the_other(told):
    scorer = of(told, "scorer")
    assert (scorer.difference, scorer.difference_low, scorer.difference_high) == (0, 0, 0)
    for one in told.ways:
        assert one.difference + one.per_client == pytest.approx(scorer.per_client)


def test_the_interval_is_that_of_drawing_clients_again(told, selection, amounts):
    lost = 0.5 * amounts * selection.data.test.defaulted
    random = np.random.default_rng(2)
    means = [random.choice(lost, len(lost)).mean() for _ in range(4_000)]
    low, high = np.quantile(means, [0.025, 0.975])
    granting = of(told, "granting_all")
    assert (granting.low, granting.high) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_equal_amounts_cost_as_the_ratio_says(selection):
    alike = np.full(len(selection.data.test), 1000.0)
    told = money(with_amounts(selection, alike), LenderTerms(0.6, 0.06), "EUR")
    # Ten to one, in units of 60.
    in_units = of(told, "scorer").per_client / 60
    assert in_units == pytest.approx(selection.metrics["business_cost"])


def test_clients_whose_amount_is_not_known_are_left_out(selection, amounts):
    gaps = amounts.copy()
    gaps[:50] = np.nan
    told = money(with_amounts(selection, gaps), TERMS, "EUR")
    assert told.clients == len(amounts) - 50
    lost = 0.5 * amounts * selection.data.test.defaulted
    assert of(told, "granting_all").per_client == pytest.approx(lost[50:].mean())


@pytest.mark.parametrize("known", [None, np.nan])
def test_without_any_amount_nothing_is_told(selection, known):
    amounts = None if known is None else np.full(len(selection.data.test), known)
    assert money(with_amounts(selection, amounts), TERMS, "EUR") is None
