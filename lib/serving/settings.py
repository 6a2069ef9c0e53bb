"""What the environment says about how to serve."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from lib.decision import InvalidInput
from lib.serving.keys import Key, KeyRing, Role

YES, NO = ("true", "1", "yes"), ("", "false", "0", "no")


@dataclass(frozen=True)
class Settings:
    """How the service runs.

    Parameters
    ----------
    model : str
        Tag of the scorer in the store.
    portfolio : Path
        The known clients; need not be there.
    journal : Path
        Where every score given is written; made where it is not there.
    keys : KeyRing
        Keys that open the service; an empty ring asks for none.
    allow_no_key : bool
        Whether it may listen beyond loopback without a key.
    requests_per_second : float
        What each key may send, in the long run.
    most_at_once : int
        Requests that a worker takes on at a time; more are told to come again.

    Examples
    --------
    >>> bool(Settings.from_environment({"SCORING_API_KEY": ""}).keys)
    False
    """

    model: str = "credit_scorer:latest"
    portfolio: Path = Path("data/portfolio.parquet")
    journal: Path = Path("data/journal.sqlite")
    keys: KeyRing = field(default_factory=KeyRing)
    allow_no_key: bool = False
    requests_per_second: float = 100.0
    most_at_once: int = 64

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the variables that begin with ``SCORING_``; empty is unset.

        Raises
        ------
        InvalidInput
            If one of them makes no sense; it names the variable.
        """
        given = {name: value for name, value in environment.items() if value}
        return cls(
            model=given.get("SCORING_MODEL", cls.model),
            portfolio=Path(given.get("SCORING_PORTFOLIO", cls.portfolio)),
            journal=Path(given.get("SCORING_JOURNAL", cls.journal)),
            keys=read_keys(given),
            allow_no_key=_yes_or_no(given, "SCORING_ALLOW_NO_KEY"),
            requests_per_second=_positive(
                given, "SCORING_REQUESTS_PER_SECOND", cls.requests_per_second
            ),
            most_at_once=int(_positive(given, "SCORING_MOST_AT_ONCE", cls.most_at_once)),
        )


def read_keys(environment: Mapping[str, str]) -> KeyRing:
    """Gather the keys from their three places.

    ``SCORING_API_KEY`` is one key as it is, which opens everything; ``SCORING_API_KEYS`` holds
    lines with hashes, and so does the file at ``SCORING_API_KEYS_FILE``.

    Raises
    ------
    InvalidInput
        If a line is not a key, or the file cannot be read.
    """
    lines = environment.get("SCORING_API_KEYS", "").split()
    if path := environment.get("SCORING_API_KEYS_FILE"):
        lines += _read_lines(Path(path))
    if secret := environment.get("SCORING_API_KEY"):
        lines.append(str(Key.from_secret("default", Role.PORTFOLIO, secret)))
    return KeyRing.from_lines(lines)


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"SCORING_API_KEYS_FILE {path}", "it is a text that can be read", "check the path"
        ) from error


def _yes_or_no(environment: Mapping[str, str], name: str) -> bool:
    told = environment.get(name, "").lower()
    if told not in YES + NO:
        raise InvalidInput(name, "it is true or false", "set it to true, or leave it out")
    return told in YES


def _positive(environment: Mapping[str, str], name: str, default: float) -> float:
    told = environment.get(name, str(default))
    try:
        number = float(told)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 1e6:
        raise InvalidInput(name, "it is a number from 1 to 1000000", "correct it, or leave it out")
    return number
