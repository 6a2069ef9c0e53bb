"""The application of a new client: which fields it has, and the raw record that they become."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import ASCII, fullmatch, sub

from lib.dashboard.languages import Language
from lib.dashboard.texts import text_id

DAYS_PER_YEAR = 365.25
NUMBER = "client_number"
NUMBER_COLUMN = "SK_ID_CURR"
YES, NO = "Y", "N"


class Kind(StrEnum):
    """What a field takes."""

    NUMBER = "number"
    WHOLE = "whole"
    YEARS = "years"  # the raw record counts days back from today
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Field:
    """A field of the form.

    Parameters
    ----------
    name : str
        The feature whose label it bears, and whose categories are its choices.
    column : str
        Where it goes in the raw record.
    kind : Kind
        What it takes.
    help : str
        Id of the text below it.
    low, high : float
        The values that make sense, both included.
    needed : bool
        Whether nobody is scored without it.
    """

    name: str
    column: str
    kind: Kind
    help: str
    low: float = 0.0
    high: float = 1e9
    needed: bool = False


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together, under the text of a heading."""

    title: str
    fields: tuple[Field, ...]


GROUPS = (
    FieldGroup(
        text_id("form.group_credit"),
        (
            Field(NUMBER, NUMBER_COLUMN, Kind.WHOLE, text_id("form.help_number"), 1, 1e15, True),
            Field(
                *("contract_type", "NAME_CONTRACT_TYPE", Kind.CHOICE),
                *(text_id("form.help_contract"), 0, 0, True),
            ),
            Field(
                *("credit_amount", "AMT_CREDIT", Kind.NUMBER),
                *(text_id("form.help_credit"), 1, 1e8, True),
            ),
            Field(
                *("annuity_amount", "AMT_ANNUITY", Kind.NUMBER),
                *(text_id("form.help_annuity"), 1, 1e7, True),
            ),
            Field(
                *("goods_price", "AMT_GOODS_PRICE", Kind.NUMBER),
                *(text_id("form.help_goods"), 1, 1e8),
            ),
        ),
    ),
    FieldGroup(
        text_id("form.group_person"),
        (
            Field("age_years", "DAYS_BIRTH", Kind.YEARS, text_id("form.help_age"), 18, 100, True),
            Field("education", "NAME_EDUCATION_TYPE", Kind.CHOICE, text_id("form.help_education")),
            Field("housing_type", "NAME_HOUSING_TYPE", Kind.CHOICE, text_id("form.help_housing")),
            Field("owns_home", "FLAG_OWN_REALTY", Kind.YES_NO, text_id("form.help_home")),
            Field("owns_car", "FLAG_OWN_CAR", Kind.YES_NO, text_id("form.help_car")),
        ),
    ),
    FieldGroup(
        text_id("form.group_work"),
        (
            Field(
                *("income_total", "AMT_INCOME_TOTAL", Kind.NUMBER),
                *(text_id("form.help_income"), 1, 1e9, True),
            ),
            Field("income_type", "NAME_INCOME_TYPE", Kind.CHOICE, text_id("form.help_source")),
            Field("occupation", "OCCUPATION_TYPE", Kind.CHOICE, text_id("form.help_occupation")),
            Field(
                *("organisation_type", "ORGANIZATION_TYPE", Kind.CHOICE),
                text_id("form.help_organisation"),
            ),
            Field(
                *("employment_years", "DAYS_EMPLOYED", Kind.YEARS),
                *(text_id("form.help_employment"), 0, 80),
            ),
        ),
    ),
    FieldGroup(
        text_id("form.group_scores"),
        tuple(
            Field(
                *(f"external_score_{number}", f"EXT_SOURCE_{number}", Kind.NUMBER),
                *(text_id("form.help_score"), 0, 1),
            )
            for number in (1, 2, 3)
        ),
    ),
)
FIELDS = tuple(field for group in GROUPS for field in group.fields)


def read_number(typed: str, language: Language) -> float | None:
    """Read a number as people type it in a language; None where it is none.

    Examples
    --------
    >>> read_number("135 000,5", "fr"), read_number("135,000.5", "en"), read_number("lots", "en")
    (135000.5, 135000.5, None)
    """
    digits = "".join(typed.replace("€", "").split())
    # A comma parts thousands in English; in French it is the decimal sign.
    digits = digits.replace(",", "." if language == "fr" else "")
    return float(digits) if fullmatch(r"\d{1,15}(\.\d+)?", digits, ASCII) else None


def find_faults(typed: Mapping[str, str], language: Language) -> dict[str, str]:
    """Find the fields that cannot be sent as they are.

    Parameters
    ----------
    typed : mapping of str to str
        By the field's name, what was typed or chosen; empty where nothing was.
    language : "fr" or "en"
        In which it was typed.

    Returns
    -------
    dict of str to str
        Id of the text that says what is wrong, by the field's name.
    """
    faults = {field.name: _fault(field, typed.get(field.name, ""), language) for field in FIELDS}
    found = {name: fault for name, fault in faults.items() if fault}
    age, job = (
        read_number(typed.get(name, ""), language) for name in ("age_years", "employment_years")
    )
    if not found and age is not None and job is not None and job >= age:
        found["employment_years"] = text_id("form.fault_job_before_birth")
    return found


def _fault(field: Field, typed: str, language: Language) -> str | None:
    if not typed.strip():
        return text_id("form.fault_needed") if field.needed else None
    if field.kind in (Kind.CHOICE, Kind.YES_NO):
        return None
    number = read_number(typed, language)
    if number is None or (field.kind is Kind.WHOLE and number != int(number)):
        return text_id("form.fault_number")
    return None if field.low <= number <= field.high else text_id("form.fault_range")


def write_record(typed: Mapping[str, str], language: Language) -> dict[str, float | int | str]:
    """Write the raw record of a form without faults; what was left empty is left out.

    Examples
    --------
    >>> write_record({"client_number": "7", "age_years": "40", "owns_car": "Y"}, "fr")
    {'SK_ID_CURR': 7, 'DAYS_BIRTH': -14610, 'FLAG_OWN_CAR': 'Y'}
    """
    return {
        field.column: _raw(field, typed[field.name], language)
        for field in FIELDS
        if typed.get(field.name, "").strip()
    }


def _raw(field: Field, typed: str, language: Language) -> float | int | str:
    if field.kind in (Kind.CHOICE, Kind.YES_NO):
        return typed
    number = read_number(typed, language) or 0.0
    if field.kind is Kind.YEARS:
        return -round(number * DAYS_PER_YEAR)
    return int(number) if field.kind is Kind.WHOLE else number


def field_of(offender: str) -> Field | None:
    """Find the field that the API finds fault with, by the column that it names.

    Examples
    --------
    >>> field_of("application_test: column AMT_CREDIT of row 1").name
    'credit_amount'
    >>> field_of("the journal") is None
    True
    """
    words = set(sub(r"\W", " ", offender).split())
    return next((field for field in FIELDS if field.column in words), None)
