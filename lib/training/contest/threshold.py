"""The threshold: where the business cost is lowest, once what is chance in it is smoothed away.

The cost at every threshold is a staircase, and which of its steps is the lowest a few clients
decide who lie beside it. The mean cost of neighbouring thresholds is lowest nearly at the same
place, and that place moves far less from sample to sample (smoothed maximum score; Horowitz, 1992).
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import expit, logit

from lib.decision import CostCurve
from lib.scoring.encoder import Floats

# Probabilities nearer to 0 or 1 count as this near: their log-odds would be infinite.
NEAREST = 1e-9
# Below this width all clients have the same probability, but for rounding.
NARROWEST = 1e-9
# So many thresholds are weighed within a width, and so many widths beyond the last client.
STEPS, MARGIN = 10, 4


def steady_threshold(curve: CostCurve, default_probability: Floats) -> float:
    """Give the threshold at which the smoothed cost is lowest.

    Parameters
    ----------
    curve : CostCurve
        The cost at every threshold.
    default_probability : ndarray of float, shape (n,)
        Of the clients whom the curve is about, in [0, 1].

    Returns
    -------
    float
        In [0, 1]; 1 where granting everyone is best. Where all clients have the same probability
        there is nothing to smooth: it is the curve's own best.

    Examples
    --------
    >>> from lib.decision import CostMatrix, cost_curve
    >>> risk = np.linspace(0.01, 0.3, 1000)
    >>> outcomes = (np.arange(1000) % 100 < 100 * risk).astype(int)
    >>> curve = cost_curve(outcomes, risk, CostMatrix(10, 1))
    >>> bool(abs(steady_threshold(curve, risk) - 1 / 11) < 0.02)
    True
    """
    log_odds = logit(np.clip(default_probability, NEAREST, 1 - NEAREST))
    width = smoothing_width(log_odds)
    if width < NARROWEST:
        return curve.best_threshold
    ends = log_odds.min() - MARGIN * width, log_odds.max() + MARGIN * width
    grid = np.arange(*ends, width / STEPS)
    thresholds = expit(grid)
    places = np.searchsorted(curve.thresholds, thresholds, side="left")
    smoothed = gaussian_filter1d(curve.costs[places], STEPS, mode="nearest")
    # Of equals the highest: it refuses fewest.
    best = float(thresholds[::-1][np.argmin(smoothed[::-1])])
    return best if best <= np.max(default_probability) else 1.0


def smoothing_width(log_odds: Floats) -> float:
    """Give the width of the kernel: the more clients, the narrower (Silverman, 1986, 3.31).

    Examples
    --------
    >>> smoothing_width(np.zeros(10))
    0.0
    """
    if len(log_odds) < 2:
        return 0.0
    low, high = np.quantile(log_odds, [0.25, 0.75])
    spread = float(log_odds.std(ddof=1))
    middle = float(high - low) / 1.34
    return 0.9 * (min(spread, middle) or spread) * len(log_odds) ** -0.2
