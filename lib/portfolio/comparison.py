"""How a group is spread: over one feature, over two together, and what is usual of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.portfolio.counting import Floats, Parts, bins_of, codes_of
from lib.portfolio.disclosure import (
    FEWEST_IN_A_GROUP,
    in_tens,
    joined,
    quantiles_around,
)
from lib.portfolio.ranked import Ranked, in_order

Outcomes = npt.NDArray[np.float64] | npt.NDArray[np.int8]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
USUAL_QUANTILES = (0.05, 0.5, 0.95)
SPREAD_QUANTILES = (0.05, 0.95)
MOST_CATEGORIES = 100

# Share of the clients beyond each end of an axis: a few would leave all others in one bin.
MOST_BEYOND = 0.005
# A number is cut into so many bins first, fewer where each would have less than 20 clients on
# average; what is asked for is made of these by leaving edges out, so that two answers never part
# the same clients in ways that differ by a few of them.
FINEST_BINS, FEWEST_FINEST_BINS = 100, 12
CLIENTS_A_FINEST_BIN = 20
# Widths of bins that people count in, times a power of ten.
ROUND_WIDTHS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
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
        Of each bin, see `shares_of_defaults`.
    """

    bin_edges: list[float]
    counts: list[int]
    default_shares: list[float | None]


@dataclass(frozen=True)
class Numbers:
    """The numbers of a group, summed up as far as any answer about them needs.

    It is exact, and told to nobody as it is.

    Attributes
    ----------
    finest : list of float
        Edges of the finest even bins.
    tellable : list of float
        Those of them that may be told: between any two are ten clients or nobody.
    factors : list of float
        Round numbers, each nearly 1.26 times the one before, see `factors_between`.
    cuts : list of float
        `tellable`, and those factors that may be told beside them.
    clients, defaulted, repaid : list of int
        Clients between any two cuts, and those of them whose outcome is known. A bin holds its
        lower edge; the outer ones also hold what lies beyond.
    missing : int
        Those without a value; all where fewer than ten have one.
    quantiles : dict of float to float or None
        Means around each quantile, without those who have no part in it.
    spread : float
        See `spread_of`.
    """

    finest: list[float]
    tellable: list[float]
    factors: list[float]
    cuts: list[float]
    clients: list[int]
    defaulted: list[int]
    repaid: list[int]
    missing: int
    quantiles: dict[float, float] | None
    spread: float


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
        Where the given value stands: see `percentile_between`.
    equal_share : float or None
        How many have the given value: see `share_of_equals` and `share_of_category`.
    default_shares : list of (float or None)
        Of each bin or category, see `shares_of_defaults`.
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
    equal_share: float | None = None
    default_shares: list[float | None] = field(default_factory=list)
    by_factors: NumberBins | None = None


