"""A journal to write to, and an endpoint that writes to it."""

import json
from collections.abc import Callable, Iterator
from contextvars import copy_context
from copy import copy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lib.serving.endpoints import ENDPOINTS, answer
from lib.serving.http.answers import Answer
from lib.serving.http.keys import CALLER, CALLER_ROLE, Role
from lib.serving.http.speaking import PERSON
from lib.serving.journal import Author, Entry, Journal, Kind
from lib.serving.people import Person, PersonRole
from lib.serving.resources import Resources
from tests.serving.journal.postgresql import Server, running_server

Ask = Callable[..., Answer]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path / "deep" / "journal.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def own(journal: Journal, resources: Resources) -> Resources:
    """What the service works with, with the journal."""
    own = copy(resources)
    own.journal = journal
    return own


@pytest.fixture
def ask(own: Resources) -> Ask:
    """Ask an endpoint that has the journal, as whoever it is said to be."""

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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty journal can be: a file, or a database."""
    if request.param == "sqlite":
        return str(tmp_path / "journal.sqlite")
    server: Server = request.getfixturevalue("postgresql")
    return server.make_database(f"journal_{uuid4().hex}")


@pytest.fixture
def kept(where: str) -> Iterator[Journal]:
    """A journal on either store."""
    journal = Journal(where)
    yield journal
    journal.close()


def score_entry(client_id: int | None = 1, **others: Any) -> Entry:
    """Give an entry as of a score."""
    facts = {"endpoint": "score", "scorer": "credit_scorer:a", "decision": "refuse"}
    sealed = {"default_probability": 0.1234, "features": {"age_years": 33.0, "housing": "rents"}}
    return Entry(
        Kind.SCORE, Author("page", "anna", "dashboard"), facts, sealed, client_id, **others
    )
