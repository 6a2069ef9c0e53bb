"""What is found in a folder of raw tables: what forbids using it, and what is worth knowing."""

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
    REPEATED_ROWS = "owner whose rows are all repeated"
    ORPHAN = "orphan"


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
    cause : str
        Of a file that cannot be read: what is said of any that cannot for the same cause.
    """

    table: str
    kind: Kind
    count: int
    what: str
    cause: str = ""

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
    """Write findings, and those of one cause as one.

    Examples
    --------
    >>> one = Finding("bureau", Kind.UNREADABLE_FILE, 1, "bureau.csv: empty", "empty")
    >>> other = Finding("bureau_balance", Kind.UNREADABLE_FILE, 1, "balance.zip: empty", "empty")
    >>> say_together([one, other])
    ['bureau, bureau_balance: 2 × unreadable file (bureau.csv: empty; the others alike)']
    """
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(finding.cause or finding, []).append(finding)
    return [_say_alike(*some) for some in alike.values()]


def _say_alike(first: Finding, *others: Finding) -> str:
    if not others:
        return str(first)
    tables = ", ".join(finding.table for finding in (first, *others))
    return f"{tables}: {1 + len(others)} × {first.kind} ({first.what}; the others alike)"
