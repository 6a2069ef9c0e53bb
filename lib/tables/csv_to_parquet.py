"""CSV into Parquet: typed by the schema, codes for missing as nulls, by client.

Who asks for some clients reads only the parts of a file that hold them, if it is sorted by client.
A file that is so already is not sorted again, and months of credits, which name no client, never.

DuckDB reads the file, and skips and counts what does not fit (``store_rejects``). What it cannot
tell is asked of the bytes and of a reading line by line:

- It cannot read zip, nor parts as one file: such a file is unpacked first.
- It takes ``1_000``, ``+-1`` and ``inf``, rounds 1.5 where a number must be whole, and drops one
  value too many at the end of a line if that is missing. It loses rows where kinds of line ends are
  mixed, lets an open quote swallow lines until the next quote, and does not say that the last line
  is cut off. The query refuses such numbers, and `_Bytes` counts lines and commas, so that none of
  this goes unnoticed.
- As ``reject_errors`` knows nothing of these faults, and counts lines wrongly after a quote left
  open, `mend` names all of them by line and column. It copies what is right in the plainest form.
"""

import csv
import math
import re
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow.parquet as pq

from lib.decision.faults import is_full_disk
from lib.tables.findings import Finding, Kind
from lib.tables.memory import Settings
from lib.tables.schema import Column, ColumnType, TableSchema
from lib.tables.sources import (
    EXACT,
    NO_LINE_END,
    PARQUET,
    Converted,
    Source,
    literal,
)

MOST_WRONG = 1000  # with more faults the file is something else than it should be
_MOST_SHOWN = 5  # faults of a file, or kinds of them: enough to see what is wrong
_LONGEST_SHOWN = 40  # characters of a value
_LINES_LOOKED_AT = 1000  # to tell whether a file is sorted: chance would not have it so
_BLOCK = 256 << 10  # bytes looked at together: what a processor's cache holds
_BUFFER = 2 << 20  # bytes that a thread of DuckDB reads: several share a small file, too
_NOTHING_OR_NAN = ("", "nan", "NaN")
# As other programs write what is missing: R, databases, spreadsheets.
_OTHER_WORDS = ("NA", "N/A", "NULL", "null", "None", "<NA>", "#N/A", "\\N")
_MISSING = (*_NOTHING_OR_NAN, *_OTHER_WORDS)
_NOTHING = ', \t\r\n"'  # a line of nothing else has no value
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_NEITHER_COMMA_NOR_QUOTE = bytes(set(range(256)) - set(b',"'))
_UNDERSCORE_IN_NUMBER = re.compile(rb"_(?<=\d_)\d")
# What a spreadsheet shows of a long number, 1.00E+05, and writes.
_ROUNDED = re.compile(r"\s*-?\d\.\d\dE\+\d+\s*", re.ASCII)
_MAYBE_ROUNDED = re.compile(rb"\d\.\d\dE\+\d")
# What is no number for one of these reasons, and what to do.
_REMEDIES = (
    (_ROUNDED, "a spreadsheet has rounded it; write all digits"),
    (re.compile(r"\s*|[-.?]|NAN|NaT|n/a|none"), "leave it empty where it is missing"),
    (re.compile(r"[+-]?\d+,\d+"), "write a point in the place of the comma"),
    (re.compile(r"[+-]?\d{1,3}([ ,'\u00a0\u202f]\d{3})+(\.\d*)?"), "write it without gaps"),
    (re.compile(r"\d{4}-\d\d-\d\d.*"), "days are counted from the application, and no dates"),
    (re.compile(r"\u2212.*"), "write - for minus"),
    (re.compile(r"[='$€£(].*|.*[$€£%]"), "write the number alone"),
)


class Wrong(NamedTuple):
    """Something that is wrong in a CSV file.

    Parameters
    ----------
    told : str
        Where it is, as far as that was looked at, and what it is.
    cause : str
        What it has in common with others.
    """

    told: str
    cause: str


