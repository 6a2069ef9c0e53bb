"""The blend of the best boosted and the best linear candidate: it competes without being searched.

Its out-of-fold margins are made of theirs, so it costs no time until it is fitted. How much either
counts, the outcomes say (stacked regressions; Breiman, 1996): few clients favour the line, many the
trees.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from lib.scoring.models import Weights
from lib.training.contest.candidates import Candidate
from lib.training.contest.contest import Contest, Floats
from lib.training.contest.estimators.blend import Blend
from lib.training.contest.estimators.bounded_regression import BoundedRegression
from lib.training.contest.estimators.kind import Outcomes
from lib.training.contest.estimators.lightgbm import LightGBM
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.objective import cross_fit
from lib.training.contest.search import Tuned

# Two weights and thousands of clients: nothing to hold back.
NO_PENALTY = 1e6


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
        french="Mélange de LightGBM et d’une régression logistique",
        english="Blend of LightGBM and a logistic regression",
        imbalance=boosted.candidate.imbalance,
        kind=kind,
    )
    defaulted, fold_of = contest.clients.defaulted, contest.fold_of
    margins = np.column_stack([boosted.evidence.margins, linear.evidence.margins])
    weights = weigh(margins, defaulted)
    parameters = kind.parameters(boosted.parameters, linear.parameters, weights)
    blended = _weighed_by_other_folds(margins, defaulted, fold_of)
    evidence = cross_fit(blended, defaulted, fold_of, contest.costs)
    evidence = replace(evidence, parameters=parameters)
    return [Tuned(candidate, parameters, evidence, trials=0, pruned=0, seconds=0.0)]


def weigh(margins: Floats, defaulted: Outcomes) -> Weights:
    """Give the likeliest weights of two margins, neither below 0.

    Parameters
    ----------
    margins : ndarray of float, shape (n, 2)
        Of clients on whom neither model was fitted; the boosted one's first.
    defaulted : ndarray of 0 or 1, shape (n,)
        1 where the client did not repay.

    Examples
    --------
    >>> outcomes = np.tile(np.array([0, 1, 1, 0], dtype=np.int8), 50)
    >>> told, noise = np.tile([-1.0, -1.0, 1.0, 1.0], 50), np.zeros(200)
    >>> weigh(np.column_stack([noise, -told]), outcomes).linear
    0.0
    """
    fitted = BoundedRegression(C=NO_PENALTY, signs=(1, 1)).fit(margins, defaulted)
    (boosted, linear), (intercept,) = fitted.coef_[0], fitted.intercept_
    return Weights(float(boosted), float(linear), float(intercept))


def _best(tuned: Sequence[Tuned], kind: type[LightGBM] | type[Logistic]) -> Tuned | None:
    """Give the one whose log loss is lowest: it tells best what adds to the other's margin."""
    own = [one for one in tuned if type(one.candidate.kind) is kind and not one.candidate.sample]
    return min(own, key=lambda one: one.evidence.log_loss, default=None)


def _weighed_by_other_folds(
    margins: Floats, defaulted: Outcomes, fold_of: npt.NDArray[np.int_]
) -> Floats:
    blended = np.empty(len(margins))
    for fold in np.unique(fold_of):
        own = fold_of == fold
        blended[own] = weigh(margins[~own], defaulted[~own]).sum(*margins[own].T)
    return blended
