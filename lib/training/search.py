"""The search: which candidate, with which hyper-parameters, costs least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any

import optuna
from optuna.trial import TrialState

from lib.decision import InvalidInput
from lib.training.candidate import Candidate
from lib.training.contest import Contest
from lib.training.objective import CrossFitted
from lib.training.progress import Progress
from lib.training.study import begin_trial, completed, finished, open_study

Evidence = dict[str, CrossFitted]


@dataclass(frozen=True)
class Tuned:
    """A candidate at its best.

    Attributes
    ----------
    candidate : Candidate
        The competitor.
    parameters : mapping
        Its best hyper-parameters.
    evidence : CrossFitted
        What it then costs.
    trials : int
        How many hyper-parameters were tried.
    pruned : int
        How many of them were given up as hopeless after the first folds.
    seconds : float
        How long these trials took.
    """

    candidate: Candidate
    parameters: Mapping[str, Any]
    evidence: CrossFitted
    trials: int
    pruned: int
    seconds: float


def search(
    contest: Contest,
    candidates: Sequence[Candidate],
    storage: str,
    study: str,
    trials: int = 12,
    time_budget_minutes: float | None = None,
    progress: bool = False,
) -> list[Tuned]:
    """Try candidates and hyper-parameters until a budget is spent.

    Every finished trial is stored at once. Started again with the same storage and study, even
    after it was killed, the search goes on after the last one and ends like one that was not.

    Parameters
    ----------
    contest : Contest
        Clients, folds, costs and seed.
    candidates : sequence of Candidate
        Who competes, in the order in which they are tried first.
    storage : str
        Optuna's storage URL, such as ``sqlite:///study.db``; several machines may share it.
    study : str
        Names what makes trials comparable: the same data, folds, costs and seed.
    trials : int
        How many trials in all, those stored before included. With fewer trials than candidates,
        the last ones are not tried.
    time_budget_minutes : float, optional
        No trial starts after it; at least one is made.
    progress : bool
        Whether a bar shows the trials done, the best cost so far and the time left.

    Returns
    -------
    list of Tuned
        One for each candidate that was tried, in their order.

    Raises
    ------
    InvalidInput
        If a budget allows nothing.
    """
    check_budgets(trials, time_budget_minutes)
    studies = {c.name: open_study(f"{study}/{c.name}", storage) for c in candidates}
    evidence: Evidence = {}
    limit = 60 * time_budget_minutes if time_budget_minutes else inf
    deadline = monotonic() + limit
    with Progress(trials, done := _done(studies), limit, progress) as bar:
        while done < trials and (done == 0 or monotonic() < deadline):
            candidate = next_candidate(candidates, studies)
            if candidate is None:
                break
            _try(candidate, studies[candidate.name], contest, evidence)
            done = _done(studies)
            bar.finish_trial(candidate.name, done, _lowest_cost(studies))
    tried = [c for c in candidates if completed(studies[c.name])]
    return [_tuned(c, studies[c.name], contest, evidence) for c in tried]


def next_candidate(
    candidates: Sequence[Candidate], studies: Mapping[str, optuna.Study]
) -> Candidate | None:
    """Say whose turn it is: everyone once, then the better half, at least two, in turns."""
    for candidate in candidates:
        if not completed(studies[candidate.name]):
            return candidate
    tunable = [c for c in candidates if c.space]
    if not tunable:
        return None
    ranked = sorted(tunable, key=lambda c: studies[c.name].best_value)
    contenders = ranked[: max(2, (len(ranked) + 1) // 2)]
    return min(contenders, key=lambda c: finished(studies[c.name]))


def _try(candidate: Candidate, study: optuna.Study, contest: Contest, evidence: Evidence) -> None:
    """Make one trial, and keep its evidence if it is this run's best of the candidate."""
    trial = begin_trial(study, candidate.defaults, contest.seed)
    begun = monotonic()

    def give_up_if_hopeless(cost: float) -> None:
        trial.report(cost, step=0)
        if trial.should_prune():
            raise optuna.TrialPruned

    state, cost = TrialState.FAIL, None
    try:
        parameters = candidate.space(trial) if candidate.space else {}
        judged = contest.judge(candidate, parameters, give_up_if_hopeless)
        state, cost = TrialState.COMPLETE, judged.cost
        if candidate.name not in evidence or cost < evidence[candidate.name].cost:
            evidence[candidate.name] = judged
    except optuna.TrialPruned:
        state = TrialState.PRUNED
    finally:
        trial.set_user_attr("seconds", monotonic() - begun)
        study.tell(trial, cost, state=state)


def _tuned(
    candidate: Candidate, study: optuna.Study, contest: Contest, evidence: Evidence
) -> Tuned:
    # A trial stored by another run left no margins behind: judge its parameters once more.
    judged = evidence.get(candidate.name)
    if judged is None or judged.cost > study.best_value:
        judged = contest.judge(candidate, study.best_params)
    stored = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
    return Tuned(
        candidate,
        study.best_params,
        judged,
        trials=len(stored),
        pruned=len(stored) - len(completed(study)),
        seconds=sum(trial.user_attrs["seconds"] for trial in stored),
    )


def _done(studies: Mapping[str, optuna.Study]) -> int:
    return sum(finished(study) for study in studies.values())


def _lowest_cost(studies: Mapping[str, optuna.Study]) -> float:
    return min(study.best_value for study in studies.values() if completed(study))


def check_budgets(trials: int, time_budget_minutes: float | None) -> None:
    """Refuse budgets that allow nothing."""
    if trials < 1:
        raise InvalidInput(f"trials {trials}", "there is at least one", "allow 12, say")
    if time_budget_minutes is not None and not time_budget_minutes > 0:
        raise InvalidInput(
            f"time_budget_minutes {time_budget_minutes}", "it is above 0", "allow 10, say"
        )
