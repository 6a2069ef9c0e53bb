"""A journal to write to, and an endpoint that writes to it."""

import json
from collections.abc import Callable, Iterator
from contextvars import copy_context
from copy import copy
from pathlib import Path

import pytest

from lib.serving.endpoints import ENDPOINTS, answer
from lib.serving.http.answers import Answer
from lib.serving.http.keys import CALLER, CALLER_ROLE, Role
from lib.serving.http.speaking import PERSON
from lib.serving.journal import Journal
from lib.serving.people import Person, PersonRole
from lib.serving.resources import Resources

Ask = Callable[..., Answer]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path / "deep" / "journal.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def ask(journal: Journal, resources: Resources) -> Ask:
    """Ask an endpoint that has the journal, as whoever it is said to be."""
    own = copy(resources)
    own.journal = journal

    def ask(
        endpoint: str, body: object, key: str = "", role: Role = Role.PORTFOLIO, person: str = ""
    ) -> Answer:
        def in_context() -> Answer:
            CALLER.set(f"{key}:{person}" if person else key)
            CALLER_ROLE.set(role)
            PERSON.set(Person(person, PERSONS[person]) if person else None)
            return answer(ENDPOINTS[endpoint], own, json.dumps(body).encode())

        return copy_context().run(in_context)

    return ask


PERSONS = {
    "anna": PersonRole.MANAGER,
    "boris": PersonRole.MANAGER,
    "hanna": PersonRole.HEAD,
    "otto": PersonRole.AUDITOR,
}
