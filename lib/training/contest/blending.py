"""The blend of the best boosted and the best linear candidate: it competes without being searched.

Its out-of-fold margins are made of theirs, so it costs no time until it is fitted.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lib.training.contest.calibration import calibrate
from lib.training.contest.candidates import Candidate
from lib.training.contest.contest import Contest, Floats
from lib.training.contest.estimators.blend import Blend
from lib.training.contest.estimators.lightgbm import LightGBM
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.objective import cross_fit
from lib.training.contest.search import Tuned


def blend(tuned: Sequence[Tuned], contest: Contest) -> list[Tuned]:
    """Blend the best boosted and the best linear candidate that learn from clients as they are.

    Parameters
    ----------
    tuned : sequence of Tuned
        The candidates at their best.
    contest : Contest
        In which they were judged.

    Returns
    -------
    list of Tuned
        The blend; nothing where one of both has not competed.
    """
    boosted = _best(tuned, LightGBM)
    linear = _best(tuned, Logistic)
    if boosted is None or linear is None:
        return []
    kind = Blend(boosted.candidate.kind, linear.candidate.kind)  # type: ignore[arg-type]
    candidate = Candidate(
        name="blend",
        french="Moyenne de LightGBM et d’une régression logistique",
        english="Mean of LightGBM and a logistic regression",
        imbalance=boosted.candidate.imbalance,
        kind=kind,
    )
    members = (boosted, linear)
    defaulted, fold_of = contest.clients.defaulted, contest.fold_of
    lines = [calibrate(one.evidence.margins, defaulted) for one in members]
    parameters = kind.parameters(boosted.parameters, linear.parameters, (lines[0], lines[1]))
    margins = np.mean([_log_odds(one, contest) for one in members], axis=0)
    evidence = cross_fit(margins, defaulted, fold_of, contest.costs)
    evidence = replace(evidence, parameters=parameters)
    return [Tuned(candidate, parameters, evidence, trials=0, pruned=0, seconds=0.0)]


def _best(tuned: Sequence[Tuned], kind: type[LightGBM] | type[Logistic]) -> Tuned | None:
    """Give the one whose log loss is lowest: it tells best what adds to the other's margin."""
    own = [one for one in tuned if type(one.candidate.kind) is kind and not one.candidate.sample]
    return min(own, key=lambda one: float(one.evidence.client_losses.mean()), default=None)


def _log_odds(one: Tuned, contest: Contest) -> Floats:
    """Bring each fold's margins to log-odds by what the other folds teach."""
    margins, log_odds = one.evidence.margins, np.empty(len(contest.clients))
    for fold in np.unique(contest.fold_of):
        own = contest.fold_of == fold
        line = calibrate(margins[~own], contest.clients.defaulted[~own])
        log_odds[own] = line.log_odds(margins[own])
    return log_odds
