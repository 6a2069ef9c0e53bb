"""Business cost as a function of the threshold: at every probability, or at edges of bins."""

from math import inf, nan, nextafter

import numpy as np
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.naive_bayes import GaussianNB

from lib.decision import (
    ClientCosts,
    CostMatrix,
    InvalidInput,
    LenderTerms,
    binned_costs,
    business_cost,
    cost_curve,
    costs_at_edges,
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


# Whole amounts: see `price`.
with_amounts = st.lists(
    st.tuples(st.integers(0, 1), probability, st.integers(0, 50), st.integers(0, 50)),
    min_size=1,
    max_size=30,
)


@given(with_amounts)
def test_with_costs_by_client_every_cost_is_that_of_deciding_client_by_client(clients):
    defaulted, probabilities, missed_default, refused_good = zip(*clients, strict=True)
    costs = ClientCosts(missed_default, refused_good)
    curve = cost_curve(defaulted, probabilities, costs)
    for threshold, cost in zip(curve.thresholds, curve.costs, strict=True):
        decided = business_cost(defaulted, refuses(probabilities, threshold), costs)
        assert cost == pytest.approx(decided)
        assert curve.best_cost <= decided + 1e-12


@given(clients, price, price)
def test_one_cost_for_everybody_gives_the_curve_of_the_matrix(
    clients, missed_default, refused_good
):
    defaulted, probabilities = zip(*clients, strict=True)
    alike = ClientCosts(np.full(len(clients), missed_default), np.full(len(clients), refused_good))
    ours = cost_curve(defaulted, probabilities, CostMatrix(missed_default, refused_good))
    theirs = cost_curve(defaulted, probabilities, alike)
    assert theirs.costs.tolist() == ours.costs.tolist()
    assert theirs.best_threshold == ours.best_threshold


def test_a_large_credit_moves_the_threshold():
    defaulted, probabilities = [0, 1, 0], [0.1, 0.2, 0.3]
    alike, large = [100.0, 100.0, 100.0], [100.0, 100.0, 9000.0]
    terms = LenderTerms(loss_given_default=0.5, margin=0.05)
    refusing = cost_curve(defaulted, probabilities, terms.costs_of(alike))
    assert refusing.best_threshold == pytest.approx(0.15)
    assert refusing.best_cost == pytest.approx(0.05 * 100 / 3)
    # Refusing the last client would cost 450, missing the default costs 50.
    granting = cost_curve(defaulted, probabilities, terms.costs_of(large))
    assert granting.best_threshold == 1
    assert granting.best_cost == pytest.approx(0.5 * 100 / 3)


# The published example of scikit-learn, "Post-tuning the decision threshold for cost-sensitive
# learning": card payments, 1 is a fraud. A fraud that is refused gains 50, one that is accepted
# loses its amount; a legitimate payment that is refused loses 5, one that is accepted gains 2 %.
REFUSED_FRAUD, REFUSED_LEGITIMATE, SHARE_OF_LEGITIMATE = 50, -5, 0.02


def published_gain(fraud, refused, amount):
    """Gain of the example, decision by decision."""
    fraud, refused, amount = (np.asarray(each) for each in (fraud, refused, amount))
    of_fraud = np.where(refused == 1, REFUSED_FRAUD, -amount)
    of_legitimate = np.where(refused == 1, REFUSED_LEGITIMATE, SHARE_OF_LEGITIMATE * amount)
    return np.where(fraud == 1, of_fraud, of_legitimate).sum()


def payments(seed, count):
    """Payments in the example's form: few frauds, amounts over several orders of magnitude."""
    random = np.random.default_rng(seed)
    fraud = (random.random(count) < 0.05).astype(int)
    amount = random.lognormal(3.5 + 0.8 * fraud, 1.3)
    features = random.normal(size=(count, 3)) + 1.1 * fraud[:, None]
    return np.column_stack([features, np.log(amount)]), fraud, amount


def costs_and_best_gain(fraud, amount):
    """Give what wrong decisions lose against right ones, and what the right ones gain in all."""
    costs = ClientCosts(
        missed_default=REFUSED_FRAUD + amount,
        refused_good=SHARE_OF_LEGITIMATE * amount - REFUSED_LEGITIMATE,
    )
    return costs, published_gain(fraud, fraud, amount)


def our_gain(fraud, refused, amount):
    costs, best = costs_and_best_gain(fraud, amount)
    return best - len(fraud) * business_cost(fraud, refused, costs)


@pytest.mark.parametrize("seed", range(5))
def test_the_gain_by_amount_is_that_of_scikit_learns_example(seed):
    features, fraud, amount = payments(seed, 2_000)
    classifier = LogisticRegression().fit(features, fraud)
    decisions = [
        classifier.predict(features),
        np.zeros_like(fraud),
        np.ones_like(fraud),
        refuses(classifier.predict_proba(features)[:, 1], 0.02),
    ]
    for refused in decisions:
        published = published_gain(fraud, refused, amount)
        assert our_gain(fraud, refused, amount) == pytest.approx(published, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_no_tuned_threshold_of_scikit_learn_gains_more_by_amount(seed):
    features, fraud, amount = payments(seed, 2_000)
    classifier = LogisticRegression().fit(features, fraud)
    probabilities = classifier.predict_proba(features)[:, 1]
    costs, best_gain = costs_and_best_gain(fraud, amount)
    curve = cost_curve(fraud, probabilities, costs)
    ours = best_gain - len(fraud) * curve.best_cost
    at_ours = published_gain(fraud, refuses(probabilities, curve.best_threshold), amount)
    assert at_ours == pytest.approx(ours, rel=1e-9)
    with sklearn.config_context(enable_metadata_routing=True):
        tuned = TunedThresholdClassifierCV(
            classifier,
            scoring=make_scorer(published_gain).set_score_request(amount=True),
            cv="prefit",
            refit=False,
            thresholds=np.unique(probabilities),
        ).fit(features, fraud, amount=amount)
    # Asked for every threshold that makes a difference, theirs finds the same gain.
    assert tuned.best_score_ == pytest.approx(ours, rel=1e-9)
    with sklearn.config_context(enable_metadata_routing=True):
        on_a_grid = TunedThresholdClassifierCV(
            classifier,
            scoring=make_scorer(published_gain).set_score_request(amount=True),
            cv="prefit",
            refit=False,
        ).fit(features, fraud, amount=amount)
    assert on_a_grid.best_score_ <= ours + 1e-9 * abs(ours)


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


def test_what_bins_cost_adds_up_at_each_edge() -> None:
    total = costs_at_edges(np.array([0.5, 30.0, 7.0]), np.array([4.0, 2.0, 0.25]))
    assert total.tolist() == [6.25, 2.75, 30.75, 37.5]
