"""An older journal is brought up to date where it is opened, and keeps all that it held."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from lib.serving.journal import Entry, Journal, Kind, migrations
from lib.serving.journal import store as store_module
from lib.serving.journal.schema import ENTRIES, METADATA
from lib.serving.shadow import AUTHOR
from tests.serving.journal.conftest import score_entry


def first_version(connection: Connection) -> None:
    """Make the tables as the release did that knew of no shadows."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


def indices(journal: Journal) -> set[str | None]:
    with journal.store.reading() as connection:
        return {one["name"] for one in inspect(connection).get_indexes("entries")}


def test_an_older_journal_takes_shadows(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "migrate", first_version)
    older = Journal(where)
    older.write([score_entry(1), score_entry(2)])
    assert "shadows_by_seq" not in indices(older)
    told = list(older.read())
    older.close()
    monkeypatch.undo()

    journal = Journal(where)
    facts = {"score_id": told[0].id, "decision": "grant"}
    journal.write([Entry(Kind.SHADOW, AUTHOR, facts, {"default_probability": 0.25}, client_id=1)])
    assert list(journal.read())[:2] == told
    (said,) = journal.read([Kind.SHADOW])
    assert (said.seq, said.facts, said.sealed) == (3, facts, {"default_probability": 0.25})
    assert journal.verify().faults == []
    assert {"shadows_by_seq", "outcomes_by_seq", "decisions_by_seq"} <= indices(journal)
    journal.close()


def test_migrations_make_the_tables_that_are_declared(where: str) -> None:
    journal = Journal(where)
    journal.open()
    assert indices(journal) == {index.name for index in ENTRIES.indexes}
    with journal.store.reading() as connection:
        made = inspect(connection)
        for table in METADATA.sorted_tables:
            columns = {column["name"] for column in made.get_columns(table.name)}
            assert columns == {column.name for column in table.columns}
    journal.close()
