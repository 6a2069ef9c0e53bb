"""Outcomes are tied to what was decided, taken whole or not at all, and bad rows are named."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from lib.decision import Decision, InvalidInput
from lib.launch.__main__ import app
from lib.serving.handlers.monitoring import outcomes
from lib.serving.http.lateness import OUTCOME, Outcome, TooLate
from lib.serving.journal import Journal, Kind, WrittenEntry
from lib.serving.journal.encryption import unseal
from lib.serving.journal.entries import OPERATOR
from lib.serving.journal.outcomes import read_outcomes, record_outcomes
from lib.serving.resources import Resources
from lib.serving.wire import OutcomeGiven, OutcomesRequest, Score
from tests.monitoring.shifts import World, developed, people
from tests.monitoring.story import FIRST_DAY, resources_of, write_decisions, write_scores

TAG = "credit_scorer:story"
LATER = FIRST_DAY + timedelta(days=30)


@pytest.fixture
def resources(kept: Journal) -> Resources:
    """What scores, with a journal on either store."""
    scorer, _ = developed()
    return resources_of(scorer, TAG, kept)


@pytest.fixture
def scores(resources: Resources) -> list[Score]:
    """Clients 1 to 20, scored on the first day and, with other features, five days later."""
    table = people(World(), 20, np.random.default_rng(1))
    table = table.set_column(0, "client_id", pa.array(range(1, 21)))
    first = write_scores(resources, table, FIRST_DAY)
    random = np.random.default_rng(0)
    write_decisions(resources.journal, first[:10], FIRST_DAY, random, against=1.0)
    richer = people(World(score=0.8), 20, np.random.default_rng(2))
    richer = richer.set_column(0, "client_id", pa.array(range(1, 21)))
    write_scores(resources, richer, FIRST_DAY + timedelta(days=5))
    return first


def told(journal: Journal) -> list:
    return list(journal.read((Kind.OUTCOME,)))


def test_an_outcome_follows_the_decision_and_keeps_what_was_decided(
    resources: Resources, scores: list[Score]
) -> None:
    given = [OutcomeGiven(client_id=1, day=LATER, defaulted=True)]
    answer = outcomes(resources, OutcomesRequest(outcomes=given))
    assert (answer.recorded, answer.known_before, answer.overrides) == (1, 0, 1)
    (entry,) = told(resources.journal)
    # On the score that was decided on, though the client was scored again since.
    assert entry.facts["score_id"] == scores[0].score_id
    assert entry.facts["is_override"] is True
    assert Decision(entry.facts["decision"]) is not scores[0].decision
    assert entry.facts["defaulted"] is True
    assert entry.sealed == {
        "day": LATER.isoformat(),
        "default_probability": scores[0].default_probability,
    }


def test_without_a_decision_it_follows_the_last_score_before_its_day(
    resources: Resources, scores: list[Score]
) -> None:
    journal = resources.journal
    between = FIRST_DAY + timedelta(days=2)
    record_outcomes(journal, [OutcomeGiven(client_id=15, day=between, defaulted=False)], OPERATOR)
    record_outcomes(journal, [OutcomeGiven(client_id=16, day=LATER, defaulted=False)], OPERATOR)
    first, second = told(journal)
    assert first.facts["score_id"] == scores[14].score_id
    assert second.facts["score_id"] not in {one.score_id for one in scores}


def test_the_score_may_be_named(resources: Resources, scores: list[Score]) -> None:
    one = scores[15]
    given = OutcomeGiven(client_id=16, day=LATER, defaulted=False, score_id=one.score_id)
    record_outcomes(resources.journal, [given], OPERATOR)
    assert told(resources.journal)[0].facts["score_id"] == one.score_id
    another = given.model_copy(update={"client_id": 17})
    with pytest.raises(InvalidInput, match=r"outcomes\[0\] of client 17"):
        record_outcomes(resources.journal, [another], OPERATOR)


def test_all_are_recorded_or_none_and_each_fault_is_named(
    resources: Resources, scores: list[Score]
) -> None:
    given = [
        OutcomeGiven(client_id=1, day=LATER, defaulted=False),
        OutcomeGiven(client_id=999, day=LATER, defaulted=False),
        OutcomeGiven(client_id=2, day=FIRST_DAY - timedelta(days=1), defaulted=False),
        OutcomeGiven(client_id=1, day=LATER, defaulted=True),
    ]
    with pytest.raises(InvalidInput) as refused:
        outcomes(resources, OutcomesRequest(outcomes=given))
    for words in ("3 of 4", "outcomes[1] of client 999", "outcomes[2] of client 2", "outcomes[3]"):
        assert words in str(refused.value)
    assert told(resources.journal) == []


def test_the_same_row_twice_is_recorded_once(resources: Resources, scores: list[Score]) -> None:
    one = OutcomeGiven(client_id=1, day=LATER, defaulted=False)
    by_score = OutcomeGiven(client_id=1, day=LATER, defaulted=False, score_id=scores[0].score_id)
    answer = record_outcomes(resources.journal, [one, one, by_score], OPERATOR)
    assert (answer.recorded, answer.known_before) == (1, 2)
    assert len(told(resources.journal)) == 1


@pytest.mark.parametrize("later", [1, -1])
def test_rows_of_one_file_count_as_if_each_had_been_sent_alone(
    resources: Resources, scores: list[Score], later: int
) -> None:
    first = OutcomeGiven(client_id=1, day=LATER, defaulted=False)
    other = OutcomeGiven(client_id=1, day=LATER + timedelta(days=later), defaulted=False)
    assert record_outcomes(resources.journal, [first], OPERATOR).recorded == 1
    answer = record_outcomes(resources.journal, [other, other, first], OPERATOR)
    assert (answer.recorded, answer.known_before) == (2, 1)
    days = [journal_day(resources.journal, entry) for entry in told(resources.journal)]
    assert days == [first.day, other.day, first.day]


def journal_day(journal: Journal, entry: WrittenEntry) -> date:
    return date.fromisoformat(journal.entry(entry.id).sealed["day"])


def test_an_outcome_follows_no_decision_that_came_after_it(
    resources: Resources, scores: list[Score]
) -> None:
    # Clients 11 to 20 were decided on by nobody; one is, against the model, after the outcome.
    (score,) = (one for one in scores if one.client_id == 11)
    write_decisions(
        resources.journal, [score], LATER + timedelta(days=20), np.random.default_rng(0), 1.0
    )
    one = OutcomeGiven(client_id=11, day=LATER, defaulted=False, score_id=score.score_id)
    assert record_outcomes(resources.journal, [one], OPERATOR).overrides == 0
    (entry,) = told(resources.journal)
    assert (entry.facts["decision_id"], entry.facts["is_override"]) == (None, False)


def test_an_outcome_is_not_older_than_the_score_that_it_names(
    resources: Resources, scores: list[Score]
) -> None:
    score_id = scores[0].score_id
    on_the_day, too_early = (
        OutcomeGiven(client_id=1, day=day, defaulted=True, score_id=score_id)
        for day in (FIRST_DAY, FIRST_DAY - timedelta(days=1))
    )
    with pytest.raises(InvalidInput, match=f"no such score on {too_early.day} or before"):
        record_outcomes(resources.journal, [too_early], OPERATOR)
    assert record_outcomes(resources.journal, [on_the_day], OPERATOR).recorded == 1


def test_nothing_is_recorded_once_the_caller_was_told_that_it_took_too_long(
    resources: Resources, scores: list[Score]
) -> None:
    late = Outcome()
    late.give_up()
    token = OUTCOME.set(late)
    try:
        with pytest.raises(TooLate):
            outcomes(
                resources,
                OutcomesRequest(outcomes=[OutcomeGiven(client_id=1, day=LATER, defaulted=False)]),
            )
    finally:
        OUTCOME.reset(token)
    assert told(resources.journal) == []


def test_what_is_known_is_not_recorded_again_but_what_changed_is(
    resources: Resources, scores: list[Score]
) -> None:
    repaid = OutcomeGiven(client_id=3, day=LATER, defaulted=False)
    assert record_outcomes(resources.journal, [repaid], OPERATOR).recorded == 1
    again = record_outcomes(resources.journal, [repaid], OPERATOR)
    assert (again.recorded, again.known_before) == (0, 1)
    defaulted = OutcomeGiven(client_id=3, day=LATER + timedelta(days=9), defaulted=True)
    assert record_outcomes(resources.journal, [defaulted], OPERATOR).recorded == 1
    assert [entry.facts["defaulted"] for entry in told(resources.journal)] == [False, True]


def test_of_a_clients_history_only_what_is_needed_is_unsealed(
    resources: Resources, scores: list[Score], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a client who was scored thousands of times would fill the memory of a worker."""
    unsealed: list[str] = []

    def noted(key: bytes, sealed: bytes, entry_id: bytes) -> dict | None:
        unsealed.append(entry_id.hex())
        return unseal(key, sealed, entry_id)

    monkeypatch.setattr("lib.serving.journal.journal.unseal", noted)
    given = OutcomeGiven(client_id=1, day=LATER, defaulted=True)
    assert [entry.sealed for entry in resources.journal.about(1)] == [None] * 3
    record_outcomes(resources.journal, [given], OPERATOR)
    assert unsealed == [scores[0].score_id]
    record_outcomes(resources.journal, [given], OPERATOR)
    assert unsealed[1:] == [scores[0].score_id, told(resources.journal)[0].id]


