"""How a group is spread: over one feature, over two together, and what is usual of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.portfolio.groups import Kind, quoted

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
USUAL_QUANTILES = (0.05, 0.5, 0.95)
MOST_CATEGORIES = 100

# Ends of an axis: beyond them, a few clients would leave all others in one cell.
AXIS_QUANTILES = (0.01, 0.99)
NO_PART = -1


@dataclass(frozen=True)
class Distribution:
    """The values of one feature over a group of clients.

    Attributes
    ----------
    group_size : int
        Clients in the group.
    missing_share : float
        Share of them without a value; 0 in an empty group.
    counts : list of int
        Clients in each bin, or of each category.
    bin_edges : list of float or None
        Numbers only: one more than `counts`; a bin holds its lower edge, the last one both.
    categories : list of str or None
        Categories only: the most frequent first, at most 100.
    quantiles : dict of float to float or None
        Numbers only, and only where the group has values.
    percentile : float or None
        Where the given value stands: see `percentile_of`.
    """

    group_size: int
    missing_share: float
    counts: list[int]
    bin_edges: list[float] | None = None
    categories: list[str] | None = None
    quantiles: dict[float, float] | None = None
    percentile: float | None = None


@dataclass(frozen=True)
class Axis:
    """The values of one feature, cut into parts.

    Attributes
    ----------
    bin_edges : list of float or None
        Numbers only: one more than there are bins; the outer bins also hold what lies beyond.
    categories : list of str or None
        Categories only: the most frequent first.
    codes : ndarray of int, shape (n,)
        The part that each client falls into; -1 for none.
    """

    bin_edges: list[float] | None
    categories: list[str] | None
    codes: Codes

    @property
    def parts(self) -> int:
        """Number of bins or categories."""
        if self.bin_edges is not None:
            return len(self.bin_edges) - 1
        return len(self.categories or ())


@dataclass(frozen=True)
class Density:
    """Counts of clients by the values of two features.

    Attributes
    ----------
    x, y : Axis
    counts : list of list of int
        A row for each part of `y`, in it a number for each part of `x`.
    missing_share : float
        Share of the group without a value of either.
    """

    x: Axis
    y: Axis
    counts: list[list[int]]
    missing_share: float


@dataclass(frozen=True)
class Usual:
    """What is usual of one feature in a group.

    Attributes
    ----------
    quantiles : dict of float to float or None
        Numbers only, and only where the group has values: 5th percentile, median, 95th percentile.
    shares : dict of str to float or None
        Categories only: the share of the given values that each makes up, the most frequent first.
    """

    quantiles: dict[float, float] | None = None
    shares: dict[str, float] | None = None


def distribution_of_numbers(values: Floats, bins: int, value: float | None) -> Distribution:
    """Describe numbers, missing ones given as NaN.

    Examples
    --------
    >>> ages = distribution_of_numbers(np.array([1.0, 2.0, 2.0, 5.0, np.nan]), bins=2, value=2.0)
    >>> ages.counts, ages.bin_edges, ages.missing_share, ages.percentile
    ([3, 1], [1.0, 3.0, 5.0], 0.2, 0.5)
    """
    given = values[~np.isnan(values)]
    ends = [float(given.min()), float(given.max())] if len(given) else []
    counts, edges = np.histogram(given, bins=edges_between(ends, bins))
    quantiles = np.quantile(given, QUANTILES).tolist() if len(given) else None
    return Distribution(
        group_size=len(values),
        missing_share=_share(len(values) - len(given), len(values)),
        counts=counts.tolist(),
        bin_edges=edges.tolist(),
        quantiles=None if quantiles is None else dict(zip(QUANTILES, quantiles, strict=True)),
        percentile=percentile_of(value, given),
    )


def distribution_of_categories(clients: Mapping[str | None, int]) -> Distribution:
    """Describe categories by how many clients have each; None counts those without one.

    Examples
    --------
    >>> distribution_of_categories({"owns": 1, "rents": 3, None: 4}).categories
    ['rents', 'owns']
    """
    size = sum(clients.values())
    given = ((name, count) for name, count in clients.items() if name is not None)
    ranked = most_frequent(given)[:MOST_CATEGORIES]
    return Distribution(
        group_size=size,
        missing_share=_share(clients.get(None, 0), size),
        counts=[count for _, count in ranked],
        categories=[name for name, _ in ranked],
    )


def percentile_of(value: float | None, given: Floats) -> float | None:
    """Give the share of values below one, equal ones counted by half (the mid-rank).

    Returns
    -------
    float or None
        In [0, 1]; None where there is no value or nothing to compare it with.

    Examples
    --------
    >>> percentile_of(3.0, np.array([1.0, 3.0, 3.0, 4.0]))
    0.5
    """
    if value is None or not len(given):
        return None
    below, equal = np.count_nonzero(given < value), np.count_nonzero(given == value)
    return float((below + equal / 2) / len(given))


def axis_of(values: pa.ChunkedArray, kind: Kind, parts: int) -> Axis:
    """Cut the values of a feature into at most so many parts."""
    if kind is Kind.CATEGORY:
        counted = pc.value_counts(values.drop_null()).to_pylist()
        ranked = most_frequent((one["values"], one["counts"]) for one in counted)
        names = [name for name, _ in ranked[:parts]]
        places = pc.index_in(values.combine_chunks(), pa.array(names, pa.string()))
        return Axis(None, names, places.fill_null(NO_PART).to_numpy().astype(np.int64))
    numbers = values.cast(pa.float64()).to_numpy()
    given = numbers[~np.isnan(numbers)]
    edges = edges_between(np.quantile(given, AXIS_QUANTILES) if len(given) else [], parts)
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    return Axis(edges.tolist(), None, np.where(np.isnan(numbers), NO_PART, codes))


def density_of(x: Axis, y: Axis, missing: int) -> Density:
    """Count the clients of each cell.

    Examples
    --------
    >>> numbers = axis_of(pa.chunked_array([[1.0, 2.0, None, 9.0]]), Kind.NUMBER, 2)
    >>> letters = axis_of(pa.chunked_array([["a", "b", "a", "a"]]), Kind.CATEGORY, 2)
    >>> density_of(numbers, letters, missing=1).counts
    [[1, 1], [1, 0]]
    """
    both = (x.codes != NO_PART) & (y.codes != NO_PART)
    cells = y.codes[both] * x.parts + x.codes[both]
    counts = np.bincount(cells, minlength=x.parts * y.parts).reshape(y.parts, x.parts)
    return Density(x, y, counts.tolist(), _share(missing, len(x.codes)))


def usual_column(name: str, kind: Kind) -> str:
    """Write as SQL what `usual_of` reads."""
    column = quoted(name)
    if kind is Kind.CATEGORY:
        return f"histogram({column}) AS {column}"
    return f"quantile_cont({column}, {list(USUAL_QUANTILES)}) AS {column}"


def usual_of(found: Sequence | None, kind: Kind) -> Usual:
    """Read what the query found of one feature: nothing where nobody in the group has a value."""
    if kind is Kind.NUMBER:
        return Usual(quantiles=dict(zip(USUAL_QUANTILES, found, strict=True)) if found else None)
    counts = most_frequent(found or [])
    total = sum(count for _, count in counts)
    return Usual(shares={category: count / total for category, count in counts})


def most_frequent(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sort categories by how often they occur, the most frequent first, equal ones by name."""
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def edges_between(ends: Sequence[float] | Floats, bins: int) -> Floats:
    """Give edges of bins of equal width; a single value gets a bin around it.

    Parameters
    ----------
    ends : sequence of float
        The lowest and the highest value; nothing where there is none.
    bins : int
        At most so many.

    Examples
    --------
    >>> edges_between([0.0, 10.0], 2).tolist(), edges_between([3.0, 3.0], 2).tolist()
    ([0.0, 5.0, 10.0], [2.5, 3.5])
    """
    if not len(ends):
        return np.array([0.0, 1.0])
    lowest, highest = ends
    if lowest == highest:
        around = max(abs(lowest) * 1e-6, 0.5)
        return np.array([lowest - around, lowest + around])
    # Neighbouring floats leave no room for many bins: edges must rise.
    return np.unique(np.linspace(lowest, highest, bins + 1))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
