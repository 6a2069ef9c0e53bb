"""API keys: who calls, what the caller may ask for, and where the service asks for a key.

A key is 256 random bits, so one round of SHA-256 keeps it as safe at rest as a slow password hash
would: nobody can try that many.
"""

import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from typing import Self

import click

from lib.decision import InvalidInput

KEY_BYTES = 32
HASH_DIGITS = 64
HEXADECIMAL = frozenset("0123456789abcdef")
HOW_TO_WRITE = "write name:role:hash, as `python -m lib.launch key` prints it"

# Name of the key that the request at hand carries; empty where none is asked for.
CALLER: ContextVar[str] = ContextVar("caller", default="")


class NotAllowed(InvalidInput):
    """The key opens the endpoint, but not what is asked of it."""


class Role(StrEnum):
    """What a key opens: `scoring` sees nothing of the known clients, `portfolio` everything.

    `aggregates` sees the known clients in groups only, never one of them.

    Examples
    --------
    >>> Role.SCORING.opens(Role.SCORING), Role.SCORING.opens(Role.PORTFOLIO)
    (True, False)
    >>> Role.AGGREGATES.opens(Role.PORTFOLIO), Role.AGGREGATES.opens(None)
    (False, True)
    """

    SCORING = "scoring"
    PORTFOLIO = "portfolio"
    AGGREGATES = "aggregates"

    def opens(self, needed: "Role | None") -> bool:
        """Say whether a key of this role opens what needs another; None is needed of nobody."""
        return needed is None or self in (Role.PORTFOLIO, needed)


# What the caller of the request at hand may see; everything where no key is asked for.
CALLER_ROLE: ContextVar[Role] = ContextVar("caller_role", default=Role.PORTFOLIO)


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
        if not name or len(digest) != HASH_DIGITS or set(digest) - HEXADECIMAL:
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


def new_key(name: str, role: Role) -> tuple[str, Key]:
    """Make a key of 256 random bits, and what the service keeps of it.

    Raises
    ------
    InvalidInput
        If the name cannot stand before a colon.
    """
    if not name or ":" in name:
        raise InvalidInput(f"name “{name}”", "it is not empty and has no colon", "give another")
    secret = secrets.token_urlsafe(KEY_BYTES)
    return secret, Key.from_secret(name, role, secret)


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
        stripped = (line.strip() for line in lines)
        keys = tuple(Key.from_line(line) for line in stripped if line and not line.startswith("#"))
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
        # The list compares all of them, whichever it is: to stop at the first would tell.
        matches = [key for key in self.keys if compare_digest(key.digest, digest)]
        return matches[0] if matches else None


def digest_of(secret: bytes) -> str:
    """Hash a key as it is kept."""
    return sha256(secret).hexdigest()


def require_key_beyond_loopback(host: str | None, keys: KeyRing, allow_no_key: bool) -> None:
    """Refuse to start where others can reach the service and no key is asked for.

    Parameters
    ----------
    host : str or None
        Address to listen on; None where nothing is about to listen.
    keys : KeyRing
        Keys of the service.
    allow_no_key : bool
        Whether their absence is meant.

    Raises
    ------
    InvalidInput
        If it is not a loopback address, there is no key, and nothing allows that.
    """
    if host is None or keys or allow_no_key or is_loopback(host):
        return
    raise InvalidInput(
        f"listening on {host} without a key",
        "whoever can reach the service has a key",
        "set SCORING_API_KEYS_FILE, listen on 127.0.0.1, or set SCORING_ALLOW_NO_KEY=true",
    )


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_to_listen_on() -> str | None:
    """Give the address that the command `bentoml serve` is about to listen on, if it runs."""
    context = click.get_current_context(silent=True)
    if context is None or "host" not in context.params:
        return None
    return str(context.params["host"] or "0.0.0.0")  # noqa: S104 (BentoML's own default)
