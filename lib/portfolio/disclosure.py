"""What may be told of a group without telling of one of its clients.

Three things would give a client away: a count of a few, a value at the end of a range, and two
groups that differ by a few, told one after the other. So

- no group, bin or category of fewer than ten clients is described: bins are joined with their
  neighbours, categories with each other;
- counts are told in tens, up or down by lot: two of them differ by nothing or by ten at least,
  however little the groups differ, and any sum of them is off by less than ten;
- a quantile is the mean of the ten or more values around it, and some clients, drawn by lot, have
  no part in it.

The lot of a group is drawn from who is in it: who asks again, here or elsewhere, gets the same
answer and learns nothing new, and a group with one client more has a lot of its own. It is fixed
random rounding, as statistical offices do it. Who knows nearly everything already, and asks of
hundreds of groups made for the purpose, may still guess with some success: rates and keys, not
this, keep them out.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lib.decision import InvalidInput
from lib.portfolio.counting import Floats
from lib.portfolio.ranked import Ranked

FEWEST_IN_A_GROUP = 10
# As SQL: 64 bits of each client, which nobody knows who does not know the client's probability, and
# the name of the column that has them.
WRITTEN_TICKET, TICKET = "hash(client_id, default_probability)", '"ticket of the lot"'
# As SQL: the lot of a group, the same for the same clients, in whatever order; null for nobody.
LOT = f"bit_xor({TICKET})"
# As SQL: 64 bits by which a lot, for the question mark, draws clients of a group, the least first.
DRAWN = f"hash({TICKET}, ?::UBIGINT)"


def is_large_enough(clients: int, lot: int) -> bool:
    """Say whether so many clients may be described: what a few have in common is known of each.

    Where the line lies between 10 and 19 clients is drawn by lot: a sharp one would tell who knows
    nine clients of a group whether a tenth is in it.

    Examples
    --------
    >>> is_large_enough(9, lot=0), is_large_enough(10, lot=0), is_large_enough(18, lot=90)
    (False, True, False)
    """
    return clients >= FEWEST_IN_A_GROUP + _digit(lot, 1)


def check_size(clients: int, lot: int) -> None:
    """Refuse to describe a group that is too small.

    Raises
    ------
    InvalidInput
        If there are too few.
    """
    if not is_large_enough(clients, lot):
        raise InvalidInput(
            "the group",
            f"it has at least {FEWEST_IN_A_GROUP} to {2 * FEWEST_IN_A_GROUP - 1} clients, as the "
            "lot falls, so that none can be made out in it",
            "use fewer or wider filters",
        )


def in_tens(counts: npt.ArrayLike, lot: int) -> list[int]:
    """Tell counts in tens, so that no sum of the first so many is off by ten.

    Parameters
    ----------
    counts : array-like of int
        Clients in each part of a group.
    lot : int
        Of the group.

    Examples
    --------
    >>> in_tens([14, 14, 14], lot=0), in_tens([14, 14, 14], lot=7)
    ([10, 10, 20], [20, 10, 10])
    """
    clients = np.asarray(counts, dtype=np.float64)
    return _in_steps(clients, FEWEST_IN_A_GROUP, _digit(lot, 0)).astype(int).tolist()


def in_ones(sums: npt.ArrayLike, lot: int) -> list[float]:
    """Tell sums of probabilities as whole numbers: one client's lies between 0 and 1.

    Examples
    --------
    >>> in_ones([0.4, 0.4, 0.4], lot=0), in_ones([0.4, 0.4, 0.4], lot=7)
    ([0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    """
    return _in_steps(np.asarray(sums, dtype=np.float64), 1, _digit(lot, 0) / 10).tolist()


def _in_steps(parts: Floats, step: int, start: float) -> Floats:
    # A sum of floats may stop a hair short of the whole number that it is.
    reached = np.floor((np.cumsum(parts) + start) / step + 1e-9) * step
    return np.diff(reached, prepend=0.0)


def _digit(lot: int, place: int) -> int:
    """Give one decimal digit of a lot: what depends on one tells nothing of the others."""
    return lot // 10**place % 10


def left_out_by(lot: int) -> int:
    """Say how many of a group, 10 to 19, have no part in what is told of it beside counts.

    They are the first in the order of `DRAWN`.

    Examples
    --------
    >>> left_out_by(500), left_out_by(31)
    (15, 10)
    """
    return FEWEST_IN_A_GROUP + _digit(lot, 2)


def drawn_below(count: int, clients: int) -> int:
    """Give a number below which so many of a group are drawn for certain.

    Twice as many are expected there, and 64 more: to one lot in 10²⁰ there are too few.

    Examples
    --------
    >>> drawn_below(20, 104) == 2**64 - 1, drawn_below(20, 208) == 2**63
    (True, True)
    """
    return min(2**64 * (2 * count + 64) // max(clients, 1), 2**64 - 1)


def spans_around(shares: Sequence[float], clients: int) -> list[tuple[int, int]]:
    """Give for each share the places, in a sorted list of values, that its quantile is made of.

    The list is cut into blocks of ten or a few more; a quantile is the mean of its block.

    Examples
    --------
    >>> spans_around((0.05, 0.5, 0.95), 100), spans_around((0.5,), 9)
    ([(0, 10), (50, 60), (90, 100)], [])
    """
    blocks = clients // FEWEST_IN_A_GROUP
    if not blocks:
        return []
    chosen = [min(int(share * blocks), blocks - 1) for share in shares]
    return [(at * clients // blocks, (at + 1) * clients // blocks) for at in chosen]


def quantiles_around(
    ranked: Ranked | Floats, shares: Sequence[float], left_out: npt.ArrayLike = ()
) -> dict[float, float] | None:
    """Give quantiles that are no single client's value; None of fewer than ten values.

    Parameters
    ----------
    ranked : Ranked or ndarray of float
        None of them NaN, in rising order.
    shares : sequence of float
        In rising order.
    left_out : array-like of float
        Values of those who have no part; they are among the values.

    Examples
    --------
    >>> quantiles_around(np.arange(100.0), (0.05, 0.5))
    {0.05: 4.5, 0.5: 54.5}
    >>> quantiles_around(np.arange(120.0), (0.05, 0.5), np.arange(20.0))
    {0.05: 24.5, 0.5: 74.5}
    """
    without = np.sort(np.asarray(left_out, dtype=np.float64))
    spans = spans_around(shares, len(ranked) - len(without))
    if not spans:
        return None
    return {
        share: float(_rest(ranked, without, low, high).mean())
        for share, (low, high) in zip(shares, spans, strict=True)
    }


def _rest(ranked: Ranked | Floats, without: Floats, low: int, high: int) -> Floats:
    """Give the values at some places of what is left of a sorted list."""
    near = ranked[low : high + len(without)]
    rest, before = np.empty(high - low), 0
    for place in range(high - low):
        while before < len(without) and without[before] <= near[place + before]:
            before += 1
        rest[place] = near[place + before]
    return rest


def joined(counts: npt.ArrayLike) -> list[int]:
    """Say which edges of neighbouring parts stay, so that no part has fewer than ten clients.

    Parameters
    ----------
    counts : array-like of int, shape (parts,) or (kinds, parts)
        Clients in each part; where there are several kinds, none may be few. Nobody is not few.

    Returns
    -------
    list of int
        Places of the edges, the first 0 and the last the number of parts. Where all parts together
        are few, nothing is between.

    Examples
    --------
    >>> joined([12, 3, 0, 8, 0, 15, 4])
    [0, 1, 4, 5, 7]
    """
    kinds = np.atleast_2d(np.asarray(counts, dtype=np.int64))
    below = np.concatenate([np.zeros((len(kinds), 1), np.int64), np.cumsum(kinds, axis=1)], axis=1)
    last = kinds.shape[1]
    kept = [0]
    for edge in range(1, last + 1):
        if is_safe(below[:, edge] - below[:, kept[-1]]):
            kept.append(edge)
    # What is left at the end joins those before it.
    while len(kept) > 1 and not is_safe(below[:, last] - below[:, kept[-1]]):
        kept.pop()
    return kept if kept[-1] == last else [*kept, last]


def is_safe(clients: npt.NDArray[np.int64]) -> bool:
    """Whether no part has a few clients; nobody is not few."""
    return bool(((clients == 0) | (clients >= FEWEST_IN_A_GROUP)).all())
