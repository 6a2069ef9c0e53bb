"""The fields of a new client's application, in groups, and where each goes in the raw record."""

from dataclasses import dataclass
from enum import StrEnum

from lib.dashboard.texts import text_id

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
            Field(
                NUMBER,
                NUMBER_COLUMN,
                Kind.WHOLE,
                text_id("form.help_number"),
                low=1,
                high=1e15,
                needed=True,
            ),
            Field(
                "contract_type",
                "NAME_CONTRACT_TYPE",
                Kind.CHOICE,
                text_id("form.help_contract"),
                needed=True,
            ),
            Field(
                "credit_amount",
                "AMT_CREDIT",
                Kind.NUMBER,
                text_id("form.help_credit"),
                low=1,
                high=1e8,
                needed=True,
            ),
            Field(
                "annuity_amount",
                "AMT_ANNUITY",
                Kind.NUMBER,
                text_id("form.help_annuity"),
                low=1,
                high=1e7,
                needed=True,
            ),
            Field(
                "goods_price",
                "AMT_GOODS_PRICE",
                Kind.NUMBER,
                text_id("form.help_goods"),
                low=1,
                high=1e8,
            ),
        ),
    ),
    FieldGroup(
        text_id("form.group_person"),
        (
            Field(
                "age_years",
                "DAYS_BIRTH",
                Kind.YEARS,
                text_id("form.help_age"),
                low=18,
                high=100,
                needed=True,
            ),
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
                "income_total",
                "AMT_INCOME_TOTAL",
                Kind.NUMBER,
                text_id("form.help_income"),
                low=1,
                high=1e9,
                needed=True,
            ),
            Field("income_type", "NAME_INCOME_TYPE", Kind.CHOICE, text_id("form.help_source")),
            Field("occupation", "OCCUPATION_TYPE", Kind.CHOICE, text_id("form.help_occupation")),
            Field(
                "organisation_type",
                "ORGANIZATION_TYPE",
                Kind.CHOICE,
                text_id("form.help_organisation"),
            ),
            Field(
                "employment_years",
                "DAYS_EMPLOYED",
                Kind.YEARS,
                text_id("form.help_employment"),
                high=80,
            ),
        ),
    ),
    FieldGroup(
        text_id("form.group_scores"),
        (
            Field(
                "external_score_1", "EXT_SOURCE_1", Kind.NUMBER, text_id("form.help_score"), high=1
            ),
            Field(
                "external_score_2", "EXT_SOURCE_2", Kind.NUMBER, text_id("form.help_score"), high=1
            ),
            Field(
                "external_score_3", "EXT_SOURCE_3", Kind.NUMBER, text_id("form.help_score"), high=1
            ),
        ),
    ),
)
FIELDS = tuple(field for group in GROUPS for field in group.fields)
