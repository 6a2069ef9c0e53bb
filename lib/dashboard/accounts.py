"""Accounts in a file: who may sign in, with a password that is kept as its argon2 hash.

Argon2id as RFC 9106 recommends it (64 MiB and a tenth of a second for each guess), by the library
that Jupyter Server brings. A wrong password costs as much time where there is no such account.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from lib.decision import InvalidInput
from lib.serving.people import Person

# NIST SP 800-63B asks for 15 where a password is all that is asked for; no other rules on it.
FEWEST_LETTERS = 15
# Enough to mistype, and too few to guess.
MOST_FAILURES = 5
LOCKED_SECONDS = 15 * 60.0
HOW_TO_WRITE = "have `python -m lib.launch account` write it"

_hasher = PasswordHasher()
# Compared with where there is no such account.
_NOBODYS = _hasher.hash("nobody's password")


@dataclass(frozen=True)
class Account:
    """One account, as its line ``name:role:hash`` has it.

    Parameters
    ----------
    person : Person
        Whose it is.
    password_hash : str
        As argon2 writes it, with its parameters.
    """

    person: Person
    password_hash: str

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read a line.

        Raises
        ------
        InvalidInput
            If it is written otherwise; it does not repeat the hash.
        """
        name, _, rest = line.partition(":")
        role, _, password_hash = rest.partition(":")
        try:
            _hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            raise InvalidInput(
                f"account “{name}”", "it has a name, a role and an argon2 hash", HOW_TO_WRITE
            ) from None
        return cls(Person.from_texts(name, role), password_hash)

    def __str__(self) -> str:
        return f"{self.person.name}:{self.person.role}:{self.password_hash}"


def new_account(person: Person, password: str) -> Account:
    """Make an account.

    Raises
    ------
    InvalidInput
        If the password is too short.
    """
    if len(password) < FEWEST_LETTERS:
        raise InvalidInput(
            f"password of “{person.name}”",
            f"it has at least {FEWEST_LETTERS} letters, such as a few words have",
            "choose a longer one",
        )
    return Account(person, _hasher.hash(password))


def read_accounts(lines: Iterable[str]) -> dict[str, Account]:
    """Read an account from each line; empty ones and those that begin with # are passed over.

    Raises
    ------
    InvalidInput
        If a line is no account, or two have one name.
    """
    accounts: dict[str, Account] = {}
    for line in map(str.strip, lines):
        if not line or line.startswith("#"):
            continue
        account = Account.from_line(line)
        name = account.person.name
        if name in accounts:
            raise InvalidInput(f"account “{name}”", "its name is its own", "remove one of them")
        accounts[name] = account
    return accounts


def write_account(path: Path, account: Account) -> None:
    """Add an account to the file, or put it in the place of the one with its name.

    The file is written over, not replaced: a container sees the file that it was started with.
    """
    lines = _lines_of(path) if path.exists() else []
    others = [line for line in lines if not line.startswith(f"{account.person.name}:")]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*others, str(account), ""]), encoding="utf-8")


class AccountsFile:
    """The accounts of a file, which is read again when it has changed.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InvalidInput
        If it cannot be read or is not a file of accounts.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at = (0, 0)
        self._accounts: Mapping[str, Account] = {}
        _ = self.all  # read now, so that a line which is no account is named at the start

    @property
    def all(self) -> Mapping[str, Account]:
        """All accounts by their names, as the file has them now."""
        try:
            stat = self.path.stat()
            if (stat.st_mtime_ns, stat.st_size) != self._read_at:
                self._accounts = read_accounts(_lines_of(self.path))
                self._read_at = (stat.st_mtime_ns, stat.st_size)
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                f"SCORING_ACCOUNTS_FILE {self.path}", "it is a text that can be read", HOW_TO_WRITE
            ) from error
        return self._accounts


@dataclass
class Failures:
    """How often a password was wrong: after some failures an account is locked for a while.

    Each server counts for itself, until it is started again.

    Parameters
    ----------
    most : int
        Failures after which it is locked.
    seconds : float
        For how long.
    clock : callable
        Gives the time in seconds.

    Examples
    --------
    >>> failures = Failures(most=1, clock=lambda: 0.0)
    >>> failures.count("anna")
    >>> failures.is_locked("anna"), failures.is_locked("bert")
    (True, False)
    """

    most: int = MOST_FAILURES
    seconds: float = LOCKED_SECONDS
    clock: Callable[[], float] = time.monotonic
    _failed_at: dict[str, list[float]] = field(default_factory=dict)

    def is_locked(self, name: str) -> bool:
        """Say whether there were too many failures of late."""
        since = self.clock() - self.seconds
        recent = [at for at in self._failed_at.get(name, ()) if at > since]
        if recent:
            self._failed_at[name] = recent
        else:
            self._failed_at.pop(name, None)
        return len(recent) >= self.most

    def count(self, name: str) -> None:
        """Count one more."""
        self._failed_at.setdefault(name, []).append(self.clock())

    def forget(self, name: str) -> None:
        """Begin anew, after the right password."""
        self._failed_at.pop(name, None)


def check_password(accounts: Mapping[str, Account], name: str, password: str) -> Account | None:
    """Give the account of that name, if the password is its own."""
    account = accounts.get(name)
    try:
        _hasher.verify(account.password_hash if account else _NOBODYS, password)
    except Argon2Error:
        return None
    return account


def _lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
