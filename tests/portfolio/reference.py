"""What is told of the numbers of a group, and of two features together, from all its clients.

It is the reference for what `Portfolio` finds with SQL, or by counts between edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.portfolio.comparison import (
    FEWEST_FACTOR_BINS,
    QUANTILES,
    Distribution,
    NumberBins,
    edges_around,
    every,
    factors_between,
    most_frequent,
    percentile_between,
    share_of_equals,
    shares_of_defaults,
)
from lib.portfolio.counting import Floats
from lib.portfolio.disclosure import (
    FEWEST_IN_A_GROUP,
    in_tens,
    joined,
    left_out_by,
    quantiles_around,
)
from lib.portfolio.groups import Kind
from lib.portfolio.ranked import Ranked

NO_PART = -1
Codes = npt.NDArray[np.int64]
Tickets = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class PlacedAxis:
    """An axis, and the part that each client falls into; -1 for none."""

    bin_edges: list[float] | None
    categories: list[str] | None
    codes: Codes

    @property
    def parts(self) -> int:
        return len(self.bin_edges) - 1 if self.bin_edges is not None else len(self.categories)


def lot_of(tickets: Tickets) -> int:
    """Draw the lot of a group."""
    return int(np.bitwise_xor.reduce(tickets)) if len(tickets) else 0


def distribution_of_numbers(
    values: Floats, tickets: Tickets, outcomes: Floats, bins: int, value: float | None
) -> Distribution:
    """Describe numbers, missing ones given as NaN."""
    lot = lot_of(tickets)
    left_out = np.delete(np.arange(len(values)), taking_part(tickets, lot))
    return numbers_described(values, outcomes, lot, values[left_out], bins, value)


def numbers_described(
    values: Floats,
    outcomes: Floats,
    lot: int,
    left_out: Floats,
    bins: int,
    value: float | None,
) -> Distribution:
    is_given = ~np.isnan(values)
    if np.count_nonzero(is_given) < FEWEST_IN_A_GROUP:
        # A few values are told no more than none.
        is_given = np.zeros_like(is_given)
    given = values[is_given]
    finest = edges_around(Ranked.of(given))
    tellable = _tellable(given, finest)
    edges = _nearest(tellable, every(finest, bins))
    even, missing = _counted_between(values, outcomes, is_given, edges, lot)
    size = sum(even.counts) + missing
    factors = _joined_factors(given, finest, tellable, bins)
    without = left_out[~np.isnan(left_out)]
    return Distribution(
        group_size=size,
        missing_share=missing / size if size else 0.0,
        counts=even.counts,
        bin_edges=even.bin_edges,
        quantiles=quantiles_around(np.sort(given), QUANTILES, without) if len(given) else None,
        percentile=percentile_of(value, given, lot),
        equal_share=equal_share_of(value, given, lot),
        default_shares=even.default_shares,
        by_factors=None
        if factors is None
        else _counted_between(values, outcomes, is_given, factors, lot)[0],
    )


def _counted_between(
    values: Floats, outcomes: Floats, is_given: npt.NDArray[np.bool_], edges: Floats, lot: int
) -> tuple[NumberBins, int]:
    """Count clients and defaults in each bin, and the clients without a value."""
    codes, parts = places_between(values[is_given], edges), len(edges) - 1
    counts = np.bincount(codes, minlength=parts)
    *told, missing = in_tens([*counts, np.count_nonzero(~is_given)], lot)
    shares = default_shares_of(codes, parts, outcomes[is_given], lot)
    return NumberBins(edges.tolist(), told, shares), missing


def taking_part(tickets: Tickets, lot: int) -> npt.NDArray[np.int64]:
    """Give the places of those who have a part in what is told of a group beside counts."""
    hashes = "SELECT hash(unnest(?::UBIGINT[]), ?::UBIGINT) AS drawn"
    drawn = duckdb.execute(hashes, [tickets.tolist(), lot]).fetchnumpy()["drawn"]
    return np.argsort(drawn, kind="stable")[left_out_by(lot) :]


def default_shares_of(codes: Codes, parts: int, outcomes: Floats, lot: int) -> list[float | None]:
    """Give the share of defaults in each part of a group, from outcomes counted in tens."""
    defaulted, repaid = (
        np.bincount(codes[outcomes == outcome], minlength=parts) for outcome in (1, 0)
    )
    return shares_of_defaults(defaulted, repaid, lot)


def percentile_of(value: float | None, given: Floats, lot: int) -> float | None:
    """Give the share of values below one, equal ones counted by half (the mid-rank), in tens."""
    if value is None:
        return None
    below, equal = np.count_nonzero(given < value), np.count_nonzero(given == value)
    return percentile_between(int(below), int(equal), len(given), lot)


def equal_share_of(value: float | None, given: Floats, lot: int) -> float | None:
    """Give the share of values that equal one."""
    if value is None:
        return None
    below, equal = np.count_nonzero(given < value), np.count_nonzero(given == value)
    return share_of_equals(int(below), int(equal), len(given), lot)


def axis_of(values: pa.ChunkedArray, kind: Kind, parts: int) -> PlacedAxis:
    """Cut the values of a feature into at most so many parts."""
    if kind is Kind.CATEGORY:
        ranked = [one for one in most_frequent(_counted(values)) if one[1] >= FEWEST_IN_A_GROUP]
        names = [name for name, _ in ranked[:parts]]
        return PlacedAxis(None, names, _codes(values, names))
    numbers = values.cast(pa.float64()).to_numpy()
    given = numbers[~np.isnan(numbers)]
    edges = joined_edges(given if len(given) >= FEWEST_IN_A_GROUP else given[:0], parts)
    codes = places_between(numbers, edges)
    return PlacedAxis(edges.tolist(), None, np.where(np.isnan(numbers), NO_PART, codes))


def _codes(values: pa.ChunkedArray, names: Sequence[str]) -> Codes:
    """Give the place of each client's category among some, -1 where it is none of them."""
    places = pc.index_in(values.combine_chunks(), pa.array(names, pa.string()))
    codes: Codes = places.fill_null(NO_PART).to_numpy().astype(np.int64)
    return codes


