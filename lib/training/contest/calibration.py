"""From margins to probabilities that mean what they say: a sigmoid on the margin (Platt, 1999).

A sigmoid is linear in log-odds. So the reasons of a decision are scaled by the slope, and still sum
exactly to the log-odds of the probability shown; isotonic regression would break that.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit

from lib.decision import InvalidInput
from lib.scoring.encoder import Floats
from lib.scoring.models import Calibration

# Margins that differ by less are all the same.
LEAST_SPREAD = 1e-12


def calibrate(margins: npt.ArrayLike, defaulted: npt.ArrayLike) -> Calibration:
    """Fit the sigmoid by maximum likelihood, with a slope that is never negative.

    Platt's softened targets keep the slope finite where margins separate the outcomes perfectly.
    Margins that tell the outcomes backwards tell nothing: their slope is 0. Constant margins carry
    the base rate alone.

    Parameters
    ----------
    margins : array_like of float, shape (n,)
        Margins of clients on whom the pipeline was not fitted.
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.

    Raises
    ------
    InvalidInput
        If the clients have one outcome only, or a margin is not finite.

    Examples
    --------
    >>> calibrate([0.0, 0.0, 0.0, 0.0], [0, 0, 0, 1]).probabilities(np.zeros(1)).tolist()
    [0.25]
    """
    margin, outcome = _checked(margins, defaulted)
    spread = float(margin.std())
    if spread < LEAST_SPREAD:
        return Calibration(1.0, float(logit(outcome.mean()) - margin.mean()))
    scaled = (margin - margin.mean()) / spread
    defaults = float(outcome.sum())
    goods = len(outcome) - defaults
    target = np.where(outcome == 1, (defaults + 1) / (defaults + 2), 1 / (goods + 2))
    slope, intercept = _fitted(scaled, target)
    slope /= spread
    return Calibration(slope, intercept - slope * float(margin.mean()))


def _fitted(scaled: Floats, target: Floats) -> tuple[float, float]:
    """Give slope and intercept of the likeliest sigmoid: a convex problem in two dimensions."""

    def loss(point: Floats) -> float:
        log_odds = point[0] * scaled + point[1]
        return float(np.mean(np.logaddexp(0, log_odds) - target * log_odds))

    def gradient(point: Floats) -> Floats:
        error = expit(point[0] * scaled + point[1]) - target
        return np.array([np.mean(error * scaled), np.mean(error)])

    def curvature(point: Floats) -> Floats:
        probability = expit(point[0] * scaled + point[1])
        weight = probability * (1 - probability)
        mixed = np.mean(weight * scaled)
        return np.array([[np.mean(weight * scaled**2), mixed], [mixed, np.mean(weight)]])

    base = float(logit(target.mean()))
    slope, intercept = minimize(
        loss,
        np.array([1.0, base]),
        method="trust-exact",
        jac=gradient,
        hess=curvature,
        options={"gtol": 1e-10},
    ).x
    return (float(slope), float(intercept)) if slope > 0 else (0.0, base)


def _checked(margins: npt.ArrayLike, defaulted: npt.ArrayLike) -> tuple[Floats, Floats]:
    margin = np.asarray(margins, dtype=float)
    outcome = np.asarray(defaulted, dtype=float)
    if not np.isfinite(margin).all():
        raise InvalidInput("margins", "every margin is finite", "look at the estimator's output")
    if len(np.unique(outcome)) < 2:
        raise InvalidInput(
            "defaulted",
            "calibration needs both outcomes",
            "give clients of either outcome",
        )
    return margin, outcome
