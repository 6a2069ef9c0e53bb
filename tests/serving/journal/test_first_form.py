"""A journal of the first form is taken over: nothing that was kept is lost, nothing is in clear."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from lib.monitoring.entries import read_entries
from lib.serving.http.keys import Role
from lib.serving.journal import Author, Journal, Kind
from lib.serving.journal.outcomes import record_outcomes
from lib.serving.journal.replay import replay
from lib.serving.wire import DecisionsPage, OutcomeGiven
from tests.scoring.world import clients, make_scorer
from tests.serving.journal.conftest import Ask

# As the service made it, with a decision from before there were keys for repetitions.
FIRST_FORM = """
CREATE TABLE scores (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, caller TEXT NOT NULL, endpoint TEXT NOT NULL,
    scorer TEXT NOT NULL, client_id INTEGER, default_probability REAL NOT NULL,
    decision TEXT NOT NULL, input_sha256 TEXT NOT NULL, review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, caller TEXT NOT NULL,
    score_id INTEGER NOT NULL REFERENCES scores, decision TEXT NOT NULL, comment TEXT NOT NULL,
    idempotency_key TEXT
) STRICT;
CREATE TRIGGER no_delete_of_scores BEFORE DELETE ON scores
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
INSERT INTO scores VALUES
    (1, '2026-01-01T10:00:00.000+00:00', 'page:anna', 'client', 'credit_scorer:a', 987654321,
     0.123456789, 'refuse', 'aa', 'outside_seen income_total, unseen_category housing'),
    (2, '2026-01-01T10:02:00.000+00:00', '', 'score', 'credit_scorer:a', NULL, 0.5, 'refuse', 'b',
     '');
INSERT INTO decisions VALUES
    (1, '2026-01-01T10:01:00.000+00:00', 'page:anna', 1, 'grant', 'owns a castle', 'made up');
"""


@pytest.fixture(autouse=True)
def first_form(journal: Journal) -> Path:
    path = journal.store.path
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_FORM)
    journal.open()
    return path


def test_its_entries_are_a_chain_now(journal: Journal) -> None:
    first, decision, second = journal.read()
    assert [one.at[11:16] for one in (first, decision, second)] == ["10:00", "10:01", "10:02"]
    assert (first.kind, first.client_id, first.author) == (
        Kind.SCORE,
        987_654_321,
        Author("page", "anna"),
    )
    assert first.facts["review"] == ["outside_seen", "unseen_category"]
    assert first.sealed == {"default_probability": 0.123456789, "input_sha256": "aa"}
    assert (second.client_id, second.author) == (None, Author())
    assert decision.facts["score_id"] == first.id
    assert decision.sealed["comment"] == "owns a castle"
    assert journal.verify().faults == []
    journal.close()
    journal.open()
    assert len(list(journal.read())) == 3


def test_nothing_personal_is_left_in_clear(journal: Journal, first_form: Path) -> None:
    journal.close()
    content = first_form.read_bytes()
    assert b"credit_scorer:a" in content
    for personal in (b"owns a castle", b"0.123456789", b"income_total"):
        assert personal not in content
    with closing(sqlite3.connect(first_form)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert not tables & {"scores", "decisions"}


def test_decisions_are_read_back_and_scores_are_not_repeated(journal: Journal, ask: Ask) -> None:
    told = ask("decisions", {"client_ids": [987_654_321]}, "page", Role.DASHBOARD, "anna")
    (decided,) = DecisionsPage.model_validate_json(told.body).decisions
    assert (decided.is_override, decided.reason, decided.threshold) == (True, None, None)
    assert (decided.default_probability, decided.comment) == (0.123456789, "owns a castle")

    def never(tag: str) -> None:
        raise AssertionError(tag)

    assert replay(journal, never).without_inputs == 2


def test_outcomes_of_its_scores_come_and_are_watched(journal: Journal) -> None:
    first, *_ = journal.read((Kind.SCORE,))
    given = OutcomeGiven(client_id=987_654_321, day=date(2026, 2, 1), defaulted=True)
    record_outcomes(journal, [given], Author("operator", "", "operator"))
    scorer = make_scorer("dummy", clients(60, seed=1))
    entries = read_entries(journal, scorer, date(2026, 1, 1), date(2026, 2, 28))
    assert entries.scores["threshold"].isna().all()
    assert len(entries.scores) == 2
    assert entries.outcomes["score_id"].tolist() == [first.id]
    assert entries.outcomes["defaulted"].tolist() == [1]
