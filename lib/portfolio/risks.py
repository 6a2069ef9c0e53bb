"""All clients of a group together: how risky they are, and what became of them, by segment.

Of everybody the counts and sums are exact: there is but one such group, and no bin has fewer than
ten clients, nor fewer than ten of whom the credit defaulted or was repaid. Where that cannot be,
because hardly anybody of those granted defaulted, outcomes are told in tens and their amounts not.
All other groups, and the segments, are told in tens, see ``lib.portfolio.disclosure``, and of money
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.portfolio.comparison import Floats, Outcomes, most_frequent
from lib.portfolio.disclosure import (
    FEWEST_IN_A_GROUP,
    Tickets,
    in_ones,
    in_tens,
    is_large_enough,
    joined,
    lot_of,
)

# Beyond this quantile the last bin is open: a few clients may lie far out.
OPEN_BEYOND = 0.99
# Clients are cut into so many bins first; fewer are made of these by leaving edges out, so that two
# answers never part the same clients in ways that differ by a few of them.
FINEST_BINS = 100
# Which of the amounts are sums of a bin.
OF_EACH_BIN = frozenset(
    {"asked", "expected_missed", "expected_spread", "defaulted", "repaid"}
    | {"defaulted_squares", "repaid_squares"}
)
# So many categories have a code of 16 bits, by which many clients are sorted quickly.
MOST_CODES = 2**15 - 1
# Which of the `_kinds` of clients do not depend on outcomes.
WITHOUT_OUTCOMES = [0, 3]


@dataclass(frozen=True)
class Clients:
    """What is counted of the clients of a group, each an array of n.

    Parameters
    ----------
    probabilities : ndarray of float
        Default probabilities.
    outcomes : ndarray of int or float
        1 for a default, 0 for a repaid credit, something else where it is not known.
    amounts : ndarray of float
        The credit of each client, NaN where it is not known.
    """

    probabilities: Floats
    outcomes: Outcomes
    amounts: Floats

    def only(self, who: npt.NDArray[np.bool_]) -> "Clients":
        """Give some of them."""
        return Clients(*(part[who] for part in vars(self).values()))


@dataclass(frozen=True)
class Segments:
    """By what clients are counted apart.

    Parameters
    ----------
    names : chunked array of str, length n
        The category of each client, or null.
    tickets : ndarray of uint64, shape (n,)
        See `lib.portfolio.disclosure`: each category draws its lot.
    """

    names: pa.ChunkedArray
    tickets: Tickets


@dataclass(frozen=True)
class Amounts:
    """The credits of those clients whose amount is known, added up in each bin.

    Attributes
    ----------
    clients, known : int
        How many they are, and how many of them have a known outcome.
    asked, expected_missed : list of float
        Sum of their amounts, and the same weighed by their default probabilities.
    expected_spread : list of float
        Sum of the squared amounts, weighed by the variance of each outcome, p (1 - p): if the
        probabilities are right, so much the amounts that default vary.
    defaulted, repaid, defaulted_squares, repaid_squares : list of float
        Sums of the amounts, and of their squares, where the outcome is known.
    """

    clients: int
    known: int
    asked: list[float]
    expected_missed: list[float]
    expected_spread: list[float]
    defaulted: list[float]
    repaid: list[float]
    defaulted_squares: list[float]
    repaid_squares: list[float]

    def without_outcomes(self) -> Self:
        """Give the same as if nobody's outcome were known."""
        nothing = [0.0] * len(self.asked)
        return replace(
            self,
            known=0,
            defaulted=nothing,
            repaid=nothing,
            defaulted_squares=nothing,
            repaid_squares=nothing,
        )


@dataclass(frozen=True)
class Bins:
    """Clients counted by their default probability, the lowest bin first.

    Attributes
    ----------
    clients : list of int
        Clients in each bin.
    expected_defaults : list of float
        Sum of their default probabilities; a whole number where counts are in tens.
    defaulted, repaid : list of int
        Those whose outcome is known.
    amounts : Amounts or None
        What is at stake; of everybody alone, and where it is known of somebody.
    """

    clients: list[int]
    expected_defaults: list[float]
    defaulted: list[int]
    repaid: list[int]
    amounts: Amounts | None = None


