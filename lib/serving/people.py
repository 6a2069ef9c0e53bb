"""Who is signed in at the dashboard, in the words of both sides of HTTP."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from lib.decision import InvalidInput

PERSON_HEADER = "X-Person"
PERSON_ROLE_HEADER = "X-Person-Role"
# What can stand in a header, in the journal and in a file of accounts; e-mail addresses can, too.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")

# Endpoints, and pages of the same names, that are the head's alone.
OF_THE_HEAD = frozenset({"/portfolio", "/monitoring", "/outcomes"})


class PersonRole(StrEnum):
    """What a person may do: an auditor decides nothing, and the portfolio is the head's.

    Examples
    --------
    >>> PersonRole.AUDITOR.may_ask("/decide"), PersonRole.MANAGER.may_ask("/decide")
    (False, True)
    >>> PersonRole.MANAGER.may_open("portfolio"), PersonRole.HEAD.may_open("portfolio")
    (False, True)
    """

    MANAGER = "manager"
    HEAD = "head"
    AUDITOR = "auditor"

    @property
    def may_decide(self) -> bool:
        """Say whether the person's decisions on clients are recorded."""
        return self is not PersonRole.AUDITOR

    @property
    def sees_all_decisions(self) -> bool:
        """Say whether the decisions of others are the person's to go through."""
        return self is not PersonRole.MANAGER

    def may_ask(self, path: str) -> bool:
        """Say whether the API answers the person there."""
        if path == "/decide":
            return self.may_decide
        return path not in OF_THE_HEAD or self is PersonRole.HEAD

    def may_open(self, page: str) -> bool:
        """Say whether a page of the dashboard is for the person."""
        return f"/{page}" not in OF_THE_HEAD or self is PersonRole.HEAD


@dataclass(frozen=True)
class Person:
    """A person who is signed in.

    Parameters
    ----------
    name : str
        As the person signs in.
    role : PersonRole
        What the person may do.

    Raises
    ------
    InvalidInput
        If the name has other characters than a header and a file can carry.
    """

    name: str
    role: PersonRole

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise InvalidInput(
                f"name “{self.name}”",
                "it has up to 64 letters and digits without accents, and any of . _ @ + -",
                "give another",
            )

    @classmethod
    def from_texts(cls, name: str, role: str) -> Self:
        """Make one of what a header or a file says.

        Raises
        ------
        InvalidInput
            If there is no such role, or no such name can be.

        Examples
        --------
        >>> Person.from_texts("anna", "head")
        Person(name='anna', role=<PersonRole.HEAD: 'head'>)
        """
        if role not in list(PersonRole):
            raise InvalidInput(
                f"role “{role}” of “{name}”",
                f"it is one of {', '.join(PersonRole)}",
                "give one of these",
            )
        return cls(name, PersonRole(role))
