"""Moves drawn values onto the distributions of the real columns, in their order.

How columns hang together is a matter of order (a Gaussian copula), how each is distributed is not:
so columns are drawn by their relations first and fitted afterwards. application_train and
application_test are drawn together, but each has its own distributions.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtri

from lib.synthetic.calibration import columns_of
from lib.synthetic.marginals import FURTHEST, Coded, Columns, Values, numbers
from lib.synthetic.scores import Bools, Floats
from lib.tables.schema import DAYS_MISSING, TABLES, Column, ColumnType

_WHOLE = ("days", "months", "count", "years", "hour", "flag", "rating", "number")
_STEP = 1e-9
_BOUND = {  # columns that others of the row decide
    "FLAG_EMP_PHONE",
    "FLAG_DOCUMENT_6",
    "FLAG_OWN_CAR",
    "NAME_INCOME_TYPE",
    "OCCUPATION_TYPE",
    "ORGANIZATION_TYPE",
}


def missing_share(table: str, name: str) -> float:
    """Look up how much of a real column is missing."""
    return float(columns_of(table)[name]["missing"])


def fitted(
    table: str, name: str, values: Floats, ties: Floats, *, codes_apart: bool = False
) -> Floats:
    """Give values the distribution of a real column; their order stays, missing stays missing.

    Parameters
    ----------
    table, name : str
        The real column.
    values : ndarray of float
        Missing is NaN.
    ties : ndarray of float
        Orders equal values; the same for all columns of a row, so that zeros stay together.
    codes_apart : bool
        Whether 365243 stays where it is, and only the other values are fitted.
    """
    codes_apart &= TABLES[table].columns[name].unit == "days"
    known = np.flatnonzero(~np.isnan(values) & ~(codes_apart & (values == DAYS_MISSING)))
    if not len(known):
        return values
    order = known[np.lexsort((ties[known], values[known]))]
    levels = (np.arange(len(order)) + 0.5) / len(order)
    result = values.copy()
    result[order] = _values_at(table, name, levels, codes_apart)
    return result


def fitted_columns(
    rng: np.random.Generator, table: str, columns: Mapping[str, Values], names: Iterable[str]
) -> dict[str, Floats]:
    """Fit some columns of a table."""
    values = {name: np.asarray(columns[name], dtype=np.float64) for name in names}
    ties = rng.random(len(next(iter(values.values()))))
    return {name: fitted(table, name, column, ties) for name, column in values.items()}


def refitted_categories(table: str, name: str, drawn: Coded, ties: Floats) -> Coded:
    """Give categories the frequencies of a real column; their order, by risk, stays."""
    frequencies = columns_of(table)[name]["frequencies"]
    values = tuple(value for value in drawn.values if value in frequencies)
    known = np.flatnonzero(drawn.codes >= 0)
    order = known[np.lexsort((ties[known], drawn.codes[known]))]
    bounds = np.cumsum([frequencies[value] for value in values])
    codes = np.full(len(drawn.codes), -1)
    levels = (np.arange(len(order)) + 0.5) / max(1, len(order))
    codes[order] = np.searchsorted(bounds[:-1] / bounds[-1], levels)
    return Coded(codes, values)


def _values_at(table: str, name: str, levels: Floats, codes_apart: bool) -> Floats:
    steps, values = _distribution(table, name, codes_apart)
    if "frequencies" in columns_of(table)[name]:
        return values[np.searchsorted(steps[:-1], levels)]
    return _rounded(TABLES[table].columns[name], np.interp(ndtri(levels), steps, values))


def _is_whole(column: Column) -> bool:
    return column.type is ColumnType.INT64 or column.unit in _WHOLE


def _rounded(column: Column, values: Floats) -> Floats:
    if _is_whole(column):
        return np.ceil(values - _STEP)  # so the shares at or below whole numbers are met
    return np.round(values, 2 if column.unit == "amount" else 6)


@cache
def _distribution(table: str, name: str, codes_apart: bool) -> tuple[Floats, Floats]:
    """Return upper levels and values of frequencies, or normal scores and values of quantiles."""
    reference = columns_of(table)[name]
    if "frequencies" in reference:
        shares = sorted((float(value), share) for value, share in reference["frequencies"].items())
        upto = np.cumsum([share for _, share in shares])
        return upto / upto[-1], np.array([value for value, _ in shares])
    knots = _knots(reference, _is_whole(TABLES[table].columns[name]))
    if codes_apart:
        knots = [knot for knot in knots if knot[0] < DAYS_MISSING]
    whole = 1.0
    if codes_apart:
        whole = 1.0 - dict(reference.get("equal", ())).get(DAYS_MISSING, 0.0)
    levels = np.array([level for _, *pair in knots for level in pair]) / whole
    values = np.repeat([value for value, _, _ in knots], 2)
    low, high = _ends(table, name, values, codes_apart)
    levels = np.clip(np.array([0.0, *np.maximum.accumulate(levels), 1.0]), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        scores = np.clip(ndtri(levels), -FURTHEST, FURTHEST)
    return scores + _STEP * np.arange(len(scores)), np.array([low, *values, high])


def _ends(table: str, name: str, values: Floats, codes_apart: bool) -> tuple[float, float]:
    """Return the lowest and the highest value, where they are known."""
    try:
        ends = numbers(name if table.startswith("application_") else f"{table}.{name}").values
    except KeyError:
        return values[0], values[-1]
    high = ends[-1]
    if codes_apart and high == DAYS_MISSING:
        high = values[-1]
    return min(ends[0], values[0]), max(high, values[-1])


def _knots(reference: Mapping[str, Any], whole: bool) -> list[tuple[float, float, float]]:
    """Return rising values, each with the shares below and at or below it."""
    levels: dict[float, list[float]] = {}
    for level, value in reference.get("quantiles", ()):
        levels.setdefault(value, []).append(level)
    upto: dict[float, float] = dict(reference.get("at_or_below", ()))
    mass: dict[float, float] = dict(reference.get("equal", ()))
    knots: list[tuple[float, float, float]] = []
    for value in sorted({*levels, *upto, *mass}):
        before = knots[-1][2] if knots else 0.0
        found = [*levels.get(value, ()), *([upto[value]] if value in upto else ())]
        end = max(found, default=before + mass.get(value, 0.0))
        if value in mass and value not in upto:
            following = min((v for v in levels if v > value), default=None)
            latest = 1.0 if following is None else min(levels[following])
            start = 0.0 if not knots else min(min(found, default=before), latest - mass[value])
            start = 1.0 - mass[value] if following is None and knots else max(before, start)
            end = max(end, min(start + mass[value], latest))
        start = end - mass[value] if value in mass else min(found, default=before)
        if whole and value in mass and knots and value - knots[-1][0] == 1:
            knots[-1] = (*knots[-1][:2], max(before, start))  # there is nothing between
        knots.append((value, max(before, start), max(before, end)))
    return knots


def each_table(in_train: Bools) -> list[tuple[str, Bools]]:
    """Give the application tables with the clients of each."""
    return [("application_train", in_train), ("application_test", ~in_train)]


def missing_shares(name: str, in_train: Bools) -> Floats:
    """Look it up for each client, by the application table that the client is in."""
    train, test = (missing_share(f"application_{split}", name) for split in ("train", "test"))
    return np.where(in_train, train, test)


def most_of_each(name: str, score: Floats, in_train: Bools) -> Bools:
    """Mark the highest scores: of each application table as many as it lacks values of a column."""
    marked = np.zeros(len(score), dtype=bool)
    for table, rows in each_table(in_train):
        marked[rows] = highest(score[rows], missing_share(table, name))
    return marked


def highest(score: Floats, share: float) -> Bools:
    """Mark the share with the highest scores."""
    count = round(share * len(score))
    marked = np.zeros(len(score), dtype=bool)
    if count:
        marked[np.argpartition(score, len(score) - count)[len(score) - count :]] = True
    return marked


def as_each_table(rng: np.random.Generator, columns: Columns, in_train: Bools) -> Columns:
    """Fit the columns to application_train and to application_test, which differ."""
    ties = rng.random(len(in_train))
    result: Columns = {}
    for name, column in TABLES["application_test"].columns.items():
        if name in _BOUND or column.unit == "key":
            continue
        drawn = columns[name]
        if isinstance(drawn, Coded):
            result[name] = _categories_of_each(name, drawn, ties, in_train)
            continue
        values = np.array(drawn, dtype=np.float64)
        for table, rows in each_table(in_train):
            values[rows] = fitted(table, name, values[rows], ties[rows], codes_apart=True)
        result[name] = values
    return result


def _categories_of_each(name: str, drawn: Coded, ties: Floats, in_train: Bools) -> Coded:
    codes = np.full(len(drawn.codes), -1)
    values: tuple[str, ...] = drawn.values
    for table, rows in each_table(in_train):
        part = refitted_categories(table, name, Coded(drawn.codes[rows], drawn.values), ties[rows])
        place = np.array([*(values.index(value) for value in part.values), -1])
        codes[rows] = place[part.codes]
    return Coded(codes, values)
