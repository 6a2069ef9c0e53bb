"""Dates and times as people write them."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

from lib.dashboard.languages import LOCALES, Language


def write_day(day: date, language: Language) -> str:
    """Write a day.

    Examples
    --------
    >>> write_day(date(2026, 11, 24), "fr"), write_day(date(2026, 11, 24), "en")
    ('24 novembre 2026', '24 November 2026')
    """
    return format_date(day, "long", locale=LOCALES[language])


def write_moment(moment: str, language: Language) -> str:
    """Write a moment given as ISO 8601, in the time zone of this machine."""
    local = datetime.fromisoformat(moment).astimezone()
    # Babel would take the zone from pytz; it is in the moment already.
    return format_datetime(local.replace(tzinfo=None), "medium", locale=LOCALES[language])
