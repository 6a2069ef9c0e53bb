"""The search for the candidate and hyper-parameters that cost least."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from imblearn.pipeline import Pipeline
from sklearn.linear_model import LogisticRegression

from lib.decision import CostMatrix, InvalidInput
from lib.training.candidates import CANDIDATES, Candidate
from lib.training.data import assign_folds
from lib.training.encoding import for_linear_model
from lib.training.search import Contest, next_candidate, search
from lib.training.study import sqlite_storage, study_name

DUMMY, LOGISTIC, LIGHTGBM = CANDIDATES[:3]


def choosing_a_feature(name: str, *, informative: bool) -> Candidate:
    """Make a candidate whose one hyper-parameter matters: it decides which feature is read."""

    def build(numeric, categorical, parameters, seed):
        read = numeric[0] if informative and parameters["reads"] == "the signal" else numeric[-1]
        encode = for_linear_model([read], [])
        return Pipeline([("encode", encode), ("estimate", LogisticRegression())])

    def space(trial: optuna.Trial) -> dict[str, str]:
        return {"reads": trial.suggest_categorical("reads", ["noise", "the signal"])}

    return Candidate(name, name, name, "none", build, space, {"reads": "noise"})


@pytest.fixture
def contest(clients, load) -> Contest:
    training = load(clients).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    return Contest(training, fold_of, CostMatrix(10, 1), seed=0)


@pytest.fixture
def run(contest, tmp_path) -> Callable:
    """Search in a study of this test's own."""

    def run(trials: int, candidates=(DUMMY, LOGISTIC), study: str = "study", **options):
        storage = sqlite_storage(tmp_path / "output")
        return search(contest, candidates, storage, study, trials, **options)

    return run


def test_the_planted_candidate_and_hyper_parameter_are_found(run):
    noise = choosing_a_feature("noise", informative=False)
    signal = choosing_a_feature("signal", informative=True)
    found = run(10, (DUMMY, noise, signal))
    best = min(found, key=lambda tuned: tuned.evidence.cost)
    assert best.candidate.name == "signal"
    assert best.parameters == {"reads": "the signal"}


def test_everyone_is_tried_once_then_the_better_ones_in_turns(run):
    trials = {t.candidate.name: t.trials for t in run(5, (DUMMY, LOGISTIC, LIGHTGBM))}
    assert trials == {"dummy": 1, LOGISTIC.name: 2, LIGHTGBM.name: 2}


def test_hopeless_candidates_get_no_further_turn():
    def finished(*costs: float) -> optuna.Study:
        study = optuna.create_study()
        for cost in costs:
            study.add_trial(optuna.create_trial(value=cost))
        return study

    names = "abcd"
    candidates = [replace(LOGISTIC, name=name) for name in names]
    studies = {"a": finished(0.9), "b": finished(0.5), "c": finished(0.8), "d": finished(0.4, 0.6)}
    assert next_candidate(candidates, studies).name == "b"
    studies["b"] = finished(0.5, 0.7, 0.7)
    assert next_candidate(candidates, studies).name == "d"


def test_the_first_trial_takes_the_candidates_defaults(run):
    tuned = run(2)[1]
    assert tuned.parameters == LOGISTIC.defaults


def test_the_same_parameters_give_the_same_choice(run):
    once, again = (run(6, (LOGISTIC, LIGHTGBM), study) for study in ("one", "other"))
    assert [t.parameters for t in once] == [t.parameters for t in again]
    for mine, yours in zip(once, again, strict=True):
        assert np.array_equal(mine.evidence.margins, yours.evidence.margins)


def test_an_interrupted_search_goes_on_and_ends_like_one_that_was_not(run):
    whole = run(6, (LOGISTIC, LIGHTGBM), "whole")
    run(3, (LOGISTIC, LIGHTGBM), "parts")
    lines: list[str] = []
    parts = run(6, (LOGISTIC, LIGHTGBM), "parts", progress=lines.append)
    assert len(lines) == 3
    assert [t.parameters for t in parts] == [t.parameters for t in whole]
    assert [t.evidence.cost for t in parts] == [t.evidence.cost for t in whole]


def test_a_trial_cut_off_by_a_crash_is_made_again(run, tmp_path):
    run(2)
    crashed = optuna.load_study(
        study_name=f"study/{LOGISTIC.name}", storage=sqlite_storage(tmp_path / "output")
    )
    crashed.ask()  # begun, never told
    assert sum(t.trials for t in run(4)) == 4


def test_a_finished_search_is_not_repeated(run):
    lines: list[str] = []
    before, after = run(3), run(3, progress=lines.append)
    assert lines == []
    assert [t.evidence.cost for t in before] == [t.evidence.cost for t in after]


def test_a_candidate_that_fails_says_so_and_is_tried_again(run):
    def broken(*_):
        raise RuntimeError("no luck")

    with pytest.raises(RuntimeError, match="no luck"):
        run(2, (DUMMY, replace(LOGISTIC, build=broken)))
    assert [t.trials for t in run(2)] == [1, 1]


def test_after_the_time_budget_no_trial_starts(run):
    assert [t.trials for t in run(50, time_budget_minutes=1e-9)] == [1]


def test_each_trial_is_reported_with_the_best_cost_so_far(run):
    lines: list[str] = []
    run(3, progress=lines.append)
    costs = [float(re.search(r" cost (\S+)", line)[1]) for line in lines]
    bests = [float(re.search(r" best (\S+)", line)[1]) for line in lines]
    assert bests == [min(costs[: i + 1]) for i in range(3)]
    assert lines[-1].startswith(f"trial 3/3  {LOGISTIC.name}")
    assert "about 0 s left" in lines[-1]


@pytest.mark.parametrize(
    ("budget", "named"),
    [({"trials": 0}, "trials 0"), ({"trials": 2, "time_budget_minutes": 0}, "time_budget_minutes")],
)
def test_a_budget_that_allows_nothing_is_an_error(run, budget, named):
    with pytest.raises(InvalidInput, match=named):
        run(**budget)


def test_other_costs_or_data_have_a_study_of_their_own():
    conditions = {"data": "abc", "costs": [10, 1]}
    names = {study_name(c) for c in (conditions, {**conditions, "costs": [5, 1]})}
    assert len(names) == 2
