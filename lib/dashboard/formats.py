"""Values as people write and type them, in French and in English."""

from datetime import date, datetime
from functools import cache, lru_cache
from math import floor, isclose, isfinite, log10
from re import ASCII, fullmatch, search, split
from unicodedata import combining, normalize

from babel.dates import format_date, format_datetime
from babel.numbers import (
    NumberFormatError,
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_group_symbol,
    parse_decimal,
    parse_pattern,
)
from babel.units import format_unit

from lib.dashboard.amounts import amount_settings, currency_signs
from lib.dashboard.texts import LOCALES, Language, say
from lib.features.description import Unit
from lib.serving.wire import FeatureInfo, Filter, Text, Value

MINUS = "\u2212"
DURATIONS = {Unit.YEARS: "duration-year", Unit.MONTHS: "duration-month", Unit.DAYS: "duration-day"}
# In each language, the sign that parts decimals in the other.
FOREIGN_DECIMAL_SIGNS: dict[Language, str] = {"fr": ".", "en": ","}
# Written in completed years, as people tell their age and as its bands and its filter part it.
AGE = "age_years"
# More digits than a float holds exactly are no number that a person means.
MOST_DIGITS = 15
# From here on an axis has room for thousands or millions only.
LEAST_SHORTENED = 10_000
# More decimals than ticks of an axis have, and what rounding of floats leaves of a number.
MOST_DECIMALS, HAIR = 4, 1e-12
LONGEST_CLIENT_NUMBER = 18  # digits, as many as fit in 64 bits
# Clients' numbers have as many digits: while fewer are typed, the rest may be any.
USUAL_CLIENT_NUMBER = 6
# More than there are labels in both languages.
KEPT_LABELS = 4096
# How a number is written, such as "#,##0": read from its letters once.
pattern_of = cache(parse_pattern)


def in_language(text: Text, language: Language) -> str:
    """Give a text's words in one language."""
    return text.fr if language == "fr" else text.en


def within_sentence(label: str) -> str:
    """Give a label as it stands within a sentence.

    Examples
    --------
    >>> within_sentence("Your income")
    'your income'
    """
    return label[:1].lower() + label[1:]


@lru_cache(KEPT_LABELS)
def reading_order(words: str) -> tuple[tuple[str, int], ...]:
    """Give a key that sorts words as people read: accents aside, and numbers as they count.

    Examples
    --------
    >>> sorted(["Type 10", "Type 2", "Équipe", "Zone", "type 1"], key=reading_order)
    ['Équipe', 'type 1', 'Type 2', 'Type 10', 'Zone']
    """
    parts = [*split(r"(\d+)", in_plain_letters(words)), ""]
    return tuple(
        (text, int(number or 0)) for text, number in zip(parts[::2], parts[1::2], strict=True)
    )


@lru_cache(KEPT_LABELS)
def in_plain_letters(words: str) -> str:
    """Give words in small letters without accents, with the apostrophe that keyboards have.

    Examples
    --------
    >>> in_plain_letters("Œuvre d’Été")
    "oeuvre d'ete"
    """
    decomposed = normalize("NFKD", words.casefold().replace("œ", "oe").replace("’", "'"))
    return "".join(letter for letter in decomposed if not combining(letter))


def write_number(number: float, language: Language, digits: int = 0) -> str:
    """Write a number with at most `digits` decimals.

    Examples
    --------
    >>> write_number(1234.5, "en", digits=1)
    '1,234.5'
    """
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    # Adding 0 turns -0.0, which would be written with its sign, into 0.0.
    return _write_decimal(round(number, digits) + 0.0, pattern, language)


def _write_decimal(number: float, pattern: str, language: Language) -> str:
    written = format_decimal(number, pattern_of(pattern), locale=LOCALES[language])
    return _with_minus(written)


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
    return _write_decimal(share * 100, pattern, language) + suffix


