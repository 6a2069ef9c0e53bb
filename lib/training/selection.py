"""The choice: candidates compete, the winner is fitted on everyone and judged once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from lib.decision import CostCurve, CostMatrix, cost_curve
from lib.training.calibrated import calibration_evidence
from lib.training.calibration import Calibration, calibrate
from lib.training.candidate import Candidate
from lib.training.candidates import CANDIDATES
from lib.training.contest.budget import Budget, stored_budget
from lib.training.contest.choice import choose, compare
from lib.training.contest.contest import Contest
from lib.training.contest.search import Tuned, check_budgets, search
from lib.training.contest.study import code_digest, sqlite_storage, study_name, versions
from lib.training.data import TrainingData, assign_folds
from lib.training.margins import fit, margins, uncalibrated
from lib.training.metrics import Judged, intervals, metrics


@dataclass(frozen=True)
class Selection:
    """What was chosen, and why.

    Attributes
    ----------
    data : TrainingData
        The clients, with the features that were chosen only.
    winner : Tuned
        The chosen candidate, with its out-of-fold evidence.
    tuned : tuple of Tuned
        Every candidate at its best.
    budget : Budget
        How many features the model may use, and the cost of other numbers.
    pipeline : Pipeline
        The winner, fitted on all training clients.
    calibration, threshold
        Learned from all out-of-fold margins.
    calibration_figures, reliability_curves : DataFrame
        The out-of-fold probabilities before and after calibration, see `calibration_evidence`.
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
    tuned: tuple[Tuned, ...]
    budget: Budget
    pipeline: Pipeline
    calibration: Calibration
    threshold: float
    calibration_figures: pd.DataFrame
    reliability_curves: pd.DataFrame
    curve: CostCurve
    comparison: pd.DataFrame
    cross_fitted: dict[str, float]
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    test_set: pd.DataFrame

    @property
    def threshold_check(self) -> pd.DataFrame:
        """The chosen threshold beside C_FP / (C_FP + C_FN) (Elkan, 2001), and what each costs.

        Rows `chosen` and `theoretical`; columns `threshold`, `business_cost` (out-of-fold).
        """
        thresholds = [self.threshold, self.costs.optimal_threshold]
        costs = [self.curve.cost_at(threshold) for threshold in thresholds]
        return pd.DataFrame(
            {"threshold": thresholds, "business_cost": costs}, index=["chosen", "theoretical"]
        )


def select(
    data: TrainingData,
    output_dir: Path | str,
    costs: CostMatrix | None = None,
    *,
    trials: int = 12,
    time_budget_minutes: float | None = None,
    folds: int = 5,
    seed: int = 0,
    most_features: int | None = None,
    one_standard_error: bool = True,
    candidates: Sequence[Candidate] = CANDIDATES,
    storage: str | None = None,
    progress: bool = False,
) -> Selection:
    """Choose features, candidate, hyper-parameters and threshold by business cost.

    Parameters
    ----------
    data : TrainingData
        From `load_training_data`.
    output_dir : path
        Folder of the study, where an interrupted search goes on.
    costs : CostMatrix, optional
        What wrong decisions cost; 10 to 1 by default.
    trials, time_budget_minutes
        How long to search, see `search`; the time to choose the features counts.
    folds : int
        Stratified folds that all candidates share.
    seed : int
        The same parameters give the same choice.
    most_features : int, optional
        How many features the model may use; found by cost where it is left out.
    one_standard_error : bool
        Whether a simpler candidate is preferred to one whose cost is indistinguishable from its.
    candidates : sequence of Candidate
        Who competes, in the order in which they are tried first.
    storage : str, optional
        Another Optuna storage URL, which several machines may share.
    progress : bool
        Whether a bar is shown.

    Returns
    -------
    Selection
    """
    check_budgets(trials, time_budget_minutes)
    begun, costs, training = monotonic(), costs or CostMatrix(), data.training
    contest = Contest(training, assign_folds(training.defaulted, folds, seed), costs, seed)
    url = storage or sqlite_storage(Path(output_dir))
    conditions = _conditions(contest, data.fingerprint, folds)
    budget = stored_budget(contest, url, study_name(conditions), most_features, progress)
    within = replace(contest, names=budget.fold_features)
    name = study_name({**conditions, "most_features": budget.most_features})
    minutes_left = time_budget_minutes and _left(time_budget_minutes, begun)
    tuned = search(within, candidates, url, name, trials, minutes_left, progress)
    winner = choose(tuned, one_standard_error)
    return _judge(data.keep(budget.features), within, budget, tuned, winner)


def _left(minutes: float, begun: float) -> float:
    # Not quite none: the search makes its one trial in any case.
    return max(minutes - (monotonic() - begun) / 60, 1e-9)


def _judge(
    data: TrainingData, contest: Contest, budget: Budget, tuned: Sequence[Tuned], winner: Tuned
) -> Selection:
    training, evidence, costs = data.training, winner.evidence, contest.costs
    pipeline = winner.candidate.build(
        training.numeric, training.categorical, winner.parameters, contest.seed
    )
    fit(pipeline, training)
    calibration = calibrate(evidence.margins, training.defaulted)
    curve = cost_curve(training.defaulted, calibration.probabilities(evidence.margins), costs)
    test_probability = calibration.probabilities(margins(pipeline, data.test.features))
    judged = Judged.at(data.test.defaulted, test_probability, curve.best_threshold)
    cross_fitted = Judged.at(training.defaulted, evidence.default_probability, evidence.threshold)
    figures, curves = calibration_evidence(
        training.defaulted,
        uncalibrated(pipeline.named_steps["estimate"], evidence.margins),
        evidence.default_probability,
    )
    return Selection(
        data=data,
        costs=costs,
        seed=contest.seed,
        winner=winner,
        tuned=tuple(tuned),
        budget=budget,
        pipeline=pipeline,
        calibration=calibration,
        threshold=curve.best_threshold,
        calibration_figures=figures,
        reliability_curves=curves,
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
        "code": code_digest(),
    }
