"""How a group is spread: over one feature, over two together, and what is usual of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.portfolio.disclosure import (
    FEWEST_IN_A_GROUP,
    Tickets,
    in_tens,
    joined,
    lot_of,
    quantiles_around,
    spans_around,
    taking_part,
)
from lib.portfolio.groups import Kind, quoted

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
USUAL_QUANTILES = (0.05, 0.5, 0.95)
MOST_CATEGORIES = 100

# What most clients have: beyond it, a few would leave all others in one bin.
AXIS_QUANTILES = (0.005, 0.995)
# A number is cut into so many bins first, fewer where each would have less than 20 clients on
# average; what is asked for is made of these by leaving edges out, so that two answers never part
# the same clients in ways that differ by a few of them.
FINEST_BINS, FEWEST_FINEST_BINS = 100, 12
CLIENTS_A_FINEST_BIN = 20
# Widths of bins that people count in, times a power of ten.
ROUND_WIDTHS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
NO_PART = -1


@dataclass(frozen=True)
class Distribution:
    """The values of one feature over a group of clients.

    Attributes
    ----------
    group_size : int
        Clients in the group, in tens: the sum of all that is told.
    missing_share : float
        Share of them without a value.
    counts : list of int
        Clients in each bin, or of each category, in tens.
    bin_edges : list of float or None
        Numbers only: one more than `counts`, round numbers around what 99 % of the clients have. A
        bin holds its lower edge; the outer ones also hold what lies beyond.
    categories : list of str or None
        Categories only: the most frequent first, at most 100.
    other_clients : int
        Categories only: those of all other categories, and of those with fewer than ten clients.
    quantiles : dict of float to float or None
        Numbers only, and only where ten clients have a value: means around each quantile.
    percentile : float or None
        Where the given value stands: see `percentile_of`.
    """

    group_size: int
    missing_share: float
    counts: list[int]
    bin_edges: list[float] | None = None
    categories: list[str] | None = None
    other_clients: int = 0
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
        A row for each part of `y`, in it a number for each part of `x`, in tens.
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
        Numbers only, and only where ten clients have a value: 5th percentile, median, 95th
        percentile, each the mean of the values around it.
    shares : dict of str to float or None
        Categories only: the share of the given values that each makes up, the most frequent first;
        those with fewer than ten clients are left out.
    """

    quantiles: dict[float, float] | None = None
    shares: dict[str, float] | None = None


def distribution_of_numbers(
    values: Floats, tickets: Tickets, bins: int, value: float | None
) -> Distribution:
    """Describe numbers, missing ones given as NaN.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
    tickets : ndarray of uint64, shape (n,)
        One of each client: see `lib.portfolio.disclosure`.
    bins : int
        At most so many.
    value : float or None
        Whose percentile is asked for.

    Examples
    --------
    >>> ages = np.append(np.repeat([20.0, 30.0, 40.0, 50.0], 10), np.full(10, np.nan))
    >>> told = distribution_of_numbers(ages, np.zeros(50, np.uint64), bins=4, value=40.0)
    >>> told.counts, told.bin_edges, told.missing_share, told.percentile
    ([10, 10, 10, 10], [20.0, 28.0, 36.0, 44.0, 51.0], 0.2, 0.625)
    """
    lot = lot_of(tickets)
    is_given = ~np.isnan(values)
    if np.count_nonzero(is_given) < FEWEST_IN_A_GROUP:
        # A few values are told no more than none.
        is_given = np.zeros_like(is_given)
    given = values[is_given]
    edges = joined_edges(given, bins)
    counts = np.bincount(places_between(given, edges), minlength=len(edges) - 1)
    *told, missing = in_tens([*counts, len(values) - len(given)], lot)
    parted = values[taking_part(tickets, lot)]
    return Distribution(
        group_size=sum(told) + missing,
        missing_share=_share(missing, sum(told) + missing),
        counts=told,
        bin_edges=edges.tolist(),
        quantiles=quantiles_around(parted[~np.isnan(parted)], QUANTILES) if len(given) else None,
        percentile=percentile_of(value, given),
    )