@dataclass(frozen=True)
class Axis:
    """The parts that the values of one feature fall into.

    Attributes
    ----------
    bin_edges : list of float or None
        Numbers only: one more than there are bins; the outer bins also hold what lies beyond.
    categories : list of str or None
        Categories only: the most frequent first.
    """

    bin_edges: list[float] | None
    categories: list[str] | None

    @property
    def parts(self) -> int:
        """Number of bins or categories."""
        if self.bin_edges is not None:
            return len(self.bin_edges) - 1
        return len(self.categories or ())

    def parts_of(self, values: pa.Array) -> Parts:
        """Give the part of each value; `parts` for none of them, one more for no value."""
        if self.bin_edges is None:
            return codes_of(values, self.categories or ())
        numbers = values.to_numpy(zero_copy_only=False)
        return bins_of(numbers, np.array(self.bin_edges), missing=self.parts + 1)


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
    given : int or None
        Clients of whom this is told, in tens; None where a number has no quantiles.
    """

    quantiles: dict[float, float] | None = None
    shares: dict[str, float] | None = None
    given: int | None = None


def numbers_of(clients: Iterable[tuple[Floats, Outcomes]], left_out: Floats) -> Numbers:
    """Sum up the numbers of a group, missing ones given as NaN.

    Parameters
    ----------
    clients : iterable of (ndarray, ndarray)
        All of a group, some after the other: the number of each, and 1 for a default, 0 for a
        repaid credit, something else where it is not known.
    left_out : ndarray of float
        The values of those who have no part in its quantiles.

    Examples
    --------
    >>> ages = np.append(np.repeat([20.0, 30.0, 40.0, 50.0], 10), np.full(10, np.nan))
    >>> told = numbers_of([(ages, np.full(50, -1))], left_out=ages[:0])
    >>> sum(told.clients), told.missing, told.spread
    (40, 10, 30.0)
    """
    count, ranked, defaulted, not_known = _ranked_by_outcome(clients)
    spread = spread_of(ranked)
    if len(ranked) < FEWEST_IN_A_GROUP:
        # A few values are told no more than none.
        ranked = defaulted = not_known = Ranked([])
    finest = edges_around(ranked)
    tellable = finest[joined(_counts_between(ranked, finest))]
    factors = factors_between(ranked, finest)
    cuts = _added(ranked, tellable, factors) if len(factors) else tellable
    of_all, of_defaulted, of_not_known = (
        _counts_between(some, cuts) for some in (ranked, defaulted, not_known)
    )
    return Numbers(
        finest=finest.tolist(),
        tellable=tellable.tolist(),
        factors=factors.tolist(),
        cuts=cuts.tolist(),
        clients=of_all,
        defaulted=of_defaulted,
        repaid=(np.array(of_all) - of_defaulted - of_not_known).tolist(),
        missing=count - len(ranked),
        quantiles=quantiles_around(ranked, QUANTILES, left_out[~np.isnan(left_out)])
        if len(ranked)
        else None,
        spread=spread,
    )


def _ranked_by_outcome(
    clients: Iterable[tuple[Floats, Outcomes]],
) -> tuple[int, Ranked, Ranked, Ranked]:
    """Count clients, and rank the numbers of all, of who defaulted, of whose outcome is not known.

    Most have repaid: the others are fewer to sort.
    """
    count = 0
    everybody, defaulted, not_known = [], [], []
    for values, outcomes in clients:
        count += len(values)
        everybody.append(in_order(values))
        defaulted.append(in_order(values[outcomes == 1]))
        not_known.append(in_order(values[(outcomes != 1) & (outcomes != 0)]))
    return count, Ranked(everybody), Ranked(defaulted), Ranked(not_known)


def distribution_of_numbers(numbers: Numbers, lot: int, bins: int) -> Distribution:
    """Describe numbers of a group whose lot is known, in at most so many bins.

    Examples
    --------
    >>> ages = np.append(np.repeat([20.0, 30.0, 40.0, 50.0], 10), np.full(10, np.nan))
    >>> numbers = numbers_of([(ages, np.full(50, -1))], left_out=ages[:0])
    >>> told = distribution_of_numbers(numbers, lot=0, bins=4)
    >>> told.counts, told.bin_edges, told.missing_share
    ([10, 10, 10, 10], [18.0, 27.0, 36.0, 45.0, 51.0], 0.2)
    """
    even, missing = _between(numbers, edges_of(numbers, bins), lot)
    size = sum(even.counts) + missing
    factors = _factors_of(numbers, bins)
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=even.counts,
        bin_edges=even.bin_edges,
        quantiles=numbers.quantiles,
        default_shares=even.default_shares,
        by_factors=None if factors is None else _between(numbers, factors, lot)[0],
    )


def edges_of(numbers: Numbers, bins: int) -> Floats:
    """Cut numbers into at most so many bins, of which none has fewer than ten clients.

    The edges are among those of the finest bins that may be told, whatever is asked for.

    Examples
    --------
    >>> unknown = np.full(1000, -1)
    >>> many = numbers_of([(np.arange(1000.0), unknown)], left_out=np.array([]))
    >>> edges_of(many, 4).tolist()
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    """
    return _nearest(np.array(numbers.tellable), every(np.array(numbers.finest), bins))


def _factors_of(numbers: Numbers, bins: int) -> Floats | None:
    """Cut numbers into at most so many bins, each as many times as high as the one before.

    The outer bins hold what lies beyond, zeros too. None where the numbers do not differ by orders
    of magnitude.
    """
    if len(numbers.factors) < FEWEST_FACTOR_BINS:
        return None
    # The ends are those of the even bins: what lies within them is the same.
    low, high = numbers.finest[:1], numbers.finest[-1:]
    wanted = np.concatenate([low, every(np.array(numbers.factors), bins - 2), high])
    found = _nearest(np.array(numbers.cuts), wanted)
    return found if len(found) > FEWEST_FACTOR_BINS else None


def _counts_between(ranked: Ranked, edges: Floats) -> list[int]:
    """Count numbers in each bin; what lies beyond the outer edges is in the outer bins."""
    below = ranked.below(edges[1:-1])
    return np.diff(below, prepend=0, append=len(ranked)).tolist()


def _between(numbers: Numbers, edges: Floats, lot: int) -> tuple[NumberBins, int]:
    """Count clients and defaults between some of the cuts, and the clients without a value."""
    starts = np.searchsorted(numbers.cuts, edges[:-1])
    clients, defaulted, repaid = (
        np.add.reduceat(counts, starts)
        for counts in (numbers.clients, numbers.defaulted, numbers.repaid)
    )
    *told, missing = in_tens([*clients, numbers.missing], lot)
    return NumberBins(edges.tolist(), told, shares_of_defaults(defaulted, repaid, lot)), missing


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
    shown = frequent(counted)[:MOST_CATEGORIES]
    lacking = sum(one.clients for one in counted if one.category is None)
    others = sum(one.clients for one in counted) - lacking - sum(one.clients for one in shown)
    *told, other_clients, missing = in_tens([*(one.clients for one in shown), others, lacking], lot)
    size = sum(told) + other_clients + missing
    return Distribution(
        group_size=size,
        missing_share=_share(missing, size),
        counts=told,
        categories=categories_of(shown),
        other_clients=other_clients,
        default_shares=shares_of_defaults(
            [one.defaulted for one in shown], [one.repaid for one in shown], lot
        ),
    )


def shares_of_defaults(
    defaulted: npt.ArrayLike, repaid: npt.ArrayLike, lot: int
) -> list[float | None]:
    """Give the share of defaults in each part of a group, from outcomes counted in tens.

    None where fewer than a hundred outcomes are known.

    Examples
    --------
    >>> shares_of_defaults([20, 10], [80, 40], lot=0)
    [0.2, None]
    """
    return [
        bad / (bad + good) if bad + good >= FEWEST_OUTCOMES else None
        for bad, good in zip(in_tens(defaulted, lot), in_tens(repaid, lot), strict=True)
    ]


def percentile_between(below: int, equal: int, given: int, lot: int) -> float | None:
    """Give the share of so many values that lie below one: its mid-rank, from counts in tens.

    Equal ones are counted by half. An exact rank would tell, of two groups that differ by one
    client, where that client stands.

    Returns
    -------
    float or None
        In [0, 1], 0 or 1 where fewer than ten lie beyond; None where there is nothing to compare it
        with.

    Examples
    --------
    >>> percentile_between(33, 20, 100, lot=0), percentile_between(95, 5, 100, lot=0)
    (0.4, 1.0)
    """
    if given < FEWEST_IN_A_GROUP:
        return None
    rank = below + equal / 2
    if rank < FEWEST_IN_A_GROUP:
        return 0.0
    if given - rank < FEWEST_IN_A_GROUP:
        return 1.0
    below, equal, above = in_tens([below, equal, given - below - equal], lot)
    return (below + equal / 2) / (below + equal + above)


def share_of_equals(below: int, equal: int, given: int, lot: int) -> float | None:
    """Give the share of so many numbers that equal one, from counts in tens.

    Returns
    -------
    float or None
        In [0, 1], 0 where fewer than ten equal it and 1 where fewer than ten do not; None where
        there is nothing to compare it with.

    Examples
    --------
    >>> share_of_equals(30, 44, 100, lot=0), share_of_equals(30, 9, 100, lot=0)
    (0.4, 0.0)
    """
    if given < FEWEST_IN_A_GROUP:
        return None
    if equal < FEWEST_IN_A_GROUP:
        return 0.0
    if given - equal < FEWEST_IN_A_GROUP:
        return 1.0
    # The same counts as of the percentile: of two roundings one would tell of the other.
    told = in_tens([below, equal, given - below - equal], lot)
    return _share(told[1], sum(told))


def share_of_category(category: str, told: Distribution) -> float | None:
    """Give the share of the given values that one category makes up, from the counts told of all.

    A count of its own would be rounded otherwise, and both together would tell more.

    Returns
    -------
    float or None
        In [0, 1], 0 for a category that is not told; None where no value is.

    Examples
    --------
    >>> told = distribution_of_categories([Counted("owns", 10), Counted("rents", 30)], lot=0)
    >>> share_of_category("rents", told), share_of_category("tent", told)
    (0.75, 0.0)
    """
    given = sum(told.counts) + told.other_clients
    if not given:
        return None
    counts = dict(zip(told.categories or (), told.counts, strict=True))
    return _share(counts.get(category, 0), given)


def frequent(counted: Sequence[Counted]) -> list[Counted]:
    """Give the categories of which some may be told, the most frequent first."""
    sizes = {one.category: one for one in counted if one.category is not None}
    ranked = most_frequent((name, one.clients) for name, one in sizes.items())
    return [sizes[name] for name, clients in ranked if clients >= FEWEST_IN_A_GROUP]


def categories_of(counted: Iterable[Counted]) -> list[str]:
    """Name the categories that are counted."""
    return [one.category for one in counted if one.category is not None]


def density_of(x: Axis, y: Axis, clients: Iterable[pa.RecordBatch], lot: int) -> Density:
    """Tell the clients of each cell in tens.

    Parameters
    ----------
    x, y : Axis
    clients : iterable of RecordBatch
        The values of each client by `x` and by `y`, numbers as float.
    lot : int
        Of the group: see `lib.portfolio.disclosure`.

    Examples
    --------
    >>> numbers, letters = Axis([0.5, 1.5, 2.5], None), Axis(None, ["a", "b"])
    >>> values = {"x": [1.0, 1.0, 2.0, None] * 10, "y": ["a", "b", "b", "a"] * 10}
    >>> told = density_of(numbers, letters, [pa.RecordBatch.from_pydict(values)], lot=0)
    >>> told.counts, told.missing_share
    ([[10, 0], [10, 10]], 0.25)
    """
    columns, rows = x.parts + 2, y.parts + 2
    # The last row and column are of those who lack a value, those before of all other parts.
    cells = np.zeros((rows, columns), dtype=np.int64)
    for some in clients:
        places = y.parts_of(some.column(1)) * columns + x.parts_of(some.column(0))
        cells += np.bincount(places, minlength=cells.size).reshape(cells.shape)
    counts, given = cells[:-2, :-2], cells[:-1, :-1]
    elsewhere, missing = given.sum() - counts.sum(), cells.sum() - given.sum()
    *told, rare, nowhere = in_tens([*counts.ravel(), elsewhere, missing], lot)
    in_rows = np.array(told, dtype=int).reshape(counts.shape).tolist()
    return Density(x, y, in_rows, _share(nowhere, sum(told) + rare + nowhere))


def usual_number(quantiles: Mapping[float, float] | None, given: int, lot: int) -> Usual:
    """Say what is usual of a number, of which some quantiles of so many clients are known."""
    if quantiles is None:
        return Usual()
    return Usual(
        quantiles={share: quantiles[share] for share in USUAL_QUANTILES},
        given=in_tens([given], lot)[0],
    )


def usual_category(counts: Iterable[tuple[str, int]], lot: int) -> Usual:
    """Say what is usual of a category, of which all given ones are counted.

    Examples
    --------
    >>> usual_category([("rents", 20), ("owns", 15), ("tent", 5)], lot=0).shares
    {'rents': 0.5, 'owns': 0.25}
    """
    ranked = most_frequent(counts)
    kept = [(name, n) for name, n in ranked if n >= FEWEST_IN_A_GROUP]
    others = sum(n for _, n in ranked) - sum(n for _, n in kept)
    told = in_tens([*(n for _, n in kept), others], lot)
    given = sum(told)
    return Usual(
        shares={name: _share(n, given) for (name, _), n in zip(kept, told, strict=False)},
        given=given,
    )


def most_frequent(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sort categories by how often they occur, the most frequent first, equal ones by name."""
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def every(edges: Floats, bins: int) -> Floats:
    """Leave edges out, the same number between any two kept, until there are few enough bins.

    Examples
    --------
    >>> every(np.arange(8.0), 3).tolist()
    [0.0, 3.0, 6.0, 7.0]
    """
    last = len(edges) - 1
    return edges[[*range(0, last, -(-last // max(bins, 1))), last]]


def _added(ranked: Ranked, told: Floats, edges: Floats) -> Floats:
    """Add those edges that part no few clients from others, the told edges being known, too."""
    known, all_edges = told, np.union1d(told, edges)
    clients_below = dict(zip(all_edges.tolist(), ranked.below(all_edges).tolist(), strict=True))
    for edge in edges:
        place = np.searchsorted(known, edge)
        around = known[max(place - 1, 0) : place + 1]
        # What lies beyond the outer edges is in the outer bins.
        low, at, high = (clients_below[one] for one in (around[0], edge, around[-1]))
        below = at - (0 if place <= 1 else low)
        above = (len(ranked) if place >= len(known) - 1 else high) - at
        if all(clients == 0 or clients >= FEWEST_IN_A_GROUP for clients in (below, above)):
            known = np.unique(np.append(known, edge))
    return known


def _nearest(edges: Floats, wanted: Floats) -> Floats:
    """Give those edges that are nearest to the wanted ones."""
    return np.unique(edges[np.abs(edges[:, None] - wanted).argmin(axis=0)])


def edges_around(ranked: Ranked) -> Floats:
    """Give round edges of bins of one width around what 99 % of the clients have.

    Examples
    --------
    >>> edges_around(Ranked.of(np.arange(201.0)))[:3].tolist()
    [0.0, 20.0, 40.0]
    >>> edges_around(Ranked.of(np.array([3.0] * 10))).tolist()
    [2.5, 3.5]
    """
    if not len(ranked):
        return np.array([0.0, 1.0])
    low, high = ends_of_most(ranked)
    # One value has a bin around it; so have floats that lie too near for edges between.
    around = max(abs(low) * 1e-6, 0.5)
    if high - low < abs(low) * 1e-12 + 1e-12:
        return np.array([low - around, low + around])
    bins = min(max(len(ranked) // CLIENTS_A_FINEST_BIN, FEWEST_FINEST_BINS), FINEST_BINS)
    # The ends are rarely edges: two bins more than fit between.
    width = round_width((high - low) / (bins - 2))
    if width < 1 and ranked.are_whole():
        width = 1.0
    places = np.arange(np.floor(low / width), np.floor(high / width) + 2)
    # 3 × 0.1 is not 0.3, but 3 / 10 is.
    edges: Floats = places * width if width >= 1 else places / (1 / width)
    return np.unique(edges)


def factors_between(ranked: Ranked, even: Floats) -> Floats:
    """Give round numbers of which each is nearly 1.26 times the one before, within even bins.

    Parameters
    ----------
    ranked : Ranked
    even : ndarray of float
        Edges of even bins.

    Returns
    -------
    ndarray of float
        Empty where a value is negative, or where what 99 % of those above 0 have does not differ by
        a factor of ten.

    Examples
    --------
    >>> given = Ranked.of(np.repeat([1.0, 30.0], 50))
    >>> factors_between(given, edges_around(given)).tolist()
    [1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 16.0, 20.0, 25.0]
    """
    not_above = int(ranked.below(0.0, "right"))
    if even[0] < 0 or not_above == len(ranked):
        return np.array([])
    low, high = ends_of_most(ranked, not_above)
    if high < WIDE_SPREAD * low:
        return np.array([])
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    # Rounded, lest 6.3 × 0.1 be 0.6299999.
    factors = np.array([float(f"{one:.3g}") for one in np.outer(powers, PREFERRED).ravel()])
    if ranked.are_whole():
        factors = factors[factors == np.floor(factors)]
    return factors[(factors >= max(low, even[0])) & (factors < even[-1])]


def ends_of_most(ranked: Ranked, first: int = 0) -> list[float]:
    """Give the numbers between which most lie, from some place on; ten have each or lie beyond it.

    Of a group of fewer than 21 as many lie beyond as leave three between.

    Examples
    --------
    >>> ends_of_most(Ranked.of(np.arange(101.0))), ends_of_most(Ranked.of(np.arange(11.0)))
    ([9.0, 91.0], [4.0, 6.0])
    """
    count = len(ranked) - first
    beyond = max(min(FEWEST_IN_A_GROUP - 1, (count - 3) // 2), 0)
    share = max(beyond / max(count - 1, 1), MOST_BEYOND)
    return quantiles_between(ranked, (share, 1 - share), first)


def quantiles_between(ranked: Ranked, shares: Sequence[float], first: int = 0) -> list[float]:
    """Give quantiles of numbers from some place on, linear between two of them.

    Examples
    --------
    >>> quantiles_between(Ranked.of(np.array([1.0, 2.0, 4.0])), [0.0, 0.75, 1.0])
    [1.0, 3.0, 4.0]
    """
    places = [share * (len(ranked) - first - 1) for share in shares]
    return [
        float(np.quantile(ranked[first + int(place) : first + int(place) + 2], place - int(place)))
        for place in places
    ]


def spread_of(ranked: Ranked) -> float:
    """Measure the range of numbers over all clients.

    From the 5th to the 95th percentile; from end to end where those two are one, as in a flag that
    is rarely set; 0 where there is but one value or none.

    Examples
    --------
    >>> spread_of(Ranked.of(np.arange(101.0))), spread_of(Ranked([]))
    (90.0, 0.0)
    >>> spread_of(Ranked.of(np.array([0.0] * 99 + [3.0])))
    3.0
    """
    if not len(ranked):
        return 0.0
    low, high = quantiles_between(ranked, SPREAD_QUANTILES)
    return (high - low) or float(ranked[-1:][0] - ranked[:1][0])


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


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
