"""Which clients a build is for, and the parts that they are cut into.

Every feature is a client's own, so parts can be built one after the other, in bounded memory.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lib.decision import InvalidInput

ClientIds = npt.NDArray[np.int64]

MOST_A_PART = 100_000  # more costs memory and saves little time
_A_GIB = 25_000  # clients, with their history, for each GiB of the limit
_FEWEST_A_PART = 1_000


def chosen_clients(client_ids: npt.ArrayLike, sample_clients: int | None = None) -> ClientIds:
    """Sort the clients, or as many of them as are asked for.

    Parameters
    ----------
    client_ids : array of int
        Numbers of all clients of the application tables.
    sample_clients : int, optional
        How many to choose, by their number alone: the same ones each time, wherever they stand.

    Raises
    ------
    InvalidInput
        If a client has more than one application, or fewer than 1 client is asked for.

    Examples
    --------
    >>> chosen_clients([7, 3, 5]).tolist()
    [3, 5, 7]
    """
    if sample_clients is not None and sample_clients < 1:
        raise InvalidInput("sample_clients", "at least 1 client", "give a number, or None for all")
    everyone = np.sort(np.asarray(client_ids, dtype=np.int64))
    repeated = np.unique(everyone[1:][everyone[1:] == everyone[:-1]])
    if len(repeated):
        raise InvalidInput(
            f"{len(repeated)} clients such as {', '.join(map(str, repeated[:3]))}",
            "a client has one application, in application_train or application_test",
            "remove the duplicates",
        )
    if sample_clients is None:
        return everyone
    return np.sort(everyone[np.argsort(scattered(everyone), kind="stable")[:sample_clients]])


def scattered(client_ids: ClientIds) -> ClientIds:
    """Give each client a number without relation to any other: Knuth's multiplicative hash."""
    return client_ids * 2_654_435_761 % 4_294_967_296


def parts_of(clients: ClientIds, memory_limit_gib: float | None = None) -> Sequence[ClientIds]:
    """Cut the clients into parts that fit the memory.

    Examples
    --------
    >>> [len(part) for part in parts_of(np.arange(120_000))]
    [60000, 60000]
    >>> len(parts_of(np.arange(120_000), memory_limit_gib=2))
    3
    """
    size = MOST_A_PART
    if memory_limit_gib is not None:
        size = max(_FEWEST_A_PART, min(size, int(memory_limit_gib * _A_GIB)))
    return np.array_split(clients, max(1, -(-len(clients) // size)))
