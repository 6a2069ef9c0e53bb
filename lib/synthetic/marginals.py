"""How the values of one column are distributed, and how a score becomes a value."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from lib.synthetic.calibration import drawn_from
from lib.synthetic.scores import Bools, Floats, Ints, auc_from_rates, loading_for, missing_loading
from lib.tables.schema import DAYS_MISSING

DAYS_A_MONTH = 30.44
FURTHEST = 4.2  # scores beyond are as good as never drawn: they take the extreme values


@dataclass(frozen=True)
class Coded:
    """A column of categories: positions in a list of values, -1 for missing."""

    codes: Ints
    values: tuple[str, ...]

    def where(self, condition: Bools, value: str) -> "Coded":
        """Put a value where a condition holds."""
        values = self.values if value in self.values else (*self.values, value)
        return Coded(np.where(condition, values.index(value), self.codes), values)

    def without(self, missing: Bools) -> "Coded":
        """Make values missing where a condition holds."""
        return Coded(np.where(missing, -1, self.codes), self.values)

    def equals(self, value: str) -> Bools:
        """Compare with a value, row by row."""
        return self.codes == (self.values.index(value) if value in self.values else -2)


Values = Floats | Ints | Coded
Columns = dict[str, Values]


def coded(columns: Columns, name: str) -> Coded:
    """Look up a column that is one of categories."""
    column = columns[name]
    if not isinstance(column, Coded):
        raise TypeError(f"{name} is no column of categories")
    return column


@dataclass(frozen=True)
class Numbers:
    """The distribution of a column of numbers: piecewise linear on the scale of normal scores."""

    missing_loading: float
    loading: float
    scores: Floats
    values: Floats

    @property
    def order(self) -> float:
        """How much of the scores' order the values keep; see `Categories.order`."""
        levels = ndtr(self.scores)
        _, first = np.unique(self.values, return_index=True)
        starts, ends = levels[first], levels[np.append(first[1:], len(levels)) - 1]
        return _order(ends - starts)

    def of(self, score: Floats) -> Floats:
        """Turn standard normal scores into values."""
        return np.interp(score, self.scores, self.values)

    def by_rank(self, score: Floats) -> Floats:
        """Turn any scores into values by their ranks: the distribution is met in any case."""
        ranks = np.empty(len(score))
        ranks[np.argsort(score, kind="stable")] = np.arange(len(score)) + 0.5
        return self.of(ndtri(ranks / max(1, len(score))))


@dataclass(frozen=True)
class Categories:
    """The distribution of a column of categories, in the order of their default rates."""

    missing: float
    missing_loading: float
    loading: float
    values: tuple[str, ...]
    bounds: Floats  # upper bounds of the values' levels

    @property
    def order(self) -> float:
        """How much of the scores' order the values keep: the correlation of both by rank."""
        return _order(np.diff(self.bounds, prepend=0.0))

    def share(self, value: str) -> float:
        """Look up how many have a value."""
        return float(np.diff(self.bounds, prepend=0.0)[self.values.index(value)])

    def of(self, score: Floats) -> Coded:
        """Turn standard normal scores into categories."""
        codes = np.searchsorted(self.bounds[:-1], ndtr(score))
        return Coded(codes.astype(np.int64), self.values)

    def restricted(self, *dropped: str) -> "Categories":
        """Leave values out; the others keep their proportions."""
        shares = np.diff(self.bounds, prepend=0.0)
        kept = [value not in dropped for value in self.values]
        bounds = np.cumsum(shares[kept]) / shares[kept].sum()
        values = tuple(value for value in self.values if value not in dropped)
        return replace(self, values=values, bounds=bounds)


def _order(tied: Floats) -> float:
    """Correlate ranks with the same ranks where these shares are tied.

    Of uniform ranks it would be the square root; ties at the ends of normal scores cost less.
    """
    return float((1 - np.sum(tied**3)) ** (3 / 8))


@cache
def numbers(name: str) -> Numbers:
    """Look up a column of numbers; history columns are named ``table.COLUMN``."""
    missing, rate, strength, levels, values = drawn_from("numbers")[name]
    with np.errstate(divide="ignore"):
        scores = np.clip(ndtri(np.asarray(levels)), -FURTHEST, FURTHEST)
    is_history = "." in name  # `strength` is an AUC for columns of the application only
    loading = 0.0 if is_history else loading_for(strength)
    return Numbers(
        missing_loading(missing, rate), loading, scores, np.asarray(values, dtype=np.float64)
    )


@cache
def categories(name: str) -> Categories:
    """Look up a column of categories; history columns are named ``table.COLUMN``."""
    missing, missing_rate, groups = drawn_from("categories")[name]
    numeric = all(value.lstrip("-").isdigit() for value in groups)
    rated = all(rate is not None for _, rate in groups.values())
    if numeric:
        ordered = sorted(groups, key=int)
    else:
        ordered = sorted(groups, key=lambda value: groups[value][1]) if rated else list(groups)
    shares = np.array([groups[value][0] for value in ordered])
    loading = 0.0
    if rated and len(ordered) > 1:
        bad = np.array([share * rate for share, rate in (groups[value] for value in ordered)])
        loading = loading_for(auc_from_rates(bad, shares - bad), tuple(shares.tolist()))
    bounds = np.cumsum(shares) / shares.sum()
    return Categories(
        missing, missing_loading(missing, missing_rate), loading, tuple(ordered), bounds
    )


@cache
def rows_per_parent(name: str) -> tuple[float, Floats, Floats]:
    """Look up how many rows a parent has: share without any, scores, counts of the others."""
    zero, levels, counts = drawn_from("rows")[name]
    scores = np.clip(ndtri(np.asarray(levels)), -FURTHEST, FURTHEST)
    return zero, scores, np.asarray(counts)


def counts_of(name: str, score: Floats) -> Ints:
    """Turn scores into counts of at least 1; see `rows_per_parent`."""
    _, scores, counts = rows_per_parent(name)
    return np.maximum(1, np.floor(np.interp(score, scores, counts) + 0.5)).astype(np.int64)


def counts_of_each(table: str, score: Floats, in_train: Bools) -> Ints:
    """Turn scores into rows a client; clients of application_test have histories of their own."""
    train, test = (counts_of(f"{table} {split}", score) for split in ("train", "test"))
    return np.where(in_train, train, test)


def without_rows(table: str, in_train: Bools) -> Floats:
    """Look up, for each client, the share of such clients that have no rows in a table."""
    train, test = (rows_per_parent(f"{table} {split}")[0] for split in ("train", "test"))
    return np.where(in_train, train, test)


def rank_correlations() -> tuple[tuple[str, ...], Floats]:
    """Return the core columns of the application and the rank correlations among them."""
    rows: dict[str, list[float]] = drawn_from("rank_correlations")
    names = tuple(rows)
    matrix = np.eye(len(names))
    for position, values in enumerate(rows.values()):
        matrix[position, :position] = matrix[:position, position] = values
    return names, matrix


def with_days_code(values: Floats, is_coded: Bools) -> Floats:
    """Write 365243 where a condition holds."""
    return np.where(is_coded, float(DAYS_MISSING), values)
