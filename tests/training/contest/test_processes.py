"""Processes share a study: one that is killed is replaced, and two at once do not collide."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from lib.training.contest import study
from lib.training.contest.study import sqlite_storage
from tests.training.contest.search_process import RIVALS, STUDY, search_in

HERE = Path(__file__).parents[3]


@contextmanager
def process(folder: Path, trials: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start a search whose study is beside its folder, and wait until it is ready."""
    folder.mkdir()
    module = "tests.training.contest.search_process"
    command = [sys.executable, "-m", module, str(folder), str(trials), *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, cwd=HERE, **pipes) as started:
        assert started.stdout.readline() == "ready\n", started.stderr.read()
        yield started


def go(started: subprocess.Popen[str]) -> None:
    started.stdin.write("\n")
    started.stdin.flush()


def stored(folder: Path) -> list[FrozenTrial]:
    url = sqlite_storage(folder)
    names = [f"{STUDY}/{rival.name}" for rival in RIVALS]
    return [t for name in names for t in optuna.load_study(study_name=name, storage=url).trials]


def count(folder: Path, state: TrialState) -> int:
    return sum(trial.state == state for trial in stored(folder))


def test_a_killed_search_ends_like_one_that_was_not(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "GRACE_SECONDS", 3)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir()
    with process(killed / "process", 20, "hang") as started:
        go(started)
        assert started.stdout.readline() == "hanging\n"
        started.send_signal(signal.SIGKILL)
    assert count(killed, TrialState.RUNNING) == 1
    trials = count(killed, TrialState.COMPLETE) + 2
    parts = search_in(killed, trials)
    whole.mkdir()
    unbroken = search_in(whole, trials)
    assert [t.parameters for t in parts] == [t.parameters for t in unbroken]
    assert [t.evidence.cost for t in parts] == [t.evidence.cost for t in unbroken]
    assert [t.trials for t in parts] == [t.trials for t in unbroken]
    # The trial that was cut off counts as failed, and was tried again.
    assert count(killed, TrialState.FAIL) == 1
    assert count(killed, TrialState.RUNNING) == 0


def test_two_searches_that_start_together_share_the_trials_of_a_new_study(tmp_path):
    trials = 12
    with ExitStack() as stack:
        both = [stack.enter_context(process(tmp_path / name, trials)) for name in ("a", "b")]
        for one in both:
            go(one)
        ends = [one.communicate() for one in both]
    assert [one.returncode for one in both] == [0, 0], ends
    finished = [t for t in stored(tmp_path) if t.state.is_finished()]
    assert count(tmp_path, TrialState.FAIL) == 0
    # Both may have begun the last one together.
    assert len(finished) in (trials, trials + 1)
    assert len(stored(tmp_path)) == len(finished)
    drawn = [tuple(sorted(trial.params.items())) for trial in finished]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("rounds", [3])
def test_a_new_storage_may_be_opened_by_many_at_once(tmp_path, rounds):
    opening = (
        "import sys; from lib.training.contest.study import open_storage;"
        "print('ready', flush=True)\n"
        "for url in sys.stdin: open_storage(url.strip()); print('open', flush=True)"
    )
    command = [sys.executable, "-c", opening]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ExitStack() as stack:
        many = [
            stack.enter_context(subprocess.Popen(command, text=True, cwd=HERE, **pipes))
            for _ in range(3)
        ]
        assert [one.stdout.readline() for one in many] == ["ready\n"] * 3
        for number in range(rounds):
            for one in many:
                one.stdin.write(f"{sqlite_storage(tmp_path / str(number))}\n")
                one.stdin.flush()
            assert [one.stdout.readline() for one in many] == ["open\n"] * 3
