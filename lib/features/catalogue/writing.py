"""Short ways to write rows of the catalogue."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lib.features.catalogue.windows import Window
from lib.features.description import Family, FeatureDescription, Text, Unit


class Line(NamedTuple):
    """One row as it is written in the parts: name, French, English, unit."""

    name: str
    fr: str
    en: str
    unit: Unit


def rows(
    lines: Iterable[tuple[str, str, str, Unit]], family: Family, source: str
) -> Iterator[FeatureDescription]:
    """Describe features of one family and one table.

    Examples
    --------
    >>> lines = [("children", "Enfants à charge", "Dependent children", Unit.COUNT)]
    >>> next(rows(lines, Family.HOUSEHOLD, "application_train")).label.en
    'Dependent children'
    """
    for name, fr, en, unit in lines:
        yield FeatureDescription(
            name=name, label=Text(fr, en), unit=unit, family=family, source=source
        )


def over_windows(
    lines: Iterable[tuple[str, str, str, Unit]], windows: Iterable[Window]
) -> list[Line]:
    """Repeat lines for each window: what is measured, then over which time.

    Examples
    --------
    >>> from lib.features.catalogue.windows import LAST_6_MONTHS
    >>> lines = [("number_of_loans", "Crédits", "Loans", Unit.COUNT)]
    >>> over_windows(lines, [LAST_6_MONTHS])[0][:3]
    ('number_of_loans_last_6_months', 'Crédits ces 6 derniers mois', 'Loans in the last 6 months')
    """
    return [
        Line(name + window.suffix, fr + window.text.fr, en + window.text.en, unit)
        for window in windows
        for name, fr, en, unit in lines
    ]
