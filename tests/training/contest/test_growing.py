"""The number of trees is found along the way, by the clients of the validation folds."""

import lightgbm
import numpy as np
import pytest

from lib.decision import CostMatrix
from lib.scoring.models import BoosterModel
from lib.training.contest.candidates import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.estimators.lightgbm import MOST_TREES
from lib.training.contest.folds import Fold, assign_folds

LIGHTGBM = {one.name: one for one in CANDIDATES if one.name.startswith("lightgbm")}
# Few clients, large steps: after some dozens of trees there is nothing left to learn.
DRAWN = {"learning_rate": 0.1, "num_leaves": 8, "min_child_samples": 40}


@pytest.fixture
def contest(clients, load) -> Contest:
    training = load(clients).training
    return Contest(training, assign_folds(training.defaulted, 3, 0), CostMatrix(), seed=5)


def log_loss_after(fold: Fold, trees: int) -> float:
    margins = fold.margins(LIGHTGBM["lightgbm"], {**DRAWN, "n_estimators": trees})
    truth = 2 * fold.clients.defaulted[fold.validation] - 1
    return float(np.logaddexp(0, -truth * margins).mean())


@pytest.mark.parametrize("candidate", LIGHTGBM.values(), ids=list(LIGHTGBM))
def test_what_was_found_is_told_and_judged_again_gives_the_same(contest, candidate):
    found = contest.judge(candidate, DRAWN)
    assert 1 <= found.parameters["n_estimators"] < MOST_TREES
    assert {name: found.parameters[name] for name in DRAWN} == DRAWN
    again = contest.judge(candidate, found.parameters)
    assert again.parameters == found.parameters
    assert np.array_equal(again.margins, found.margins)


def test_it_is_the_mean_of_what_suits_each_fold_best(contest):
    best = [fold.grown(LIGHTGBM["lightgbm"], DRAWN).grown.best_rounds for fold in contest.folds]
    found = contest.judge(LIGHTGBM["lightgbm"], DRAWN).parameters["n_estimators"]
    assert found == round(np.mean(best))


def test_fewer_or_more_trees_suit_the_fold_less(contest):
    fold = contest.folds[0]
    best = fold.grown(LIGHTGBM["lightgbm"], DRAWN).grown.best_rounds
    lowest = log_loss_after(fold, best)
    assert all(log_loss_after(fold, trees) >= lowest for trees in (best // 2, best - 1, best + 1))


@pytest.mark.parametrize("trees", [1, 300])
def test_trees_can_be_taken_away_and_more_be_grown(contest, trees):
    fold = contest.folds[0]
    grown = fold.grown(LIGHTGBM["lightgbm"], DRAWN)
    expected = fold.margins(LIGHTGBM["lightgbm"], {**DRAWN, "n_estimators": trees})
    assert np.array_equal(grown.margins(trees), expected)


def test_all_clients_get_trees_in_proportion():
    kind = LIGHTGBM["lightgbm"].kind
    assert kind.for_more_clients({"n_estimators": 400}, 5 / 4) == {"n_estimators": 500}


def test_a_given_number_is_not_looked_for(contest):
    given = {**DRAWN, "n_estimators": 7}
    assert contest.judge(LIGHTGBM["lightgbm"], given).parameters == given
    encoder_and_model = contest.folds[0].prepared(
        LIGHTGBM["lightgbm"], LIGHTGBM["lightgbm"].kind.make(given, 5)
    )
    booster = LIGHTGBM["lightgbm"].kind.fit(
        LIGHTGBM["lightgbm"].kind.make(given, 5), encoder_and_model.data
    )
    assert isinstance(booster, lightgbm.Booster)
    assert BoosterModel(booster.model_to_string()).booster.num_trees() == 7


def test_nothing_tells_lightgbm_of_more_than_one_thread(contest, monkeypatch):
    # It is told for all threads at once: one that is filling bins would write beyond them.
    told = []
    make = lightgbm.Dataset.__init__

    def note(dataset, *data, params=None, **more):
        told.append((params or {}).get("num_threads"))
        make(dataset, *data, params=params, **more)

    monkeypatch.setattr(lightgbm.Dataset, "__init__", note)
    contest.judge(LIGHTGBM["lightgbm"], DRAWN)
    contest.judge(LIGHTGBM["lightgbm"], {**DRAWN, "n_estimators": 7})
    assert len(told) > len(contest.folds)
    assert set(told) == {1}
