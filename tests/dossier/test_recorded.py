"""The journal is counted as it is, and not made where there is none."""

from pathlib import Path

from lib.decision import Decision
from lib.dossier.recorded import read_journal
from lib.serving.journal import Author, Entry, Journal, Kind

ANNA = Author("dashboard", "anna", "dashboard")


def score(decision: Decision, client_id: int, **more: object) -> Entry:
    facts = {"decision": decision, "review": [], **more}
    return Entry(Kind.SCORE, ANNA, facts, sealed={"why": "so"}, client_id=client_id)


def decided(decision: Decision, model_decision: Decision) -> Entry:
    facts = {"decision": decision, "is_override": decision is not model_decision}
    return Entry(Kind.DECISION, ANNA, facts, sealed={"comment": ""}, client_id=1)


def test_a_journal_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert read_journal(str(tmp_path / "journal.sqlite")) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_it_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    journal = Journal(file)
    grant, refuse = Decision.GRANT, Decision.REFUSE
    journal.write(
        [
            score(grant, 1),
            score(refuse, 2, review=["too_little_known"]),
            score(refuse, 2, simulates=True),
            decided(grant, grant),
            decided(grant, refuse),
            decided(refuse, grant),
            Entry(Kind.LOOK, ANNA, {"path": "/client"}, client_id=1),
        ]
    )
    journal.forget(2)
    journal.close()
    told = read_journal(str(file))
    assert told is not None
    assert (told.scores, told.refusals, told.under_review, told.simulations) == (2, 1, 1, 1)
    assert (told.decisions, told.overrides, told.granted_against) == (3, 2, 1)
    assert (told.looks, told.forgotten, told.entries, told.faults) == (1, 1, 8, 0)
    assert told.first <= told.last