def convert(source: Source, scratch: Path, settings: Settings) -> Converted:
    """Convert a CSV file; if values in it are wrong, name them and convert the others.

    Parameters
    ----------
    source : Source
        The file; it must be readable.
    scratch : Path
        Folder to write to.
    settings : dict
        Of DuckDB.

    Raises
    ------
    OSError, EOFError, RuntimeError
        If it cannot be unpacked, see `UNREADABLE`.
    duckdb.Error
        If the memory or the disk is too small.
    """
    parquet = scratch / f"{source.table.name}.parquet"
    with tempfile.TemporaryDirectory(dir=scratch) as passing:
        complaint, wrong = _convert(source, parquet, Path(passing), settings)
    if wrong:
        return Converted(None if complaint else parquet, (_wrong(source, wrong),))
    return Converted(None, (source.unreadable(complaint),)) if complaint else Converted(parquet)


def _convert(
    source: Source, parquet: Path, passing: Path, settings: Settings
) -> tuple[str | None, list[Wrong]]:
    """Write the Parquet file; say why it is not as it should be, and what is wrong with lines."""
    plain, mended = _unpacked(source, passing), passing / "mended.csv"
    # To look for each word takes time. Where only a few lines have one, it is found afterwards: it
    # is no number, which calls for `mend`, or it is among the texts.
    missing = _MISSING if any(map(_has_other_word, _spread_lines(plain))) else _NOTHING_OR_NAN
    complaint = _copy(source, plain, parquet, settings, missing)
    if complaint is None and missing != _MISSING and _has_words_in_texts(source, parquet, settings):
        complaint = _copy(source, plain, parquet, settings, _MISSING)
    if complaint is None and not _lacks_keys(source, parquet):
        return None, []
    wrong = mend(source, mended)
    if len(wrong) > MOST_WRONG:
        return "too much is wrong", wrong
    return _copy(source, mended, parquet, settings, _MISSING, is_mended=True), wrong


def _lacks_keys(source: Source, parquet: Path) -> bool:
    """Whether rows have no owner: perhaps they have no value at all, as spreadsheets leave them."""
    key = source.table.client_key or source.table.parent_key
    if key not in source.known_columns:
        return False
    file = pq.read_metadata(parquet)
    column = source.known_columns.index(key)
    told = (file.row_group(n).column(column).statistics for n in range(file.num_row_groups))
    return any(statistics is None or statistics.null_count for statistics in told)


def _unpacked(source: Source, folder: Path) -> Path:
    if source.is_plain:
        return source.path
    plain = folder / f"{source.table.name}.csv"
    source.unpack(plain)
    return plain


def _has_words_in_texts(source: Source, parquet: Path, settings: Settings) -> bool:
    """Whether a text in what was written is one of the words for what is missing."""
    kinds = source.table.columns
    texts = [name for name in source.known_columns if kinds[name].type is ColumnType.STRING]
    if not texts:
        return False
    words = ", ".join(map(literal, _OTHER_WORDS))
    # A column has a few different texts: cheaper than to compare each row with the words.
    found = " OR ".join(f'list_has_any(list(DISTINCT "{name}"), [{words}])' for name in texts)
    with duckdb.connect(config=settings) as connection:
        rows = connection.read_parquet(str(parquet)).aggregate(found)
        return bool(rows.fetchall()[0][0])


def _copy(
    source: Source,
    plain: Path,
    parquet: Path,
    settings: Settings,
    missing: tuple[str, ...],
    is_mended: bool = False,
) -> str | None:
    """Write what DuckDB reads to Parquet, and say why that is not all that is in the file."""
    names = source.known_columns
    columns = ", ".join(_typed(source.table.columns[name]) for name in names)
    try:
        with ThreadPoolExecutor(1) as meanwhile, duckdb.connect(config=settings) as connection:
            seen = meanwhile.submit(_bytes_of, plain, len(source.columns))
            copied = connection.execute(
                f"COPY (SELECT {columns} FROM {_reading(source, plain, missing)} "  # noqa: S608
                f"{_order(source, plain)}) "
                f"TO {literal(str(parquet))} ({PARQUET})"
            )
            ((rows,),) = copied.fetchall()
            rejects = connection.execute("FROM reject_errors SELECT error_message").fetchone()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if is_full_disk(error):
            raise
        return str(error).splitlines()[0]
    return rejects[0] if rejects else seen.result().loss(rows, is_mended)


