"""How a group is spread: over one feature, over two together, and what is usual of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

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
Outcomes = npt.NDArray[np.float64] | npt.NDArray[np.int8]

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
NOBODY: Codes = np.array([], dtype=np.int64)
# Outcomes are told in tens: of fewer, a share of defaults would say hardly anything.
FEWEST_OUTCOMES = 100
# Values that differ by such a factor are cut by factors too, where that makes several bins.
WIDE_SPREAD = 10.0
FEWEST_FACTOR_BINS = 4
# Renard's preferred numbers (ISO 3, 1973): round, and nearly ten equal factors up to 10.
PREFERRED = np.array([1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0])


@dataclass(frozen=True)
class NumberBins:
    """Clients by a number.

    Attributes
    ----------
    bin_edges : list of float
        One more than `counts`. A bin holds its lower edge; the outer ones also hold what lies
        beyond.
    counts : list of int
        Clients in each bin, in tens.
    default_shares : list of (float or None)
        Of each bin, see `default_shares_of`.
    """

    bin_edges: list[float]
    counts: list[int]
    default_shares: list[float | None]


@dataclass(frozen=True)
class Counted:
    """How many clients of a group have a category, or none, and what became of them."""

    category: str | None
    clients: int
    defaulted: int = 0
    repaid: int = 0


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
    default_shares : list of (float or None)
        Of each bin or category, see `default_shares_of`.
    by_factors : NumberBins or None
        Numbers only: the same in bins of which each is as many times as high as the one before;
        None where the values do not differ by orders of magnitude.
    """

    group_size: int
    missing_share: float
    counts: list[int]
    bin_edges: list[float] | None = None
    categories: list[str] | None = None
    other_clients: int = 0
    quantiles: dict[float, float] | None = None
    percentile: float | None = None
    default_shares: list[float | None] = field(default_factory=list)
    by_factors: NumberBins | None = None


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
        Without `codes`: the counts are all that is told of clients.
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
    values: Floats, tickets: Tickets, outcomes: Floats, bins: int, value: float | None
) -> Distribution:
    """Describe numbers, missing ones given as NaN.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
    tickets : ndarray of uint64, shape (n,)
        One of each client: see `lib.portfolio.disclosure`.
    outcomes : ndarray of float, shape (n,)
        1 for a default, 0 for a repaid credit, NaN where it is not known.
    bins : int
        At most so many.
    value : float or None
        Whose percentile is asked for.

    Examples
    --------
    >>> ages = np.append(np.repeat([20.0, 30.0, 40.0, 50.0], 10), np.full(10, np.nan))
    >>> tickets, outcomes = np.zeros(50, np.uint64), np.full(50, np.nan)
    >>> told = distribution_of_numbers(ages, tickets, outcomes, bins=4, value=40.0)
    >>> told.counts, told.bin_edges, told.missing_share, told.percentile
    ([10, 10, 10, 10], [18.0, 27.0, 36.0, 45.0, 51.0], 0.2, 0.625)
    """
    lot = lot_of(tickets)
    left_out = np.delete(np.arange(len(values)), taking_part(tickets, lot))
    return numbers_described(values, outcomes, lot, values[left_out], bins, value)


def numbers_described(
    values: Floats,
    outcomes: Outcomes,
    lot: int,
    left_out: Floats,
    bins: int,
    value: float | None = None,
) -> Distribution:
    """Describe numbers of a group whose lot is known, as `distribution_of_numbers` does.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
    outcomes : ndarray of float or int, shape (n,)
        1 for a default, 0 for a repaid credit, something else where it is not known.
    lot : int
        Of the group.
    left_out : ndarray of float
        The values of those who have no part in its quantiles.
    bins, value : int, float or None
    """
    is_given = ~np.isnan(values)
    if np.count_nonzero(is_given) < FEWEST_IN_A_GROUP:
        # A few values are told no more than none.
        is_given = np.zeros_like(is_given)
    given = values[is_given]
    finest = edges_around(given)
    tellable = _tellable(given, finest)
    edges = _nearest(tellable, every(finest, bins))
    even, missing = _counted_between(values, outcomes, is_given, edges, lot)
    size = sum(even.counts) + missing
    factors = _joined_factors(given, finest, tellable, bins)
    without = left_out[~np.isnan(left_out)]
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=even.counts,
        bin_edges=even.bin_edges,
        quantiles=quantiles_around(given, QUANTILES, without) if len(given) else None,
        percentile=percentile_of(value, given),
        default_shares=even.default_shares,
        by_factors=None
        if factors is None
        else _counted_between(values, outcomes, is_given, factors, lot)[0],
    )


