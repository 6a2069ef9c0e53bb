"""The choice: candidates compete, the winner is fitted on everyone and judged once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from lib.decision import ClientCosts, CostCurve, CostMatrix, Costs, InvalidInput, LenderTerms
from lib.features.description import CREDIT_AMOUNT
from lib.scoring.scorer import Scorer
from lib.training.contest.blending import blend
from lib.training.contest.budget import Budget, stored_budget
from lib.training.contest.candidates import CANDIDATES, Candidate
from lib.training.contest.choice import choose, compare
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned, check_budgets, finalists, search
from lib.training.contest.study import code_digest, sqlite_storage, study_name, versions
from lib.training.data import Clients, TrainingData, check_seed
from lib.training.evidence.metrics import Judged, intervals, metrics
from lib.training.evidence.reliability import calibration_evidence
from lib.training.known_ground import with_least_known
from lib.training.packaging import out_of_fold, package


@dataclass(frozen=True)
class Selection:
    """What was chosen, and why.

    Attributes
    ----------
    data : TrainingData
        The clients, with the features that were chosen only.
    costs : CostMatrix
        What wrong decisions cost; of the mean client where they follow the amount of the credit.
    chosen_by, judged_by : CostMatrix or ClientCosts
        What the choice weighed on the training clients, and what the test clients are judged by:
        `costs`, or each client's own.
    winner : Tuned
        The chosen candidate, with its out-of-fold evidence.
    tuned : tuple of Tuned
        Every candidate at its best; where the search took fewer clients, those who did best in it.
    searched : tuple of Tuned
        Every candidate at its best among the clients that the search took.
    budget : Budget
        How many features the model may use, and the cost of other numbers.
    scorer : Scorer
        The winner as it would be served: fitted on all training clients, calibration and threshold
        learned from all out-of-fold margins.
    calibration_figures, reliability_curves : DataFrame
        The out-of-fold probabilities before and after calibration, see `calibration_evidence`.
    curve : CostCurve
        Business cost of the out-of-fold probabilities at every threshold.
    comparison : DataFrame
        One row a candidate of `tuned`, cheapest first, see `compare`.
    search_comparison : DataFrame or None
        The same of `searched`, in which those are `chosen` who were judged on all clients; None
        where the search took all clients.
    cross_fitted : dict of str to float
        The winner's metrics with cross-fitted thresholds, on training clients.
    metrics, intervals : dict
        The final judgement, on the test clients, with 95 % intervals.
    test_set : DataFrame
        `client_id`, `defaulted`, `default_probability`.
    """

    data: TrainingData
    costs: CostMatrix
    chosen_by: Costs
    judged_by: Costs
    seed: int
    winner: Tuned
    tuned: tuple[Tuned, ...]
    searched: tuple[Tuned, ...]
    budget: Budget
    scorer: Scorer
    calibration_figures: pd.DataFrame
    reliability_curves: pd.DataFrame
    curve: CostCurve
    comparison: pd.DataFrame
    search_comparison: pd.DataFrame | None
    cross_fitted: dict[str, float]
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    test_set: pd.DataFrame

    @property
    def threshold(self) -> float:
        """Default probability from which on the winner refuses."""
        return self.scorer.threshold

    @property
    def costs_by_amount(self) -> bool:
        """Whether costs that follow the amount of each credit have chosen."""
        return isinstance(self.chosen_by, ClientCosts)

    @property
    def candidates(self) -> pd.DataFrame:
        """All who competed: those who were judged on all clients, then the others of the search."""
        if self.search_comparison is None:
            return self.comparison
        others = self.search_comparison[~self.search_comparison["chosen"]]
        return pd.concat([self.comparison, others], ignore_index=True)

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
    by_amount: LenderTerms | None = None,
    trials: int = 12,
    time_budget_minutes: float | None = None,
    folds: int = 5,
    seed: int = 0,
    most_features: int | None = None,
    one_standard_error: bool = True,
    constrain_signs: bool = True,
    candidates: Sequence[Candidate] = CANDIDATES,
    storage: str | None = None,
    progress: bool = False,
) -> Selection:
    """Choose features, candidate, hyper-parameters and threshold by business cost.

    Among more than 20,000 training clients, features are counted and candidates searched on so many
    of them, and the best of the two best kinds are then judged on all. The blend of the best
    boosted and the best linear one competes too.

    Parameters
    ----------
    data : TrainingData
        From `load_training_data`.
    output_dir : path
        Folder of the study, where an interrupted search goes on.
    costs : CostMatrix, optional
        What wrong decisions cost; 10 to 1 by default.
    by_amount : LenderTerms, optional
        Lets what wrong decisions cost by these terms and the amount of each credit choose, instead
        of `costs`. The scorer still has one threshold for all.
    trials, time_budget_minutes
        How long to search, see `search`; the time to choose the features counts.
    folds : int
        Stratified folds that all candidates share.
    seed : int
        The same parameters give the same choice.
    most_features : int, optional
        How many features the model may use; found by cost where it is left out.
    one_standard_error : bool
        Whether a simpler candidate is preferred to one that does no better for all one can tell.
    constrain_signs : bool
        Whether the model is held to the direction of every feature that has one; candidates who
        cannot be held to it do not compete then.
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
    check_seed(seed)
    begun = monotonic()
    data = data.held_to_signs() if constrain_signs else data
    training = data.training
    competing = [one for one in candidates if one.kind.holds_signs or not training.signs]
    if not competing:
        raise InvalidInput(
            f"candidates {', '.join(one.name for one in candidates)}",
            "one of them can be held to the signs of features",
            "add another one, or lift the signs by constrain_signs",
        )
    chosen_by, judged_by = (
        costs_of(part, costs or CostMatrix(), by_amount) for part in (training, data.test)
    )
    contest = Contest(training, assign_folds(training.defaulted, folds, seed), chosen_by, seed)
    url = storage or sqlite_storage(Path(output_dir))
    conditions = _conditions(contest, data.fingerprint, folds)
    budget = stored_budget(contest, url, study_name(conditions), most_features, progress)
    within = replace(contest, names=budget.fold_features)
    name = study_name({**conditions, "most_features": budget.most_features})
    minutes_left = time_budget_minutes and _left(time_budget_minutes, begun)
    few = within.fewer()
    searched = search(few, competing, url, name, trials, minutes_left, progress)
    tuned = finalists(searched, few, within)
    tuned += blend(tuned, within)
    winner = choose(tuned, one_standard_error)
    selection = _judge(
        data.keep(budget.features), within, budget, tuned, winner, judged_by, tuple(searched)
    )
    if few is within:
        return selection
    going_on = [one.candidate.name for one in tuned]
    told = compare(searched, going_on, few.clients.defaulted, few.costs)
    return replace(selection, search_comparison=told)