def _order(source: Source, plain: Path) -> str:
    """Write how the rows are to be sorted, if they are."""
    key = source.table.client_key
    if key not in source.known_columns or seems_sorted(plain, source.columns.index(key)):
        return ""
    return f"ORDER BY {key}"


def seems_sorted(plain: Path, position: int) -> bool:
    """Say whether whole numbers of a CSV rise from line to line, by lines spread over the file.

    A wrong answer costs time and nothing else.

    Parameters
    ----------
    plain : Path
        The file, unpacked, with a header.
    position : int
        Of the numbers' column, from 0.
    """
    last = -math.inf
    for line in _spread_lines(plain):
        cells = line.split(b",")
        number = cells[position].strip() if position < len(cells) else b""
        if not number.isdigit() or len(number) > _LONGEST_SHOWN or int(number) < last:
            return False
        last = int(number)
    return True


def _spread_lines(plain: Path) -> Iterator[bytes]:
    """Give lines after the header from all over a file, in their order."""
    size = plain.stat().st_size
    with plain.open("rb") as file:
        for start in range(0, size, max(1, size // _LINES_LOOKED_AT)):
            file.seek(start)
            file.readline(_BLOCK)  # the rest of a line, or the header
            if not (line := file.readline(_BLOCK)):
                break
            yield line


def _has_other_word(line: bytes) -> bool:
    cells = (cell.strip(b'" \r\n') for cell in line.split(b","))
    return any(cell.decode(errors="replace") in _OTHER_WORDS for cell in cells)


def _reading(source: Source, plain: Path, missing: tuple[str, ...]) -> str:
    """Write the table function; columns that the schema does not know get a number for a name."""
    kinds = {
        name if name in source.table.columns else str(position): _parsed_as(source.table, name)
        for position, name in enumerate(source.columns)
    }
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in kinds.items())
    words = ", ".join(map(literal, missing))
    return (
        f"read_csv({literal(str(plain))}, columns = {{{columns}}}, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', nullstr = [{words}], auto_detect = false, "
        f"compression = 'none', buffer_size = {_BUFFER}, max_line_size = {_BUFFER // 2}, "
        "store_rejects = true, rejects_limit = 1)"  # one is enough to call for `mend`
    )


def _parsed_as(table: TableSchema, name: str) -> str:
    """Choose the type to parse to: whole numbers may be written 123.0, and BIGINT rounds 1.5."""
    is_number = name in table.columns and table.columns[name].type is not ColumnType.STRING
    return "DOUBLE" if is_number else "VARCHAR"


def _typed(column: Column) -> str:
    """Give a column its type; codes for missing become null, and a wrong number ends the query."""
    value = f'"{column.name}"'
    kind, is_right = "DOUBLE", f"isfinite({value})"
    if column.type is ColumnType.INT64:
        kind, is_right = "BIGINT", f"{value} = trunc({value}) AND abs({value}) < {EXACT}"
    if column.type is not ColumnType.STRING:
        wrong = f"error('a number is not {kind}')::{kind}"
        value = (
            f"CASE WHEN {is_right} THEN {value}::{kind} WHEN {value} IS NOT NULL THEN {wrong} END"
        )
    for code in column.missing_codes:
        value = f"nullif({value}, {code!r})"
    return f'{value} AS "{column.name}"'


@dataclass(frozen=True)
class _Bytes:
    """What the bytes of a CSV file show, whatever is read from it."""

    lines: int
    surplus: int  # commas beyond those that separate the columns, or are in quotes
    is_closed: bool  # whether the last line has its line end
    is_odd: bool  # whether there may be numbers such as 1_000, +-1 or 1.00E+05

    def loss(self, rows: int, is_mended: bool) -> str | None:
        """Say why these rows are not all of the file; blank lines and odd quotes raise doubt.

        Of a file that was mended each number has been looked at.
        """
        if self.lines != rows + 1 or self.surplus:
            return f"{rows} rows of {self.lines} lines, with {self.surplus} commas too many"
        if rows and not self.is_closed:
            return f"the last line {NO_LINE_END}"
        odd = self.is_odd and not is_mended
        return "1_000, +-1 or 1.00E+05, which DuckDB takes for numbers" if odd else None


def _bytes_of(plain: Path, width: int) -> _Bytes:
    lines, surplus, last, is_odd = 0, 0, b"", False
    with plain.open("rb") as file:
        while block := file.read(_BLOCK) + file.readline(_BLOCK):  # whole lines, if they are short
            last = block[-1:]
            ends = _count(block, b"\n") + (last != b"\n")
            lines += ends
            surplus += _surplus(block, ends * (width - 1))
            if b"+" in block:  # by far the quickest to find out; the last search is the slowest
                is_odd |= b"+-" in block
                is_odd |= b"E+" in block and _MAYBE_ROUNDED.search(block) is not None
            is_odd |= b"_" in block and _UNDERSCORE_IN_NUMBER.search(block) is not None
    return _Bytes(lines, surplus, last == b"\n", is_odd)


def _count(block: bytes, character: bytes) -> int:
    """Count a character several times as fast as `bytes.count`, which is made for rare ones."""
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == ord(character)))


