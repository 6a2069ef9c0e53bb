"""What is wrong in a CSV file, line by line, and a copy without it.

Slow and exact: only for files in which `csv_stream` has found that something is wrong.
"""

import csv
import math
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from lib.tables.csv_stream import EXACT, MISSING
from lib.tables.schema import ColumnType
from lib.tables.sources import Source

MOST_WRONG = 1000  # with more, the file as a whole is something else than it should be
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_LONGEST_SHOWN = 40  # characters of a value
Judges = list[tuple[int, str, Callable[[str], bool], str]]


def mend(source: Source, mended: Path) -> list[str]:
    """Copy a CSV file, without the values and lines that cannot be read.

    Parameters
    ----------
    source : Source
        The file, with a header that is as it should be.
    mended : Path
        The copy to write: lines with too many or too few values are left out, wrong values empty.

    Returns
    -------
    list of str
        What is wrong, with its line; the copy ends where these are more than `MOST_WRONG`.
    """
    judges, plain = _judges(source), _plain_line(source)
    wrong: list[str] = []
    with source.location.open_text() as file, mended.open("w", newline="") as copy:
        writer = csv.writer(copy, lineterminator="\n")
        writer.writerow(source.columns)
        for number, line in enumerate(islice(file, 1, None), start=2):
            if plain.fullmatch(line):
                copy.write(line)
                continue
            cells, problems = _examined(line, len(source.columns), judges)
            wrong += (f"line {number}{problem}" for problem in problems)
            if cells:
                writer.writerow(cells)
            if len(wrong) > MOST_WRONG:
                break
    return wrong


def is_number(text: str) -> bool:
    """Whether a text is a finite number, or says that there is none.

    Examples
    --------
    >>> [is_number(text) for text in ("1.5", "", "-3e2", "inf", "1_000", "N/A")]
    [True, True, True, False, False, False]
    """
    if text in MISSING:
        return True
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, or says that there is none.

    Examples
    --------
    >>> [is_whole(text) for text in ("15", "15.0", "", "1.5", "9007199254740993")]
    [True, True, True, False, False]
    """
    if text in MISSING:
        return True
    return is_number(text) and float(text).is_integer() and abs(float(text)) < EXACT


def _plain_line(source: Source) -> re.Pattern[str]:
    """Match lines that are right at first sight, as nearly all are: ten times as fast."""
    plain = {
        ColumnType.FLOAT64: r"(?:-?\d+(?:\.\d*)?)?",
        ColumnType.INT64: r"(?:-?\d{1,15}(?:\.0*)?)?",
        ColumnType.STRING: r'(?:[^",\n\ufffd]*|"[^"\n\ufffd]*")',
    }
    columns = source.table.columns
    kinds = [columns[n].type if n in columns else ColumnType.STRING for n in source.columns]
    return re.compile(",".join(plain[kind] for kind in kinds) + "\n", re.ASCII)


def _judges(source: Source) -> Judges:
    """List the columns whose text may be wrong: position, name, judge, and what it must be."""
    tests = {
        ColumnType.FLOAT64: (is_number, "a finite number"),
        ColumnType.INT64: (is_whole, "a whole number"),
    }
    known = source.table.columns
    return [
        (position, name, *tests[known[name].type])
        for position, name in enumerate(source.columns)
        if name in known and known[name].type in tests
    ]


def _examined(line: str, width: int, judges: Judges) -> tuple[list[str], list[str]]:
    """Give the values of a line, none if it cannot be used, and what is wrong with it."""
    problems = [] if line.endswith("\n") else [" has no line end: the file may be cut off there"]
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        return [], [f" cannot be split into values: {error}"]
    if "\ufffd" in line:
        return [], [" is not UTF-8 text"]
    if cells and len(cells) != width:
        return [], [f" has {len(cells)} values instead of {width}", *problems]
    for position, what in _wrong_values(cells, judges):
        problems.append(f", column {what}")
        cells[position] = ""
    return cells, problems


def _wrong_values(cells: list[str], judges: Judges) -> Iterator[tuple[int, str]]:
    for position, name, is_right, wanted in judges if cells else ():
        if not is_right(cells[position]):
            shown = cells[position][:_LONGEST_SHOWN]
            yield position, f"{name}: {shown!r} is not {wanted}"