@dataclass(frozen=True)
class Segment:
    """The clients of a category, between the finest edges.

    Attributes
    ----------
    size, lot : int
        How many they are, and the lot that they draw.
    bins : Bins
    """

    size: int
    lot: int
    bins: Bins


@dataclass(frozen=True)
class RiskCounts:
    """A group by default probability, summed up as far as any answer about it needs.

    It is exact, and told to nobody as it is, unless the group is everybody.

    Attributes
    ----------
    edges : list of float
        The finest edges, with the threshold among them.
    kinds : list of list of int
        What must not be few between any two: all, by outcome, and the same with a known amount.
    lot : int
        Of the group.
    bins : Bins
        With the amounts, where they are asked for and one is known.
    segments : dict of str to Segment
        The largest first.
    """

    edges: list[float]
    kinds: list[list[int]]
    lot: int
    bins: Bins
    segments: dict[str, Segment]


@dataclass(frozen=True)
class Risks:
    """A group by default probability, as a whole and by segment.

    Attributes
    ----------
    bin_edges : list of float
        One more than there are bins, from 0 to 1; the threshold is one of them. The last bin holds
        all who lie above the last edge but one.
    everybody : Bins
        The whole group.
    segments : dict of str to Bins
        The largest first; those with fewer than 10 clients are left out.
    """

    bin_edges: list[float]
    everybody: Bins
    segments: dict[str, Bins]


def risk_counts(
    clients: Clients,
    lot: int,
    segments: Segments | None,
    threshold: float,
    *,
    with_amounts: bool,
) -> RiskCounts:
    """Sum up clients by default probability, with expected and known outcomes.

    Parameters
    ----------
    clients : Clients
        At least one.
    lot : int
        Of the group.
    segments : Segments or None
        Of these clients; None where they are not counted by category.
    threshold : float
        See `edges_around`.
    with_amounts : bool
        Whether their credits are added up, too.
    """
    reach = float(np.quantile(clients.probabilities, OPEN_BEYOND))
    edges = edges_around(threshold, reach, FINEST_BINS)
    places = _places(clients.probabilities, edges)
    parts = len(edges) - 1
    amounts = _amounts(clients, places, parts) if with_amounts else None
    bins = _bins(clients, places, parts)
    return RiskCounts(
        edges=edges.tolist(),
        kinds=_kinds(bins, clients, places, parts),
        lot=lot,
        bins=replace(bins, amounts=amounts),
        segments={} if segments is None else _segments(clients, segments, places, parts),
    )


def risks_of(counts: RiskCounts, threshold: float, bins: int, *, is_everybody: bool) -> Risks:
    """Tell of a group by default probability.

    Parameters
    ----------
    counts : RiskCounts
    threshold : float
        That of the counts.
    bins : int
        At most so many, and at least 2.
    is_everybody : bool
        Whether there is no client beside them.
    """
    finest, kinds = np.array(counts.edges), np.array(counts.kinds)
    edges = joined_edges(finest, kinds, threshold, bins)
    tells_outcomes = _is_safe(_added_up(kinds, finest, edges))
    if not (is_everybody and tells_outcomes):
        edges = joined_edges(finest, kinds[WITHOUT_OUTCOMES], threshold, bins)
    everybody = _bins_between(counts.bins, finest, edges)
    told = in_round = _in_tens(everybody, counts.lot)
    if is_everybody and _is_safe(_added_up(kinds, finest, edges)[WITHOUT_OUTCOMES]):
        told = everybody
        if not tells_outcomes:
            told = replace(
                everybody,
                defaulted=in_round.defaulted,
                repaid=in_round.repaid,
                amounts=everybody.amounts and everybody.amounts.without_outcomes(),
            )
    segments = {
        name: _in_tens(_bins_between(one.bins, finest, edges), one.lot)
        for name, one in counts.segments.items()
        if is_large_enough(one.size, one.lot)
    }
    return Risks(edges.tolist(), told, segments)


