"""All clients of a group together: how risky they are, and what became of them, by segment."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.portfolio.comparison import Floats, most_frequent
from lib.portfolio.groups import FEWEST_IN_A_GROUP

# Beyond this quantile the last bin is open: a few clients may lie far out.
OPEN_BEYOND = 0.99


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


@dataclass(frozen=True)
class Bins:
    """Clients counted by their default probability, the lowest bin first.

    Attributes
    ----------
    clients : list of int
        Clients in each bin.
    expected_defaults : list of float
        Sum of their default probabilities.
    defaulted, repaid : list of int
        Those whose outcome is known.
    amounts : Amounts or None
        What is at stake; None where it was not asked for, or is known of nobody.
    """

    clients: list[int]
    expected_defaults: list[float]
    defaulted: list[int]
    repaid: list[int]
    amounts: Amounts | None = None


@dataclass(frozen=True)
class Risks:
    """A group by default probability, as a whole and by segment.

    Attributes
    ----------
    bin_edges : list of float
        One more than there are bins, from 0 to 1; the threshold is one of them.
    everybody : Bins
        The whole group.
    segments : dict of str to Bins
        The largest first; those with fewer than 10 clients are left out.
    """

    bin_edges: list[float]
    everybody: Bins
    segments: dict[str, Bins]


def risks_of(
    probabilities: Floats,
    outcomes: Floats,
    amounts: Floats,
    segments: pa.ChunkedArray,
    threshold: float,
    bins: int,
) -> Risks:
    """Count clients by default probability, with expected and known outcomes.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n,)
        Default probabilities of at least one client.
    outcomes : ndarray of float, shape (n,)
        1 for a default, 0 for a repaid credit, NaN where it is not known.
    amounts : ndarray of float, shape (n,)
        The credit of each client, NaN where it is not known.
    segments : chunked array of str, length n
        The category of each client, or null.
    threshold, bins : float, int
        See `edges_around`.
    """
    edges = edges_around(threshold, float(np.quantile(probabilities, OPEN_BEYOND)), bins)
    coded = segments.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy()
    names = coded.dictionary.to_pylist()
    sizes = most_frequent(zip(names, _counts(codes[codes >= 0], len(names)), strict=True))
    members = {name: codes == names.index(name) for name, n in sizes if n >= FEWEST_IN_A_GROUP}
    return Risks(
        edges.tolist(),
        replace(
            _bins(probabilities, outcomes, edges),
            amounts=_amounts(probabilities, outcomes, amounts, edges),
        ),
        {name: _bins(probabilities[who], outcomes[who], edges) for name, who in members.items()},
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
    """Give the bin of each client."""
    return np.clip(np.searchsorted(edges, probabilities, side="right") - 1, 0, len(edges) - 2)


def _amounts(
    probabilities: Floats, outcomes: Floats, amounts: Floats, edges: Floats
) -> Amounts | None:
    told = ~np.isnan(amounts)
    if not told.any():
        return None
    p, outcome, credit = probabilities[told], outcomes[told], amounts[told]
    places = _places(p, edges)

    def added(values: Floats) -> list[float]:
        return np.bincount(places, weights=values, minlength=len(edges) - 1).tolist()

    return Amounts(
        clients=len(credit),
        known=int(np.count_nonzero(~np.isnan(outcome))),
        asked=added(credit),
        expected_missed=added(p * credit),
        expected_spread=added(p * (1 - p) * credit**2),
        defaulted=added(np.where(outcome == 1, credit, 0.0)),
        repaid=added(np.where(outcome == 0, credit, 0.0)),
        defaulted_squares=added(np.where(outcome == 1, credit**2, 0.0)),
        repaid_squares=added(np.where(outcome == 0, credit**2, 0.0)),
    )


def _bins(probabilities: Floats, outcomes: Floats, edges: Floats) -> Bins:
    bins = len(edges) - 1
    places = _places(probabilities, edges)
    return Bins(
        clients=_counts(places, bins),
        expected_defaults=np.bincount(places, weights=probabilities, minlength=bins).tolist(),
        defaulted=_counts(places[outcomes == 1], bins),
        repaid=_counts(places[outcomes == 0], bins),
    )


def _counts(places: npt.NDArray[np.int64], length: int) -> list[int]:
    return np.bincount(places, minlength=length).tolist()
