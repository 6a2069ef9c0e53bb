"""The application of a new client: its fields, what may be wrong, and the raw record it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import sub
from types import MappingProxyType

from lib.dashboard.texts import text_id
from lib.decision import ANYTHING, Range

NUMBER = "client_number"
YES, NO = "Y", "N"
DAYS_PER_YEAR = 365.25
# What a field holds: a number, or the words that were typed or chosen, empty where nothing was.
Entry = float | str
Record = dict[str, float | int | str | None]


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
    help : str
        Id of the text below it.
    kind : Kind
        What it takes.
    span : tuple of float
        The lowest and the highest value that the form takes; what is possible of the feature may
        leave less.
    needed : bool
        Whether nobody is scored without it.
    """

    name: str
    column: str
    help: str
    kind: Kind = Kind.NUMBER
    span: tuple[float, float] = (0.0, 1e9)
    needed: bool = False

    def range(self, possible: Range) -> tuple[float, float]:
        """Give the lowest and the highest value that may be typed.

        Parameters
        ----------
        possible : Range
            What is possible of the feature.
        """
        (low, high), (least, most) = self.span, possible
        return (
            low if least is None else max(low, least),
            high if most is None else min(high, most),
        )

    @property
    def is_chosen(self) -> bool:
        """Whether it is chosen from a list, not typed."""
        return self.kind in (Kind.CHOICE, Kind.YES_NO)


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together, under the text of a heading."""

    title: str
    fields: tuple[Field, ...]


_CREDIT = (
    Field(NUMBER, "SK_ID_CURR", text_id("form.help_number"), Kind.WHOLE, (1, 1e15), needed=True),
    Field(
        "contract_type",
        "NAME_CONTRACT_TYPE",
        text_id("form.help_contract"),
        Kind.CHOICE,
        needed=True,
    ),
    Field("credit_amount", "AMT_CREDIT", text_id("form.help_credit"), span=(1, 1e8), needed=True),
    Field(
        "annuity_amount", "AMT_ANNUITY", text_id("form.help_annuity"), span=(1, 1e7), needed=True
    ),
    Field("goods_price", "AMT_GOODS_PRICE", text_id("form.help_goods"), span=(1, 1e8)),
)
_PERSON = (
    Field("age_years", "DAYS_BIRTH", text_id("form.help_age"), Kind.YEARS, needed=True),
    Field("education", "NAME_EDUCATION_TYPE", text_id("form.help_education"), Kind.CHOICE),
    Field("housing_type", "NAME_HOUSING_TYPE", text_id("form.help_housing"), Kind.CHOICE),
    Field("owns_home", "FLAG_OWN_REALTY", text_id("form.help_home"), Kind.YES_NO),
    Field("owns_car", "FLAG_OWN_CAR", text_id("form.help_car"), Kind.YES_NO),
)
_WORK = (
    Field(
        "income_total", "AMT_INCOME_TOTAL", text_id("form.help_income"), span=(1, 1e9), needed=True
    ),
    Field("income_type", "NAME_INCOME_TYPE", text_id("form.help_source"), Kind.CHOICE),
    Field("occupation", "OCCUPATION_TYPE", text_id("form.help_occupation"), Kind.CHOICE),
    Field("organisation_type", "ORGANIZATION_TYPE", text_id("form.help_organisation"), Kind.CHOICE),
    Field("employment_years", "DAYS_EMPLOYED", text_id("form.help_employment"), Kind.YEARS),
)
_SCORES = tuple(
    Field(f"external_score_{n}", f"EXT_SOURCE_{n}", text_id("form.help_score")) for n in (1, 2, 3)
)
GROUPS = (
    FieldGroup(text_id("form.group_credit"), _CREDIT),
    FieldGroup(text_id("form.group_person"), _PERSON),
    FieldGroup(text_id("form.group_work"), _WORK),
    FieldGroup(text_id("form.group_scores"), _SCORES),
)
FIELDS = tuple(field for group in GROUPS for field in group.fields)


def find_faults(
    entries: Mapping[str, Entry], possible: Mapping[str, Range] = MappingProxyType({})
) -> dict[str, str]:
    """Find the fields that cannot be sent as they are.

    Parameters
    ----------
    entries : mapping of str to float or str
        By the field's name, what it holds.
    possible : mapping of str to Range
        By the field's name, what is possible of the feature, where that is known.

    Returns
    -------
    dict of str to str
        Id of the text that says what is wrong, by the field's name.
    """
    faults = {
        field.name: _fault(
            field, entries.get(field.name, ""), field.range(possible.get(field.name, ANYTHING))
        )
        for field in FIELDS
    }
    found = {name: fault for name, fault in faults.items() if fault}
    age, job = entries.get("age_years", ""), entries.get("employment_years", "")
    if not found and isinstance(age, float) and isinstance(job, float) and job >= age:
        found["employment_years"] = text_id("form.fault_job_before_birth")
    return found


def _fault(field: Field, entry: Entry, span: tuple[float, float]) -> str | None:
    if isinstance(entry, str):
        if not entry.strip():
            return text_id("form.fault_needed") if field.needed else None
        return None if field.is_chosen else text_id("form.fault_number")
    if field.kind is Kind.WHOLE and entry != int(entry):
        return text_id("form.fault_number")
    low, high = span
    return None if low <= entry <= high else text_id("form.fault_range")


def write_record(entries: Mapping[str, Entry]) -> Record:
    """Write the raw record of a form without faults; what was left empty is left out.

    Examples
    --------
    >>> write_record({"client_number": 7.0, "age_years": 40.0, "owns_car": "Y", "education": ""})
    {'SK_ID_CURR': 7, 'DAYS_BIRTH': -14610, 'FLAG_OWN_CAR': 'Y'}
    """
    return {
        field.column: _raw(field, entries[field.name])
        for field in FIELDS
        if entries.get(field.name, "") != ""
    }


def _raw(field: Field, entry: Entry) -> float | int | str:
    if isinstance(entry, str):
        return entry
    if field.kind is Kind.YEARS:
        return -round(entry * DAYS_PER_YEAR)
    return int(entry) if field.kind is Kind.WHOLE else entry


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
