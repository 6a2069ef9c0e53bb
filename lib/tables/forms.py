"""What a file looks like by its first line, where it is not what its name says."""

import re
from collections.abc import Iterable, Sequence

from lib.tables.schema import TableSchema

_LONGEST_SHOWN = 60  # characters of a line: enough to know it again
_MOST_NAMED = 6
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?\s*")
_AROUND_NAMES = " \r\n\"'“”‘’\ufeff"
# As `strange_line` shows it.
_FIRST_LINE = re.compile(r"^line 1 is (['\"]).*\1, ")
_AS_CSV = "save its sheet as CSV (UTF-8)"
WORKBOOK = f"an Excel workbook: {_AS_CSV}"
# How files begin that are no text, what such a file is, and what to do.
_STARTS = (
    (b"\xff\xfe", "UTF-16, as Excel's Unicode text", "write it again as UTF-8"),
    (b"\xfe\xff", "UTF-16, as Excel's Unicode text", "write it again as UTF-8"),
    (b"BZh", "packed by bzip2", "unpack it"),
    (b"\xfd7zXZ", "packed by xz", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed by Zstandard", "unpack it"),
    (b"\x1f\x8b", "packed by gzip twice", "unpack it once"),
    (b"PK\3\4", "a zip within another file", "unpack it once"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel", _AS_CSV),
    (b"ARROW1", "Feather", "write it as Parquet"),
    (b"\x80\4", "a pickle", "write it as Parquet or CSV"),
    (b"\x80\5", "a pickle", "write it as Parquet or CSV"),
)
# How lines begin that no table begins with, what such a file is, and what to do.
_BEGINNINGS = (
    (
        "version https://git-lfs",
        "a pointer of Git LFS, not the file itself",
        "run `git lfs pull` in the folder that it was cloned to",
    ),
    ("<?xml", "XML", "write it as CSV"),
    ("{", "JSON", "write it as CSV"),
    ("[", "JSON", "write it as CSV"),
    (
        "<",
        "a page for a browser, perhaps one that asks to sign in",
        "download the file again, and open it to see that it holds the table",
    ),
    ("PAR1", "Parquet under another name", "let its name end with .parquet"),
    ("sep=", "a hint for Excel", "remove line 1"),
    ("#", "a comment", "remove the lines before the header"),
)


def strange_start(start: bytes) -> str | None:
    """Say what a file is that begins as no text does, and what to do; None where it may be text.

    Examples
    --------
    >>> strange_start(b"BZh91AY&SY"), strange_start(b"SK_ID_CURR,TARGET")
    ('packed by bzip2: unpack it', None)
    """
    for beginning, looks, remedy in _STARTS:
        if start.startswith(beginning):
            return f"{looks}: {remedy}"
    return None


def strange_line(line: str, table: TableSchema, later: Sequence[str] = ()) -> str | None:
    """Say what a file is whose first line is not the header of a table, and what to do.

    Parameters
    ----------
    line : str
        The first line, as text.
    table : TableSchema
        The table that the file should hold.
    later : sequence of str
        Some lines after it.

    Returns
    -------
    str or None
        None where the line may be a header of the table.

    Examples
    --------
    >>> from lib.tables.schema import TABLES
    >>> strange_line("sep=,", TABLES["bureau_balance"])
    "line 1 is 'sep=,', a hint for Excel: remove line 1"
    >>> strange_line("SK_ID_BUREAU,MONTHS_BALANCE,STATUS", TABLES["bureau_balance"])
    """
    told = (
        _foreign(line)
        or _otherwise_separated(line, table)
        or _below(line, later, table)
        or _no_header(line, table)
    )
    if told is None:
        return None
    looks, remedy = told
    return f"line 1 is {_shown(line)}, {looks}: {remedy}"


def without_first_line(told: str) -> str:
    """Give what `strange_line` tells of any file that is strange in the same way.

    Examples
    --------
    >>> from lib.tables.schema import TABLES
    >>> line = "SK_ID_BUREAU;MONTHS_BALANCE;STATUS"
    >>> without_first_line(strange_line(line, TABLES["bureau_balance"]))
    'with semicolons between the columns: write the file again with commas'
    """
    return _FIRST_LINE.sub("", told)


def strange_names(names: Iterable[str], table: TableSchema) -> str | None:
    """Say what is wrong with the columns of a file if none has a name that the table knows.

    Examples
    --------
    >>> from lib.tables.schema import TABLES
    >>> strange_names(["sk_id_bureau", "status"], TABLES["bureau_balance"])
    "its columns 'sk_id_bureau', 'status' are written otherwise than 'SK_ID_BUREAU': rename them"
    >>> strange_names(["SK_ID_BUREAU", "status"], TABLES["bureau_balance"])
    """
    names = tuple(names)
    if any(name in table.columns for name in names):
        return None
    shown = ", ".join(map(_shown, names[:_MOST_NAMED]))
    more = ", …" if len(names) > _MOST_NAMED else ""
    wanted = next(iter(table.columns))
    if _known(names, table):
        return f"its columns {shown}{more} are written otherwise than {wanted!r}: rename them"
    return (
        f"no column of the table {table.name}, which begins with {wanted!r}; found {shown}{more}: "
        "perhaps it is another file"
    )


def as_declared(names: Iterable[str], table: TableSchema) -> tuple[str, ...]:
    """Write names of columns as the schema does, whatever their case."""
    declared = {name.casefold(): name for name in table.columns}
    return tuple(declared.get(name.casefold(), name) for name in names)


def _foreign(line: str) -> tuple[str, str] | None:
    start = line.lstrip().casefold()
    for beginning, looks, remedy in _BEGINNINGS:
        if start.startswith(beginning.casefold()):
            return looks, remedy
    return None


def _otherwise_separated(line: str, table: TableSchema) -> tuple[str, str] | None:
    if _is_header(line, ",", table):
        whole = line.strip().startswith('"') and line.count('"') == 2
        if whole and line.strip().endswith('"'):
            return "a line quoted as a whole", "write it without quotes around whole lines"
        if line.count('"') % 2:
            return "with a quote that the line does not close", "write the header as one line"
        if ', "' in line:
            return "with spaces before quotes", "write it without spaces after the commas"
        return None
    for separator, name in _SEPARATORS.items():
        if _is_header(line, separator, table):
            return f"with {name} between the columns", "write the file again with commas"
    return None


def _below(line: str, later: Sequence[str], table: TableSchema) -> tuple[str, str] | None:
    if _known(line.split(","), table):
        return None
    for number, another in enumerate(later, start=2):
        if _is_header(another, ",", table):
            return f"and line {number} is the header", "remove the lines before it"
    return None


def _is_header(line: str, separator: str, table: TableSchema) -> bool:
    return len(_known(line.split(separator), table)) >= min(2, len(table.columns))


def _no_header(line: str, table: TableSchema) -> tuple[str, str] | None:
    cells = line.split(",")
    if _known(cells, table) or not any(map(_NUMBER.fullmatch, cells)):
        return None
    wanted = f"the {len(table.columns)} columns as Kaggle names them"
    return "values and no header", f"put a line before it with {wanted}"


def _known(cells: Iterable[str], table: TableSchema) -> set[str]:
    """Give those of a line's values that name a column, in whatever case and quotes."""
    return {
        name
        for name in as_declared((cell.strip(_AROUND_NAMES) for cell in cells), table)
        if name in table.columns
    }


def _shown(line: str) -> str:
    line = line.strip("\r\n")
    return repr(line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…")
