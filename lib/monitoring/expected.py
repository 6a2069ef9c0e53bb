"""What decisions cost and how well clients are ranked, before any outcome is known.

Calibrated probabilities say how often clients will default: so they say what a decision costs on
average, and how sure that is (performance estimation from confidence; Białek et al., 2024). Two
things part what is expected from what comes: who of the clients defaults, and how exact the
calibration is. Outcomes are independent given the probabilities; the errors of the calibration are
those of the line of Cox (1958) through the reference, and those by which it is off for a kind of
clients: clients of now are one, as a new group is in a random-effects model (Higgins, Thompson and
Spiegelhalter, 2009). It holds as long as the risk of clients with
the same features stays the same: a change of that risk only outcomes can tell.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from lib.decision import Z95, Costs, InvalidInput, client_costs
from lib.scoring.card import CalibrationLine

Floats = npt.NDArray[np.float64]
# Log-odds beyond these are those of rounding.
LEAST_PROBABILITY = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Risks:
    """How likely clients are to default, and how exact that is.

    Parameters
    ----------
    probability : ndarray of float, shape (n,)
        Default probabilities in (0, 1).
    by_level, by_slope : ndarray of float, shape (n,)
        How each moves with the intercept and with the slope of the calibration line.
    errors : ndarray of float, shape (2, 2)
        Covariance of both.
    """

    probability: Floats
    by_level: Floats
    by_slope: Floats
    errors: Floats

    def variance_along(self, gradient: Floats) -> float:
        """Give the variance of what moves by so much with each client's outcome.

        Parameters
        ----------
        gradient : ndarray of float, shape (n,)
            By how much the figure rises where the client defaults.
        """
        by_chance = float((gradient**2 * self.probability * (1 - self.probability)).sum())
        along = np.array([gradient @ self.by_level, gradient @ self.by_slope])
        return by_chance + float(along @ self.errors @ along)


def risks_of(default_probability: npt.ArrayLike, line: CalibrationLine | None) -> Risks:
    """Read default probabilities by the calibration line of the reference.

    Parameters
    ----------
    default_probability : array_like of float, shape (n,)
        In [0, 1].
    line : CalibrationLine or None
        None takes them as they are, and as exact.

    Raises
    ------
    InvalidInput
        If there are no clients.

    Examples
    --------
    >>> risks_of([0.25, 0.5], None).probability.tolist()
    [0.25, 0.5]
    """
    told = np.asarray(default_probability, dtype=float)
    if not told.size:
        raise InvalidInput("probabilities", "there is at least one client", "take a longer period")
    if line is None:
        none = np.zeros_like(told)
        return Risks(told, none, none, np.zeros((2, 2)))
    log_odds = logit(np.clip(told, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY))
    probability = expit(line.intercept + line.slope * log_odds)
    steepness = probability * (1 - probability)
    errors = [
        [line.intercept_variance + line.variance_of_kinds, line.covariance],
        [line.covariance, line.slope_variance],
    ]
    return Risks(probability, steepness, steepness * log_odds, np.array(errors))


def expected_cost(risks: Risks, refused: npt.ArrayLike, costs: Costs) -> Estimate:
    """Estimate the business cost of decisions whose outcomes are not known yet.

    Parameters
    ----------
    risks : Risks
        Of n clients.
    refused : array_like of bool, shape (n,)
        The decisions.
    costs : CostMatrix or ClientCosts
        What the wrong ones cost.

    Returns
    -------
    Estimate
        Between its ends the realised business cost of these clients will lie, 19 times out of 20.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> expected_cost(risks_of([0.02, 0.5], None), [False, True], CostMatrix(10, 1)).value
    0.35
    """
    decision = np.asarray(refused, dtype=bool)
    everyone = np.ones(len(decision), dtype=bool)
    if_default = client_costs(everyone, decision, costs)
    if_repaid = client_costs(~everyone, decision, costs)
    probability = risks.probability
    value = float((probability * if_default + (1 - probability) * if_repaid).mean())
    half = Z95 * sqrt(risks.variance_along((if_default - if_repaid) / len(decision)))
    return Estimate(value, max(value - half, 0.0), value + half)


def expected_auc(risks: Risks, default_probability: npt.ArrayLike) -> Estimate:
    """Estimate how well clients are ranked whose outcomes are not known yet.

    Each client counts as a defaulted one by the probability p and as one who repaid by 1 - p: the
    weighted area under the ROC curve. Its variance is that of its first-order expansion in the
    outcomes.

    Parameters
    ----------
    risks : Risks
        Of n clients.
    default_probability : array_like of float, shape (n,)
        What they are ranked by.

    Returns
    -------
    Estimate
        In [0, 1].

    Examples
    --------
    >>> round(expected_auc(risks_of([0.2, 0.8], None), [0.2, 0.8]).value, 2)
    0.8
    """
    _, place = np.unique(np.asarray(default_probability, dtype=float), return_inverse=True)
    bad, good = risks.probability, 1 - risks.probability
    bad_below, good_below = _share_below(place, bad), _share_below(place, good)
    value = float(bad @ good_below) / float(bad.sum())
    gradient = (good_below - value) / bad.sum() - (1 - bad_below - value) / good.sum()
    half = Z95 * sqrt(risks.variance_along(gradient))
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def _share_below(place: npt.NDArray[np.intp], weight: Floats) -> Floats:
    """Give for each client the share of the weight that is ranked below, equals by half."""
    at = np.bincount(place, weight)
    share: Floats = ((np.cumsum(at) - at / 2) / weight.sum())[place]
    return share