def _counted_between(
    values: Floats, outcomes: Outcomes, is_given: npt.NDArray[np.bool_], edges: Floats, lot: int
) -> tuple[NumberBins, int]:
    """Count clients and defaults in each bin, and the clients without a value."""
    codes, parts = places_between(values[is_given], edges), len(edges) - 1
    counts = np.bincount(codes, minlength=parts)
    *told, missing = in_tens([*counts, np.count_nonzero(~is_given)], lot)
    shares = default_shares_of(codes, parts, outcomes[is_given], lot)
    return NumberBins(edges.tolist(), told, shares), missing


def distribution_of_categories(counted: Sequence[Counted], lot: int) -> Distribution:
    """Describe categories.

    Parameters
    ----------
    counted : sequence of Counted
        Each category once, and at most once those without.
    lot : int
        Of the group: see `lib.portfolio.disclosure`.

    Examples
    --------
    >>> homes = [Counted("owns", 10), Counted("rents", 20), Counted("tent", 5), Counted(None, 15)]
    >>> told = distribution_of_categories(homes, lot=0)
    >>> told.categories, told.counts, told.other_clients, told.missing_share
    (['rents', 'owns'], [20, 10], 0, 0.4)
    """
    of_name = {one.category: one for one in counted if one.category is not None}
    ranked = most_frequent((name, one.clients) for name, one in of_name.items())
    kept = [name for name, n in ranked if n >= FEWEST_IN_A_GROUP][:MOST_CATEGORIES]
    shown = [of_name[name] for name in kept]
    others = sum(n for _, n in ranked) - sum(one.clients for one in shown)
    lacking = sum(one.clients for one in counted if one.category is None)
    *told, other_clients, missing = in_tens([*(one.clients for one in shown), others, lacking], lot)
    size = sum(told) + other_clients + missing
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=told,
        categories=kept,
        other_clients=other_clients,
        default_shares=shares_of_defaults(
            [one.defaulted for one in shown], [one.repaid for one in shown], lot
        ),
    )


def _codes(values: pa.ChunkedArray, names: Sequence[str]) -> Codes:
    """Give the place of each client's category among some, -1 where it is none of them."""
    places = pc.index_in(values.combine_chunks(), pa.array(names, pa.string()))
    codes: Codes = places.fill_null(NO_PART).to_numpy().astype(np.int64)
    return codes


def default_shares_of(codes: Codes, parts: int, outcomes: Outcomes, lot: int) -> list[float | None]:
    """Give the share of defaults in each part of a group, from outcomes counted in tens.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        The part of each client.
    parts : int
    outcomes : ndarray of float, shape (n,)
    lot : int
        Of the group: see `lib.portfolio.disclosure`.

    Returns
    -------
    list of (float or None)
        None where fewer than a hundred outcomes are known.

    Examples
    --------
    >>> codes, outcomes = np.repeat([0, 1], [100, 50]), np.repeat([1.0, 0.0], [20, 130])
    >>> default_shares_of(codes, 2, outcomes, lot=0)
    [0.2, None]
    """
    defaulted, repaid = (
        np.bincount(codes[outcomes == outcome], minlength=parts) for outcome in (1, 0)
    )
    return shares_of_defaults(defaulted, repaid, lot)


def shares_of_defaults(
    defaulted: npt.ArrayLike, repaid: npt.ArrayLike, lot: int
) -> list[float | None]:
    """Give the share of defaults in each part of a group, as `default_shares_of` does.

    Examples
    --------
    >>> shares_of_defaults([20, 10], [80, 40], lot=0)
    [0.2, None]
    """
    return [
        bad / (bad + good) if bad + good >= FEWEST_OUTCOMES else None
        for bad, good in zip(in_tens(defaulted, lot), in_tens(repaid, lot), strict=True)
    ]


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
    if value is None:
        return None
    below, equal = np.count_nonzero(given < value), np.count_nonzero(given == value)
    return percentile_between(int(below), int(equal), len(given))


def percentile_between(below: int, equal: int, given: int) -> float | None:
    """Give the share of so many values that lie below one, as `percentile_of` does.

    Examples
    --------
    >>> percentile_between(30, 20, 100), percentile_between(95, 5, 100)
    (0.4, 1.0)
    """
    if given < FEWEST_IN_A_GROUP:
        return None
    rank = below + equal / 2
    if rank < FEWEST_IN_A_GROUP:
        return 0.0
    if given - rank < FEWEST_IN_A_GROUP:
        return 1.0
    return float(rank / given)


