"""What a person needs to know about one feature."""

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.dataclasses import dataclass

from lib.decision import ANYTHING, Range

# The feature that says how much money a decision is about.
CREDIT_AMOUNT = "credit_amount"
# Numbers whose clients are told apart in bands, with the edges between these: fixed, so that the
# audit, the portfolio and the monitoring speak of the same groups, and no two answers part clients
# in ways that differ by a few.
BANDS: Mapping[str, Sequence[float]] = MappingProxyType({"age_years": (30.0, 40.0, 50.0, 60.0)})
# Between both ends of a band's name.
BAND_MARK = ".."


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Text:
    """The same words in French and in English."""

    fr: str
    en: str


def french_number(number: str) -> str:
    """Write as in French a number that is written as in English.

    Examples
    --------
    >>> french_number("1,234.5")
    '1\u202f234,5'
    """
    return number.replace(",", "\u202f").replace(".", ",")


def name_bands(edges: Sequence[float]) -> list[str]:
    """Name the bands between edges, the lowest first; an outer one has one end only.

    Examples
    --------
    >>> name_bands((30.0, 40.0))
    ['..30', '30..40', '40..']
    """
    ends = ["", *(f"{edge:.15g}" for edge in edges), ""]
    return [f"{low}{BAND_MARK}{high}" for low, high in pairwise(ends)]


def write_band(band: str) -> Text:
    """Write a band of years, whose upper end belongs to the next one.

    Examples
    --------
    >>> [write_band(band).en for band in name_bands((30.0, 40.0))]
    ['29 and under', '30 to 39', '40 and over']
    """
    low, _, high = band.partition(BAND_MARK)
    if not high:
        return Text(f"{low} ans et plus", f"{low} and over")
    last = f"{float(high) - 1:g}"
    if not low:
        return Text(f"{last} ans et moins", f"{last} and under")
    return Text(f"{low} à {last} ans", f"{low} to {last}")


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


# What follows a number of each unit, in French and in English.
UNIT_WORDS: Mapping[Unit, Text] = MappingProxyType(
    {
        Unit.SHARE: Text("\u202f%", "%"),
        Unit.YEARS: Text(" ans", " years"),
        Unit.MONTHS: Text(" mois", " months"),
        Unit.DAYS: Text(" jours", " days"),
    }
)
# From 100 on, decimals tell a person nothing more; below 1, two of them do not tell enough.
DECIMALS = ((100.0, 0), (1.0, 2), (0.0, 4))


def write_in_unit(number: float, unit: Unit) -> Text:
    """Write a number with its unit.

    Examples
    --------
    >>> write_in_unit(1234567.8, Unit.AMOUNT).en, write_in_unit(0.125, Unit.SHARE).en
    ('1,234,568', '12.5%')
    >>> write_in_unit(-33.5, Unit.YEARS).fr
    '−33,5 ans'
    """
    shown = number * 100 if unit is Unit.SHARE else number
    decimals = next(most for least, most in DECIMALS if abs(shown) >= least)
    english = f"{shown:,.{decimals}f}".replace("-", "−")
    if decimals:
        english = english.rstrip("0").rstrip(".")
    words = UNIT_WORDS.get(unit, Text("", ""))
    return Text(french_number(english) + words.fr, english + words.en)


# What values of a unit can be; a feature may say otherwise. Shares are not among them: debts can
# exceed the income, or a limit, that they are a share of.
POSSIBLE: Mapping[Unit, Range] = MappingProxyType(
    {
        Unit.AMOUNT: (0, None),
        Unit.COUNT: (0, None),
        Unit.HOUR: (0, 23),
        Unit.SCORE: (0, 1),
        Unit.YES_NO: (0, 1),
    }
)


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


class Effect(IntEnum):
    """What a larger value does to the default probability."""

    RAISES = 1
    LOWERS = -1