def test_of_a_client_who_is_forgotten_meanwhile_there_is_no_such_score(
    resources: Resources, scores: list[Score], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = resources.journal.about(1)
    resources.journal.forget(1)
    monkeypatch.setattr(resources.journal, "about", lambda _: history)
    given = OutcomeGiven(client_id=1, day=LATER, defaulted=True)
    with pytest.raises(InvalidInput, match="no such score"):
        record_outcomes(resources.journal, [given], OPERATOR)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = write(
        tmp_path / "o.csv",
        "\ufeffclient_id,defaulted,day,score_id",
        f"100001,1,2026-11-30,{'a' * 32}",
        "100002,false,2026-11-01,",
    )
    first, second = read_outcomes(path)
    assert first == OutcomeGiven(
        client_id=100_001, day=date(2026, 11, 30), defaulted=True, score_id="a" * 32
    )
    assert (second.defaulted, second.score_id) == (False, None)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["client_id,day", "1,2026-11-30"], "column defaulted is missing"),
        (["client_id,day,defaulted,name", "1,2026-11-30,1,x"], "column name is unknown"),
        (["client_id,day,defaulted"], "it has a row for each outcome"),
        (["client_id,day,defaulted", "1,2026-11-31,1"], "line 2, day"),
        (["client_id,day,defaulted", "1,2026-11-30,1", "2,2026-11-30,maybe"], "line 3, defaulted"),
        (["client_id,day,defaulted", "1,2026-11-30"], "line 2, defaulted"),
        (["client_id,day,defaulted", "1,2026-11-30,1,9"], "line 2, None"),
        (["client_id,day,defaulted", *["x,2026-11-30,1"] * 12], "and 2 more"),
    ],
)
def test_a_bad_file_is_refused_with_its_lines(tmp_path: Path, lines: list, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_outcomes(write(tmp_path / "o.csv", *lines))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none\.csv"):
        read_outcomes(tmp_path / "none.csv")


def test_the_operators_command_records_a_file_whole_or_not_at_all(
    where: str, resources: Resources, scores: list[Score], tmp_path: Path
) -> None:
    def run(*rows: str) -> Result:
        file = write(tmp_path / "outcomes.csv", "client_id,day,defaulted", *rows)
        return CliRunner().invoke(app, ["outcomes", str(file)], env={"SCORING_JOURNAL": where})

    day = LATER.isoformat()
    refused = run(f"1,{day},1", f"999,{day},0")
    assert "client 999" in str(refused.exception)
    assert told(resources.journal) == []
    first = run(f"1,{day},1", f"2,{day},0", f"11,{day},0")
    assert "3 outcomes recorded, 0 known before; 2 follow an override" in first.output
    again = run(f"1,{day},1", f"2,{day},1")
    assert "1 outcomes recorded, 1 known before; 1 follow an override" in again.output
    assert [(entry.client_id, entry.facts["defaulted"]) for entry in told(resources.journal)] == [
        *((1, True), (2, False), (11, False)),
        (2, True),
    ]
    assert resources.journal.verify().faults == []
