"""The journal is counted as it is, and not made where there is none."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np

from lib.decision import Decision
from lib.dossier.facts import LEVELS
from lib.dossier.recorded import read_journal, read_monitoring
from lib.serving.journal import Author, Entry, Journal, Kind
from tests.monitoring.shifts import World, developed, people
from tests.monitoring.story import resources_of, tell_story

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


def test_monitoring_is_read_from_the_journal_and_absent_where_nobody_was_scored(
    tmp_path: Path,
) -> None:
    one, reference = developed()
    known = {"reference": reference, "metrics": {"business_cost": 0.66, "auc": 0.72}}
    scorer = replace(one, card=one.card.model_copy(update=known))
    tag = "credit_scorer:story"
    file = tmp_path / "journal.sqlite"
    journal = Journal(file)
    last = tell_story(
        resources_of(scorer, tag, journal), [people(World(), 40, np.random.default_rng(3))]
    )
    journal.close()
    now = datetime.combine(last, time(23), UTC)
    watched = read_monitoring(str(file), scorer, tag, now)
    assert watched
    assert {one.level for one in watched} <= set(LEVELS)
    assert all(one.name.fr and one.sentence.en for one in watched)
    assert read_monitoring(str(file), scorer, "credit_scorer:other", now) == []