def _counted(values: pa.ChunkedArray) -> list[tuple[str, int]]:
    counted = pc.value_counts(values.drop_null()).to_pylist()
    return [(one["values"], one["counts"]) for one in counted]


def density_counts(
    x: PlacedAxis, y: PlacedAxis, missing: int, lot: int
) -> tuple[list[list[int]], float]:
    """Count the clients of each cell, in tens, and the share of those without a value of either."""
    both = (x.codes != NO_PART) & (y.codes != NO_PART)
    cells = y.codes[both] * x.parts + x.codes[both]
    counts = np.bincount(cells, minlength=x.parts * y.parts)
    elsewhere = len(both) - np.count_nonzero(both) - missing
    *told, rare, nowhere = in_tens([*counts, elsewhere, missing], lot)
    rows = np.array(told, dtype=int).reshape(y.parts, x.parts).tolist()
    return rows, nowhere / max(sum(told) + rare + nowhere, 1)


def joined_edges(given: Floats, bins: int) -> Floats:
    """Cut numbers into at most so many bins, of which none has fewer than ten clients."""
    even = edges_around(Ranked.of(given))
    return _nearest(_tellable(given, even), every(even, bins))


def _joined_factors(given: Floats, even: Floats, tellable: Floats, bins: int) -> Floats | None:
    factors = factors_between(Ranked.of(given), even)
    if len(factors) < FEWEST_FACTOR_BINS:
        return None
    told = _added(given, tellable, factors)
    # The ends are those of the even bins: what lies within them is the same.
    wanted = np.concatenate([even[:1], every(factors, bins - 2), even[-1:]])
    found = _nearest(told, wanted)
    return found if len(found) > FEWEST_FACTOR_BINS else None


def _tellable(given: Floats, even: Floats) -> Floats:
    """Join the finest even bins until none has fewer than ten clients."""
    counts = np.bincount(places_between(given, even), minlength=len(even) - 1)
    return even[joined(counts)]


def _added(given: Floats, told: Floats, edges: Floats) -> Floats:
    """Try each edge in turn: it stays if the bins on both its sides hold nobody or enough."""
    known = list(told)
    for edge in edges:
        tried = sorted({*known, edge})
        counts = np.bincount(places_between(given, np.array(tried)), minlength=len(tried))
        place = tried.index(edge)
        if all(one == 0 or one >= FEWEST_IN_A_GROUP for one in counts[place - 1 : place + 1]):
            known = tried
    return np.array(known)


def _nearest(edges: Floats, wanted: Floats) -> Floats:
    return np.unique([min(edges, key=lambda edge: abs(edge - one)) for one in wanted])


def places_between(values: Floats, edges: Floats) -> Codes:
    """Give the bin of each value; what lies beyond the outer edges is in the outer bins."""
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
