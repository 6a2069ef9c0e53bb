"""What the journal holds: entries of a few kinds, each by somebody, most of them about a client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_hex
from time import time_ns
from typing import Any

# An id has 128 bits: milliseconds first, so that an index grows at its end, then chance.
ID_BYTES, ID_MOMENT_BYTES = 16, 6
# The probability that stands in clear: an exact one would tell of whom it is, to those who have the
# portfolio, also where the client is forgotten.
CLEAR_DECIMALS = 2


class Kind(StrEnum):
    """What an entry tells."""

    SCORE = "score"  # a score was given
    DECISION = "decision"  # a person decided beside a score
    SHADOW = "shadow"  # what a second scorer would have said, silently
    OUTCOME = "outcome"  # what became of a credit was reported
    LOOK = "look"  # clients were shown, without a score of theirs being given
    FORGOTTEN = "forgotten"  # a client's key was erased
    PURGED = "purged"  # all up to an entry was removed by age


def new_id() -> str:
    """Make an id up: 32 hexadecimal digits, later ones greater, none to be guessed.

    Examples
    --------
    >>> len(new_id()), new_id() != new_id()
    (32, True)
    """
    moment = (time_ns() // 1_000_000) % 256**ID_MOMENT_BYTES
    return f"{moment:0{2 * ID_MOMENT_BYTES}x}{token_hex(ID_BYTES - ID_MOMENT_BYTES)}"


@dataclass(frozen=True)
class Author:
    """Who an entry is by.

    Parameters
    ----------
    caller : str
        Name of the key that asked; empty where none is needed.
    person : str
        For whom the key spoke; empty where for nobody.
    role : str
        Of the key.
    """

    caller: str = ""
    person: str = ""
    role: str = ""


OPERATOR = Author(caller="operator", role="operator")


@dataclass(frozen=True)
class Entry:
    """What is to be written.

    Parameters
    ----------
    kind : Kind
    author : Author
    facts : mapping
        What stands in clear, and outlasts that a client is forgotten; JSON.
    sealed : mapping or None
        What is encrypted by the client's key; JSON.
    client_id : int or None
        Whom it is about; None where the caller gave no number, or it is about nobody.
    looked_at : tuple of int
        Further clients, who are named in the facts by what stands for them.
    id : str
        32 hexadecimal digits.
    idempotency_key : str or None
        Made up by the author: there is one entry for it.
    at : str or None
        When it was written first, where it comes from an older journal; None is now.
    """

    kind: Kind
    author: Author
    facts: Mapping[str, Any]
    sealed: Mapping[str, Any] | None = None
    client_id: int | None = None
    looked_at: tuple[int, ...] = ()
    id: str = field(default_factory=new_id)
    idempotency_key: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class WrittenEntry:
    """An entry as it stands in the journal.

    Parameters
    ----------
    seq : int
        Its place, from 1, without gaps.
    at : str
        ISO 8601, UTC, never before that of the entry in front.
    kind : Kind
    id : str
    author : Author
    facts : dict
    sealed : dict or None
        Also None where the client is forgotten, or it was not asked for.
    client_id : int or None
        Also None where the client is forgotten.
    """

    seq: int
    at: str
    kind: Kind
    id: str
    author: Author
    facts: dict[str, Any]
    sealed: dict[str, Any] | None
    client_id: int | None
