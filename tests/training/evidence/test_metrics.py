"""The figures of the report."""

import numpy as np
import pytest
from sklearn import metrics as theirs

from lib.decision import CostMatrix, business_cost
from lib.training.evidence.metrics import Judged, intervals, metrics

COSTS = CostMatrix(10, 1)


@pytest.fixture
def judged() -> Judged:
    random = np.random.default_rng(0)
    defaulted = random.random(500) < 0.15
    probability = np.clip(random.beta(1, 5, 500) + 0.15 * defaulted, 0, 1).round(2)  # with ties
    return Judged.at(defaulted, probability, 0.22)


def test_they_agree_with_scikit_learn(judged):
    figures = metrics(judged, COSTS)
    outcome, probability, refused = judged.defaulted, judged.default_probability, judged.refused
    false_alarms, caught, _ = theirs.roc_curve(outcome, probability)
    expected = {
        "auc": theirs.roc_auc_score(outcome, probability),
        "average_precision": theirs.average_precision_score(outcome, probability),
        "brier": theirs.brier_score_loss(outcome, probability),
        "ks": np.max(caught - false_alarms),
        "accuracy": theirs.accuracy_score(outcome, refused),
        "recall": theirs.recall_score(outcome, refused),
        "precision": theirs.precision_score(outcome, refused),
        "f2": theirs.fbeta_score(outcome, refused, beta=2),
        "grant_rate": 1 - refused.mean(),
    }
    assert {name: figures[name] for name in expected} == pytest.approx(expected)


def test_costs_are_those_of_the_decision_stage(judged):
    figures = metrics(judged, COSTS)
    outcome = judged.defaulted
    assert figures["business_cost"] == pytest.approx(business_cost(outcome, judged.refused, COSTS))
    everybody = np.ones(len(outcome), dtype=bool)
    refusing = business_cost(outcome, everybody, COSTS)
    granting = business_cost(outcome, ~everybody, COSTS)
    at_half = business_cost(outcome, judged.default_probability >= 0.5, COSTS)
    assert figures["business_cost_refusing_all"] == pytest.approx(refusing)
    assert figures["business_cost_granting_all"] == pytest.approx(granting)
    assert figures["business_cost_at_half"] == pytest.approx(at_half)


def test_a_weight_counts_a_client_several_times(judged):
    weights = np.random.default_rng(1).integers(0, 4, len(judged.defaulted))
    repeated = Judged(
        np.repeat(judged.defaulted, weights),
        np.repeat(judged.default_probability, weights),
        np.repeat(judged.refused, weights),
    )
    assert metrics(judged, COSTS, weights.astype(float)) == pytest.approx(metrics(repeated, COSTS))


def test_who_refuses_nobody_has_no_precision():
    figures = metrics(Judged.at([0, 1], [0.1, 0.2], 0.9), COSTS)
    assert (figures["precision"], figures["recall"], figures["f2"]) == (0, 0, 0)


def test_each_interval_holds_its_figure(judged):
    ends = intervals(judged, COSTS, seed=0)
    for name, value in metrics(judged, COSTS).items():
        assert ends[name][0] <= value <= ends[name][1]


def test_the_same_seed_gives_the_same_intervals(judged):
    once, again = (intervals(judged, COSTS, seed=3, repetitions=50) for _ in range(2))
    assert once == again


def test_the_interval_of_the_cost_is_as_wide_as_theory_says(judged):
    # A mean of independent costs: its standard error is known.
    missed = (judged.defaulted == 1) & ~judged.refused
    refused_good = (judged.defaulted == 0) & judged.refused
    cost = np.where(missed, 10.0, np.where(refused_good, 1.0, 0.0))
    expected = 2 * 1.96 * cost.std() / np.sqrt(len(cost))
    low, high = intervals(judged, COSTS, seed=0, repetitions=2000)["business_cost"]
    assert high - low == pytest.approx(expected, rel=0.1)
