"""The application of a new client: from what was typed to the raw record, and what is wrong."""

from collections.abc import Mapping
from re import ASCII, fullmatch, sub

from lib.dashboard.application_fields import FIELDS, Field, Kind
from lib.dashboard.languages import Language
from lib.dashboard.texts import text_id

DAYS_PER_YEAR = 365.25
Record = dict[str, float | int | str | None]


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


def write_record(typed: Mapping[str, str], language: Language) -> Record:
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
