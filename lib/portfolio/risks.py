"""All clients of a group together: how risky they are, and what became of them, by segment."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.portfolio.comparison import Floats, most_frequent
from lib.portfolio.groups import FEWEST_IN_A_GROUP

# Beyond this quantile the last bin is open: a few clients may lie far out.
OPEN_BEYOND = 0.99


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
    """

    clients: list[int]
    expected_defaults: list[float]
    defaulted: list[int]
    repaid: list[int]


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
    probabilities: Floats, outcomes: Floats, segments: pa.ChunkedArray, threshold: float, bins: int
) -> Risks:
    """Count clients by default probability, with expected and known outcomes.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n,)
        Default probabilities of at least one client.
    outcomes : ndarray of float, shape (n,)
        1 for a default, 0 for a repaid credit, NaN where it is not known.
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
        _bins(probabilities, outcomes, edges),
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


def _bins(probabilities: Floats, outcomes: Floats, edges: Floats) -> Bins:
    bins = len(edges) - 1
    places = np.clip(np.searchsorted(edges, probabilities, side="right") - 1, 0, bins - 1)
    return Bins(
        clients=_counts(places, bins),
        expected_defaults=np.bincount(places, weights=probabilities, minlength=bins).tolist(),
        defaulted=_counts(places[outcomes == 1], bins),
        repaid=_counts(places[outcomes == 0], bins),
    )


def _counts(places: npt.NDArray[np.int64], length: int) -> list[int]:
    return np.bincount(places, minlength=length).tolist()
