"""Values as people write them, in French and in English."""

from functools import lru_cache
from math import isfinite

from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from babel.units import format_unit

from lib.dashboard.languages import LOCALES, Language
from lib.dashboard.texts import say
from lib.features.description import Unit
from lib.serving.wire import FeatureInfo, Text, Value

CURRENCY = "EUR"
MINUS = "\u2212"
DURATIONS = {
    Unit.YEARS: "duration-year",
    Unit.MONTHS: "duration-month",
    Unit.DAYS: "duration-day",
}


def in_language(text: Text, language: Language) -> str:
    """Give a text's words in one language."""
    return text.fr if language == "fr" else text.en


def write_number(number: float, language: Language, digits: int = 0) -> str:
    """Write a number with at most `digits` decimals.

    Examples
    --------
    >>> write_number(1234.5, "en", digits=1)
    '1,234.5'
    """
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    # Adding 0 turns -0.0, which would be written with its sign, into 0.0.
    return _with_minus(
        format_decimal(round(number, digits) + 0.0, pattern, locale=LOCALES[language])
    )


def _with_minus(written: str) -> str:
    """Put the minus, as wide as the plus, in place of the hyphen that locales give."""
    return written.replace("-", MINUS)


def write_percent(share: float, language: Language, digits: int = 1) -> str:
    """Write a share of a whole as a percentage with exactly `digits` decimals.

    Examples
    --------
    >>> write_percent(0.0912, "en")
    '9.1%'
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    suffix = "\u202f%" if language == "fr" else "%"
    return _with_minus(format_decimal(share * 100, pattern, locale=LOCALES[language])) + suffix


def write_compact(number: float, unit: str, language: Language) -> str:
    """Write a number in the little room that an axis has."""
    if unit == Unit.SHARE:
        return _with_minus(format_percent(number, locale=LOCALES[language]))
    if abs(number) >= 10_000:
        return _with_minus(
            format_compact_decimal(number, locale=LOCALES[language], fraction_digits=1)
        )
    return write_number(number, language, digits=0 if abs(number) >= 100 else 2)


def write_value(value: Value, feature: FeatureInfo, language: Language) -> str:
    """Write a feature's value in its unit.

    Parameters
    ----------
    value : float, str or None
        The value as the API gives it; None where it is not given.
    feature : FeatureInfo
        What the value is.
    language : "fr" or "en"
        In which language.

    Returns
    -------
    str
        Such as ``34 ans``, ``135 000 €`` or ``non renseigné``.
    """
    if value is None:
        return say(language, "value.not_given")
    if isinstance(value, str):
        known = feature.categories.get(value)
        return in_language(known, language) if known else value
    if not isfinite(value):
        return say(language, "value.not_given")
    return _write_quantity(value, feature.unit, language)


# The same medians and small numbers stand beside every client.
@lru_cache(maxsize=4096)
def _write_quantity(value: float, unit: str, language: Language) -> str:
    locale = LOCALES[language]
    if unit == Unit.YES_NO:
        return say(language, "value.yes") if value >= 0.5 else say(language, "value.no")
    if unit == Unit.AMOUNT:
        pattern = "#,##0\u00a0¤" if language == "fr" else "¤#,##0"
        return _with_minus(
            format_currency(value, CURRENCY, pattern, locale=locale, currency_digits=False)
        )
    if unit == Unit.SHARE:
        return write_percent(value, language, digits=0 if value in (0, 1) else 1)
    if unit in DURATIONS:
        return _write_duration(value, Unit(unit), language)
    if unit == Unit.HOUR:
        return f"{value:.0f}\u202fh" if language == "fr" else f"{value:.0f}:00"
    return write_number(value, language, digits=1 if unit == Unit.COUNT else 2)


def _write_duration(value: float, unit: Unit, language: Language) -> str:
    """Write a duration: short ones in years keep a decimal, others are whole."""
    digits = 1 if unit == Unit.YEARS and abs(value) < 10 else 0
    # The word follows the number as it is written: 1.96 years are "2 ans".
    written = round(value, digits) + 0.0
    return _with_minus(
        format_unit(written, DURATIONS[unit], "long", "#,##0.#", locale=LOCALES[language])
    )
