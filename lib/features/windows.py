"""Stretches of time measured back from the application: one name, one wording, one length."""

from typing import NamedTuple

from lib.features.description import Text

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


class Window(NamedTuple):
    """How far back from the application a feature looks.

    Parameters
    ----------
    suffix : str
        What it adds to a feature's name.
    months : int or None
        Its length; None is the whole history.
    text : Text
        What it adds to a feature's label.

    Examples
    --------
    >>> LAST_12_MONTHS.suffix, LAST_12_MONTHS.days
    ('_last_12_months', 365)
    """

    suffix: str
    months: int | None
    text: Text

    @property
    def days(self) -> int | None:
        """Its length in whole days, for the tables that count in days."""
        return None if self.months is None else int(self.months * DAYS_PER_MONTH)


def last_months(months: int) -> Window:
    """Give the window of the last `months` months.

    Examples
    --------
    >>> last_months(6).text.en
    ' in the last 6 months'
    """
    text = Text(f" ces {months} derniers mois", f" in the last {months} months")
    return Window(f"_last_{months}_months", months, text)


WHOLE_HISTORY = Window("", None, Text("", ""))
LAST_3_MONTHS = last_months(3)
LAST_6_MONTHS = last_months(6)
LAST_12_MONTHS = last_months(12)
LAST_24_MONTHS = last_months(24)
LAST_36_MONTHS = last_months(36)
