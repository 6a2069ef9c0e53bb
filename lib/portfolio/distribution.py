"""How the values of one feature are spread over a group, and where one value stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_CATEGORIES = 100


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
    bin_edges: list[float] | None
    categories: list[str] | None
    quantiles: dict[float, float] | None
    percentile: float | None


def distribution_of_numbers(values: Floats, bins: int, value: float | None) -> Distribution:
    """Describe numbers, missing ones given as NaN.

    Examples
    --------
    >>> told = distribution_of_numbers(np.array([1.0, 2.0, 2.0, 5.0, np.nan]), bins=2, value=2.0)
    >>> told.counts, told.bin_edges, told.missing_share, told.percentile
    ([3, 1], [1.0, 3.0, 5.0], 0.2, 0.5)
    """
    given = values[~np.isnan(values)]
    ends = [float(given.min()), float(given.max())] if len(given) else []
    counts, edges = np.histogram(given, bins=edges_between(ends, bins))
    told = np.quantile(given, QUANTILES).tolist() if len(given) else None
    return Distribution(
        group_size=len(values),
        missing_share=_share(len(values) - len(given), len(values)),
        counts=counts.tolist(),
        bin_edges=edges.tolist(),
        categories=None,
        quantiles=None if told is None else dict(zip(QUANTILES, told, strict=True)),
        percentile=percentile_of(value, given),
    )


def distribution_of_categories(
    categories: Sequence[str], counts: Sequence[int], missing: int
) -> Distribution:
    """Describe categories by how often each occurs.

    Examples
    --------
    >>> distribution_of_categories(["owns", "rents"], [1, 3], missing=4).categories
    ['rents', 'owns']
    """
    ranked = sorted(zip(categories, counts, strict=True), key=lambda one: (-one[1], one[0]))
    ranked = ranked[:MOST_CATEGORIES]
    size = sum(counts) + missing
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=[count for _, count in ranked],
        bin_edges=None,
        categories=[category for category, _ in ranked],
        quantiles=None,
        percentile=None,
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


def edges_between(ends: Sequence[float], bins: int) -> Floats:
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
    if not ends:
        return np.array([0.0, 1.0])
    lowest, highest = ends
    if lowest == highest:
        around = max(abs(lowest) * 1e-6, 0.5)
        return np.array([lowest - around, lowest + around])
    # Neighbouring floats leave no room for many bins: edges must rise.
    return np.unique(np.linspace(lowest, highest, bins + 1))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
