"""API keys: who calls, and what the caller may ask for.

A key is 256 random bits, so one round of SHA-256 keeps it as safe at rest as a slow password hash
would: nobody can try that many.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Self

from lib.decision import InvalidInput

HASH_DIGITS = 64
HOW_TO_WRITE = "write name:role:hash, as `python -m lib.serving.new_key` prints it"

# Name of the key that the request at hand carries; empty where none is asked for.
CALLER: ContextVar[str] = ContextVar("caller", default="")


class Role(StrEnum):
    """What a key opens."""

    SCORING = "scoring"
    PORTFOLIO = "portfolio"

    def opens(self, path: str) -> bool:
        """Say whether this role may ask a path: scoring sees nothing of the known clients.

        Examples
        --------
        >>> Role.SCORING.opens("/score"), Role.SCORING.opens("/client")
        (True, False)
        """
        return self is Role.PORTFOLIO or path in SCORING_PATHS


SCORING_PATHS = frozenset({"/score", "/explain", "/score_application", "/scorer"})


@dataclass(frozen=True)
class Key:
    """A key as it is kept: never the key itself.

    Parameters
    ----------
    name : str
        Of the system that holds it; it goes into the journal.
    role : Role
        What it opens.
    digest : str
        SHA-256 of the key, 64 hexadecimal digits.
    """

    name: str
    role: Role
    digest: str

    @classmethod
    def from_secret(cls, name: str, role: Role, secret: str) -> Self:
        """Make one from the key itself."""
        return cls(name, role, digest_of(secret.encode()))

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read one from ``name:role:hash``.

        Raises
        ------
        InvalidInput
            If the line is written otherwise; it does not repeat the hash.
        """
        name, _, rest = line.partition(":")
        role, _, digest = rest.partition(":")
        if not name or len(digest) != HASH_DIGITS or set(digest) - set("0123456789abcdef"):
            raise InvalidInput(
                f"API key “{name}”", "it has a name, a role and a hash", HOW_TO_WRITE
            )
        if role not in list(Role):
            raise InvalidInput(
                f"role “{role}” of API key “{name}”",
                f"it is one of {', '.join(Role)}",
                HOW_TO_WRITE,
            )
        return cls(name, Role(role), digest)

    def __str__(self) -> str:
        return f"{self.name}:{self.role}:{self.digest}"


@dataclass(frozen=True)
class KeyRing:
    """All keys that open the service; an empty ring asks for none.

    Examples
    --------
    >>> ring = KeyRing((Key.from_secret("partner", Role.SCORING, "open sesame"),))
    >>> ring.find(b"open sesame").name
    'partner'
    >>> ring.find(b"open barley") is None
    True
    """

    keys: tuple[Key, ...] = ()

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Read a key from each line; empty ones and those that begin with # are passed over.

        Raises
        ------
        InvalidInput
            If a line is not a key, or two keys have one name.
        """
        told = (line.strip() for line in lines)
        keys = tuple(Key.from_line(line) for line in told if line and not line.startswith("#"))
        names = [key.name for key in keys]
        for name in names:
            if names.count(name) > 1:
                raise InvalidInput(f"API key “{name}”", "its name is its own", "rename one of them")
        return cls(keys)

    def __bool__(self) -> bool:
        return bool(self.keys)

    def find(self, secret: bytes) -> Key | None:
        """Give the key that was sent, in a time that does not tell how near a guess came."""
        digest = digest_of(secret)
        # All of them are compared, whichever it is.
        return next((key for key, same in self._compared(digest) if same), None)

    def _compared(self, digest: str) -> list[tuple[Key, bool]]:
        return [(key, compare_digest(key.digest, digest)) for key in self.keys]


def digest_of(secret: bytes) -> str:
    """Hash a key as it is kept."""
    return sha256(secret).hexdigest()
