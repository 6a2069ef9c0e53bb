"""API keys: who calls, what the caller may ask for, and where the service asks for a key.

A key is 256 random bits, so one round of SHA-256 keeps it as safe at rest as a slow password hash
would: nobody can try that many.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Self

import click

from lib.decision import InvalidInput

KEY_BYTES = 32
HASH_DIGITS = 64
HEXADECIMAL = frozenset("0123456789abcdef")
HOW_TO_WRITE = (
    "write name:role:hash or name:role:hash:last day, as `python -m lib.launch key` prints it"
)
# A key that somebody chose is guessed more easily than one that was drawn: of those that the
# service gets to see, the shortest are refused.
FEWEST_LETTERS = 16
# How often the file of keys is looked at: a key that was taken out of it opens no longer.
LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)

# Name of the key that the request at hand carries; empty where none is asked for.
CALLER: ContextVar[str] = ContextVar("caller", default="")


class NotAllowed(InvalidInput):
    """The key opens the endpoint, but not what is asked of it."""


class Role(StrEnum):
    """What a key opens: `scoring` sees nothing of the known clients, `portfolio` everything.

    `dashboard` opens everything too, and speaks for the people who are signed in there.

    `metrics` opens the figures for those who watch the service, and nothing else.

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
    DASHBOARD = "dashboard"
    METRICS = "metrics"
    AGGREGATES = "aggregates"

    def opens(self, needed: "Role | None") -> bool:
        """Say whether a key of this role opens what needs another; None is needed of no caller."""
        if needed is None:
            return self is not Role.METRICS  # it watches the service, and asks it for nothing
        return self in (Role.PORTFOLIO, Role.DASHBOARD, needed)


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
    last_day : date or None
        The day, in UTC, after which it opens nothing; None where it has no end.
    """

    name: str
    role: Role
    digest: str
    last_day: date | None = None

    @classmethod
    def from_secret(cls, name: str, role: Role, secret: str, last_day: date | None = None) -> Self:
        """Make one from the key itself."""
        return cls(name, role, digest_of(secret.encode()), last_day)

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read one from ``name:role:hash``, or ``name:role:hash:2026-12-31`` with its last day.

        Raises
        ------
        InvalidInput
            If the line is written otherwise; it does not repeat the hash.
        """
        name, _, rest = line.partition(":")
        role, _, rest = rest.partition(":")
        digest, ends, last_day = rest.partition(":")
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
        return cls(name, Role(role), digest, _day_of(last_day, name) if ends else None)

    def has_ended(self, today: date | None = None) -> bool:
        """Say whether its last day is over.

        Examples
        --------
        >>> key = Key.from_secret("partner", Role.SCORING, "open sesame", date(2026, 12, 31))
        >>> key.has_ended(date(2026, 12, 31)), key.has_ended(date(2027, 1, 1))
        (False, True)
        """
        return self.last_day is not None and self.last_day < (today or datetime.now(UTC).date())

    def __str__(self) -> str:
        ends = f":{self.last_day}" if self.last_day else ""
        return f"{self.name}:{self.role}:{self.digest}{ends}"


def _day_of(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"last day “{text}” of API key “{name}”",
            "it is a day, such as 2026-12-31",
            HOW_TO_WRITE,
        ) from error


def new_key(name: str, role: Role, last_day: date | None = None) -> tuple[str, Key]:
    """Make a key of 256 random bits, and what the service keeps of it.

    Raises
    ------
    InvalidInput
        If the name cannot stand at the beginning of a line of keys.
    """
    if not name or ":" in name or name.startswith("#") or name.split() != [name]:
        rule = "it is one word without a colon, and begins with no #"
        raise InvalidInput(f"name “{name}”", rule, "give another")
    secret = secrets.token_urlsafe(KEY_BYTES)
    return secret, Key.from_secret(name, role, secret, last_day)


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


class RenewedKeys:
    """The keys that open the service now: their file is read again when it has changed.

    A service that asked for a key when it started asks for one for good, also where no key is left;
    a file that makes no sense changes nothing, and the log says what is wrong with it.

    Parameters
    ----------
    read : callable
        Reads all keys.
    path : Path or None
        The file that some of them are in.
    clock : callable
        Gives the time in seconds.
    """

    def __init__(
        self,
        read: Callable[[], KeyRing],
        path: Path | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._path, self._clock = read, path, clock
        # The state comes first: what is written meanwhile is read at the next look.
        self._state = _state_of(path)
        self._ring = read()
        self._looked_at = clock()
        self.asked = bool(self._ring)

    def find(self, secret: bytes) -> Key | None:
        """Give the key that was sent, if there is one now."""
        if self._clock() - self._looked_at >= LOOK_SECONDS:
            self._look()
        return self._ring.find(secret)

    def _look(self) -> None:
        self._looked_at = self._clock()
        state = _state_of(self._path)
        if state == self._state:
            return
        self._state = state
        try:
            self._ring = self._read()
        except InvalidInput as fault:
            log.error("✗ the keys stay as they were: %s", fault)
        else:
            log.warning("the keys were read again: there are %d now", len(self._ring.keys))


def _state_of(path: Path | None) -> tuple[int, int, int] | None:
    """Give what is different for each file that is put at the path, and for each change of it."""
    try:
        state = path.stat() if path else None
    except OSError:
        return None
    return (state.st_ino, state.st_mtime_ns, state.st_size) if state else None


def check_length(variable: str, secret: str) -> None:
    """Refuse a key that is guessed too easily.

    Raises
    ------
    InvalidInput
        If it is too short; it does not repeat the key.
    """
    if len(secret) < FEWEST_LETTERS:
        raise InvalidInput(
            variable,
            f"a key has at least {FEWEST_LETTERS} letters",
            "take one that `python -m lib.launch key` makes",
        )


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
    if host is None:
        return
    require_address(host)
    if keys or allow_no_key or is_loopback(host):
        return
    raise InvalidInput(
        f"listening on {host} without a key",
        "whoever can reach the service has a key",
        "set SCORING_API_KEYS_FILE, listen on 127.0.0.1, or set SCORING_ALLOW_NO_KEY=true",
    )


def require_address(host: str) -> None:
    """Refuse a name where BentoML takes an address only.

    Raises
    ------
    InvalidInput
        If it is no IP address.
    """
    try:
        ip_address(host)
    except ValueError as error:
        raise InvalidInput(
            f"--host {host}", "it is an IP address", "pass 127.0.0.1 for this machine alone"
        ) from error


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
