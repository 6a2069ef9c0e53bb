"""The decision journal: what it holds, and that nothing acknowledged is lost or changed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from copy import copy
from pathlib import Path
from time import sleep

import httpx
import pytest

from lib.decision import Decision
from lib.serving.endpoints import ENDPOINTS, answer, simulations_of
from lib.serving.http.answers import Answer
from lib.serving.http.keys import CALLER
from lib.serving.http.lateness import OUTCOME, Outcome
from lib.serving.journal import Journal, JournalUnavailable, ScoreEntry
from lib.serving.journal.recording import digest_of
from lib.serving.resources import Resources
from lib.serving.wire import Decided, Problem
from tests.serving.server import PROJECT, Served

ADULT = {"client_id": 7, "features": {"age_years": 33.0, "housing": "rents"}}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    path = tmp_path / "deep" / "journal.sqlite"
    return Journal(path, simulations_of(ENDPOINTS.values()))


def rows(path: Path, table: str = "scores") -> list[dict]:
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")]
    connection.close()
    return found


def entry(
    client_id: int | None = 1, endpoint: str = "score", probability: float = 0.5
) -> ScoreEntry:
    return ScoreEntry(
        "", endpoint, "credit_scorer:a", client_id, probability, Decision.REFUSE, "0" * 64
    )


def ask(journal: Journal, resources: Resources, body: object, endpoint: str = "score") -> Answer:
    """Ask an endpoint that has a journal of its own."""
    own = copy(resources)
    own.journal = journal
    return answer(ENDPOINTS[endpoint], own, json.dumps(body).encode())


def test_every_score_of_an_answer_has_its_entry(journal: Journal, resources: Resources) -> None:
    told = json.loads(ask(journal, resources, {"clients": [ADULT, {"features": {}}]}).body)[
        "scores"
    ]
    written = rows(journal.path)
    for name in ("client_id", "default_probability", "decision", "scorer"):
        assert [row[name] for row in written] == [score[name] for score in told]
    assert [row["endpoint"] for row in written] == ["score", "score"]
    assert [row["input_sha256"] for row in written] == [
        digest_of(ADULT["features"]),
        digest_of({}),
    ]


def test_why_a_person_must_look_is_kept_without_values(
    journal: Journal, resources: Resources
) -> None:
    odd = {"features": {"credit_amount": 15_000_000.0, "housing": "a boat"}}
    ask(journal, resources, {"clients": [ADULT, odd]})
    assert [row["review"] for row in rows(journal.path)] == [
        "",
        "outside_seen credit_amount, unseen_category housing",
    ]


def test_a_journal_without_reviews_is_gone_on_with(journal: Journal) -> None:
    journal.write_scores([entry()])
    with sqlite3.connect(journal.path) as connection:
        connection.execute("ALTER TABLE scores DROP COLUMN review")
    connection.close()
    Journal(journal.path).write_scores([entry()])
    assert [row["review"] for row in rows(journal.path)] == ["", ""]


def test_a_journal_without_idempotency_keys_is_gone_on_with(journal: Journal) -> None:
    journal.write_scores([entry()])
    journal.write_decision("", 1, Decision.GRANT, "before")
    with sqlite3.connect(journal.path) as connection:
        connection.execute("DROP INDEX decisions_by_key")
        connection.execute("ALTER TABLE decisions DROP COLUMN idempotency_key")
    connection.close()
    again = Journal(journal.path)
    again.write_decision("", 1, Decision.GRANT, "after", "a key")
    assert [row["idempotency_key"] for row in rows(journal.path, "decisions")] == [None, "a key"]
    assert again.decision_by_key("", "a key").comment == "after"


def test_partial_results_have_the_hashes_of_those_who_were_scored(
    journal: Journal, resources: Resources
) -> None:
    clients = [{"client_id": 6, "features": {"salary": 1.0}}, ADULT, {"features": {}}]
    told = ask(journal, resources, {"clients": clients, "partial": True})
    assert told.status == 200
    written = [(row["client_id"], row["input_sha256"]) for row in rows(journal.path)]
    assert written == [(7, digest_of(ADULT["features"])), (None, digest_of({}))]


def test_what_is_refused_leaves_no_entry(journal: Journal, resources: Resources) -> None:
    body = {"clients": [ADULT, {"features": {"salary": 1.0}}]}
    assert ask(journal, resources, body).status == 400
    assert not journal.path.exists()


def test_a_known_client_has_the_hash_of_the_features_looked_up(
    journal: Journal, resources: Resources
) -> None:
    told = json.loads(ask(journal, resources, {"client_id": 100_010}, "client").body)
    ask(journal, resources, {"clients": [{"features": told["features"]}]})
    looked_up, sent = rows(journal.path)
    assert looked_up["endpoint"] == "client"
    assert looked_up["input_sha256"] == sent["input_sha256"]
    assert looked_up["default_probability"] == sent["default_probability"]


@pytest.mark.parametrize(
    "statement", ["UPDATE scores SET decision = 'grant'", "DELETE FROM scores"]
)
def test_what_is_written_stays(journal: Journal, statement: str) -> None:
    journal.write_scores([entry()])
    connection = sqlite3.connect(journal.path)
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)
    connection.close()
    assert rows(journal.path)[0]["decision"] == "refuse"


def test_a_batch_is_written_whole_or_not_at_all(journal: Journal) -> None:
    with pytest.raises(JournalUnavailable):
        journal.write_scores([entry(1), entry(2, probability="not a number")])
    assert rows(journal.path) == []


def test_without_its_entry_no_score_is_given(tmp_path: Path, resources: Resources) -> None:
    occupied = tmp_path / "journal.sqlite"
    occupied.write_text("not a journal " * 100)
    refused = ask(Journal(occupied), resources, {"clients": [ADULT]})
    assert refused.status == 503
    assert Problem.model_validate_json(refused.body).offender == "journal journal.sqlite"


def test_two_workers_write_one_journal(journal: Journal) -> None:
    other = Journal(journal.path)
    for one in (journal, other, journal):
        one.write_scores([entry()])
    assert len(rows(journal.path)) == 3


def test_a_manager_decides_beside_the_model(journal: Journal, resources: Resources) -> None:
    journal.write_scores([entry(5, probability=0.2), entry(5, probability=0.3), entry(6)])
    journal.write_scores([entry(5, endpoint="what_if", probability=0.01)])
    body = {"client_id": 5, "decision": "grant", "comment": "owns a house"}
    told = Decided.model_validate_json(ask(journal, resources, body, "decide").body)
    assert (told.model_decision, told.default_probability) == ("refuse", 0.3)
    (decided,) = rows(journal.path, "decisions")
    assert decided["score_id"] == 2
    assert (decided["decision"], decided["comment"]) == ("grant", "owns a house")
    assert decided["at"] == told.decided_at


def test_a_decision_sent_again_with_its_key_is_recorded_once(
    journal: Journal, resources: Resources
) -> None:
    journal.write_scores([entry(5), entry(6)])
    body = {"client_id": 5, "decision": "grant", "comment": "seen", "idempotency_key": "made up"}
    first = ask(journal, resources, body, "decide")
    # The client has another score meanwhile: the answer is the first one's nevertheless.
    journal.write_scores([entry(5)])
    again = ask(journal, resources, body, "decide")
    assert (first.status, again) == (200, first)
    assert len(rows(journal.path, "decisions")) == 1
    for other in ({"client_id": 6}, {"decision": "refuse"}, {"comment": "not seen"}):
        refused = ask(journal, resources, body | other, "decide")
        assert refused.status == 409
        assert Problem.model_validate_json(refused.body).offender == "idempotency_key"
    # Without a key, or with another, it is another decision; so it is from another caller.
    for other in ({"idempotency_key": None}, {"idempotency_key": "another"}):
        assert ask(journal, resources, body | other, "decide").status == 200
    context = copy_context()
    context.run(CALLER.set, "another caller")
    assert context.run(ask, journal, resources, body, "decide").status == 200
    assert len(rows(journal.path, "decisions")) == 4


def test_two_that_send_a_decision_at_once_record_it_once(
    journal: Journal, resources: Resources
) -> None:
    journal.write_scores([entry(5)])
    body = {"client_id": 5, "decision": "grant", "idempotency_key": "made up"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(journal, resources, body, "decide"), range(32)))
    assert set(answers) == {answers[0]}
    assert answers[0].status == 200
    assert len(rows(journal.path, "decisions")) == 1


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [("decide", {"client_id": 5, "decision": "grant"}), ("explain", {"clients": [ADULT]})],
)
def test_what_comes_too_late_is_not_recorded(
    journal: Journal, resources: Resources, endpoint: str, body: object
) -> None:
    journal.write_scores([entry(5)])
    late = Outcome()
    late.give_up()
    context = copy_context()
    context.run(OUTCOME.set, late)
    assert context.run(ask, journal, resources, body, endpoint).status == 504
    assert len(rows(journal.path)) == 1
    assert rows(journal.path, "decisions") == []


def test_nobody_decides_on_a_client_whom_the_model_has_not_scored(
    journal: Journal, resources: Resources
) -> None:
    journal.write_scores([entry(5, endpoint="what_if"), entry(None)])
    refused = ask(journal, resources, {"client_id": 5, "decision": "grant"}, "decide")
    assert refused.status == 404
    assert Problem.model_validate_json(refused.body).offender == "client 5"


def test_the_service_journals_and_counts_what_it_says(served: Served) -> None:
    client = 99_999_999
    served.post("explain", {"clients": [ADULT | {"client_id": client}] * 10})
    body = {"client_id": client, "decision": "grant", "comment": "a reason"}
    # Enough for both workers to have a group of them.
    told, *_ = [served.post("decide", body) for _ in range(20)]
    decided = Decided.model_validate_json(told.content)
    path = served.log.with_name("journal.sqlite")
    written = [row for row in rows(path) if row["client_id"] == client]
    assert [row["endpoint"] for row in written] == ["explain"] * 10
    assert written[0]["default_probability"] == decided.default_probability
    metrics = httpx.get(f"{served.url}/metrics").text
    model = decided.model_decision
    for name in (
        f'credit_scoring_scores_total{{decision="{model}",endpoint="explain"}}',
        'credit_scoring_default_probability_count{endpoint="explain"}',
        f'credit_scoring_manager_decisions_total{{decision="grant",model_decision="{model}"}}',
        'credit_scoring_request_seconds_count{endpoint="/explain",status="200"}',
    ):
        assert name in metrics


WRITER = """
import sys
from lib.decision import Decision
from lib.serving.journal import Journal, ScoreEntry

journal = Journal(sys.argv[1])
for number in range(10**9):
    journal.write_scores([ScoreEntry("", "score", "s", number, 0.5, Decision.GRANT, "0" * 64)] * 3)
    print(number, flush=True)
"""


def test_kill_9_loses_no_acknowledged_entry(journal: Journal) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(journal.path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
    sleep(0.05)
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    # The last line may have been cut off.
    acknowledged += [int(line) for line in rest.splitlines()[:-1]]
    written = [row["client_id"] for row in rows(journal.path)]
    for number in acknowledged:
        assert written.count(number) == 3
    assert all(written.count(number) == 3 for number in set(written))
