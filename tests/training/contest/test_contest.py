"""What all candidates share, and how one of them is judged."""

import numpy as np
import pytest

from lib.decision import CostMatrix
from lib.training import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.objective import cost_in_hindsight

LOGISTIC = CANDIDATES[0]


@pytest.fixture
def training(clients, load):
    return load(clients).training


def contest_in(training, folds: int) -> Contest:
    return Contest(training, assign_folds(training.defaulted, folds, 0), CostMatrix(10, 1), 0)


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_every_client_is_judged_once(training, folds):
    contest = contest_in(training, folds)
    evidence = contest.judge(LOGISTIC, LOGISTIC.defaults)
    assert np.sum([fold.validation for fold in contest.folds], axis=0).tolist() == [1] * len(
        training
    )
    for fold in contest.folds:
        given = fold.margins(LOGISTIC, LOGISTIC.defaults)
        assert np.array_equal(evidence.margins[fold.validation], given)


@pytest.mark.parametrize("folds", [2, 5])
def test_after_two_folds_the_cost_in_hindsight_is_told_once(training, folds):
    contest, told = contest_in(training, folds), []
    evidence = contest.judge(LOGISTIC, LOGISTIC.defaults, told.append)
    expected = [
        cost_in_hindsight(
            evidence.margins[fold.validation], training.defaulted[fold.validation], contest.costs
        )
        for fold in contest.folds[:2]
    ]
    assert told == [pytest.approx(np.mean(expected))]


def test_what_is_raised_after_two_folds_ends_the_trial(training):
    def give_up(_: float) -> None:
        raise StopIteration

    with pytest.raises(StopIteration):
        contest_in(training, 5).judge(LOGISTIC, LOGISTIC.defaults, give_up)
