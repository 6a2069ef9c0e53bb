"""All clients of a group together: how risky they are, and what became of them, by segment."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import InvalidInput
from lib.portfolio.conditions import Kind, check_column, quoted
from lib.portfolio.file import PortfolioFile
from lib.portfolio.groups import FEWEST_IN_A_GROUP, Group, check_size

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Beyond it the last bin is open: a few clients may lie far out.
REACH = 0.99


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
    file: PortfolioFile, group: Group, segment: str | None, threshold: float, bins: int
) -> Risks:
    """Count a group by default probability: see `Portfolio.risks`."""
    kinds = file.kinds()
    if segment is not None and check_column(segment, kinds) is not Kind.CATEGORY:
        raise InvalidInput(
            f"segment {segment}", "it holds categories", "choose a feature that has categories"
        )
    where, values = group.where(kinds)
    name = "NULL" if segment is None else quoted(segment)
    found = file.ask(
        f"default_probability AS p, CAST(defaulted AS DOUBLE) AS d, CAST({name} AS VARCHAR) AS s",
        f"WHERE {where}",
        values,
    )
    check_size(found.num_rows)
    probabilities, outcomes = found["p"].to_numpy(), found["d"].to_numpy()
    edges = edges_around(threshold, float(np.quantile(probabilities, REACH)), bins)
    everyone = np.full(found.num_rows, True)
    return Risks(
        edges.tolist(),
        _count(probabilities, outcomes, everyone, edges),
        {
            category: _count(probabilities, outcomes, chosen, edges)
            for category, chosen in _segments(found["s"])
        },
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
    steps = min(bins - 1, max(below, ceil(reach * below / threshold - 1e-9)))
    edges = threshold / below * np.arange(steps + 1)
    # Exactly: a client on the threshold is refused.
    edges[below] = threshold
    return np.append(edges[edges < 1], 1.0)


def _segments(names: pa.ChunkedArray) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Give the clients of each category that has enough of them, the most frequent first."""
    coded = names.combine_chunks().dictionary_encode()
    codes: Codes = coded.indices.fill_null(-1).to_numpy()
    told = [(name, codes == code) for code, name in enumerate(coded.dictionary.to_pylist())]
    enough = [(name, chosen) for name, chosen in told if chosen.sum() >= FEWEST_IN_A_GROUP]
    return sorted(enough, key=lambda one: (-int(one[1].sum()), one[0]))


def _count(
    probabilities: Floats, outcomes: Floats, chosen: npt.NDArray[np.bool_], edges: Floats
) -> Bins:
    last = len(edges) - 2
    places = np.clip(np.searchsorted(edges, probabilities[chosen], side="right") - 1, 0, last)
    outcome = outcomes[chosen]

    def total(weights: npt.ArrayLike) -> Floats:
        told = np.bincount(places, weights=np.asarray(weights, dtype=float), minlength=last + 1)
        return np.asarray(told, dtype=float)

    return Bins(
        clients=np.bincount(places, minlength=last + 1).tolist(),
        expected_defaults=total(probabilities[chosen]).tolist(),
        defaulted=total(outcome == 1).astype(int).tolist(),
        repaid=total(outcome == 0).astype(int).tolist(),
    )