def distribution_of_categories(values: pa.ChunkedArray, tickets: Tickets) -> Distribution:
    """Describe categories.

    Parameters
    ----------
    values : chunked array of str, length n
        Of each client, null where there is none.
    tickets : ndarray of uint64, shape (n,)
        One of each client: see `lib.portfolio.disclosure`.

    Examples
    --------
    >>> homes = pa.chunked_array([["owns"] * 10 + ["rents"] * 20 + ["tent"] * 5 + [None] * 15])
    >>> told = distribution_of_categories(homes, np.zeros(50, np.uint64))
    >>> told.categories, told.counts, told.other_clients, told.missing_share
    (['rents', 'owns'], [20, 10], 0, 0.4)
    """
    ranked = most_frequent(_counted(values))
    kept = [(name, n) for name, n in ranked if n >= FEWEST_IN_A_GROUP][:MOST_CATEGORIES]
    shown = [n for _, n in kept]
    others = sum(n for _, n in ranked) - sum(shown)
    *told, other_clients, missing = in_tens([*shown, others, values.null_count], lot_of(tickets))
    size = sum(told) + other_clients + missing
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=told,
        categories=[name for name, _ in kept],
        other_clients=other_clients,
    )


def _counted(values: pa.ChunkedArray) -> list[tuple[str, int]]:
    counted = pc.value_counts(values.drop_null()).to_pylist()
    return [(one["values"], one["counts"]) for one in counted]


def percentile_of(value: float | None, given: Floats) -> float | None:
    """Give the share of values below one, equal ones counted by half (the mid-rank).

    Returns
    -------
    float or None
        In [0, 1], 0 or 1 where fewer than ten lie beyond; None where there is no value or nothing
        to compare it with.

    Examples
    --------
    >>> percentile_of(25.0, np.arange(100.0)), percentile_of(5.0, np.arange(100.0))
    (0.255, 0.0)
    """
    if value is None or not len(given):
        return None
    below, equal = np.count_nonzero(given < value), np.count_nonzero(given == value)
    rank = below + equal / 2
    if rank < FEWEST_IN_A_GROUP:
        return 0.0
    if len(given) - rank < FEWEST_IN_A_GROUP:
        return 1.0
    return float(rank / len(given))


def axis_of(values: pa.ChunkedArray, kind: Kind, parts: int) -> Axis:
    """Cut the values of a feature into at most so many parts."""
    if kind is Kind.CATEGORY:
        ranked = [one for one in most_frequent(_counted(values)) if one[1] >= FEWEST_IN_A_GROUP]
        names = [name for name, _ in ranked[:parts]]
        places = pc.index_in(values.combine_chunks(), pa.array(names, pa.string()))
        return Axis(None, names, places.fill_null(NO_PART).to_numpy().astype(np.int64))
    numbers = values.cast(pa.float64()).to_numpy()
    given = numbers[~np.isnan(numbers)]
    edges = joined_edges(given if len(given) >= FEWEST_IN_A_GROUP else given[:0], parts)
    codes = places_between(numbers, edges)
    return Axis(edges.tolist(), None, np.where(np.isnan(numbers), NO_PART, codes))


def density_of(x: Axis, y: Axis, missing: int, lot: int) -> Density:
    """Count the clients of each cell, in tens.

    Parameters
    ----------
    x, y : Axis
    missing : int
        Clients without a value of either.
    lot : int
        Of the group: see `lib.portfolio.disclosure`.

    Examples
    --------
    >>> numbers = axis_of(pa.chunked_array([[1.0] * 20 + [2.0] * 10]), Kind.NUMBER, 2)
    >>> letters = axis_of(pa.chunked_array([["a", "a", "b"] * 10]), Kind.CATEGORY, 2)
    >>> density_of(numbers, letters, missing=0, lot=0).counts
    [[10, 10], [0, 10]]
    """
    both = (x.codes != NO_PART) & (y.codes != NO_PART)
    cells = y.codes[both] * x.parts + x.codes[both]
    counts = np.bincount(cells, minlength=x.parts * y.parts)
    elsewhere = len(both) - np.count_nonzero(both) - missing
    *told, rare, nowhere = in_tens([*counts, elsewhere, missing], lot)
    rows = np.array(told, dtype=int).reshape(y.parts, x.parts).tolist()
    return Density(x, y, rows, _share(nowhere, sum(told) + rare + nowhere))