def _added_up(counts: npt.NDArray[Any], finest: Floats, edges: Floats) -> npt.NDArray[Any]:
    """Add up what was counted between the finest edges, the last axis, between some of them."""
    return np.add.reduceat(counts, np.searchsorted(finest, edges[:-1]), axis=-1)


def _bins_between(bins: Bins, finest: Floats, edges: Floats) -> Bins:
    def added(counts: Sequence[float]) -> list:
        return _added_up(np.array(counts), finest, edges).tolist()

    amounts = bins.amounts
    if amounts is not None:
        sums: dict[str, Any] = {name: added(vars(amounts)[name]) for name in OF_EACH_BIN}
        amounts = replace(amounts, **sums)
    return Bins(
        clients=added(bins.clients),
        expected_defaults=added(bins.expected_defaults),
        defaulted=added(bins.defaulted),
        repaid=added(bins.repaid),
        amounts=amounts,
    )


def _kinds(
    bins: Bins, clients: Clients, places: npt.NDArray[np.int64], parts: int
) -> list[list[int]]:
    """Count by bin what must not be few: all, by outcome, and the same with a known amount."""
    told = ~np.isnan(clients.amounts)
    all_kinds = [bins.clients, bins.defaulted, bins.repaid]
    if told.all():
        return [*all_kinds, *all_kinds]
    return [*all_kinds, *_by_outcome(clients.outcomes[told], places[told], parts)]


def _by_outcome(
    outcomes: Outcomes, places: npt.NDArray[np.int64], parts: int
) -> tuple[list[int], list[int], list[int]]:
    """Count by bin, at once, all clients, those who defaulted and those who repaid."""
    kinds = (outcomes == 1) + 2 * (outcomes == 0)
    counts = np.bincount(kinds * parts + places, minlength=3 * parts).reshape(3, parts)
    return counts.sum(axis=0).tolist(), counts[1].tolist(), counts[2].tolist()


def _is_safe(kinds: npt.NDArray[np.int64]) -> bool:
    return bool(((kinds == 0) | (kinds >= FEWEST_IN_A_GROUP)).all())


def joined_edges(
    finest: Floats, kinds: npt.NDArray[np.int64], threshold: float, bins: int
) -> Floats:
    """Leave edges out until there are at most so many bins, none of them with a few clients.

    Parameters
    ----------
    finest : ndarray of float
        Edges with the threshold among them, where one stays.
    kinds : ndarray of int, shape (kinds, bins)
        What must not be few, between these edges.
    threshold : float
    bins : int
        At least 2.
    """
    last = len(finest) - 1
    place = int(np.searchsorted(finest, threshold))
    sides = [*joined(kinds[:, :place]), *(place + edge for edge in joined(kinds[:, place:]))]
    every = 1
    while len(kept := _every(sides, every, place, last)) > bins + 1:
        every += 1
    return finest[kept]


def _every(edges: list[int], every: int, place: int, last: int) -> list[int]:
    """Keep those at whole steps from the one in the middle, and the ends."""
    return sorted({edge for edge in edges if not (edge - place) % every} | {0, place, last})


def _segments(
    clients: Clients, segments: Segments, places: npt.NDArray[np.int64], parts: int
) -> dict[str, Segment]:
    """Sum up each category apart, the largest first."""
    coded = segments.names.combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(len(names)).to_numpy().astype(np.int64)
    sizes = np.bincount(codes, minlength=len(names) + 1)
    # The clients of each category together, so that each draws its lot.
    order = np.argsort(
        codes.astype(np.int16 if len(names) < MOST_CODES else np.int64), kind="stable"
    )
    tickets = np.split(segments.tickets[order], np.cumsum(sizes[:-1]))
    # Each category has its own bins, one after the other.
    all_bins = _bins(clients, codes * parts + places, parts * (len(names) + 1))
    of_category = {
        name: Segment(int(sizes[at]), lot_of(tickets[at]), _slice(all_bins, at * parts, parts))
        for at, name in enumerate(names)
    }
    ranked = most_frequent((name, one.size) for name, one in of_category.items())
    return {name: of_category[name] for name, _ in ranked}