def costs_of(clients: Clients, costs: CostMatrix, by_amount: LenderTerms | None) -> Costs:
    """Give what wrong decisions about clients cost: `costs`, or each its own by the terms.

    Raises
    ------
    InvalidInput
        If the amount of a credit is needed and not known.
    """
    if by_amount is None:
        return costs
    unknown = len(clients) if clients.amounts is None else int(np.isnan(clients.amounts).sum())
    if clients.amounts is None or unknown:
        raise InvalidInput(
            f"{CREDIT_AMOUNT} of {unknown} clients",
            "costs by amount need the amount of every credit",
            f"build the features with {CREDIT_AMOUNT}, or set costs_by_amount to false",
        )
    return by_amount.relative_costs_of(clients.amounts)


def _left(minutes: float, begun: float) -> float:
    # Not quite none: the search makes its one trial in any case.
    return max(minutes - (monotonic() - begun) / 60, 1e-9)


def _judge(
    data: TrainingData,
    contest: Contest,
    budget: Budget,
    tuned: Sequence[Tuned],
    winner: Tuned,
    judged_by: Costs,
    searched: tuple[Tuned, ...],
) -> Selection:
    training, evidence, costs = data.training, winner.evidence, contest.costs
    scorer = with_least_known(package(winner, data, costs, contest.seed), data.test, contest.seed)
    test_probability = scorer.default_probabilities(scorer.encode_frame(data.test.table))
    judged = Judged.at(data.test.defaulted, test_probability, scorer.threshold)
    cross_fitted = Judged.at(training.defaulted, evidence.default_probability, evidence.threshold)
    figures, curves = calibration_evidence(
        training.defaulted,
        winner.candidate.kind.claimed(evidence.margins),
        evidence.default_probability,
    )
    return Selection(
        data=data,
        costs=costs.matrix,
        chosen_by=costs,
        judged_by=judged_by,
        seed=contest.seed,
        winner=winner,
        tuned=tuple(tuned),
        searched=searched,
        budget=budget,
        scorer=scorer,
        calibration_figures=figures,
        reliability_curves=curves,
        curve=out_of_fold(winner, training, costs)[-1],
        comparison=compare(tuned, [winner.candidate.name], training.defaulted, costs),
        search_comparison=None,
        cross_fitted=metrics(cross_fitted, costs),
        metrics=metrics(judged, judged_by),
        intervals=intervals(judged, judged_by, contest.seed),
        test_set=pd.DataFrame(
            {
                "client_id": data.test.client_id,
                "defaulted": data.test.defaulted,
                "default_probability": test_probability,
            }
        ),
    )


def _conditions(contest: Contest, fingerprint: str, folds: int) -> Mapping[str, Any]:
    clients, costs = contest.clients, contest.costs.matrix
    return {
        "data": fingerprint,
        "clients": int(np.bitwise_xor.reduce(clients.client_id * 2654435761)),
        "features": list(clients.names),
        "signs": dict(clients.signs),
        "costs": [costs.missed_default, costs.refused_good],
        "by_amount": isinstance(contest.costs, ClientCosts),
        "folds": folds,
        "seed": contest.seed,
        "versions": versions(),
        "code": code_digest(),
    }