def usual_column(name: str, kind: Kind, given: int) -> str:
    """Write as SQL what `usual_of` reads, of so many clients who have a value."""
    column = quoted(name)
    if kind is Kind.CATEGORY:
        return f"histogram({column}) AS {column}"
    places = [place for span in spans_around(USUAL_QUANTILES, given) for place in range(*span)]
    # A quantile at such a share is the value at this place.
    shares = [place / (given - 1) for place in places]
    return f"quantile_cont({column}, {shares}) AS {column}" if shares else f"NULL AS {column}"


def usual_of(found: Sequence | None, kind: Kind, given: int, lot: int) -> Usual:
    """Read what the query found of one feature: nothing where hardly anybody has a value."""
    if kind is Kind.CATEGORY:
        return Usual(shares=_usual_shares(most_frequent(found or []), lot))
    if not found:
        return Usual()
    values, means = iter(found), {}
    for share, (low, high) in zip(
        USUAL_QUANTILES, spans_around(USUAL_QUANTILES, given), strict=True
    ):
        means[share] = sum(next(values) for _ in range(low, high)) / (high - low)
    return Usual(quantiles=means)


def _usual_shares(counts: Sequence[tuple[str, int]], lot: int) -> dict[str, float]:
    kept = [(name, n) for name, n in counts if n >= FEWEST_IN_A_GROUP]
    others = sum(n for _, n in counts) - sum(n for _, n in kept)
    told = in_tens([*(n for _, n in kept), others], lot)
    return {name: _share(n, sum(told)) for (name, _), n in zip(kept, told, strict=False)}


def most_frequent(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sort categories by how often they occur, the most frequent first, equal ones by name."""
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def joined_edges(given: Floats, bins: int) -> Floats:
    """Cut numbers into at most so many bins, of which none has fewer than ten clients.

    The edges are among those of the finest bins that may be told, whatever is asked for.

    Parameters
    ----------
    given : ndarray of float
        None of them NaN; at least ten, or none.
    bins : int

    Examples
    --------
    >>> joined_edges(np.arange(1000.0), 4).tolist()
    [0.0, 255.0, 510.0, 765.0, 1005.0]
    """
    finest = edges_around(given)
    counts = np.bincount(places_between(given, finest), minlength=len(finest) - 1)
    kept, last = np.array(joined(counts)), len(counts)
    wanted = [*range(0, last, -(-last // bins)), last]
    return finest[sorted({int(kept[np.abs(kept - edge).argmin()]) for edge in wanted})]


def edges_around(given: Floats) -> Floats:
    """Give round edges of bins of one width around what 99 % of the clients have.

    Examples
    --------
    >>> edges_around(np.arange(201.0))[:3].tolist(), edges_around(np.array([3.0] * 10)).tolist()
    ([0.0, 2.5, 5.0], [2.5, 3.5])
    """
    if not len(given):
        return np.array([0.0, 1.0])
    low, high = np.quantile(given, AXIS_QUANTILES).tolist()
    # One value has a bin around it; so have floats that lie too near for edges between.
    around = max(abs(low) * 1e-6, 0.5)
    if high - low < abs(low) * 1e-12 + 1e-12:
        return np.array([low - around, low + around])
    bins = min(max(len(given) // CLIENTS_A_FINEST_BIN, FEWEST_FINEST_BINS), FINEST_BINS)
    # The ends are rarely edges: two bins more than fit between.
    width = round_width((high - low) / (bins - 2))
    if width < 1 and (given == np.floor(given)).all():
        width = 1.0
    places = np.arange(np.floor(low / width), np.floor(high / width) + 2)
    # 3 × 0.1 is not 0.3, but 3 / 10 is.
    edges: Floats = places * width if width >= 1 else places / (1 / width)
    return np.unique(edges)


def round_width(width: float) -> float:
    """Give the next width of a bin that people count in.

    Examples
    --------
    >>> round_width(0.011), round_width(2.3), round_width(0.0)
    (0.015, 2.5, 0.0)
    """
    if width <= 0:
        return 0.0
    power = float(10.0 ** np.floor(np.log10(width)))
    return next((step * power for step in ROUND_WIDTHS if step * power >= width), 10 * power)


def places_between(values: Floats, edges: Floats) -> Codes:
    """Give the bin of each value; what lies beyond the outer edges is in the outer bins."""
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
