"""Where trials are kept, what makes them comparable, and how several processes share them."""

import json
import platform
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from sqlite3 import Connection
from time import monotonic, sleep
from typing import Any

import numpy as np
import optuna
from optuna.exceptions import ExperimentalWarning, StorageInternalError, UpdateFinishedTrialError
from optuna.samplers import PartialFixedSampler, TPESampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.storages._heartbeat import get_heartbeat_thread
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError, DBAPIError

from lib.decision import InvalidInput
from lib.features.code import code_hash

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)

LIBRARIES = ("imbalanced-learn", "lightgbm", "numpy", "optuna", "pandas", "scikit-learn", "scipy")
# The folders whose code decides what a trial costs.
DECIDING = ("decision", "scoring", "training/contest")

# While a trial runs, its process says so at this interval; after so long a silence it is dead.
HEARTBEAT_SECONDS = 2
GRACE_SECONDS = 15
POLL_SECONDS = 0.2

# Processes that open a new storage together collide while its tables are made.
OPENING_ATTEMPTS = 20
SECONDS_BETWEEN_ATTEMPTS = 0.2
# SQLite lets one process write at a time; the others wait for it so long.
SQLITE_LOCK_SECONDS = 60

# Before so many trials hyper-parameters are drawn at random: there is too little to learn from.
RANDOM_TRIALS = 5
# Hopeless: after the first folds worse than three quarters of those that came to their end.
PRUNING_PERCENTILE = 75.0
TRIALS_BEFORE_PRUNING = 3


def versions() -> dict[str, str]:
    """Give the versions of Python and of the libraries that learn."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def code_digest() -> str:
    """Digest the code that decides what a trial costs, in 16 hexadecimal digits."""
    return code_hash(*DECIDING)[:16]


def study_name(conditions: Mapping[str, Any]) -> str:
    """Name the study after everything that makes trials comparable.

    Costs measured on other clients, folds or prices, or by other code, must not guide this search.

    Examples
    --------
    >>> study_name({"seed": 0}) == study_name({"seed": 0})
    True
    >>> study_name({"seed": 0}) == study_name({"seed": 1})
    False
    """
    text = json.dumps(conditions, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:12]


def sqlite_storage(folder: Path) -> str:
    """Give the URL of the study file in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'study.db'}"


def open_storage(url: str) -> RDBStorage:
    """Open a storage, or make it; processes may do so together.

    Parameters
    ----------
    url : str
        Such as ``sqlite:///study.db`` or ``postgresql://user:password@host/database``.

    Raises
    ------
    InvalidInput
        If it is no URL of a database, or the database's driver is missing, or it does not answer.
    """
    address = re.sub("//[^/]*@", "//", url)  # without user and password
    problem: Exception
    for _ in range(OPENING_ATTEMPTS):
        try:
            return _open_storage(url)
        except ImportError as error:
            raise InvalidInput(
                f"storage {address}",
                "the Python driver of this database is installed",
                "install this project with its extra `postgresql`, or leave storage empty",
            ) from error
        except ArgumentError as error:
            problem = error
            break
        except (DBAPIError, StorageInternalError) as error:
            problem = error
            sleep(SECONDS_BETWEEN_ATTEMPTS)
    raise InvalidInput(
        f"storage {address}",
        "it is the URL of a database that answers",
        "correct it, check rights and disk, or leave it empty to keep trials in a file",
    ) from problem


def open_study(name: str, storage: RDBStorage) -> optuna.Study:
    """Open a stored study, or begin it."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        study_name=name,
        storage=storage,
        direction="minimize",
        load_if_exists=True,
        pruner=optuna.pruners.PercentilePruner(
            PRUNING_PERCENTILE, n_startup_trials=TRIALS_BEFORE_PRUNING
        ),
    )


def completed(study: optuna.Study) -> list[FrozenTrial]:
    """Give the trials that have a cost."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Give the trials that came to their end or were found hopeless."""
    return study.get_trials(deepcopy=False, states=FINISHED)


def run_trial(
    study: optuna.Study,
    objective: Callable[[optuna.Trial], float],
    defaults: Mapping[str, Any],
    seed: int,
) -> None:
    """Make one trial and store its cost, as `study.optimize` would.

    A study's first trial takes the defaults. What the others draw depends on the seed, on how many
    trials came before that did not fail, and on their costs: a search that was killed and goes on
    draws what it would have drawn. A trial that another process has taken for dead is not stored,
    since it is tried again there.

    Parameters
    ----------
    study : Study
        From `open_study`.
    objective : callable
        Receives the trial and gives its cost; raises `optuna.TrialPruned` where it is hopeless, and
        any other error to end the search.
    defaults : mapping
        Hyper-parameters of the first trial.
    seed : int
        From 0 to 2**32 - 1.
    """
    with warnings.catch_warnings():
        # Optuna means heartbeats for `optimize`, which fails if a live trial is taken for dead.
        warnings.simplefilter("ignore")
        fail_stale_trials(study)
        trial = study.ask()
        study.sampler = _sampler(trial, defaults, seed)
    state, cost = TrialState.FAIL, None
    with get_heartbeat_thread(trial._trial_id, study._storage):
        try:
            cost = objective(trial)
            state = TrialState.COMPLETE
        except optuna.TrialPruned:
            state = TrialState.PRUNED
        except UpdateFinishedTrialError:
            pass  # taken for dead: its evaluation is of no use any more
        finally:
            study.tell(trial, cost, state=state, skip_if_finished=True)


def wait_for_interrupted(studies: Iterable[optuna.Study]) -> None:
    """Wait until each running trial has ended or is known to be dead, for a few seconds at most.

    So a search that was killed and is started again at once first repeats the trial in which it was
    killed. A trial that is still running then belongs to a live process.
    """
    studies = tuple(studies)
    interrupted = _running(studies)
    deadline = monotonic() + GRACE_SECONDS + HEARTBEAT_SECONDS
    while interrupted & _running(studies) and monotonic() < deadline:
        sleep(POLL_SECONDS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            for study in studies:
                fail_stale_trials(study)


def _running(studies: Iterable[optuna.Study]) -> set[tuple[str, int]]:
    return {
        (study.study_name, trial.number)
        for study in studies
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    }


def _sampler(
    trial: optuna.Trial, defaults: Mapping[str, Any], seed: int
) -> optuna.samplers.BaseSampler:
    place = sum(
        other.number < trial.number and other.state != TrialState.FAIL
        for other in trial.study.get_trials(deepcopy=False)
    )
    (own_seed,) = np.random.SeedSequence([seed, place]).generate_state(1).tolist()
    sampler = TPESampler(seed=own_seed, n_startup_trials=RANDOM_TRIALS)
    return sampler if place else PartialFixedSampler(dict(defaults), sampler)


def _open_storage(url: str) -> RDBStorage:
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        storage = RDBStorage(
            url,
            engine_kwargs={"connect_args": {"timeout": SQLITE_LOCK_SECONDS}} if is_sqlite else {},
            heartbeat_interval=HEARTBEAT_SECONDS,
            grace_period=GRACE_SECONDS,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
        )
    if is_sqlite:
        listen(storage.engine, "connect", _do_not_wait_for_disk)
        storage.engine.dispose()  # connections made before do wait
    return storage


def _do_not_wait_for_disk(connection: Connection, _: object) -> None:
    # A trial is written two dozen times, and waiting would take a fifth of its time. What a killed
    # process has written is kept all the same; only a failure of the machine itself may lose it.
    connection.execute("PRAGMA synchronous = OFF")
