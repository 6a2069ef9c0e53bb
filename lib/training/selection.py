"""The choice: candidates compete, the cheapest is fitted on everyone and judged once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from lib.decision import CostCurve, CostMatrix, cost_curve
from lib.training.calibration import Calibration, calibrate
from lib.training.candidates import CANDIDATES, Candidate
from lib.training.comparison import compare
from lib.training.data import TrainingData, assign_folds
from lib.training.margins import fit, margins
from lib.training.metrics import Judged, intervals, metrics
from lib.training.search import Contest, Progress, Tuned, search
from lib.training.study import sqlite_storage, study_name
from lib.training.versions import versions


@dataclass(frozen=True)
class Selection:
    """What was chosen, and why.

    Attributes
    ----------
    winner : Tuned
        The candidate that costs least, with its out-of-fold evidence.
    pipeline : Pipeline
        It, fitted on all training clients.
    calibration, threshold
        Learned from all out-of-fold margins.
    curve : CostCurve
        Business cost of the out-of-fold probabilities at every threshold.
    comparison : DataFrame
        One row a candidate, cheapest first.
    cross_fitted : dict of str to float
        The winner's metrics with cross-fitted thresholds, on training clients.
    metrics, intervals : dict
        The final judgement, on the test clients, with 95 % intervals.
    test_set : DataFrame
        `client_id`, `defaulted`, `default_probability`.
    """

    data: TrainingData
    costs: CostMatrix
    seed: int
    winner: Tuned
    pipeline: Pipeline
    calibration: Calibration
    threshold: float
    curve: CostCurve
    comparison: pd.DataFrame
    cross_fitted: dict[str, float]
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    test_set: pd.DataFrame


def select(
    data: TrainingData,
    output_dir: Path | str,
    costs: CostMatrix | None = None,
    *,
    trials: int = 12,
    time_budget_minutes: float | None = None,
    folds: int = 5,
    seed: int = 0,
    candidates: Sequence[Candidate] = CANDIDATES,
    storage: str | None = None,
    progress: Progress | None = None,
) -> Selection:
    """Choose candidate, hyper-parameters and threshold by business cost.

    Parameters
    ----------
    data : TrainingData
        From `load_training_data`.
    output_dir : path
        Folder of the study, where an interrupted search goes on.
    costs : CostMatrix, optional
        What wrong decisions cost; 10 to 1 by default.
    trials, time_budget_minutes
        How long to search, see `search`.
    folds : int
        Stratified folds that all candidates share.
    seed : int
        The same parameters give the same choice.
    candidates : sequence of Candidate
        Who competes, from the simplest to the least simple.
    storage : str, optional
        Another Optuna storage URL, which several machines may share.
    progress : callable, optional
        Receives a line of text after each trial.

    Returns
    -------
    Selection
    """
    costs = costs or CostMatrix()
    training = data.training
    contest = Contest(training, assign_folds(training.defaulted, folds, seed), costs, seed)
    tuned = search(
        contest,
        candidates,
        storage or sqlite_storage(Path(output_dir)),
        study_name(_conditions(contest, data.fingerprint, folds)),
        trials,
        time_budget_minutes,
        progress,
    )
    winner = min(tuned, key=lambda t: t.evidence.cost)  # of equals the first: the simplest
    return _judge(data, contest, tuned, winner)


def _judge(
    data: TrainingData, contest: Contest, tuned: Sequence[Tuned], winner: Tuned
) -> Selection:
    training, evidence, costs = data.training, winner.evidence, contest.costs
    pipeline = winner.candidate.build(
        training.numeric, training.categorical, winner.parameters, contest.seed
    )
    fit(pipeline, training)
    calibration = calibrate(evidence.margins, training.defaulted)
    probabilities = calibration.probabilities(evidence.margins)
    curve = cost_curve(training.defaulted, probabilities, costs)
    test_probability = calibration.probabilities(margins(pipeline, data.test.features))
    judged = Judged.at(data.test.defaulted, test_probability, curve.best_threshold)
    cross_fitted = Judged.at(training.defaulted, evidence.default_probability, evidence.threshold)
    return Selection(
        data=data,
        costs=costs,
        seed=contest.seed,
        winner=winner,
        pipeline=pipeline,
        calibration=calibration,
        threshold=curve.best_threshold,
        curve=curve,
        comparison=compare(tuned, winner, training.defaulted, costs),
        cross_fitted=metrics(cross_fitted, costs),
        metrics=metrics(judged, costs),
        intervals=intervals(judged, costs, contest.seed),
        test_set=pd.DataFrame(
            {
                "client_id": data.test.client_id,
                "defaulted": data.test.defaulted,
                "default_probability": test_probability,
            }
        ),
    )


def _conditions(contest: Contest, fingerprint: str, folds: int) -> Mapping[str, Any]:
    clients = contest.clients
    return {
        "data": fingerprint,
        "clients": int(np.bitwise_xor.reduce(clients.client_id * 2654435761)),
        "features": [*clients.numeric, *clients.categorical],
        "costs": [contest.costs.missed_default, contest.costs.refused_good],
        "folds": folds,
        "seed": contest.seed,
        "versions": versions(),
    }
