"""How many features a model may use."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from lib.decision import CostMatrix, InvalidInput
from lib.training import CANDIDATES, select
from lib.training.contest import budget as module
from lib.training.contest.budget import choose_budget, rank
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.study import sqlite_storage
from lib.training.data import TrainingData
from tests.training.conftest import make_clients, write_and_load

SIGNALS, NOISES = 4, 26


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """Four features of thirty tell all there is to know."""
    random = np.random.default_rng(0)
    clients, names = 2000, [f"signal_{i}" for i in range(SIGNALS)]
    names += [f"noise_{i}" for i in range(NOISES)]
    told = pd.DataFrame(random.normal(size=(clients, len(names))), columns=names)
    told = told[random.permutation(names)]
    odds = told[[f"signal_{i}" for i in range(SIGNALS)]].sum(axis=1) - 3
    outcome = (random.random(clients) < expit(odds)).astype(int)
    frame = pd.concat(
        [pd.DataFrame({"client_id": range(clients), "target": outcome}), told], axis=1
    )
    return write_and_load(tmp_path_factory.mktemp("budget"), frame)


@pytest.fixture(scope="module")
def contest(data) -> Contest:
    fold_of = assign_folds(data.training.defaulted, folds=3, seed=0)
    return Contest(data.training, fold_of, CostMatrix(10, 1), seed=0)


@pytest.fixture(scope="module")
def budget(contest):
    return choose_budget(contest)


def test_the_strongest_features_come_first(budget):
    assert {name.split("_")[0] for name in budget.ranking[:SIGNALS]} == {"signal"}
    assert len(set(budget.ranking)) == SIGNALS + NOISES


def test_the_cost_is_shown_for_every_number_up_to_all(budget):
    assert budget.curve["features"].tolist() == [10, 20, SIGNALS + NOISES]
    assert budget.curve["difference"].min() == 0
    assert budget.curve["business_cost"].min() == pytest.approx(
        (budget.curve["business_cost"] - budget.curve["difference"]).iloc[0]
    )


def test_the_smallest_number_that_does_as_well_is_chosen(budget):
    chosen = budget.curve[budget.curve["chosen"]].iloc[0]
    assert budget.most_features == chosen["features"]
    assert chosen["difference"] <= chosen["standard_error"]
    assert budget.curve["chosen"].sum() == 1
    assert budget.features == budget.ranking[: budget.most_features]


def test_noise_is_not_worth_a_reason(budget):
    assert budget.most_features == 10


def test_a_fold_has_no_say_in_its_own_ranking(contest):
    training, mine = contest.clients, contest.fold_of == 1
    rewritten = replace(training, defaulted=np.where(mine, 0, training.defaulted).astype(np.int8))
    before = choose_budget(contest, 10).fold_rankings
    after = choose_budget(replace(contest, clients=rewritten), 10).fold_rankings
    assert after[1] == before[1]
    assert after[0] != before[0]


def test_a_given_number_is_taken_and_its_cost_shown(contest):
    budget = choose_budget(contest, 7)
    assert (budget.most_features, len(budget.features)) == (7, 7)
    assert [len(names) for names in budget.fold_features] == [7, 7, 7]
    assert budget.curve["features"].tolist() == [7]


def test_a_bar_shows_the_numbers_that_are_tried(contest, capsys):
    choose_budget(contest, 3, progress=True)
    shown = capsys.readouterr().err
    assert "ranking the features" in shown
    assert "3 features: 100%" in shown


def test_more_than_there_are_means_all(contest):
    assert choose_budget(contest, 10_000).most_features == SIGNALS + NOISES


@pytest.mark.parametrize("number", [0, -3])
def test_a_number_below_one_is_an_error(contest, number):
    with pytest.raises(InvalidInput, match=f"most_features {number}"):
        choose_budget(contest, number)


def test_the_same_clients_give_the_same_ranking(contest):
    assert rank(contest.clients, 0) == rank(contest.clients, 0)


def test_the_budget_is_found_once_a_study(contest, budget, tmp_path, monkeypatch):
    keep = partial(module.stored_budget, contest, sqlite_storage(tmp_path), "study")
    first = keep()
    monkeypatch.setattr(module, "choose_budget", None)  # would fail if it were called
    again = keep()
    pd.testing.assert_frame_equal(again.curve, budget.curve)
    for other in (first, again):
        assert (other.ranking, other.fold_rankings) == (budget.ranking, budget.fold_rankings)


def test_the_scorer_uses_the_chosen_features_only(data, tmp_path):
    selection = select(
        data,
        tmp_path,
        trials=2,
        folds=3,
        most_features=5,
        candidates=CANDIDATES[:2],
        one_standard_error=False,
    )
    assert set(selection.data.training.features) == set(selection.budget.features)
    assert len(selection.budget.features) == 5
    assert set(selection.data.test.features) == set(selection.budget.features)
    assert set(selection.scorer.features) == set(selection.budget.features)


@pytest.mark.parametrize(
    "kept", [["late_share"], ["housing"], ["late_share", "income"], ["housing", "trade"]]
)
def test_one_feature_or_features_of_one_kind_are_enough(load, kept):
    frame = make_clients(400).assign(
        trade=lambda clients: clients["gender"].map({"F": "x", "M": "y"})
    )
    data = load(frame[["client_id", "target", *kept]])
    fold_of = assign_folds(data.training.defaulted, folds=2, seed=0)
    budget = choose_budget(Contest(data.training, fold_of, CostMatrix(10, 1), seed=0))
    assert set(budget.features) == set(kept)


@pytest.mark.parametrize("seed", [20180615, 2**32 - 1])
def test_any_seed_ranks(contest, seed):
    assert len(rank(contest.clients, seed)) == SIGNALS + NOISES