def _slice(bins: Bins, first: int, count: int) -> Bins:
    """Give some bins, one after the other, without amounts."""
    some = slice(first, first + count)
    return Bins(
        bins.clients[some], bins.expected_defaults[some], bins.defaulted[some], bins.repaid[some]
    )


def _in_tens(bins: Bins, lot: int) -> Bins:
    return Bins(
        clients=in_tens(bins.clients, lot),
        expected_defaults=in_ones(bins.expected_defaults, lot),
        defaulted=in_tens(bins.defaulted, lot),
        repaid=in_tens(bins.repaid, lot),
    )


def edges_around(threshold: float, reach: float, bins: int) -> Floats:
    """Cut [0, 1] into bins of one width, the last one open, with the threshold on an edge.

    Parameters
    ----------
    threshold : float
        In [0, 1].
    reach : float
        The bins below the last one go about so far, and at least to twice the threshold.
    bins : int
        At most so many, and at least 2.

    Examples
    --------
    >>> edges_around(0.1, 0.3, bins=7).round(3).tolist()
    [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 1.0]
    """
    if not 0 < threshold < 1:
        return np.linspace(0.0, 1.0, bins + 1)
    reach = min(max(reach, 2 * threshold), 1.0)
    below = max(1, int((bins - 1) * threshold / reach))
    # A reach that is a whole number of bins must not get one more by rounding.
    steps = min(bins - 1, max(below, ceil(reach * below / threshold - 1e-9)))
    edges = threshold / below * np.arange(steps + 1)
    # Exactly: a client on the threshold is refused.
    edges[below] = threshold
    return np.append(edges[edges < 1], 1.0)


def _places(probabilities: Floats, edges: Floats) -> npt.NDArray[np.int64]:
    """Give the bin of each client, where all but the last have one width."""
    last = len(edges) - 2
    # Next to it at most, as division rounds: a search in all edges takes twice as long.
    near = np.minimum((probabilities / (edges[1] - edges[0])).astype(np.int64), last)
    near -= probabilities < edges[near]
    near += probabilities >= edges[near + 1]
    return np.minimum(near, last)


def _amounts(clients: Clients, places: npt.NDArray[np.int64], parts: int) -> Amounts | None:
    is_known = ~np.isnan(clients.amounts)
    told, places = clients.only(is_known), places[is_known]
    if not len(told.amounts):
        return None
    p, outcome, credit = told.probabilities, told.outcomes, told.amounts

    def added(values: Floats) -> list[float]:
        return np.bincount(places, weights=values, minlength=parts).tolist()

    return Amounts(
        clients=len(credit),
        known=int(np.count_nonzero((outcome == 0) | (outcome == 1))),
        asked=added(credit),
        expected_missed=added(p * credit),
        expected_spread=added(p * (1 - p) * credit**2),
        defaulted=added(np.where(outcome == 1, credit, 0.0)),
        repaid=added(np.where(outcome == 0, credit, 0.0)),
        defaulted_squares=added(np.where(outcome == 1, credit**2, 0.0)),
        repaid_squares=added(np.where(outcome == 0, credit**2, 0.0)),
    )


def _bins(clients: Clients, places: npt.NDArray[np.int64], parts: int) -> Bins:
    counts, defaulted, repaid = _by_outcome(clients.outcomes, places, parts)
    expected = np.bincount(places, weights=clients.probabilities, minlength=parts)
    return Bins(
        clients=counts,
        expected_defaults=expected.tolist(),
        defaulted=defaulted,
        repaid=repaid,
    )