def write_compact(number: float, unit: str, language: Language) -> str:
    """Write any number in the little room that a row of a list has."""
    if unit == Unit.SHARE:
        return write_percent(number, language, digits=0)
    if unit == Unit.SCORE:
        return _write_score(number, language)
    if abs(number) >= LEAST_SHORTENED:
        return _shorten(number, language, digits=1)
    return write_number(number, language, digits=0 if abs(number) >= 100 else 2)


def write_tick(number: float, unit: str, language: Language) -> str:
    """Write a round number in the little room of an axis, with all decimals that it has.

    Fewer would write several ticks of one axis alike.

    Examples
    --------
    >>> [write_tick(share, "share", "en") for share in (0.0, 0.005, 0.01)]
    ['0%', '0.5%', '1%']
    >>> write_tick(1_050_000, "amount", "en"), write_tick(0.3, "score", "en")
    ('1.05M', '0.30')
    """
    if unit == Unit.SHARE:
        return write_percent(number, language, decimals_of(number * 100))
    if unit == Unit.SCORE:
        return _write_score(number, language, decimals_of(number))
    if abs(number) >= LEAST_SHORTENED:
        thousands = floor(log10(abs(number)) / 3)
        return _shorten(number, language, decimals_of(number / 1000**thousands))
    return write_number(number, language, decimals_of(number))


def decimals_of(number: float) -> int:
    """Count the decimals that a round number has, at most four.

    Examples
    --------
    >>> decimals_of(20.0), decimals_of(0.25), decimals_of(0.1 + 0.2), decimals_of(1 / 3)
    (0, 2, 1, 4)
    """
    return next(
        (
            digits
            for digits in range(MOST_DECIMALS)
            if isclose(round(number, digits), number, abs_tol=HAIR)
        ),
        MOST_DECIMALS,
    )


def _shorten(number: float, language: Language, digits: int) -> str:
    """Write a number in thousands or millions."""
    locale = LOCALES[language]
    return _with_minus(format_compact_decimal(number, locale=locale, fraction_digits=digits))


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
        return in_language(feature.words_of(value), language)
    if not isfinite(value):
        return say(language, "value.not_given")
    return _write_quantity(completed(value, feature), feature.unit, language)


def completed(value: float, feature: FeatureInfo) -> float:
    """Give a number as it is told: an age in completed years, all others as they are."""
    return float(floor(value)) if feature.name == AGE else value


def write_edge(edge: float, feature: FeatureInfo, language: Language) -> str:
    """Write a round number between the values of a feature, with all decimals that it has."""
    written = edge * 100 if feature.unit == Unit.SHARE else edge
    return _write_quantity(edge, feature.unit, language, decimals_of(written))


# The same medians and small numbers stand beside every client.
@lru_cache(maxsize=4096)
def _write_quantity(value: float, unit: str, language: Language, decimals: int = 0) -> str:
    """Write a value in its unit, with so many decimals or as many as are usual, if that is more."""
    if unit == Unit.YES_NO:
        return say(language, "value.yes") if value >= 0.5 else say(language, "value.no")
    if unit == Unit.AMOUNT:
        return write_amount(value, language)
    if unit == Unit.SHARE:
        return write_percent(value, language, max(0 if value in (0, 1) else 1, decimals))
    if unit == Unit.SCORE:
        return _write_score(value, language, decimals)
    if unit in DURATIONS:
        return _write_duration(value, Unit(unit), language, decimals)
    if unit == Unit.HOUR:
        return f"{value:.0f}\u202fh" if language == "fr" else f"{value:.0f}:00"
    return write_number(value, language, max(1 if unit == Unit.COUNT else 2, decimals))


def write_amount(amount: float, language: Language) -> str:
    """Write an amount in the lender's currency, without decimals.

    Examples
    --------
    >>> write_amount(-1234.5, "en")
    '−€1,234'
    """
    pattern = "#,##0\u00a0¤" if language == "fr" else "¤#,##0"
    currency, locale = amount_settings().currency, LOCALES[language]
    return _with_minus(
        format_currency(amount, currency, pattern_of(pattern), locale=locale, currency_digits=False)
    )


