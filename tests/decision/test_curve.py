"""Business cost as a function of the threshold: at every probability, or at edges of bins."""

from math import inf, nan, nextafter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.naive_bayes import GaussianNB

from lib.decision import (
    CostMatrix,
    InvalidInput,
    binned_costs,
    business_cost,
    cost_curve,
    refuses,
)

SMALLEST = 5e-324
COSTS = CostMatrix(10, 1)
EDGES = np.linspace(0, 1, 21)

# Few distinct values, so that ties are common; the ends, and neighbours without a middle.
probability = st.one_of(
    st.sampled_from([0.0, SMALLEST, 2 * SMALLEST, 0.25, nextafter(0.25, 1), 0.5, 1.0]),
    st.floats(0, 1),
)
clients = st.lists(st.tuples(st.integers(0, 1), probability), min_size=1, max_size=30)
# Whole numbers add up without rounding, so that equal costs are equal.
price = st.integers(1, 20)


@given(clients, price, price)
def test_every_cost_is_that_of_deciding_client_by_client(clients, missed_default, refused_good):
    defaulted, probabilities = zip(*clients, strict=True)
    costs = CostMatrix(missed_default, refused_good)
    curve = cost_curve(defaulted, probabilities, costs)
    for threshold, cost in zip(curve.thresholds, curve.costs, strict=True):
        decided = business_cost(defaulted, refuses(probabilities, threshold), costs)
        assert cost == pytest.approx(decided)


@given(clients, price, price)
def test_no_threshold_costs_less_than_the_best(clients, missed_default, refused_good):
    defaulted, probabilities = zip(*clients, strict=True)
    costs = CostMatrix(missed_default, refused_good)
    best = cost_curve(defaulted, probabilities, costs).best_cost
    for threshold in [*probabilities, inf]:
        decided = business_cost(defaulted, refuses(probabilities, threshold), costs)
        assert best <= decided + 1e-12


@given(clients, price, price)
def test_deciding_at_the_best_threshold_gives_the_best_cost(clients, missed_default, refused_good):
    defaulted, probabilities = zip(*clients, strict=True)
    if 1.0 in probabilities:  # no threshold in [0, 1] grants a client of probability 1
        return
    costs = CostMatrix(missed_default, refused_good)
    curve = cost_curve(defaulted, probabilities, costs)
    assert 0 <= curve.best_threshold <= 1
    decided = business_cost(defaulted, refuses(probabilities, curve.best_threshold), costs)
    assert decided == pytest.approx(curve.best_cost)


@given(clients, st.floats(0, 1))
def test_the_cost_at_any_threshold_is_on_the_curve(clients, threshold):
    defaulted, probabilities = zip(*clients, strict=True)
    costs = CostMatrix(10, 1)
    decided = business_cost(defaulted, refuses(probabilities, threshold), costs)
    assert cost_curve(defaulted, probabilities, costs).cost_at(threshold) == pytest.approx(decided)


def test_where_everybody_defaults_everybody_is_refused():
    curve = cost_curve([1, 1], [0.2, 0.3], CostMatrix())
    assert curve.best_cost == 0
    assert refuses([0.2, 0.3], curve.best_threshold).all()


def test_where_everybody_repays_nobody_is_refused():
    curve = cost_curve([0, 0], [0.2, 0.3], CostMatrix())
    assert curve.best_cost == 0
    assert curve.best_threshold == 1
    assert not refuses([0.2, 0.3], curve.best_threshold).any()


def test_the_ends_of_the_curve_refuse_all_and_none():
    curve = cost_curve([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.4], CostMatrix(10, 1))
    assert curve.costs[0] == 3 / 4
    assert curve.costs[-1] == 10 / 4
    assert curve.thresholds[-1] == inf


def test_of_equal_costs_the_threshold_that_refuses_fewest_wins():
    # Refusing both costs 1 refused good client, refusing one costs 1 missed default: the same.
    curve = cost_curve([1, 0], [0.2, 0.6], CostMatrix(1, 1))
    assert curve.costs.tolist() == [0.5, 1.0, 0.5]
    assert curve.best_threshold == 1


def test_clients_of_equal_probability_are_decided_together():
    curve = cost_curve([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], CostMatrix(10, 1))
    assert curve.thresholds.tolist() == [0.3, inf]


def test_the_best_threshold_lies_in_the_middle_of_its_gap():
    curve = cost_curve([0, 1], [0.2, 0.4], CostMatrix())
    assert curve.best_threshold == pytest.approx(0.3)


@pytest.mark.parametrize("lower", [0.0, SMALLEST, 0.25, nextafter(1, 0)])
def test_neighbouring_floats_are_still_told_apart(lower):
    upper = nextafter(lower, 2)
    threshold = cost_curve([0, 1], [lower, upper], CostMatrix()).best_threshold
    assert refuses([lower, upper], threshold).tolist() == [False, True]


def test_it_agrees_with_scikit_learn_on_the_same_scorer():
    random = np.random.default_rng(0)
    outcome = (random.random(400) < 0.2).astype(int)
    features = random.normal(size=(400, 2)) + outcome[:, None]
    costs = CostMatrix(10, 1)

    def saved(defaulted, refused):
        _, refused_good, missed, _ = confusion_matrix(defaulted, refused, labels=[0, 1]).ravel()
        return -(costs.missed_default * missed + costs.refused_good * refused_good) / len(defaulted)

    classifier = GaussianNB().fit(features, outcome)
    probabilities = classifier.predict_proba(features)[:, 1]
    theirs = TunedThresholdClassifierCV(
        classifier, scoring=make_scorer(saved), cv="prefit", refit=False, thresholds=2000
    ).fit(features, outcome)
    curve = cost_curve(outcome, probabilities, costs)
    # Theirs looks at a grid of thresholds: it may miss the minimum, but not beat it.
    assert curve.best_cost <= -theirs.best_score_ + 1e-12
    assert curve.best_cost == pytest.approx(-theirs.best_score_, abs=0.005)
    assert curve.cost_at(theirs.best_threshold_) == pytest.approx(-theirs.best_score_)


@pytest.mark.parametrize("threshold", [-0.01, 1.01, nan, -inf])
def test_a_threshold_lies_in_zero_to_one(threshold):
    curve = cost_curve([0, 1], [0.2, 0.4], CostMatrix())
    with pytest.raises(InvalidInput, match=r"threshold .*: it lies in"):
        curve.cost_at(threshold)


@pytest.mark.parametrize(
    ("defaulted", "probabilities", "named"),
    [
        ([], [], "defaulted"),
        ([0, 3], [0.1, 0.2], "defaulted"),
        ([0, 1], [0.1], "1 probabilities for 2 outcomes"),
        ([0, 1], [0.1, 1.2], "default_probability"),
        ([0, 1], [0.1, -0.2], "default_probability"),
        ([0, 1], [0.1, nan], "default_probability"),
    ],
)
def test_bad_input_is_named(defaulted, probabilities, named):
    with pytest.raises(InvalidInput, match=named):
        cost_curve(defaulted, probabilities, CostMatrix())


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
