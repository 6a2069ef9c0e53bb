"""Where a probability becomes a decision."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from lib.decision.errors import InvalidInput


class Decision(StrEnum):
    """What the lender answers to a client."""

    GRANT = "grant"
    REFUSE = "refuse"


def refuses(
    default_probability: npt.ArrayLike, threshold: float | npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    """Say for each client whether the credit is refused.

    Parameters
    ----------
    default_probability : array_like, shape (n,) or scalar
        Default probabilities in [0, 1].
    threshold : float or array_like, shape (n,)
        The threshold, or one for each client (as when thresholds are cross-fitted). Infinity
        refuses nobody: it is the end of a cost curve.

    Returns
    -------
    ndarray of bool, shape of `default_probability`
        True where ``default_probability >= threshold``.

    Raises
    ------
    InvalidInput
        If a probability does not lie in [0, 1], or a threshold neither there nor at infinity.

    Examples
    --------
    >>> refuses([0.05, 0.09, 0.2], threshold=0.09).tolist()
    [False, True, True]
    """
    probability = check_probabilities(default_probability)
    return np.asarray(probability >= check_thresholds(threshold))


def decide(default_probability: float, threshold: float) -> Decision:
    """Give the decision for one client.

    Examples
    --------
    >>> decide(0.09, threshold=0.09)
    <Decision.REFUSE: 'refuse'>
    >>> decide(0.0899, threshold=0.09)
    <Decision.GRANT: 'grant'>
    """
    return Decision.REFUSE if refuses(default_probability, threshold) else Decision.GRANT


def check_probabilities(default_probability: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return probabilities as an array, or raise `InvalidInput` if one is not in [0, 1]."""
    probability = np.asarray(default_probability, dtype=float)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise InvalidInput(
            "default_probability", "every value lies in [0, 1]", "pass calibrated probabilities"
        )
    return probability


def check_thresholds(threshold: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return thresholds as an array, or raise `InvalidInput` if one is not in [0, 1] or inf."""
    limit = np.asarray(threshold, dtype=float)
    is_valid = (limit >= 0) & ((limit <= 1) | np.isposinf(limit))
    if not is_valid.all():
        raise InvalidInput(
            f"threshold {limit[~is_valid].flat[0]}", "it lies in [0, 1]", "give one between 0 and 1"
        )
    return limit
