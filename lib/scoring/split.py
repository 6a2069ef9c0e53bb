"""Which clients are set aside to judge scorers on: a hash of a client's number decides.

So a client stays on its side whatever the seed, and whoever else comes or goes: two scorers of the
same split are judged on clients from whom neither has learned.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

# Part of every client's draw: under another name other clients are set aside. Of 16 bytes at most.
SPLIT = "test clients 1"


def draws(client_ids: Iterable[int]) -> npt.NDArray[np.float64]:
    """Give every client a number in [0, 1) that its own number alone decides.

    The clients below the test share are set aside, so those of a smaller share are among those of
    any larger one.

    Examples
    --------
    >>> np.array_equal(draws([100002, 100003])[1:], draws([100003, 7])[:1])
    True
    """
    salt = SPLIT.encode()
    digests = b"".join(
        blake2b(int(one).to_bytes(8, "big", signed=True), digest_size=8, salt=salt).digest()
        for one in client_ids
    )
    # A float holds 53 bits: of more, the largest would be rounded to 1.
    return (np.frombuffer(digests, dtype=">u8") >> 11) / 2.0**53
