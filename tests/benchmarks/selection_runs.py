"""What the benchmark of the selection measures, each as a process that writes JSON into a folder.

``python -m tests.benchmarks.selection_runs whole FEATURES FOLDER TRIALS`` makes a whole selection
and writes ``chosen.json``; ``… lightgbm FEATURES FOLDER TRIALS MOST_FEATURES`` makes a search among
LightGBM's candidates, then grows its trees alone, and writes ``trials.json``.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
from joblib import delayed
from optuna.trial import FrozenTrial, TrialState

from lib.decision import CostMatrix
from lib.features.catalogue import CATALOGUE
from lib.training import CANDIDATES, Candidate, load_training_data, select
from lib.training.contest.budget import rank
from lib.training.contest.contest import FIRST_FOLDS, Contest, side_by_side
from lib.training.contest.folds import GrownOnFold, assign_folds
from lib.training.contest.search import search
from lib.training.contest.study import FINISHED, open_study, sqlite_storage
from lib.training.data import Clients

RIVALS = tuple(c for c in CANDIDATES if c.name in ("lightgbm", "lightgbm_class_weights"))
STUDY, FOLDS = "lightgbm", 5


def whole_selection(features: str, folder: Path, trials: int) -> dict[str, Any]:
    """Select among all candidates, and give what was chosen."""
    data = load_training_data(features, CATALOGUE)
    selection = select(data, folder, trials=trials, progress=True)
    return {
        "features": selection.budget.most_features,
        "winner": selection.winner.candidate.name,
        "business_cost": selection.metrics["business_cost"],
        "candidates": json.loads(selection.comparison.to_json(orient="records")),
    }


def lightgbm_alone(
    clients: Clients, folder: Path, trials: int, most_features: int
) -> dict[str, float]:
    """Time a search, encoding, binning and storing included; then its trees on ready bins.

    Parameters
    ----------
    clients : Clients
        Training clients.
    folder : Path
        Of the study.
    trials, most_features : int
        As for `select`.

    Returns
    -------
    dict of str to float
        `search_seconds`, `training_seconds`, both also as `_cpu_seconds` of all threads, and the
        number of `trees`.
    """
    names = rank(clients, 0)[:most_features]
    fold_of = assign_folds(clients.defaulted, FOLDS, seed=0)
    contest = Contest(clients, fold_of, CostMatrix(10, 1), 0, (names,) * FOLDS)
    url = sqlite_storage(folder)
    open_study("none", url)  # loads the storage's libraries, as those of LightGBM are loaded
    searched = _timed("search", lambda: search(contest, RIVALS, url, STUDY, trials))
    made = [(rival, trial) for rival in RIVALS for trial in _trials(rival, url)]

    grown: list[GrownOnFold] = []

    def grow_all() -> None:
        for rival, trial in made:
            grown.extend(_grow(contest, rival, trial))

    training = _timed("training", grow_all)
    return {**searched, **training, "trees": sum(len(one.grown.trees) for one in grown)}


def _trials(rival: Candidate, url: str) -> list[FrozenTrial]:
    study = optuna.load_study(study_name=f"{STUDY}/{rival.name}", storage=url)
    return study.get_trials(states=FINISHED)


def _grow(contest: Contest, candidate: Candidate, trial: FrozenTrial) -> list[GrownOnFold]:
    """Grow a trial's trees again: the search has left bins and validation matrices ready."""
    parts = (contest.folds[:FIRST_FOLDS], contest.folds[FIRST_FOLDS : _folds(trial)])
    return [
        grown
        for folds in parts
        for grown in side_by_side([delayed(f.grown)(candidate, trial.params) for f in folds])
    ]


def _folds(trial: FrozenTrial) -> int:
    return FIRST_FOLDS if trial.state == TrialState.PRUNED else FOLDS


def _timed(name: str, task: Callable[[], object]) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    task()
    return {
        f"{name}_seconds": time.perf_counter() - wall,
        f"{name}_cpu_seconds": time.process_time() - processor,
    }


def main(what: str, features: str, folder: Path, trials: int, *most_features: int) -> None:
    """Make one of the two runs."""
    if what == "whole":
        (folder / "chosen.json").write_text(json.dumps(whole_selection(features, folder, trials)))
    else:
        clients = load_training_data(features, CATALOGUE).training
        figures = lightgbm_alone(clients, folder / "lightgbm", trials, *most_features)
        (folder / "trials.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *map(int, sys.argv[4:]))
