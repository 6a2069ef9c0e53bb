"""What is found in a folder of raw tables: what forbids using it, and what is worth knowing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lib.decision import InvalidInput

REMEDY = (
    "take the eight files of the competition (`make data` downloads them), or give no folder: "
    "synthetic tables are made then"
)


class Kind(StrEnum):
    """The kinds of findings; those of `NOTES` do not forbid using a table."""

    MISSING_FILE = "missing file"
    UNREADABLE_FILE = "unreadable file"
    MISSING_COLUMN = "missing column"
    REPEATED_COLUMN = "repeated column"
    COLUMN_OF_WRONG_TYPE = "column of a wrong type"
    WRONG_VALUE = "wrong value"
    IMPOSSIBLE_VALUE = "impossible value"
    NO_CATEGORY = "value of a column without any known category"
    MISSING_KEY = "missing key"
    WRONG_TARGET = "wrong target"
    REPEATED_CLIENT = "repeated client"
    EMPTY_TABLE = "empty table"
    IGNORED_FILE = "ignored file"
    IGNORED_COLUMN = "ignored column"
    UNKNOWN_CATEGORY = "unknown category"
    DUPLICATE = "duplicate"
    REPEATED_ROWS = "repeated row"
    ORPHAN = "orphan"


# Its name, and its first line, in front of what is wrong with it.
_OF_ONE_FILE = re.compile(r"^[^:]*: (line 1 is (['\"]).*\2, )?")

NOTES = {
    Kind.EMPTY_TABLE,
    Kind.IGNORED_FILE,
    Kind.IGNORED_COLUMN,
    Kind.UNKNOWN_CATEGORY,
    Kind.ORPHAN,
}


@dataclass(frozen=True)
class Finding:
    """Something found in a table.

    Parameters
    ----------
    table : str
    kind : Kind
    count : int
        Rows, values or columns that it concerns.
    what : str
        The file, column or key, and examples.
    """

    table: str
    kind: Kind
    count: int
    what: str

    @property
    def fault(self) -> str:
        """What is said of every file that cannot be read for the same cause.

        Examples
        --------
        >>> found = "POS_CASH_balance.csv: line 1 is 'a;b', with semicolons: write commas"
        >>> Finding("POS_CASH_balance", Kind.UNREADABLE_FILE, 1, found).fault
        'with semicolons: write commas'
        """
        return _OF_ONE_FILE.sub("", self.what)

    @property
    def forbids(self) -> bool:
        """Whether the folder cannot be used until it is mended."""
        return self.kind not in NOTES

    def __str__(self) -> str:
        """Write it as one line.

        Examples
        --------
        >>> print(Finding("bureau", Kind.ORPHAN, 3, "SK_ID_CURR without application"))
        bureau: 3 × orphan (SK_ID_CURR without application)
        """
        return f"{self.table}: {self.say()}"

    def say(self) -> str:
        """Write it without the table."""
        return f"{self.count:,} × {self.kind} ({self.what})"


def refuse(folder: Path, refusals: tuple[Finding, ...]) -> None:
    """Raise one error for everything that forbids using a folder, if anything does.

    Raises
    ------
    InvalidInput
        With all of it.
    """
    if refusals:
        found = "; ".join(say_together(refusals))
        raise InvalidInput(
            f"folder {folder}: {found}", "all eight tables are whole", f"mend this, or {REMEDY}"
        )


def say_together(findings: Iterable[Finding]) -> list[str]:
    """Write findings, and files that cannot be read for one cause as one.

    Examples
    --------
    >>> files = {"bureau": "bureau.csv: empty", "credit_card_balance": "cards.zip: empty"}
    >>> say_together(Finding(*one, 1, what) for *one, what in (
    ...     (table, Kind.UNREADABLE_FILE, what) for table, what in files.items()))
    ['bureau, credit_card_balance: 2 × unreadable file (bureau.csv, as others: empty)']
    """
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        is_file = finding.kind is Kind.UNREADABLE_FILE
        alike.setdefault(finding.fault if is_file else finding, []).append(finding)
    return [_say_alike(some) for some in alike.values()]


def _say_alike(findings: list[Finding]) -> str:
    first = findings[0]
    if len(findings) == 1:
        return str(first)
    file, _, told = first.what.partition(": ")
    tables = ", ".join(finding.table for finding in findings)
    return f"{tables}: {len(findings)} × {first.kind} ({file}, as others: {told})"
