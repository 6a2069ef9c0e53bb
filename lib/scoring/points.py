"""Contributions as percentage points of the default probability."""

import numpy as np

from lib.scoring.encoder import Floats
from lib.scoring.models import sigmoid


def points_per_log_odds(base_log_odds: float, log_odds: Floats) -> Floats:
    """Give the percentage points that one unit of a client's contributions stands for.

    The probability is not a sum of contributions, so what one of them adds to it depends on those
    added before. On the straight way from the base to the client's log-odds every contribution
    grows in step with all others, and none is first: what each adds on that way is its
    Aumann-Shapley share of the change (Aumann & Shapley, 1974; Sundararajan et al., 2017), its
    contribution times ``(p - p0) / (log_odds - base_log_odds)``. The shares add up to ``p - p0``.

    Parameters
    ----------
    base_log_odds : float
        Where contributions start; p0 is its probability.
    log_odds : ndarray of float, shape (n,)
        Of the clients; p are their probabilities.

    Returns
    -------
    ndarray of float, shape (n,)
        In percentage points per unit of log-odds, in [0, 25]. Where both log-odds are equal it is
        the limit, ``100 * p0 * (1 - p0)``.

    Examples
    --------
    >>> points_per_log_odds(0.0, np.array([0.0, 2.0])).round(2).tolist()
    [25.0, 19.04]
    """
    high, low = np.maximum(log_odds, base_log_odds), np.minimum(log_odds, base_log_odds)
    # p_high - p_low is p_high * (1 - p_low) * (1 - exp(-distance)): no difference of two near
    # numbers, hence exact however near they are.
    distance = high - low
    growth = np.divide(
        -np.expm1(-distance), distance, out=np.ones_like(distance), where=distance > 0
    )
    return 100 * sigmoid(high) * sigmoid(-low) * growth
