"""What the tables do not tell of amounts: their currency, and the period that they are of.

Income and instalment are compared as they are given. Only where the lender says of which period
they are does the page say so.
"""

import os
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

from lib.dashboard.texts import LANGUAGES, LOCALES, Language, say, text_id
from lib.decision import InvalidInput

CURRENCY, INCOME_PERIOD, INSTALMENT_PERIOD = (
    "SCORING_CURRENCY",
    "SCORING_INCOME_PERIOD",
    "SCORING_INSTALMENT_PERIOD",
)
USUAL_CURRENCY = "EUR"


class Period(StrEnum):
    """The time that an income or an instalment is of."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


PERIODS = {
    Period.WEEK: text_id("period.week"),
    Period.MONTH: text_id("period.month"),
    Period.QUARTER: text_id("period.quarter"),
    Period.YEAR: text_id("period.year"),
}


class AmountSettings(NamedTuple):
    """How the lender's amounts are to be read.

    Attributes
    ----------
    currency : str
        Code of ISO 4217.
    income_period, instalment_period : Period or None
        None where the lender does not say: no text then names one.
    """

    currency: str = USUAL_CURRENCY
    income_period: Period | None = None
    instalment_period: Period | None = None


@cache
def amount_settings() -> AmountSettings:
    """Read the settings from the environment, once in a process; empty is unset.

    Raises
    ------
    InvalidInput
        If one of them makes no sense; it names the variable.
    """
    currency = os.environ.get(CURRENCY) or USUAL_CURRENCY
    if currency not in list_currencies():
        raise InvalidInput(
            f"{CURRENCY} {currency}",
            "it is the code of a currency, as in ISO 4217",
            "set it to EUR, say, or leave it out",
        )
    return AmountSettings(currency, _period(INCOME_PERIOD), _period(INSTALMENT_PERIOD))


def amount_words(language: Language) -> dict[str, str]:
    """Give the blanks of texts about amounts: `currency`, `income_period`, `instalment_period`.

    A period stands in brackets, after a space; where it is not told there is nothing.

    Examples
    --------
    >>> amount_words("en")
    {'currency': 'euros', 'income_period': '', 'instalment_period': ''}
    """
    settings = amount_settings()
    # The plural: a count of 2 has it in both languages.
    currency = get_currency_name(settings.currency, count=2, locale=LOCALES[language])
    return {
        "currency": currency,
        "income_period": _in_brackets(settings.income_period, language),
        "instalment_period": _in_brackets(settings.instalment_period, language),
    }


def currency_signs() -> set[str]:
    """Give the signs by which people mark an amount when they type one."""
    currency = amount_settings().currency
    return {currency, *(get_currency_symbol(currency, LOCALES[one]) for one in LANGUAGES)}


def _period(variable: str) -> Period | None:
    told = os.environ.get(variable)
    if not told:
        return None
    if told not in list(Period):
        raise InvalidInput(
            f"{variable} {told}", f"it is one of {', '.join(Period)}", "set one, or leave it out"
        )
    return Period(told)


def _in_brackets(period: Period | None, language: Language) -> str:
    return f" ({say(language, PERIODS[period])})" if period else ""
