"""What the search minimises: the business cost of decisions on clients whom the model has not seen.

Given the hyper-parameters, the margin of each client is free of the outcomes of its own fold: the
model was fitted on the other folds alone. Its probability and its threshold are free of its fold's
margins, but not quite of its outcomes: calibration and threshold are learned on the other folds'
margins, and the models that gave those were fitted on this fold too (without it they would have to
be fitted once more for each pair of folds). Hyper-parameters, the number of trees and that of the
features are chosen by all folds. So the costs of candidates are a little low; only the test clients
have no say in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from lib.decision import Costs, business_cost, client_costs, cost_curve, refuses
from lib.training.contest.calibration import calibrate
from lib.training.contest.threshold import steady_threshold

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CrossFitted:
    """How a candidate does on clients that it was not fitted on.

    Attributes
    ----------
    margins, default_probability, threshold : ndarray of float, shape (n,)
        One for each training client; the threshold is the one by which it is decided.
    client_costs : ndarray of float, shape (n,)
        What the decision on each client costs.
    cost : float
        Business cost per client: their mean.
    fold_costs : ndarray of float, shape (folds,)
        The same in each fold.
    client_losses : ndarray of float, shape (n,)
        Log loss of each client's probability: its noise is far smaller than that of the cost.
    parameters : mapping
        The hyper-parameters that were judged, with those found along the way.
    """

    margins: Floats
    default_probability: Floats
    threshold: Floats
    client_costs: Floats
    cost: float
    fold_costs: Floats
    client_losses: Floats
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def log_loss(self) -> float:
        """Mean log loss, in nats."""
        return float(self.client_losses.mean())

    @property
    def standard_error(self) -> float:
        """Standard error of the cost, from the spread between folds."""
        return float(np.std(self.fold_costs, ddof=1) / np.sqrt(len(self.fold_costs)))


def cross_fit(
    margins: npt.ArrayLike,
    defaulted: npt.ArrayLike,
    fold_of: npt.NDArray[np.int_],
    costs: Costs,
) -> CrossFitted:
    """Calibrate, choose thresholds and decide: on each fold by the margins of the others.

    Parameters
    ----------
    margins : array_like of float, shape (n,)
        Out-of-fold margins.
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    fold_of : ndarray of int, shape (n,)
        The fold that each client belongs to.
    costs : CostMatrix or ClientCosts
        What wrong decisions cost.

    Returns
    -------
    CrossFitted
    """
    margin, outcome = np.asarray(margins, dtype=float), np.asarray(defaulted)
    probability, threshold = np.empty(len(margin)), np.empty(len(margin))
    fold_costs = []
    for fold in np.unique(fold_of):
        validation = fold_of == fold
        calibration = calibrate(margin[~validation], outcome[~validation])
        known = calibration.probabilities(margin[~validation])
        curve = cost_curve(outcome[~validation], known, costs.only(~validation))
        threshold[validation] = steady_threshold(curve, known)
        probability[validation] = calibration.probabilities(margin[validation])
        decisions = refuses(probability[validation], threshold[validation])
        fold_costs.append(business_cost(outcome[validation], decisions, costs.only(validation)))
    refused = refuses(probability, threshold)
    return CrossFitted(
        margin,
        probability,
        threshold,
        client_costs(outcome, refused, costs),
        business_cost(outcome, refused, costs),
        np.array(fold_costs),
        log_losses(probability, outcome),
    )


def log_losses(probability: Floats, defaulted: npt.NDArray[Any]) -> Floats:
    """Give the log loss of each client, in nats.

    Examples
    --------
    >>> log_losses(np.array([0.5, 1.0]), np.array([1, 1])).round(3).tolist()
    [0.693, -0.0]
    """
    of_truth = np.where(defaulted == 1, probability, 1 - probability)
    return -np.log(np.maximum(of_truth, np.finfo(float).tiny))


def cost_in_hindsight(margins: Floats, defaulted: npt.ArrayLike, costs: Costs) -> float:
    """Give the lowest cost that any threshold on these margins has.

    It needs neither calibration nor other folds, so one fold alone has it: good enough
    to see that a trial is hopeless, too kind to choose by.
    """
    return cost_curve(defaulted, rankdata(margins) / len(margins), costs).best_cost
