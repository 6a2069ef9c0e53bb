"""The search: which candidate, with which hyper-parameters, costs least."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from time import monotonic
from typing import Any

import optuna
from optuna.trial import FrozenTrial
from tqdm import tqdm

from lib.decision import InvalidInput
from lib.training.contest.candidates import Candidate
from lib.training.contest.contest import Contest
from lib.training.contest.objective import CrossFitted
from lib.training.contest.study import (
    completed,
    finished,
    open_storage,
    open_study,
    run_trial,
    wait_for_interrupted,
)

# So many kinds of estimator are judged on all clients: those whose mean may be better than either.
MOST_FINALISTS = 2
# Costs of trials that differ by less are the same for all one can tell among 20,000 clients (two
# standard errors of a difference): log loss decides.
TIE = 0.03
LOG_LOSS = "log_loss"

Studies = Mapping[str, optuna.Study]
# What was evaluated in this process, by the candidate's name and the number of the trial.
Evaluations = dict[tuple[str, int], CrossFitted]


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
    Started several times at once, each process adds trials to the same studies.

    Parameters
    ----------
    contest : Contest
        Clients, folds, costs and seed.
    candidates : sequence of Candidate
        Who competes, in the order in which they are tried first.
    storage : str
        Optuna's storage URL, such as ``sqlite:///study.db``; several processes may share it, and
        where it is a server's, several machines.
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
        If a budget allows nothing, or the storage cannot be opened.
    """
    check_budgets(trials, time_budget_minutes)
    opened = open_storage(storage)
    studies = {c.name: open_study(f"{study}/{c.name}", opened) for c in candidates}
    wait_for_interrupted(studies.values())
    evaluations: Evaluations = {}
    begun, limit = monotonic(), 60 * time_budget_minutes if time_budget_minutes else inf
    done = stored = _count(studies)
    with _bar(trials, done, progress) as bar:
        while done < trials and (done == 0 or monotonic() < begun + limit):
            candidate = next_candidate(candidates, studies)
            if candidate is None:
                break
            _try(candidate, studies[candidate.name], contest, evaluations)
            done, spent = _count(studies), monotonic() - begun
            seconds_a_trial = spent / max(done - stored, 1)
            left = max(0.0, min(seconds_a_trial * (trials - done), limit - spent))
            costs = [one.best_value for one in studies.values() if completed(one)]
            best = min(costs, default=inf)
            status = f"best cost {best:.4f}, about {left:.0f} s left, {candidate.name}"
            bar.set_postfix_str(status, refresh=False)
            bar.update(done - bar.n)
    tried = [c for c in candidates if completed(studies[c.name])]
    return [_tuned(c, studies[c.name], contest, evaluations) for c in tried]


def finalists(searched: Sequence[Tuned], few: Contest, contest: Contest) -> list[Tuned]:
    """Judge on all clients those who did best among fewer: the best of the two best kinds.

    Who learns from other clients than there are is no finalist, unless there is nobody else. Log
    loss tells who is best: among few clients the cost is decided by chance.

    Parameters
    ----------
    searched : sequence of Tuned
        The candidates at their best among fewer clients.
    few, contest : Contest
        With fewer clients and with all; where they are the same, everyone is a finalist.
    """
    if few is contest:
        return list(searched)
    best: dict[type, Tuned] = {}
    as_they_are = [one for one in searched if not one.candidate.sample] or searched
    for one in sorted(as_they_are, key=lambda one: one.evidence.log_loss):
        best.setdefault(type(one.candidate.kind), one)
    # What the folds prepare for one of them is forgotten before the next one.
    return [judge_again(one, replace(contest)) for one in list(best.values())[:MOST_FINALISTS]]


def judge_again(one: Tuned, contest: Contest) -> Tuned:
    """Judge a candidate among other clients, by the hyper-parameters that the search found."""
    begun, kind = monotonic(), one.candidate.kind
    # What was found along the way depends on the number of clients: it is found again.
    drawn = {name: value for name, value in one.parameters.items() if name in kind.defaults}
    evidence = contest.judge(one.candidate, drawn)
    seconds = one.seconds + monotonic() - begun
    return replace(one, parameters=evidence.parameters, evidence=evidence, seconds=seconds)


def next_candidate(candidates: Sequence[Candidate], studies: Studies) -> Candidate | None:
    """Say whose turn it is: everyone once, then the best third, at least two, in turns.

    The best of each kind come before the second best of any: theirs is the blend.
    """
    for candidate in candidates:
        if not completed(studies[candidate.name]):
            return candidate
    tunable = [c for c in candidates if c.space]
    if not tunable:
        return None
    ranked = sorted(tunable, key=lambda c: min(map(_log_loss, completed(studies[c.name]))))
    of_each_kind = list({type(c.kind): c for c in reversed(ranked)}.values())
    ranked.sort(key=lambda c: c not in of_each_kind)
    contenders = ranked[: max(2, (len(ranked) + 2) // 3)]
    return min(contenders, key=lambda c: len(finished(studies[c.name])))


def check_budgets(trials: int, time_budget_minutes: float | None) -> None:
    """Refuse budgets that allow nothing."""
    if trials < 1:
        raise InvalidInput(f"trials {trials}", "there is at least one", "allow 12, say")
    if time_budget_minutes is not None and not time_budget_minutes > 0:
        raise InvalidInput(
            f"time_budget_minutes {time_budget_minutes}", "it is above 0", "allow 10, say"
        )


def _try(
    candidate: Candidate, study: optuna.Study, contest: Contest, evaluations: Evaluations
) -> None:
    def objective(trial: optuna.Trial) -> float:
        def prune_if_hopeless(cost: float) -> None:
            trial.report(cost, step=0)
            if trial.should_prune():
                raise optuna.TrialPruned

        parameters = candidate.space(trial) if candidate.space else {}
        evaluation = contest.judge(candidate, parameters, prune_if_hopeless)
        evaluations[candidate.name, trial.number] = evaluation
        trial.set_user_attr(LOG_LOSS, evaluation.log_loss)
        return evaluation.cost

    run_trial(study, objective, candidate.defaults, contest.seed)


def _tuned(
    candidate: Candidate,
    study: optuna.Study,
    contest: Contest,
    evaluations: Evaluations,
) -> Tuned:
    stored = finished(study)
    best = best_trial(completed(study))
    # Of a trial of another run only figures are stored: evaluate its parameters once more.
    evidence = evaluations.get((candidate.name, best.number))
    if evidence is None:
        evidence = contest.judge(candidate, best.params)
    return Tuned(
        candidate,
        evidence.parameters,
        evidence,
        trials=len(stored),
        pruned=len(stored) - len(completed(study)),
        seconds=sum(trial.duration.total_seconds() for trial in stored if trial.duration),
    )


def best_trial(trials: Sequence[FrozenTrial]) -> FrozenTrial:
    """Give the trial whose log loss is lowest, of those that cost hardly more than the cheapest."""
    most = (1 + TIE) * min(trial.value or 0.0 for trial in trials)
    near = [trial for trial in trials if (trial.value or 0.0) <= most]
    return min(near, key=lambda trial: (_log_loss(trial), trial.number))


def _log_loss(trial: FrozenTrial) -> float:
    return float(trial.user_attrs[LOG_LOSS])


def _count(studies: Studies) -> int:
    return sum(len(finished(study)) for study in studies.values())


def _bar(trials: int, done: int, shown: bool) -> tqdm:
    return tqdm(
        total=trials,
        initial=done,
        disable=not shown,
        unit="trial",
        file=sys.stderr,
        bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} trials, {elapsed}{postfix}",
    )
