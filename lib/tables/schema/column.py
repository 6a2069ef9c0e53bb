"""How one raw table and its columns are declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


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
        For a category: the values known, in no order. Others are reported when read, not refused.
    """

    name: str
    type: ColumnType
    unit: str
    meaning: str
    missing_codes: tuple[int | str, ...] = ()
    values: tuple[str, ...] = ()


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


def whole(name: str, unit: str, meaning: str) -> Column:
    """Declare a whole number that is never missing."""
    codes = (DAYS_MISSING,) if unit == "days" else ()
    return Column(name, ColumnType.INT64, unit, meaning, codes)


def real(name: str, unit: str, meaning: str) -> Column:
    """Declare a number that may be missing."""
    codes = (DAYS_MISSING,) if unit == "days" else ()
    return Column(name, ColumnType.FLOAT64, unit, meaning, codes)


def category(name: str, meaning: str, values: str) -> Column:
    """Declare a category by its known values, separated by ``|``; XNA and XAP mean missing."""
    return Column(
        name, ColumnType.STRING, "category", meaning, ("XNA", "XAP"), tuple(values.split("|"))
    )


WEEKDAYS = "MONDAY|TUESDAY|WEDNESDAY|THURSDAY|FRIDAY|SATURDAY|SUNDAY"
COMPANIONS = "Unaccompanied|Family|Spouse, partner|Children|Other_A|Other_B|Group of people"