def _write_score(score: float, language: Language, decimals: int = 0) -> str:
    """Write a score or a mark: all with two decimals at least, so that they line up."""
    digits = max(2, decimals)
    return _write_decimal(round(score, digits) + 0.0, "0." + "0" * digits, language)


def _write_duration(value: float, unit: Unit, language: Language, decimals: int) -> str:
    """Write a duration: short ones in years keep a decimal, others are whole."""
    digits = max(1 if unit == Unit.YEARS and abs(value) < 10 else 0, decimals)
    # The word follows the number as it is written: 1.96 years are "2 ans".
    written = round(value, digits) + 0.0
    return _with_minus(
        format_unit(written, DURATIONS[unit], "long", "#,##0.####", locale=LOCALES[language])
    )


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


def read_decimal(typed: str, language: Language) -> float | None:
    """Read a number as people type it in a language; None where it is none, or may be several.

    Any space between thousands will do, either minus, and the currency's sign. The other
    language's decimal sign is one here too, unless three digits or more follow it: then it might
    part thousands.

    Parameters
    ----------
    typed : str
        What was typed.
    language : "fr" or "en"
        The language of the page when it was typed.

    Examples
    --------
    >>> read_decimal("135 000,50", "fr"), read_decimal("135,000.50", "en")
    (135000.5, 135000.5)
    >>> read_decimal("0.25", "fr"), read_decimal("1.234", "fr"), read_decimal("1,2,3", "en")
    (0.25, None, None)
    """
    for sign in currency_signs():
        typed = typed.replace(sign, " ")
    plain = " ".join(typed.replace(MINUS, "-").split())
    plain = plain.replace("- ", "-")
    if not fullmatch(r"-?\d[\d .,]*", plain, ASCII) or sum(map(str.isdigit, plain)) > MOST_DIGITS:
        return None
    foreign, own = FOREIGN_DECIMAL_SIGNS[language], FOREIGN_DECIMAL_SIGNS[_other(language)]
    is_decimal_sign = not search(rf"[1-9][\d ]*\{foreign}\d{{3,}}$", plain)
    if plain.count(foreign) == 1 and own not in plain and is_decimal_sign:
        plain = plain.replace(foreign, own)
    locale = LOCALES[language]
    group = get_group_symbol(locale)
    if foreign in plain and (foreign != group or " " in plain):
        return None
    try:
        return float(parse_decimal(plain.replace(" ", group), locale, strict=True))
    except NumberFormatError:
        return None


def write_decimal(number: float, language: Language, grouped: bool = True) -> str:
    """Write a number with all its decimals, as `read_decimal` reads it.

    Examples
    --------
    >>> write_decimal(135000.5, "en"), write_decimal(900001, "en", grouped=False)
    ('135,000.5', '900001')
    """
    written = format_decimal(
        number, locale=LOCALES[language], decimal_quantization=False, group_separator=grouped
    )
    return _with_minus(written)


def _other(language: Language) -> Language:
    return "en" if language == "fr" else "fr"


def read_client_number(typed: str) -> int | None:
    """Read a client's number; None where it is none.

    Examples
    --------
    >>> read_client_number(" 100 002 "), read_client_number("12x"), read_client_number("-5")
    (100002, None, None)
    """
    digits = "".join(typed.split())
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_CLIENT_NUMBER
    return int(digits) if is_number else None


def numbers_beginning_with(typed: str) -> Filter | None:
    """Give the condition on the number of clients whose number begins as typed.

    Examples
    --------
    >>> span = numbers_beginning_with("1000")
    >>> span.minimum, span.maximum
    (100000.0, 100099.0)
    >>> numbers_beginning_with("name") is None
    True
    """
    number = read_client_number(typed)
    if number is None:
        return None
    rest = 10 ** max(0, USUAL_CLIENT_NUMBER - len("".join(typed.split())))
    return Filter(feature="client_id", minimum=number * rest, maximum=(number + 1) * rest - 1)
