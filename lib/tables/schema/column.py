"""How one raw table and its columns are declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lib.decision import ANYTHING, Range

DAYS_PER_YEAR = 365.25
IN_THE_PAST: Range = (None, 0)  # of days and months counted from the application
# Who signs a contract is of age, and nobody is known to have become much older; nobody has had one
# employment for longer than from school to old age. In years.
AGE: Range = (18, 120)
EMPLOYMENT: Range = (0, 60)
# What values of a unit can be; a column may say otherwise.
POSSIBLE: Mapping[str, Range] = MappingProxyType(
    {
        "amount": (0, None),
        "count": (0, None),
        "flag": (0, 1),
        "hour": (0, 23),
        "months": IN_THE_PAST,
        "score": (0, 1),
        "share": (0, 1),
        "years": (0, 120),
    }
)


class ColumnType(StrEnum):
    """The three types of the raw tables, by the names that Ibis gives them."""

    INT64 = "int64"
    FLOAT64 = "float64"
    STRING = "string"


@dataclass(frozen=True)
class Column:
    """One column of a raw table.

    Parameters
    ----------
    name : str
        As in Kaggle's file.
    type : ColumnType
        Its type once read.
    unit : str
        ``key``, ``amount``, ``days`` and ``months`` (counted from the application, negative before
        it), ``years``, ``hour``, ``count``, ``number``, ``share``, ``score``, ``flag``, ``rating``,
        ``category`` or ``code``.
    meaning : str
        What the value says, in a few words.
    missing_codes : tuple
        Values that stand for "missing"; reading turns them into null.
    values : tuple of str
        For a category: the values known, in no order. Others are reported when read, not refused,
        unless of many none is known.
    possible : Range
        The lowest and the highest value that there can be. Codes for missing are not meant.
    """

    name: str
    type: ColumnType
    unit: str
    meaning: str
    missing_codes: tuple[int | str, ...] = ()
    values: tuple[str, ...] = ()
    possible: Range = ANYTHING


@dataclass(frozen=True)
class TableSchema:
    """One raw table.

    Parameters
    ----------
    name : str
        As in Kaggle's file, without the suffix.
    meaning : str
        What one row is.
    columns : mapping of str to Column
        In the order of Kaggle's file.
    client_key : str or None
        Column of the client's number; None where only the parent knows the client.
    key : str or None
        Column that is unique in the table, if there is one.
    parent : str or None
        Table that a row's `parent_key` must be found in; ``application`` stands for both
        application tables.
    parent_key : str or None
        Column that leads to the parent.
    """

    name: str
    meaning: str
    columns: Mapping[str, Column] = field(repr=False)
    client_key: str | None = "SK_ID_CURR"
    key: str | None = None
    parent: str | None = None
    parent_key: str | None = None


DAYS_MISSING = 365_243  # "a thousand years ahead": no such day


def columns_of(*groups: Column | Sequence[Column]) -> Mapping[str, Column]:
    """Collect columns and groups of columns into a read-only mapping, in order."""
    flat = [
        column for group in groups for column in ([group] if isinstance(group, Column) else group)
    ]
    return MappingProxyType({column.name: column for column in flat})


def key(name: str, meaning: str) -> Column:
    """Declare a number that identifies something."""
    return Column(name, ColumnType.INT64, "key", meaning)


def whole(name: str, unit: str, meaning: str, possible: Range | None = None) -> Column:
    """Declare a whole number that is never missing."""
    return _number(ColumnType.INT64, name, unit, meaning, possible)


def real(name: str, unit: str, meaning: str, possible: Range | None = None) -> Column:
    """Declare a number that may be missing."""
    return _number(ColumnType.FLOAT64, name, unit, meaning, possible)


def _number(kind: ColumnType, name: str, unit: str, meaning: str, possible: Range | None) -> Column:
    codes = (DAYS_MISSING,) if unit == "days" else ()
    ends = POSSIBLE.get(unit, ANYTHING) if possible is None else possible
    return Column(name, kind, unit, meaning, codes, possible=ends)


def days_ago(years: Range) -> Range:
    """Give the days before the application, negative, that so many years are.

    Examples
    --------
    >>> days_ago((18, 120))
    (-43830, -6574)
    """
    least, most = years
    return (
        None if most is None else -round(most * DAYS_PER_YEAR),
        None if least is None else -int(least * DAYS_PER_YEAR),
    )


def category(name: str, meaning: str, values: str) -> Column:
    """Declare a category by its known values, separated by ``|``; XNA and XAP mean missing."""
    return Column(
        name, ColumnType.STRING, "category", meaning, ("XNA", "XAP"), tuple(values.split("|"))
    )


WEEKDAYS = "MONDAY|TUESDAY|WEDNESDAY|THURSDAY|FRIDAY|SATURDAY|SUNDAY"
COMPANIONS = "Unaccompanied|Family|Spouse, partner|Children|Other_A|Other_B|Group of people"
