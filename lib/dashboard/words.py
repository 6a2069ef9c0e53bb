"""What figures mean, in words that need no mathematics: pure functions, no widgets."""

from enum import StrEnum
from math import inf, log
from typing import NamedTuple

from lib.decision import Decision

SCALES = (100, 1_000, 10_000, 100_000)


class Frequency(NamedTuple):
    """So many clients out of so many."""

    clients: int
    out_of: int


class Distance(StrEnum):
    """How far a probability lies from the threshold."""

    NEAR = "near"
    CLEAR = "clear"
    FAR = "far"


class Strength(StrEnum):
    """How much a reason weighs."""

    SLIGHT = "slight"
    MODERATE = "moderate"
    STRONG = "strong"


def frequencies(probability: float, threshold: float) -> tuple[Frequency, Frequency]:
    """Give probability and threshold as counts of clients that tell the same story.

    Out of 100 where that is enough; out of more where rounding would put a granted client on the
    threshold, from which we refuse.

    Examples
    --------
    >>> frequencies(0.12, 0.0909)
    (Frequency(clients=12, out_of=100), Frequency(clients=9, out_of=100))
    >>> frequencies(0.0880, 0.0909)
    (Frequency(clients=88, out_of=1000), Frequency(clients=91, out_of=1000))
    """
    for scale in SCALES:
        clients, limit = round(probability * scale), round(threshold * scale)
        if clients != limit or probability >= threshold:
            break
    return Frequency(clients, scale), Frequency(limit, scale)


def digits_apart(probability: float, threshold: float) -> int:
    """Give how many decimals show a percentage as different from the threshold's, 1 to 4.

    Examples
    --------
    >>> digits_apart(0.12, 0.09), digits_apart(0.09061, 0.09064)
    (1, 3)
    """
    if probability == threshold:
        return 1
    apart = (
        digits
        for digits in range(1, 5)
        if round(probability * 100, digits) != round(threshold * 100, digits)
    )
    return next(apart, 4)


def distance(probability: float, threshold: float) -> Distance:
    """Say how far the probability lies from the threshold, by the odds of default.

    Examples
    --------
    >>> distance(0.095, 0.09).value, distance(0.13, 0.09).value, distance(0.4, 0.09).value
    ('near', 'clear', 'far')
    """
    gap = abs(_log_odds(probability) - _log_odds(threshold)) if probability != threshold else 0.0
    if gap < 0.2:
        return Distance.NEAR
    return Distance.CLEAR if gap < 1.0 else Distance.FAR


def strength(contribution: float) -> Strength:
    """Say how much a reason weighs, by its contribution in log-odds.

    Examples
    --------
    >>> strength(-0.8).value, strength(0.2).value, strength(0.01).value
    ('strong', 'moderate', 'slight')
    """
    if abs(contribution) >= 0.4:
        return Strength.STRONG
    return Strength.MODERATE if abs(contribution) >= 0.12 else Strength.SLIGHT


def direction(contribution: float) -> Decision:
    """Say which decision a reason speaks for."""
    return Decision.REFUSE if contribution > 0 else Decision.GRANT


def _log_odds(probability: float) -> float:
    if probability in (0, 1):
        return inf if probability else -inf
    return log(probability / (1 - probability))
