"""How a group is spread over two features together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.portfolio.conditions import Kind
from lib.portfolio.distribution import edges_between

Codes = npt.NDArray[np.int64]

# Beyond, a few clients would leave all others in one cell.
OUTER_QUANTILES = (0.01, 0.99)
MISSING = -1


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


def density_of(x: Axis, y: Axis, missing: int) -> Density:
    """Count the clients of each cell.

    Examples
    --------
    >>> numbers = axis_of(pa.chunked_array([[1.0, 2.0, None, 9.0]]), Kind.NUMBER, 2)
    >>> letters = axis_of(pa.chunked_array([["a", "b", "a", "a"]]), Kind.CATEGORY, 2)
    >>> density_of(numbers, letters, missing=1).counts
    [[1, 1], [1, 0]]
    """
    both = (x.codes != MISSING) & (y.codes != MISSING)
    cells = y.codes[both] * x.parts + x.codes[both]
    counts = np.bincount(cells, minlength=x.parts * y.parts).reshape(y.parts, x.parts)
    return Density(x, y, counts.tolist(), missing / len(x.codes) if len(x.codes) else 0.0)


def axis_of(values: pa.ChunkedArray, kind: Kind, parts: int) -> Axis:
    """Cut the values of a feature into at most so many parts."""
    return _axis_of_numbers(values, parts) if kind is Kind.NUMBER else _categories(values, parts)


def _axis_of_numbers(values: pa.ChunkedArray, parts: int) -> Axis:
    numbers = values.cast(pa.float64()).to_numpy()
    given = numbers[~np.isnan(numbers)]
    ends: Sequence[float] = np.quantile(given, OUTER_QUANTILES).tolist() if len(given) else []
    edges = edges_between(ends, parts)
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    return Axis(edges.tolist(), None, np.where(np.isnan(numbers), MISSING, codes))


def _categories(values: pa.ChunkedArray, parts: int) -> Axis:
    counted = pc.value_counts(values.drop_null()).to_pylist()
    ranked = sorted(counted, key=lambda one: (-one["counts"], one["values"]))
    names = [one["values"] for one in ranked[:parts]]
    codes = pc.index_in(values.combine_chunks(), pa.array(names, pa.string()))
    return Axis(None, names, codes.fill_null(MISSING).to_numpy().astype(np.int64))
