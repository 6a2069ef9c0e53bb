"""The search for the candidate and hyper-parameters that cost least."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from sklearn.linear_model import LogisticRegression

from lib.decision import CostMatrix, InvalidInput
from lib.training.contest.candidates import CANDIDATES, Candidate
from lib.training.contest.contest import FIRST_FOLDS, Contest
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.folds import Fold, assign_folds
from lib.training.contest.search import (
    LOG_LOSS,
    best_trial,
    finalists,
    next_candidate,
    search,
)
from lib.training.contest.study import sqlite_storage, study_name

LOGISTIC, DUMMY, LIGHTGBM = CANDIDATES[:3]
PLAIN_LOGISTIC = next(one for one in CANDIDATES if one.name == "logistic_regression")


def choosing_a_feature(name: str, *, informative: bool) -> Candidate:
    """Make a candidate whose one hyper-parameter matters: it decides which feature is read."""

    class OneFeature(Logistic):
        def make(self, parameters, seed):
            reads_signal = informative and parameters["reads"] == "the signal"
            return OneColumn(0 if reads_signal else 1)

        def space(self, trial: optuna.Trial) -> dict[str, str]:
            return {"reads": trial.suggest_categorical("reads", ["noise", "the signal"])}

        def encode(self, numeric, categorical):
            return super().encode([numeric[0], numeric[-1]], [])

    return Candidate(name, name, name, "none", OneFeature(defaults={"reads": "noise"}))


class OneColumn(LogisticRegression):
    """Weighs nothing but one column."""

    def __init__(self, column: int) -> None:
        super().__init__()
        self.column = column

    def fit(self, X, y):
        others = np.delete(np.arange(X.shape[1]), self.column)
        read = np.array(X)
        read[:, others] = 0
        return super().fit(read, y)


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
            study.add_trial(optuna.create_trial(value=cost, user_attrs={LOG_LOSS: cost}))
        return study

    names = "abcd"
    candidates = [replace(LOGISTIC, name=name) for name in names]
    studies = {"a": finished(0.9), "b": finished(0.5), "c": finished(0.8), "d": finished(0.4, 0.6)}
    assert next_candidate(candidates, studies).name == "b"
    studies["b"] = finished(0.5, 0.7, 0.7)
    assert next_candidate(candidates, studies).name == "d"


def test_the_best_of_each_kind_get_further_turns():
    losses = {"logistic": 0.2, "other_logistic": 0.21, "lightgbm": 0.3}
    kinds = {"logistic": LOGISTIC, "other_logistic": LOGISTIC, "lightgbm": LIGHTGBM}
    candidates = [replace(one, name=name) for name, one in kinds.items()]
    studies = {name: optuna.create_study() for name in losses}
    turns = []
    for _ in range(5):
        candidate = next_candidate(candidates, studies)
        turns.append(candidate.name)
        told = {LOG_LOSS: losses[candidate.name]}
        studies[candidate.name].add_trial(optuna.create_trial(value=0.5, user_attrs=told))
    assert turns == [*losses, "logistic", "lightgbm"]


def trial(cost: float, loss: float) -> optuna.trial.FrozenTrial:
    return optuna.create_trial(value=cost, user_attrs={LOG_LOSS: loss})


def test_of_trials_that_cost_the_same_log_loss_tells_the_best():
    cheapest, better, dearer = trial(0.5, 0.25), trial(0.5149, 0.24), trial(0.5151, 0.23)
    assert best_trial([cheapest, better, dearer]) is better


def test_among_more_clients_only_the_best_of_two_kinds_are_judged(contest, run):
    few = contest.fewer(len(contest.clients) // 2)
    searched = run(4, (DUMMY, LOGISTIC, LIGHTGBM, PLAIN_LOGISTIC))
    told = finalists(searched, few, contest)
    assert {one.candidate.name for one in told} == {PLAIN_LOGISTIC.name, LIGHTGBM.name}
    for one in told:
        assert len(one.evidence.margins) == len(contest.clients)
        again = contest.judge(one.candidate, one.parameters)
        assert again.margins == pytest.approx(one.evidence.margins, abs=1e-9)
    assert finalists(searched, contest, contest) == searched


def test_where_all_learn_from_other_clients_one_of_them_is_judged(contest, run):
    few = contest.fewer(len(contest.clients) // 2)
    (told,) = finalists(run(1, (LOGISTIC,)), few, contest)
    assert told.candidate.name == LOGISTIC.name


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
    parts = run(6, (LOGISTIC, LIGHTGBM), "parts")
    assert sum(t.trials for t in parts) == 6
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
    before, after = run(3), run(3)
    assert [(t.trials, t.seconds) for t in after] == [(t.trials, t.seconds) for t in before]
    assert [t.evidence.cost for t in before] == [t.evidence.cost for t in after]


def test_a_candidate_that_fails_says_so_and_is_tried_again(run):
    class Broken(Logistic):
        def make(self, *_):
            raise RuntimeError("no luck")

    with pytest.raises(RuntimeError, match="no luck"):
        run(2, (DUMMY, replace(LOGISTIC, kind=Broken())))
    assert [t.trials for t in run(2)] == [1, 1]


def test_after_the_time_budget_no_trial_starts(run):
    assert [t.trials for t in run(50, time_budget_minutes=1e-9)] == [1]


def test_a_bar_shows_the_trials_the_best_cost_and_the_time_left(run, capsys):
    tuned = run(3, progress=True)
    last = capsys.readouterr().err.split("\r")[-1]
    best = min(one.evidence.cost for one in tuned)
    assert "3/3 trials" in last
    assert f"best cost {best:.4f}, about 0 s left, {LOGISTIC.name}" in last


def test_without_the_bar_nothing_is_shown(run, capsys):
    run(2)
    assert capsys.readouterr().err == ""


def hopeless_after(trials: int) -> Candidate:
    """Make a candidate that reads the signal in its first trials, and noise from then on."""
    candidate = choosing_a_feature("fading", informative=True)

    class Fading(type(candidate.kind)):
        def space(self, trial: optuna.Trial) -> dict[str, str]:
            return {"reads": "the signal" if trial.number < trials else "noise"}

    return replace(candidate, kind=Fading(defaults=candidate.defaults))


def test_a_hopeless_trial_ends_after_the_first_folds(run, monkeypatch):
    judged: list[int] = []
    margins = Fold.margins

    def counted(fold: Fold, *what) -> np.ndarray:
        judged.append(1)
        return margins(fold, *what)

    monkeypatch.setattr(Fold, "margins", counted)
    (tuned,) = run(5, (hopeless_after(4),))
    assert (tuned.trials, tuned.pruned) == (5, 1)
    assert len(judged) == 4 * 3 + FIRST_FOLDS


def test_a_trial_as_good_as_the_others_comes_to_its_end(run):
    (tuned,) = run(5, (hopeless_after(9),))
    assert (tuned.trials, tuned.pruned) == (5, 0)


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


@pytest.mark.parametrize("seed", [20180615, 2**32 - 1])
def test_any_seed_is_searched_with(contest, tmp_path, seed):
    storage = sqlite_storage(tmp_path)
    tuned = search(replace(contest, seed=seed), (LOGISTIC, LIGHTGBM), storage, "study", 4)
    assert [one.trials for one in tuned] == [2, 2]


def test_a_search_goes_on_when_another_process_takes_its_first_trial_for_dead(run):
    class Slept(type(LOGISTIC.kind)):
        def space(self, trial: optuna.Trial) -> dict[str, float]:
            if trial.number == 0:
                trial.study._storage.set_trial_state_values(
                    trial._trial_id, optuna.trial.TrialState.FAIL
                )
            return super().space(trial)

    (tuned,) = run(2, (replace(LOGISTIC, kind=Slept()),), progress=True)
    assert tuned.trials == 2