def _surplus(block: bytes, wanted: int) -> int:
    """Count the commas beyond those wanted, without those in quotes.

    Examples
    --------
    >>> _surplus(b'1,"2,3",4', wanted=2), _surplus(b"1,2,3,4", wanted=2)
    (0, 1)
    """
    surplus = _count(block, b",") - wanted
    if not surplus:
        return 0
    text = np.frombuffer(block.translate(None, _NEITHER_COMMA_NOR_QUOTE), np.uint8)
    quotes_so_far = np.cumsum(text == ord('"'), dtype=np.uint8)  # may overflow: odd stays odd
    return surplus - int(np.count_nonzero((text == ord(",")) & quotes_so_far & 1))


def mend(source: Source, mended: Path) -> list[Wrong]:
    """Copy a CSV file, without the values and lines that cannot be read.

    Parameters
    ----------
    source : Source
    mended : Path
        The copy to write: lines without any value, and with too many or too few, are left out,
        wrong values empty.

    Returns
    -------
    list of Wrong
        The copy ends where these are more than `MOST_WRONG`.
    """
    columns = source.table.columns
    kinds = [columns[n].type if n in columns else ColumnType.STRING for n in source.columns]
    keys = {at for at, n in enumerate(source.columns) if n in columns and columns[n].unit == "key"}
    sound_line = _sound_line(kinds)
    wrong: list[Wrong] = []
    with mended.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, lineterminator="\n")
        writer.writerow(source.columns)
        for where, line in source.lines():
            if not line.strip(_NOTHING):
                continue
            if sound_line.fullmatch(line):
                copy.write(line)
                continue
            cells, problems = _examined(line, source.columns, kinds, keys)
            wrong += (Wrong(where + told, cause) for told, cause in problems)
            if cells:
                writer.writerow(cells)
            if len(wrong) > MOST_WRONG:
                break
    return wrong


def _sound_line(kinds: list[ColumnType]) -> re.Pattern[str]:
    """Match lines that are right at first sight, as nearly all are: ten times as fast."""
    pattern = {
        ColumnType.FLOAT64: r"(?:-?\d+(?:\.\d*)?)?",
        ColumnType.INT64: r"(?:-?\d{1,15}(?:\.0*)?)?",
        ColumnType.STRING: r'(?:[^",\n\ufffd]*|"[^"\n\ufffd]*")',
    }
    return re.compile(",".join(pattern[kind] for kind in kinds) + "\n", re.ASCII)


