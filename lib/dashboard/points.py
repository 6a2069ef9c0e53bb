"""What reasons add to the risk, in percentage points that add up as they are shown.

Rounded one by one, points would not add up to what lies between two rounded percentages. Here they
are rounded once and together, and every view takes them from here: all rows of a table, whichever
it has, lead from the starting point to the client's risk, and a row's details lead to the row.
"""

from collections.abc import Mapping, Sequence
from math import floor

from lib.dashboard.formats import MINUS, write_number
from lib.dashboard.texts import Language, say_count
from lib.serving.wire import Explanation, Reason

# As many decimals as a percentage has: what is counted here are tenths of a point.
DIGITS = 1
PER_POINT = 10**DIGITS


def tenths_of(probability: float) -> int:
    """Round a probability to tenths of a percentage point.

    Examples
    --------
    >>> tenths_of(0.0638)
    64
    """
    return round(probability * 100 * PER_POINT)


def points_of_facts(score: Explanation) -> dict[str, int]:
    """Give the points of each reason by its fact, in tenths of a point.

    They add up to the difference of the two percentages as these are written.
    """
    change = tenths_of(score.default_probability) - tenths_of(score.base_probability)
    shared = apportion(change, [reason.points * PER_POINT for reason in score.reasons])
    return {reason.fact: own for reason, own in zip(score.reasons, shared, strict=True)}


def in_order(score: Explanation) -> list[Reason]:
    """Give the reasons by their points as these are shown, the strongest first.

    Every view has this order: rounded together, two nearly equal reasons may change places.
    """
    points = points_of_facts(score)
    return sorted(score.reasons, key=lambda one: (-abs(points[one.fact]), -abs(one.contribution)))


def points_of_features(reason: Reason, points: int) -> Mapping[str, int]:
    """Give the points of each feature behind a reason, which add up to the reason's `points`."""
    shared = apportion(points, [one.points * PER_POINT for one in reason.features])
    return {one.feature: own for one, own in zip(reason.features, shared, strict=True)}


def apportion(total: int, parts: Sequence[float]) -> list[int]:
    """Round parts to whole numbers that add up to a total: by largest remainders (Hamilton).

    Each part is rounded down or up. Those with the largest remainders are rounded up, as many as it
    takes; of two parts the larger never becomes the smaller. A total that is further from the
    parts' own than rounding explains is spread evenly.

    Parameters
    ----------
    total : int
    parts : sequence of float
        With a sum near `total`.

    Examples
    --------
    >>> apportion(2, [0.4, 0.45, 1.1]), apportion(-1, [0.6, -1.6])
    ([0, 1, 1], [1, -2])
    """
    if not parts:
        return []
    whole = [floor(part) for part in parts]
    evenly, up = divmod(total - sum(whole), len(parts))
    by_remainder = sorted(range(len(parts)), key=lambda at: (whole[at] - parts[at], -parts[at]))
    for place in by_remainder[:up]:
        whole[place] += 1
    return [one + evenly for one in whole]


def say_points(tenths: int, language: Language) -> str:
    """Say points with their sign.

    Examples
    --------
    >>> say_points(31, "en"), say_points(-10, "en"), say_points(0, "en")
    ('+3.1 points', '−1 point', '0 points')
    """
    written = write_signed_points(tenths, language)
    size = abs(tenths) / PER_POINT
    return say_count(language, "decision.point", "decision.points", size, points=written)


def write_signed_points(tenths: int, language: Language) -> str:
    """Write points with their sign, without the word.

    Examples
    --------
    >>> write_signed_points(-4, "fr")
    '−0,4'
    """
    sign = "+" if tenths > 0 else MINUS if tenths < 0 else ""
    return sign + write_number(abs(tenths) / PER_POINT, language, DIGITS)
