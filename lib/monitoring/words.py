"""Figures in words, in French and in English."""

from collections.abc import Sequence

from lib.features.description import Text, french_number
from lib.monitoring.expected import Estimate
from lib.serving.wire import FigureUnit

DECIMALS: dict[FigureUnit, int] = {
    "index": 2,
    "share": 1,
    "cost": 3,
    "ratio": 2,
    "auc": 3,
    "p_value": 3,
    "hours": 1,
    "days": 1,
    "count": 0,
}
AFTER = {
    "ratio": Text("\u202f×", " ×"),
    "share": Text("\u202f%", "%"),
    "hours": Text("\u202fh", " h"),
    "days": Text(" jours", " days"),
}


def written(value: float, unit: FigureUnit) -> Text:
    """Write a figure in its unit.

    Examples
    --------
    >>> written(0.1234, "share").en, written(-0.5, "cost").fr
    ('12.3%', '−0,500')
    """
    number = f"{100 * value if unit == 'share' else value:,.{DECIMALS[unit]}f}".replace("-", "−")
    after = AFTER.get(unit, Text("", ""))
    return Text(french_number(number) + after.fr, number + after.en)


def interval(found: Estimate, unit: FigureUnit) -> Text:
    """Write an estimate with its interval.

    Examples
    --------
    >>> interval(Estimate(0.5, 0.4, 0.6), "auc").en
    '0.500 (95% interval 0.400 to 0.600)'
    """
    value, low, high = (written(one, unit) for one in (found.value, found.low, found.high))
    return Text(
        f"{value.fr} (intervalle à 95\u202f% : {low.fr} à {high.fr})",
        f"{value.en} (95% interval {low.en} to {high.en})",
    )


def counted(number: int) -> Text:
    """Write how many."""
    return written(float(number), "count")


def joined(names: Sequence[Text], most: int) -> Text:
    """Name some things, and say how many more there are.

    Examples
    --------
    >>> joined([Text("âge", "age"), Text("revenu", "income"), Text("crédit", "credit")], 2).en
    'age; income; and 1 more'
    """
    more = len(names) - most
    french, english = ([getattr(one, side) for one in names[:most]] for side in ("fr", "en"))
    if more > 0:
        french.append(f"et {more} de plus")
        english.append(f"and {more} more")
    return Text(" ; ".join(french), "; ".join(english))
