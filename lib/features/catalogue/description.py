"""What a person needs to know about one feature."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Text(NamedTuple):
    """The same words in French and in English."""

    fr: str
    en: str


class Unit(StrEnum):
    """How a feature's value is measured, hence how it is written."""

    AMOUNT = "amount"  # in the currency of the credit
    SHARE = "share"  # a part of a whole: 0.23 is written 23 %
    RATIO = "ratio"  # one amount against another: 2.5 is written 2.5
    COUNT = "count"
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    HOUR = "hour"  # of the day, 0 to 23
    SCORE = "score"  # an external score, 0 to 1
    YES_NO = "yes_no"  # 1 is yes, 0 is no
    CATEGORY = "category"  # one of the feature's categories


class Family(StrEnum):
    """What a feature is about, in the order in which a manager reads it."""

    IDENTITY = "identity"
    EMPLOYMENT = "employment"
    HOUSEHOLD = "household"
    CREDIT_REQUESTED = "credit_requested"
    EXTERNAL_SCORES = "external_scores"
    CREDIT_ELSEWHERE = "credit_elsewhere"
    HISTORY_WITH_US = "history_with_us"
    REPAYMENT_BEHAVIOUR = "repayment_behaviour"


@dataclass(frozen=True)
class FeatureDescription:
    """One row of the feature catalogue.

    Parameters
    ----------
    name : str
        Column of ``features.parquet``, in snake_case.
    label : Text
        A sentence fragment that a client understands.
    unit : Unit
        How the value is measured.
    family : Family
        What the feature is about.
    source : str
        Raw table that it comes from, by its Kaggle name.
    protected : bool
        A protected attribute, or one that stands in for it: kept out of the model by default.
    changeable : bool
        May be changed in a simulation.
    categories : mapping of str to Text
        For ``Unit.CATEGORY``: how each value of the column is written.
    """

    name: str
    label: Text
    unit: Unit
    family: Family
    source: str
    protected: bool = False
    changeable: bool = False
    categories: Mapping[str, Text] = field(default_factory=dict)
