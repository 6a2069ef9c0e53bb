"""What the search minimises: the business cost of decisions on clients never seen before.

Three things are learned from clients: the pipeline, its calibration and the threshold. Each client
is judged by a pipeline, a calibration and a threshold that were all learned on the other folds.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from imblearn.pipeline import Pipeline
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from lib.decision import CostMatrix, business_cost, cost_curve, refuses
from lib.training.calibration import calibrate
from lib.training.data import Clients
from lib.training.margins import fit, margins

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CrossFitted:
    """How a candidate does on clients that it was not fitted on.

    Attributes
    ----------
    margins, default_probability, threshold : ndarray of float, shape (n,)
        One for each training client; the threshold is the one that judges this client.
    cost : float
        Business cost per client.
    fold_costs : ndarray of float, shape (folds,)
        The same in each fold.
    """

    margins: Floats
    default_probability: Floats
    threshold: Floats
    cost: float
    fold_costs: Floats

    @property
    def standard_error(self) -> float:
        """Standard error of the cost, from the spread between folds."""
        return float(np.std(self.fold_costs, ddof=1) / np.sqrt(len(self.fold_costs)))


def out_of_fold_margins(
    build: Callable[[], Pipeline], clients: Clients, fold_of: npt.NDArray[np.int_]
) -> Floats:
    """Fit a fresh pipeline without each fold and give its margins on that fold.

    Folds run side by side in threads, each on one core: on a busy machine that is several times
    faster than folds one after another on all cores, and rounding cannot differ between runs.
    """

    def of_fold(judged: npt.NDArray[np.bool_]) -> Floats:
        fitted = fit(build(), clients.only(~judged))
        return margins(fitted, clients.features[judged])

    members = [fold_of == fold for fold in np.unique(fold_of)]
    workers = min(len(members), os.cpu_count() or 1)
    with threadpool_limits(1, "blas"):
        parts = Parallel(workers, backend="threading")(delayed(of_fold)(m) for m in members)
    result = np.empty(len(clients.defaulted))
    for judged, part in zip(members, parts, strict=True):
        result[judged] = part
    return result


def cross_fit(
    margins: npt.ArrayLike,
    defaulted: npt.ArrayLike,
    fold_of: npt.NDArray[np.int_],
    costs: CostMatrix,
) -> CrossFitted:
    """Calibrate, choose a threshold and judge: each fold by what the others teach.

    Parameters
    ----------
    margins : array_like of float, shape (n,)
        Out-of-fold margins.
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    fold_of : ndarray of int, shape (n,)
        The fold that each client belongs to.
    costs : CostMatrix
        What wrong decisions cost.

    Returns
    -------
    CrossFitted
    """
    margin, outcome = np.asarray(margins, dtype=float), np.asarray(defaulted)
    probability, threshold = np.empty(len(margin)), np.empty(len(margin))
    fold_costs = []
    for fold in np.unique(fold_of):
        judged = fold_of == fold
        calibration = calibrate(margin[~judged], outcome[~judged])
        known = calibration.probabilities(margin[~judged])
        threshold[judged] = cost_curve(outcome[~judged], known, costs).best_threshold
        probability[judged] = calibration.probabilities(margin[judged])
        decisions = refuses(probability[judged], threshold[judged])
        fold_costs.append(business_cost(outcome[judged], decisions, costs))
    cost = business_cost(outcome, refuses(probability, threshold), costs)
    return CrossFitted(margin, probability, threshold, cost, np.array(fold_costs))
