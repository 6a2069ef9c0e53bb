"""The search: which candidate, with which hyper-parameters, costs least."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt
import optuna
from optuna.trial import TrialState

from lib.decision import CostMatrix, InvalidInput
from lib.training.candidates import Candidate
from lib.training.data import Clients
from lib.training.objective import CrossFitted, cross_fit, out_of_fold_margins
from lib.training.study import open_study

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Contest:
    """What all candidates share: clients, folds, costs, seed.

    Attributes
    ----------
    clients : Clients
        The training clients; nobody of the test set.
    fold_of : ndarray of int, shape (n,)
        The fold of each client.
    costs : CostMatrix
        What wrong decisions cost.
    seed : int
        Fixes samplers and estimators.
    """

    clients: Clients
    fold_of: npt.NDArray[np.int_]
    costs: CostMatrix
    seed: int

    def judge(self, candidate: Candidate, parameters: Mapping[str, Any]) -> CrossFitted:
        """Say what a candidate with these hyper-parameters costs, on clients it has not seen."""
        clients = self.clients
        build = partial(
            candidate.build, clients.numeric, clients.categorical, parameters, self.seed
        )
        margin = out_of_fold_margins(build, clients, self.fold_of)
        return cross_fit(margin, clients.defaulted, self.fold_of, self.costs)


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
    seconds : float
        How long these trials took.
    """

    candidate: Candidate
    parameters: Mapping[str, Any]
    evidence: CrossFitted
    trials: int
    seconds: float


def search(
    contest: Contest,
    candidates: Sequence[Candidate],
    storage: str,
    study: str,
    trials: int = 12,
    time_budget_minutes: float | None = None,
    progress: Progress | None = None,
) -> list[Tuned]:
    """Try candidates and hyper-parameters until a budget is spent.

    Every finished trial is stored at once. Started again with the same storage and study, the
    search goes on after the last one; a trial's sampler is seeded by how many came before it, so an
    interrupted search ends like one that was not.

    Parameters
    ----------
    contest : Contest
        Clients, folds, costs and seed.
    candidates : sequence of Candidate
        Who competes, from the simplest to the least simple.
    storage : str
        Optuna's storage URL, such as ``sqlite:///study.db``.
    study : str
        Names what makes trials comparable: the same data, folds, costs and seed.
    trials : int
        How many trials in all, those stored before included. With fewer trials than candidates,
        the last ones are not tried.
    time_budget_minutes : float, optional
        No trial starts after it; at least one is made.
    progress : callable, optional
        Receives a line of text after each trial.

    Returns
    -------
    list of Tuned
        One for each candidate that was tried, in their order.

    Raises
    ------
    InvalidInput
        If a budget allows nothing.
    """
    _check_budgets(trials, time_budget_minutes)
    studies = {c.name: open_study(f"{study}/{c.name}", storage) for c in candidates}
    evidence: dict[str, tuple[float, CrossFitted]] = {}
    begun = monotonic()
    deadline = begun + 60 * time_budget_minutes if time_budget_minutes else np.inf
    done = already = sum(_finished(s) for s in studies.values())
    while done < trials and (done == 0 or monotonic() < deadline):
        candidate = next_candidate(candidates, studies)
        if candidate is None:
            break
        cost, judged = _try(candidate, studies[candidate.name], contest)
        if candidate.name not in evidence or cost < evidence[candidate.name][0]:
            evidence[candidate.name] = (cost, judged)
        done += 1
        if progress:
            spent = monotonic() - begun
            left = min(spent / (done - already) * (trials - done), max(deadline - begun - spent, 0))
            best = min(s.best_value for s in studies.values() if _finished(s))
            progress(
                f"trial {done}/{trials}  {candidate.name}  cost {cost:.4f}  best {best:.4f}  "
                f"{spent:.0f} s, about {left:.0f} s left"
            )
    tried = [c for c in candidates if _finished(studies[c.name])]
    return [_tuned(c, studies[c.name], contest, evidence) for c in tried]


def next_candidate(
    candidates: Sequence[Candidate], studies: Mapping[str, optuna.Study]
) -> Candidate | None:
    """Say whose turn it is: everyone once, then the better half, at least two, in turns."""
    finished = {c.name: _finished(studies[c.name]) for c in candidates}
    for candidate in candidates:
        if not finished[candidate.name]:
            return candidate
    tunable = [c for c in candidates if c.space]
    if not tunable:
        return None
    ranked = sorted(tunable, key=lambda c: studies[c.name].best_value)
    contenders = ranked[: max(2, (len(ranked) + 1) // 2)]
    return min(contenders, key=lambda c: finished[c.name])


def _try(candidate: Candidate, study: optuna.Study, contest: Contest) -> tuple[float, CrossFitted]:
    finished = _finished(study)
    study.sampler = optuna.samplers.TPESampler(
        seed=1000 * contest.seed + finished, n_startup_trials=5
    )
    if not finished:
        study.enqueue_trial(dict(candidate.defaults))
    trial = study.ask()
    begun = monotonic()
    try:
        parameters = candidate.space(trial) if candidate.space else {}
        evidence = contest.judge(candidate, parameters)
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)
        raise
    trial.set_user_attr("seconds", monotonic() - begun)
    study.tell(trial, evidence.cost)
    return evidence.cost, evidence


def _tuned(
    candidate: Candidate,
    study: optuna.Study,
    contest: Contest,
    evidence: Mapping[str, tuple[float, CrossFitted]],
) -> Tuned:
    # A trial stored by an earlier run left no margins behind: judge its parameters once more.
    parameters = study.best_params
    cost, judged = evidence.get(candidate.name, (np.inf, None))
    if judged is None or cost > study.best_value:
        judged = contest.judge(candidate, parameters)
    stored = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    seconds = sum(trial.user_attrs["seconds"] for trial in stored)
    return Tuned(candidate, parameters, judged, len(stored), seconds)


def _finished(study: optuna.Study) -> int:
    return len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def _check_budgets(trials: int, time_budget_minutes: float | None) -> None:
    if trials < 1:
        raise InvalidInput(f"trials {trials}", "there is at least one", "allow 12, say")
    if time_budget_minutes is not None and not time_budget_minutes > 0:
        raise InvalidInput(
            f"time_budget_minutes {time_budget_minutes}", "it is above 0", "allow 10, say"
        )
