"""A search whose process is killed goes on where it was."""

import signal
import subprocess
import sys
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from lib.training.study import sqlite_storage
from tests.training.hanging_search import RIVALS, search_in


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """Kill a real search in the middle of a trial, and give its folder."""
    folder = tmp_path / "killed"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.training.hanging_search", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "hanging\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return folder


def states(folder: Path) -> list[TrialState]:
    url = sqlite_storage(folder)
    names = [f"study/{rival.name}" for rival in RIVALS]
    return [t.state for n in names for t in optuna.load_study(study_name=n, storage=url).trials]


def test_it_ends_like_a_search_that_was_not_killed(killed, tmp_path):
    assert states(killed).count(TrialState.RUNNING) == 1
    done = states(killed).count(TrialState.COMPLETE)
    (tmp_path / "whole").mkdir()
    whole = search_in(tmp_path / "whole", RIVALS, trials=done + 2)
    parts = search_in(killed, RIVALS, trials=done + 2)
    assert [t.parameters for t in parts] == [t.parameters for t in whole]
    assert [t.evidence.cost for t in parts] == [t.evidence.cost for t in whole]
    assert [t.trials for t in parts] == [t.trials for t in whole]
    # The trial that was cut off counts as failed, and was drawn again.
    assert states(killed).count(TrialState.FAIL) == 1
    assert TrialState.RUNNING not in states(killed)
