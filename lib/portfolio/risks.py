"""All clients of a group together: how risky they are, and what became of them, by segment.

Of everybody the counts and sums are exact: there is but one such group, and no bin has fewer than
ten clients, nor fewer than ten of whom the credit defaulted or was repaid. Where that cannot be,
because hardly anybody of those granted defaulted, outcomes are told in tens and their amounts not.
All other groups, and the segments, are told in tens, see ``lib.portfolio.disclosure``, and of money
nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, prod
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lib.portfolio.comparison import Outcomes, most_frequent
from lib.portfolio.counting import Floats, Parts, bins_of
from lib.portfolio.disclosure import (
    in_ones,
    in_tens,
    is_large_enough,
    is_safe,
    joined,
)

# Beyond this quantile the last bin is open: a few clients may lie far out.
OPEN_BEYOND = 0.99
# Of so many values it is guessed which are the highest, so much below the quantile.
SAMPLE, MARGIN = 10_000, 0.02
# Clients are cut into so many bins first; fewer are made of these by leaving edges out, so that two
# answers never part the same clients in ways that differ by a few of them.
FINEST_BINS = 100
# Which of the amounts are sums of a bin.
OF_EACH_BIN = frozenset(
    {"asked", "expected_missed", "expected_spread", "defaulted", "repaid"}
    | {"defaulted_squares", "repaid_squares"}
)
# Which of the kinds of `RiskCounts` do not depend on outcomes.
WITHOUT_OUTCOMES = [0, 3]


@dataclass(frozen=True)
class Clients:
    """What is counted of some clients, each an array of n.

    Parameters
    ----------
    probabilities : ndarray of float
        Default probabilities.
    outcomes : ndarray of int or float
        1 for a default, 0 for a repaid credit, something else where it is not known.
    amounts : ndarray of float
        The credit of each client, NaN where it is not known.
    segments : ndarray of int or None
        By what they are counted apart: the place of each one's category among some, beyond them
        for none.
    """

    probabilities: Floats
    outcomes: Outcomes
    amounts: Floats
    segments: Parts | None = None


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


def finest_edges(probabilities: Floats, threshold: float) -> Floats:
    """Cut [0, 1] into bins for the clients of a group, at least one, with the threshold on an edge.

    See `edges_with_threshold`.
    """
    return edges_with_threshold(threshold, upper_quantile(probabilities, OPEN_BEYOND), FINEST_BINS)


def upper_quantile(values: Floats, share: float) -> float:
    """Give a quantile near the upper end as `numpy.quantile` does, looking at the highest alone.

    Examples
    --------
    >>> upper_quantile(np.arange(100_001.0), 0.99)
    99000.0
    """
    low = np.quantile(values[:: max(len(values) // SAMPLE, 1)], max(share - MARGIN, 0.0))
    highest = values[values >= low]
    place = share * (len(values) - 1) - (len(values) - len(highest))
    if place < 0:
        return float(np.quantile(values, share))
    return float(np.quantile(highest, place / max(len(highest) - 1, 1)))


def risk_counts(
    clients: Iterable[Clients],
    edges: Floats,
    lot: int,
    lots: Mapping[str, int] | None = None,
    *,
    with_amounts: bool,
) -> RiskCounts:
    """Sum up clients by default probability, with expected and known outcomes.

    Parameters
    ----------
    clients : iterable of Clients
        All of a group, some after the other.
    edges : ndarray of float
        The `finest_edges` of the group.
    lot : int
        Of the group.
    lots : mapping of str to int, optional
        Of each category that clients are counted apart by, in the order of their places: see
        `lib.portfolio.disclosure`.
    with_amounts : bool
        Whether their credits are added up, too.
    """
    lots = lots or {}
    sums: defaultdict[str, Any] = defaultdict(int)
    for some in clients:
        for name, added in _sums(some, edges, len(lots), with_amounts=with_amounts).items():
            sums[name] = sums[name] + added
    kinds = [*_by_outcome(sums["kinds"]), *_by_outcome(sums["known_amounts"])]
    segments = {}
    for at, (name, own_lot) in enumerate(lots.items()):
        own = _bins(sums["kinds_by_segment"][at], sums["expected_by_segment"][at])
        segments[name] = Segment(sum(own.clients), own_lot, own)
    ranked = most_frequent((name, one.size) for name, one in segments.items())
    amounts = _amounts(sums) if with_amounts else None
    return RiskCounts(
        edges=edges.tolist(),
        kinds=kinds,
        lot=lot,
        bins=replace(_bins(sums["kinds"], sums["expected"]), amounts=amounts),
        segments={name: segments[name] for name, _ in ranked},
    )


def _sums(
    clients: Clients, edges: Floats, categories: int, *, with_amounts: bool
) -> dict[str, npt.NDArray[Any]]:
    """Add up some clients by bin: what of each outcome is first not known, defaulted, repaid."""
    p, outcomes, parts = clients.probabilities, clients.outcomes, len(edges) - 1
    places = bins_of(p, edges)
    by_outcome = ((outcomes == 1) + 2 * (outcomes == 0)) * parts + places
    is_known = ~np.isnan(clients.amounts)
    sums = {
        "kinds": _counted(by_outcome, 3, parts),
        "known_amounts": _counted(by_outcome[is_known], 3, parts),
        "expected": _counted(places, parts, weights=p),
    }
    if clients.segments is not None:
        # Beside the categories, two places for no category.
        own, every = clients.segments * parts, categories + 2
        sums["kinds_by_segment"] = _counted(3 * own + by_outcome, every, 3, parts)
        sums["expected_by_segment"] = _counted(own + places, every, parts, weights=p)
    if with_amounts:
        credit = np.where(is_known, clients.amounts, 0.0)
        of_each_bin = {
            "asked": credit,
            "expected_missed": p * credit,
            "expected_spread": p * (1 - p) * credit**2,
            "defaulted": np.where(outcomes == 1, credit, 0.0),
            "repaid": np.where(outcomes == 0, credit, 0.0),
            "defaulted_squares": np.where(outcomes == 1, credit**2, 0.0),
            "repaid_squares": np.where(outcomes == 0, credit**2, 0.0),
        }
        sums |= {name: _counted(places, parts, weights=of) for name, of in of_each_bin.items()}
    return sums


def _counted(places: Parts, *shape: int, weights: Floats | None = None) -> npt.NDArray[Any]:
    """Count who is in each place of an array of some shape, or add up what they weigh."""
    return np.bincount(places, weights, minlength=prod(shape)).reshape(shape)


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
    tells_outcomes = is_safe(_added_up(kinds, finest, edges))
    if not (is_everybody and tells_outcomes):
        edges = joined_edges(finest, kinds[WITHOUT_OUTCOMES], threshold, bins)
    everybody = _bins_between(counts.bins, finest, edges)
    told = in_round = _in_tens(everybody, counts.lot)
    if is_everybody and is_safe(_added_up(kinds, finest, edges)[WITHOUT_OUTCOMES]):
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


def _by_outcome(kinds: npt.NDArray[np.int64]) -> tuple[list[int], list[int], list[int]]:
    """Give by bin all clients, those who defaulted and those who repaid."""
    return kinds.sum(axis=0).tolist(), kinds[1].tolist(), kinds[2].tolist()


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


def _in_tens(bins: Bins, lot: int) -> Bins:
    return Bins(
        clients=in_tens(bins.clients, lot),
        expected_defaults=in_ones(bins.expected_defaults, lot),
        defaulted=in_tens(bins.defaulted, lot),
        repaid=in_tens(bins.repaid, lot),
    )


def edges_with_threshold(threshold: float, reach: float, bins: int) -> Floats:
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
    >>> edges_with_threshold(0.1, 0.3, bins=7).round(3).tolist()
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


def _amounts(sums: Mapping[str, npt.NDArray[Any]]) -> Amounts | None:
    known = sums["known_amounts"]
    if not known.sum():
        return None
    of_each_bin: dict[str, Any] = {name: sums[name].tolist() for name in OF_EACH_BIN}
    return Amounts(clients=int(known.sum()), known=int(known[1:].sum()), **of_each_bin)


def _bins(kinds: npt.NDArray[np.int64], expected: Floats) -> Bins:
    clients, defaulted, repaid = _by_outcome(kinds)
    return Bins(clients, expected.tolist(), defaulted, repaid)