def axis_of(values: pa.ChunkedArray, kind: Kind, parts: int) -> Axis:
    """Cut the values of a feature into at most so many parts."""
    if kind is Kind.CATEGORY:
        ranked = [one for one in most_frequent(_counted(values)) if one[1] >= FEWEST_IN_A_GROUP]
        names = [name for name, _ in ranked[:parts]]
        return Axis(None, names, _codes(values, names))
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
    missing_share = _share(nowhere, sum(told) + rare + nowhere)
    return Density(replace(x, codes=NOBODY), replace(y, codes=NOBODY), rows, missing_share)


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
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    """
    even = edges_around(given)
    return _nearest(_tellable(given, even), every(even, bins))


def joined_factors(given: Floats, bins: int) -> Floats | None:
    """Cut numbers into at most so many bins, each as many times as high as the one before.

    The outer bins hold what lies beyond, zeros too.

    Parameters
    ----------
    given : ndarray of float
        None of them NaN; at least ten, or none.
    bins : int

    Returns
    -------
    ndarray of float or None
        Edges that may be told beside those of `joined_edges`; None where the numbers do not differ
        by orders of magnitude.

    Examples
    --------
    >>> joined_factors(np.repeat(10.0 ** np.arange(5), 20), 8).tolist()
    [0.0, 1.0, 16.0, 80.0, 315.0, 1250.0, 5000.0, 10000.0, 11000.0]
    >>> joined_factors(np.linspace(20.0, 70.0, 1000), 8) is None
    True
    """
    even = edges_around(given)
    return _joined_factors(given, even, _tellable(given, even), bins)


def _joined_factors(given: Floats, even: Floats, tellable: Floats, bins: int) -> Floats | None:
    factors = factors_between(given, even)
    if len(factors) < FEWEST_FACTOR_BINS:
        return None
    told = _added(given, tellable, factors)
    # The ends are those of the even bins: what lies within them is the same.
    wanted = np.concatenate([even[:1], every(factors, bins - 2), even[-1:]])
    found = _nearest(told, wanted)
    return found if len(found) > FEWEST_FACTOR_BINS else None


def every(edges: Floats, bins: int) -> Floats:
    """Leave edges out, the same number between any two kept, until there are few enough bins.

    Examples
    --------
    >>> every(np.arange(8.0), 3).tolist()
    [0.0, 3.0, 6.0, 7.0]
    """
    last = len(edges) - 1
    return edges[[*range(0, last, -(-last // max(bins, 1))), last]]


def _tellable(given: Floats, even: Floats) -> Floats:
    """Join the finest even bins until none has fewer than ten clients."""
    counts = np.bincount(places_between(given, even), minlength=len(even) - 1)
    return even[joined(counts)]


def _added(given: Floats, told: Floats, edges: Floats) -> Floats:
    """Add those edges that part no few clients from others, the told edges being known, too."""
    ranked, known = np.sort(given), told
    for edge in edges:
        place = np.searchsorted(known, edge)
        around = known[max(place - 1, 0) : place + 1]
        # What lies beyond the outer edges is in the outer bins.
        low, at, high = np.searchsorted(ranked, [around[0], edge, around[-1]])
        below = at - (0 if place <= 1 else low)
        above = (len(ranked) if place >= len(known) - 1 else high) - at
        if all(clients == 0 or clients >= FEWEST_IN_A_GROUP for clients in (below, above)):
            known = np.unique(np.append(known, edge))
    return known


def _nearest(edges: Floats, wanted: Floats) -> Floats:
    """Give those edges that are nearest to the wanted ones."""
    return np.unique(edges[np.abs(edges[:, None] - wanted).argmin(axis=0)])


def edges_around(given: Floats) -> Floats:
    """Give round edges of bins of one width around what 99 % of the clients have.

    Examples
    --------
    >>> edges_around(np.arange(201.0))[:3].tolist(), edges_around(np.array([3.0] * 10)).tolist()
    ([0.0, 20.0, 40.0], [2.5, 3.5])
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


def factors_between(given: Floats, even: Floats) -> Floats:
    """Give round numbers of which each is nearly 1.26 times the one before, within even bins.

    Returns
    -------
    ndarray of float
        Empty where a value is negative, or where what 99 % of those above 0 have does not differ by
        a factor of ten.

    Examples
    --------
    >>> given = np.repeat([1.0, 30.0], 50)
    >>> factors_between(given, edges_around(given)).tolist()
    [1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 16.0, 20.0, 25.0]
    """
    above = given[given > 0]
    if even[0] < 0 or not len(above):
        return np.array([])
    low, high = np.quantile(above, AXIS_QUANTILES).tolist()
    if high < WIDE_SPREAD * low:
        return np.array([])
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    # Rounded, lest 6.3 × 0.1 be 0.6299999.
    factors = np.array([float(f"{one:.3g}") for one in np.outer(powers, PREFERRED).ravel()])
    if (given == np.floor(given)).all():
        factors = factors[factors == np.floor(factors)]
    return factors[(factors >= max(low, even[0])) & (factors < even[-1])]


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
