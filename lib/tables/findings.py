"""What is found in a folder of raw tables: what forbids using it, and what is worth knowing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lib.decision import InvalidInput
from lib.tables.schema import TABLES

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
    MISSING_KEY = "missing key"
    WRONG_TARGET = "wrong target"
    REPEATED_CLIENT = "repeated client"
    IGNORED_FILE = "ignored file"
    IGNORED_COLUMN = "ignored column"
    UNKNOWN_CATEGORY = "unknown category"
    DUPLICATE = "duplicate"
    ORPHAN = "orphan"


NOTES = frozenset(
    {
        Kind.IGNORED_FILE,
        Kind.IGNORED_COLUMN,
        Kind.UNKNOWN_CATEGORY,
        Kind.DUPLICATE,
        Kind.ORPHAN,
    }
)


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


@dataclass(frozen=True)
class Inspection:
    """All that was found in a folder.

    Parameters
    ----------
    folder : Path
    files : mapping of str to Path
        For each table that is whole the Parquet file that holds it: the source itself, or what was
        made of a CSV.
    rows : mapping of str to int
        Rows that could be read of each table.
    findings : tuple of Finding
        In the order of the tables.
    """

    folder: Path
    files: Mapping[str, Path]
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What forbids using the folder."""
        return tuple(finding for finding in self.findings if finding.forbids)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What does not, and is worth knowing."""
        return tuple(finding for finding in self.findings if not finding.forbids)

    def describe(self) -> str:
        """Write it table by table: the rows, what forbids using it, what is worth knowing."""
        return "\n".join(line for name in TABLES for line in self._describe_table(name))

    def _describe_table(self, name: str) -> list[str]:
        rows = f"{self.rows[name]:,} rows" if name in self.rows else "not read"
        return [
            f"{name}: {rows}",
            *(f"  must be mended: {found.say()}" for found in self.refusals if found.table == name),
            *(f"  worth knowing:  {found.say()}" for found in self.notes if found.table == name),
        ]

    def require_usable(self) -> None:
        """Refuse a folder that cannot be used.

        Raises
        ------
        InvalidInput
            With all refusals.
        """
        refuse(self.folder, self.refusals)


def refuse(folder: Path, refusals: tuple[Finding, ...]) -> None:
    """Raise one error for everything that forbids using a folder, if anything does.

    Raises
    ------
    InvalidInput
        With all of it.
    """
    if refusals:
        found = "; ".join(str(finding) for finding in refusals)
        raise InvalidInput(
            f"folder {folder}: {found}", "all eight tables are whole", f"mend this, or {REMEDY}"
        )
