"""Where trials are kept, what makes them comparable, and how processes share them."""

import time

import optuna
import pytest
from optuna.trial import TrialState
from sqlalchemy.exc import IntegrityError

from lib.decision import InvalidInput
from lib.features import code
from lib.training.contest import study as module
from lib.training.contest.study import (
    DECIDING,
    LIBRARIES,
    code_digest,
    finished,
    open_storage,
    open_study,
    run_trial,
    sqlite_storage,
    versions,
    wait_for_interrupted,
)

DEFAULTS = {"x": 0.5}
LARGEST_SEED = 2**32 - 1


@pytest.fixture
def study(tmp_path, monkeypatch) -> optuna.Study:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 1)
    monkeypatch.setattr(module, "GRACE_SECONDS", 1)
    return open_study("study", open_storage(sqlite_storage(tmp_path)))


def draw(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def drawn(study: optuna.Study) -> list[float]:
    return [trial.params["x"] for trial in study.trials]


def states(study: optuna.Study) -> list[TrialState]:
    return [trial.state for trial in study.trials]


def leave_running(study: optuna.Study) -> optuna.Trial:
    """Begin a trial as a process does that is then killed."""
    with pytest.warns(UserWarning, match="Heartbeat"):
        trial = study.ask()
    trial.suggest_float("x", 0, 1)
    study._storage.record_heartbeat(trial._trial_id)
    return trial


def test_the_first_trial_takes_the_defaults(study):
    for _ in range(2):
        run_trial(study, draw, DEFAULTS, seed=0)
    assert drawn(study)[0] == 0.5 != drawn(study)[1]


@pytest.mark.parametrize("seed", [0, 20180615, LARGEST_SEED])
def test_every_seed_draws_the_same_again_and_another_seed_other_trials(tmp_path, seed):
    def trials(name: str, seed: int) -> list[float]:
        study = open_study(name, open_storage(sqlite_storage(tmp_path)))
        for _ in range(3):
            run_trial(study, draw, DEFAULTS, seed)
        return drawn(study)

    assert trials("one", seed) == trials("other", seed)
    assert trials("third", seed - 1 if seed else 1)[1:] != trials("one", seed)[1:3]


def test_the_trial_of_a_dead_process_is_tried_again(study):
    cut_off = leave_running(study).params
    time.sleep(2.1)
    run_trial(study, draw, DEFAULTS, seed=0)
    assert states(study) == [TrialState.FAIL, TrialState.COMPLETE]
    assert study.trials[1].params == cut_off


def test_an_interrupted_trial_is_waited_for_until_it_is_known_to_be_dead(study):
    leave_running(study)
    wait_for_interrupted([study])
    assert states(study) == [TrialState.FAIL, TrialState.WAITING]


def test_without_an_interrupted_trial_nothing_is_waited_for(study, monkeypatch):
    run_trial(study, draw, DEFAULTS, seed=0)
    monkeypatch.setattr(module, "sleep", None)  # would fail if it were called
    wait_for_interrupted([study])


def test_what_others_are_at_work_on_is_left_to_them_and_not_drawn_twice(study):
    leave_running(study)
    run_trial(study, draw, DEFAULTS, seed=0)
    assert states(study) == [TrialState.RUNNING, TrialState.COMPLETE]
    assert len(set(drawn(study))) == 2


def test_a_trial_is_alive_as_long_as_it_takes(study):
    def slow(trial: optuna.Trial) -> float:
        time.sleep(3.1)
        with module.warnings.catch_warnings():
            module.warnings.simplefilter("ignore")
            optuna.storages.fail_stale_trials(study)
        return draw(trial)

    run_trial(study, slow, DEFAULTS, seed=0)
    assert states(study) == [TrialState.COMPLETE]


@pytest.mark.parametrize("reports", [False, True])
def test_a_live_trial_that_is_taken_for_dead_ends_quietly_and_is_not_stored(study, reports):
    def slept(trial: optuna.Trial) -> float:
        study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
        if reports:
            trial.report(1.0, step=0)
        return 1.0

    run_trial(study, slept, DEFAULTS, seed=0)
    assert states(study) == [TrialState.FAIL]
    run_trial(study, draw, DEFAULTS, seed=0)
    assert states(study) == [TrialState.FAIL, TrialState.COMPLETE]


def test_pruned_trials_are_finished_and_failed_ones_are_not(study):
    def pruned(_: optuna.Trial) -> float:
        raise optuna.TrialPruned

    def failing(_: optuna.Trial) -> float:
        raise RuntimeError("no luck")

    run_trial(study, draw, DEFAULTS, seed=0)
    run_trial(study, pruned, DEFAULTS, seed=0)
    with pytest.raises(RuntimeError, match="no luck"):
        run_trial(study, failing, DEFAULTS, seed=0)
    assert states(study)[-1] == TrialState.FAIL
    assert len(finished(study)) == 2


def test_opening_is_tried_again_where_another_process_makes_the_tables(tmp_path, monkeypatch):
    collisions = [IntegrityError("INSERT", {}, Exception("UNIQUE")) for _ in range(2)]
    opened = module._open_storage

    def colliding(url: str):
        if collisions:
            raise collisions.pop()
        return opened(url)

    monkeypatch.setattr(module, "_open_storage", colliding)
    assert open_storage(sqlite_storage(tmp_path)).get_all_studies() == []


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://me:secret@nowhere.invalid/studies", "postgresql"),
        ("sqlite:////nowhere/study.db", "sqlite:////nowhere/study.db"),
        ("study.db", "study.db"),
        ("unknown://me:secret@host/studies", "unknown"),
    ],
)
def test_a_storage_that_cannot_be_opened_is_said_without_its_password(monkeypatch, url, named):
    monkeypatch.setattr(module, "SECONDS_BETWEEN_ATTEMPTS", 0)
    with pytest.raises(InvalidInput, match=f"storage {named}") as error:
        open_storage(url)
    assert "secret" not in str(error.value)


def test_the_extra_with_the_driver_is_named_where_it_is_missing(monkeypatch):
    def without_driver(url: str):
        raise ImportError("no psycopg")

    monkeypatch.setattr(module, "_open_storage", without_driver)
    with pytest.raises(InvalidInput, match="extra `postgresql`"):
        open_storage("postgresql://me:secret@host/studies")


def test_every_library_that_learns_has_a_version():
    assert set(versions()) == {"python", *LIBRARIES}


@pytest.mark.parametrize("folder", DECIDING)
def test_the_digest_changes_with_the_code_that_decides(tmp_path, monkeypatch, folder):
    monkeypatch.setattr(code, "__file__", str(tmp_path / "features" / "code.py"))
    for one in DECIDING:
        (tmp_path / one).mkdir(parents=True)
        (tmp_path / one / "module.py").write_text("")
    digest = code_digest()
    assert code_digest() == digest
    (tmp_path / folder / "module.py").write_text("another = True")
    assert code_digest() != digest


def test_folds_and_the_code_of_a_decision_are_in_the_digest():
    library = module.Path(code.__file__).parents[1]
    digested = {path for folder in DECIDING for path in (library / folder).rglob("*.py")}
    assert {library / "decision" / "rule.py", library / "training/contest/search.py"} <= digested
