"""The blend of boosted trees and a logistic regression competes, is packaged, stored and served."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lib.decision import CostMatrix
from lib.scoring.card import ModelCard
from lib.scoring.models import BlendModel, Weights
from lib.scoring.scorer import Scorer
from lib.training.contest.blending import blend, weigh
from lib.training.contest.candidates import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned
from lib.training.data import TrainingData
from lib.training.packaging import package

BY_NAME = {one.name: one for one in CANDIDATES}
COSTS = CostMatrix(10, 1)


@pytest.fixture(scope="module")
def data(selection) -> TrainingData:
    return selection.data


@pytest.fixture(scope="module")
def contest(data) -> Contest:
    training = data.training
    return Contest(training, assign_folds(training.defaulted, 3, 0), COSTS, seed=0)


def judged(contest: Contest, *names: str) -> list[Tuned]:
    evidence = [contest.judge(BY_NAME[name], BY_NAME[name].defaults) for name in names]
    return [
        Tuned(BY_NAME[name], one.parameters, one, trials=1, pruned=0, seconds=0.0)
        for name, one in zip(names, evidence, strict=True)
    ]


@pytest.fixture(scope="module")
def members(contest) -> list[Tuned]:
    return judged(contest, "lightgbm", "logistic_regression")


@pytest.fixture(scope="module")
def blended(contest, members) -> Tuned:
    (one,) = blend(members, contest)
    return one


@pytest.fixture(scope="module")
def scorer(blended, data) -> Scorer:
    return package(blended, data, COSTS, seed=0)


def weights_of(blended: Tuned) -> Weights:
    told = blended.parameters
    return Weights(told["boosted_weight"], told["linear_weight"], told["intercept"])


def test_its_weights_are_the_likeliest_that_are_not_negative(blended, members, contest):
    weights = weights_of(blended)
    both = np.column_stack([one.evidence.margins for one in members])
    assert weights == weigh(both, contest.clients.defaulted)
    assert min(weights.boosted, weights.linear) >= 0

    def loss(boosted: float, linear: float, intercept: float) -> float:
        log_odds = both @ [boosted, linear] + intercept
        outcome = contest.clients.defaulted
        return float(np.mean(np.logaddexp(0, log_odds) - outcome * log_odds))

    best = loss(*weights)
    for step in (-0.05, 0.05):
        for place in range(3):
            other = np.array(weights)
            other[place] = other[place] + step
            if other[:2].min() >= 0:
                assert loss(*other) > best


def test_weights_are_those_of_a_logistic_regression_without_penalty():
    random = np.random.default_rng(1)
    margins = random.normal(size=(4000, 2)) - 2
    truth = expit(margins @ [0.8, 0.4] + 0.3)
    defaulted = (random.random(4000) < truth).astype(np.int8)
    told = LogisticRegression(C=np.inf, tol=1e-10).fit(margins, defaulted)
    expected = (*told.coef_[0], *told.intercept_)
    assert tuple(weigh(margins, defaulted)) == pytest.approx(expected, abs=1e-3)


def test_a_card_takes_its_hyper_parameters(scorer, blended):
    card = ModelCard.model_validate({**scorer.card.model_dump(), "parameters": blended.parameters})
    assert card.parameters == blended.parameters


def test_a_fold_has_no_say_in_its_own_weights(blended, members, contest):
    both = np.column_stack([one.evidence.margins for one in members])
    own = contest.fold_of == 0
    weights = weigh(both[~own], contest.clients.defaulted[~own])
    expected = weights.sum(*both[own].T)
    assert blended.evidence.margins[own] == pytest.approx(expected, abs=1e-12)


def test_fitting_it_on_the_folds_gives_the_weighted_sum_of_what_both_gave(
    blended, members, contest
):
    again = contest.judge(blended.candidate, blended.parameters)
    both = [one.evidence.margins for one in members]
    expected = weights_of(blended).sum(*both)
    # The linear one reads the trees' matrix, and its minimum is found to a few digits.
    assert again.margins == pytest.approx(expected, abs=1e-3)


def test_the_best_of_each_kind_are_blended(contest, members):
    worse = [
        replace(
            one,
            evidence=replace(one.evidence, client_losses=one.evidence.client_losses + 1),
            parameters={**one.parameters, "worse": True},
        )
        for one in members
    ]
    (one,) = blend([*worse, *members], contest)
    assert not any("worse" in name for name in one.parameters)


@pytest.mark.parametrize("names", [["lightgbm"], ["logistic_regression", "dummy"], []])
def test_without_both_there_is_none(contest, names):
    assert blend(judged(contest, *names), contest) == []


def test_a_member_of_fewer_clients_is_left_out(contest):
    sampled = judged(contest, "lightgbm", "logistic_regression_under_sampling")
    assert blend(sampled, contest) == []


def test_its_reasons_sum_to_the_log_odds(scorer, data):
    matrix = scorer.encode_frame(data.test.table)
    summed = scorer.base_log_odds + scorer.contributions(matrix).sum(axis=1)
    np.testing.assert_allclose(summed, scorer.log_odds(matrix), rtol=0, atol=1e-9)
    by_fact = scorer.sum_by_fact(scorer.contributions(matrix))
    np.testing.assert_allclose(
        scorer.base_log_odds + by_fact.sum(axis=1), scorer.log_odds(matrix), rtol=0, atol=1e-9
    )
    mean = scorer.log_odds(scorer.encode_frame(data.training.table)).mean()
    assert scorer.base_log_odds == pytest.approx(mean, abs=1e-9)
    assert isinstance(scorer.model, BlendModel)


def test_a_reason_is_the_weighted_sum_of_both_reasons(scorer, data):
    matrix = scorer.encode_frame(data.test.table)
    model = scorer.model
    expected = model.weights.boosted * model.boosted.contributions(matrix)
    expected = expected + model.weights.linear * model.linear.contributions(matrix)
    np.testing.assert_allclose(model.contributions(matrix), expected, rtol=0, atol=1e-12)


def test_written_and_read_again_it_says_the_same(scorer, data, tmp_path: Path):
    scorer.save(tmp_path)
    again = Scorer.load(tmp_path)
    matrix = scorer.encode_frame(data.test.table)
    assert again.model == scorer.model
    assert np.array_equal(again.log_odds(matrix), scorer.log_odds(matrix))


def test_nobody_and_strangers_can_be_asked(scorer):
    assert scorer.default_probabilities(scorer.encode([])).shape == (0,)
    strange = [{}, {"housing": "a boat", "income": 1e12}, {"external_score": -1e9}]
    assert np.isfinite(scorer.log_odds(scorer.encode(strange))).all()
