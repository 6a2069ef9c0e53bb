"""Where trials are kept, and who is at work on them."""

import os
import socket
import subprocess
import sys

import optuna
import pytest
from optuna.trial import TrialState

from lib.training.study import WORKER, begin_trial, finished, open_study, sqlite_storage

DEFAULTS = {"x": 0.5}


@pytest.fixture
def study(tmp_path) -> optuna.Study:
    return open_study("study", sqlite_storage(tmp_path))


def drawn(study: optuna.Study) -> tuple[optuna.Trial, float]:
    trial = begin_trial(study, DEFAULTS, seed=0)
    return trial, trial.suggest_float("x", 0, 1)


def given_to(study: optuna.Study, host: str, process: int) -> None:
    """Begin a trial in another's name."""
    trial, _ = drawn(study)
    trial.set_user_attr(WORKER, [host, process])


def states(study: optuna.Study) -> list[TrialState]:
    return [trial.state for trial in study.trials]


def test_the_first_trial_takes_the_defaults(study):
    assert drawn(study)[1] == 0.5


def test_a_trial_knows_who_is_at_work_on_it(study):
    assert drawn(study)[0].user_attrs[WORKER] == [socket.gethostname(), os.getpid()]


def test_the_trial_of_a_dead_process_is_drawn_again(study):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    given_to(study, socket.gethostname(), ended.pid)
    assert drawn(study)[1] == 0.5
    assert states(study) == [TrialState.FAIL, TrialState.RUNNING]


def test_a_trial_without_a_name_was_cut_off_at_birth(study):
    study.ask()
    drawn(study)
    assert states(study) == [TrialState.FAIL, TrialState.RUNNING]


@pytest.mark.parametrize(("host", "process"), [("another machine", 1), (None, os.getppid())])
def test_what_others_are_at_work_on_is_left_to_them_and_not_drawn_twice(study, host, process):
    given_to(study, host or socket.gethostname(), process)
    assert drawn(study)[1] != 0.5
    assert states(study) == [TrialState.RUNNING, TrialState.RUNNING]


def test_pruned_trials_are_finished_and_failed_ones_are_not(study):
    for state, value in ((TrialState.COMPLETE, 1.0), (TrialState.PRUNED, None)):
        study.tell(drawn(study)[0], value, state=state)
    study.tell(drawn(study)[0], state=TrialState.FAIL)
    assert finished(study) == 2