def _examined(
    line: str, names: tuple[str, ...], kinds: list[ColumnType], keys: Collection[int]
) -> tuple[list[str], list[Wrong]]:
    """Give the values of a line, none if it cannot be used, and what is wrong with it.

    What has no right key, by the places of these, is nobody's.
    """
    problems = [] if line.endswith("\n") else [Wrong(f" {NO_LINE_END}", NO_LINE_END)]
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        return [], [Wrong(f" cannot be split into values: {error}", str(error))]
    if "\ufffd" in line:
        return [], [Wrong(" is not UTF-8 text: write the file again as UTF-8", "encoding")]
    if [cell.strip() for cell in cells] == list(names):
        return [], [Wrong(" is the header once more: remove it", "header")]
    if cells and len(cells) != len(names):
        counted = f" has {len(cells)} values instead of {len(names)}"
        return [], [Wrong(counted, counted), *problems]
    is_somebodys = True
    for position, wanted in _wrong_values(cells, kinds):
        name, shown = names[position], cells[position][:_LONGEST_SHOWN]
        wanted += _remedy_for(cells[position])
        problems.append(Wrong(f", column {name}: {shown!r} is not {wanted}", f"{name} {wanted}"))
        cells[position] = ""
        is_somebodys &= position not in keys
    return cells if is_somebodys else [], problems


def _wrong_values(cells: list[str], kinds: list[ColumnType]) -> Iterator[tuple[int, str]]:
    for position, (text, kind) in enumerate(zip(cells, kinds, strict=False)):
        if kind is ColumnType.FLOAT64 and not is_number(text):
            yield position, "a finite number"
        elif kind is ColumnType.INT64 and not is_whole(text):
            yield position, "a whole number"


def _remedy_for(text: str) -> str:
    """Say what to do with a text that is no number, where it is known.

    Examples
    --------
    >>> _remedy_for("12 000"), _remedy_for("much")
    (': write it without gaps', '')
    """
    remedies = (remedy for pattern, remedy in _REMEDIES if pattern.fullmatch(text))
    return next((f": {remedy}" for remedy in remedies), "")


def is_number(text: str) -> bool:
    """Whether a text is a finite number, or says that there is none.

    Examples
    --------
    >>> [is_number(text) for text in ("1.5", "", "-3e2", "N/A", "inf", "1_000")]
    [True, True, True, True, False, False]
    """
    if text in _MISSING:
        return True
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, or says that there is none.

    Examples
    --------
    >>> [is_whole(text) for text in ("15", "15.0", "", "1.5", "9007199254740993", "1.00E+05")]
    [True, True, True, False, False, False]
    """
    if text in _MISSING:
        return True
    if _ROUNDED.fullmatch(text):
        return False
    return is_number(text) and float(text).is_integer() and abs(float(text)) < EXACT


def _wrong(source: Source, wrong: list[Wrong]) -> Finding:
    """Tell what is wrong: of few each, of many the first of each cause."""
    told = [one.told for one in wrong]
    if len(wrong) > _MOST_SHOWN:
        told = _first_of_each_cause(wrong)
    if len(wrong) > MOST_WRONG:
        told.append("the rest was not read")
        if all(" values instead of " in one.cause for one in wrong):
            told.append("if all lines are so, the header lacks a name, or lines end with a comma")
    return Finding(
        source.table.name, Kind.WRONG_VALUE, len(wrong), f"{source.label}: {'; '.join(told)}"
    )


def _first_of_each_cause(wrong: list[Wrong]) -> list[str]:
    """Tell the first that has each of the first causes, and how many more there are.

    Examples
    --------
    >>> _first_of_each_cause([Wrong(f"line {at} is odd", "odd") for at in range(2, 9)])
    ['line 2 is odd (and 6 more like it)']
    """
    by_cause: dict[str, list[Wrong]] = {}
    for one in wrong:
        by_cause.setdefault(one.cause, []).append(one)
    shown = list(by_cause.values())[:_MOST_SHOWN]
    told = [
        f"{first.told} (and {len(more):,} more like it)" if more else first.told
        for first, *more in shown
    ]
    rest = len(wrong) - sum(map(len, shown))
    return [*told, f"and {rest:,} more"] if rest else told
