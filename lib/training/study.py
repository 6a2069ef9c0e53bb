"""Where trials are kept, and who is at work on them."""

import json
import os
import socket
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import optuna
from optuna.trial import TrialState
from sqlalchemy.event import listen

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
WORKER = "worker"


def sqlite_storage(folder: Path) -> str:
    """Give the URL of the study file in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'study.db'}"


def study_name(conditions: Mapping[str, Any]) -> str:
    """Name the study after everything that makes trials comparable.

    Costs measured on other clients, folds or prices must not guide this search.

    Examples
    --------
    >>> study_name({"seed": 0}) == study_name({"seed": 0})
    True
    >>> study_name({"seed": 0}) == study_name({"seed": 1})
    False
    """
    text = json.dumps(conditions, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:12]


def open_study(name: str, storage: str) -> optuna.Study:
    """Open a stored study, or begin it."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        study_name=name,
        storage=_storage(storage),
        direction="minimize",
        load_if_exists=True,
        # Hopeless: after the first folds worse than three quarters of those that came to their end.
        pruner=optuna.pruners.PercentilePruner(75.0, n_startup_trials=3),
    )


def _storage(url: str) -> optuna.storages.BaseStorage:
    """Open a storage; one in a file hands its writes to the system and does not wait for the disk.

    A trial is written two dozen times, and waiting would take a fifth of its time. What a killed
    process has written is kept all the same; only when the machine itself fails may it be lost.
    """
    if not url.startswith("sqlite"):
        return optuna.storages.get_storage(url)
    storage = optuna.storages.RDBStorage(url)
    listen(storage.engine, "connect", _do_not_wait)
    storage.engine.dispose()  # connections made before do wait
    return storage


def _do_not_wait(connection: Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def finished(study: optuna.Study) -> int:
    """Count the trials that came to their end or were found hopeless."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def completed(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """Give the trials that have a cost."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def begin_trial(study: optuna.Study, defaults: Mapping[str, Any], seed: int) -> optuna.Trial:
    """Draw the next hyper-parameters, by what is known so far.

    The sampler is seeded by how many trials were finished or are at work elsewhere. So a search
    that was killed draws again what it had drawn, and two machines do not draw the same.
    """
    at_work = _forget_the_dead(study)
    done = finished(study)
    study.sampler = optuna.samplers.TPESampler(
        seed=1000 * seed + done + at_work, n_startup_trials=5
    )
    if not (done or at_work or study.get_trials(deepcopy=False, states=(TrialState.WAITING,))):
        study.enqueue_trial(dict(defaults))
    trial = study.ask()
    trial.set_user_attr(WORKER, [socket.gethostname(), os.getpid()])
    return trial


def _forget_the_dead(study: optuna.Study) -> int:
    """Fail the trials whose process has died on this machine; count those still at work."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    dead = [trial for trial in running if _is_dead(*trial.user_attrs.get(WORKER, ("", 0)))]
    for trial in dead:
        study.tell(trial.number, state=TrialState.FAIL)
    return len(running) - len(dead)


def _is_dead(host: str, process: int) -> bool:
    if not host:
        return True  # killed between its birth and its name
    if host != socket.gethostname():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return process == os.getpid()  # a trial of ours that is still running was cut off