class Purpose(StrEnum):
    """Why a lender may use a feature."""

    ABILITY_TO_REPAY = "ability_to_repay"  # income, employment, property, what is owed already
    CREDIT_ASKED_FOR = "credit_asked_for"  # amount, instalment, duration, what it pays for
    CREDIT_RATING = "credit_rating"  # how others rate the client
    REPAYMENT_RECORD = "repayment_record"  # how credits were and are repaid
    USE_OF_CREDIT = "use_of_credit"  # how much credit was asked for and taken, and how recently
    SITUATION = "situation"  # who the client is: age, household, housing, education
    RESIDENCE = "residence"  # region, city, addresses
    CONTACT = "contact"  # which telephones and e-mail the client gave
    DOCUMENTS = "documents"  # which documents were handed in
    CIRCUMSTANCE = "circumstance"  # when the client applied, and with whom
    OTHER_PEOPLE = "other_people"  # what is known of others than the client


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Direction:
    """Which way a larger value should move the risk, declared before any model was looked at.

    Parameters
    ----------
    effect : Effect
        What a larger value should do.
    reason : str
        Why, in a sentence of English.
    """

    effect: Effect
    reason: str


class FeatureDescription(BaseModel):
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
    fact : str
        What it tells, in snake_case; features that tell the same share it.
    purpose : Purpose
        Why a lender may use it.
    direction : Direction or None
        Which way it should push; None where the experience of lenders says nothing.
    ambiguous : bool
        A lever of the client (income, time in the job, the credit over the same duration) moves
        it, but towards less risk by no one direction: two levers pull it both ways, or it falls
        out where it would be best. A model that is held to directions leaves it out.
    attribute : str or None
        The protected attribute that it is, or that it gives away, such as ``family_status``.
    protected : bool
        Whether the model may not use it for the sake of its `attribute`.
    purpose_withheld : bool
        Whether the model may not use it since its `purpose` is no ground for a credit decision.
    changeable : bool
        May be changed in a simulation.
    advisable : bool
        May be advised to a client, as a change that would lead to a grant.
    categories : mapping of str to Text
        For ``Unit.CATEGORY``: how each value of the column is written.
    possible : Range
        The lowest and the highest value that there can be; by default what its unit allows.

    Examples
    --------
    >>> row = FeatureDescription(
    ...     name="debt", label=Text("Dette", "Debt"), unit=Unit.AMOUNT, source="bureau",
    ...     family=Family.CREDIT_ELSEWHERE, fact="debt", purpose=Purpose.ABILITY_TO_REPAY,
    ... )
    >>> row.possible
    (0.0, None)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: Text
    unit: Unit
    family: Family
    source: str
    fact: str
    purpose: Purpose
    direction: Direction | None = None
    ambiguous: bool = False
    attribute: str | None = None
    protected: bool = False
    purpose_withheld: bool = False
    changeable: bool = False
    advisable: bool = False
    categories: Mapping[str, Text] = {}
    possible: Range = ANYTHING

    @model_validator(mode="before")
    @classmethod
    def _by_unit(cls, given: Any) -> Any:
        """Take what the unit allows where nothing else is said."""
        if isinstance(given, dict) and "possible" not in given and "unit" in given:
            return {**given, "possible": POSSIBLE.get(given["unit"], ANYTHING)}
        return given

    def words_of(self, category: str) -> Text:
        """Say how a category is written: as it is where nobody has described it."""
        return self.categories.get(category, Text(category, category))

    @property
    def title(self) -> Text:
        """Its label as of clients in general, and not as to the one who is spoken to.

        Examples
        --------
        >>> FeatureDescription(
        ...     name="age_years", label=Text("Votre âge", "Your age"), unit=Unit.YEARS,
        ...     family=Family.IDENTITY, source="application_train", fact="age",
        ...     purpose=Purpose.SITUATION,
        ... ).title
        Text(fr='Âge', en='Age')
        """
        return Text(
            self.label.fr.removeprefix("Votre ").capitalize(),
            self.label.en.removeprefix("Your ").capitalize(),
        )

    @property
    def is_protected_attribute(self) -> bool:
        """Whether it is a protected attribute itself: what only gives one away makes no groups."""
        return self.protected and self.attribute == self.name
