"""What the journal keeps of an answer."""

import json

import httpx
import pytest
from prometheus_client import REGISTRY

from lib.decision import Decision
from lib.serving.http.keys import Role
from lib.serving.journal import Author, Journal, Kind
from lib.serving.journal.recording import count_scores
from lib.serving.wire import Decided, Problem, Score
from tests.serving.journal.conftest import Ask
from tests.serving.server import Served

ADULT = {"client_id": 7, "features": {"age_years": 33.0, "housing": "rents"}}
ODD = {"features": {"credit_amount": 15_000_000.0, "housing": "a boat"}}


def test_every_score_of_an_answer_has_its_entry_and_tells_its_id(
    journal: Journal, ask: Ask
) -> None:
    body = {"clients": [ADULT, {"features": {}}]}
    given = ask("score", body, "page", Role.DASHBOARD, "anna")
    told = json.loads(given.body)["scores"]
    written = list(journal.read())
    assert [entry.id for entry in written] == [score["score_id"] for score in told]
    assert [entry.client_id for entry in written] == [7, None]
    assert [entry.author for entry in written] == [Author("page", "anna", "dashboard")] * 2
    for entry, score in zip(written, told, strict=True):
        assert entry.kind is Kind.SCORE
        for name in ("decision", "threshold", "scorer"):
            assert entry.facts[name] == score[name]
        for name in ("default_probability", "coverage"):
            assert entry.sealed[name] == score[name]
    assert [entry.sealed["features"] for entry in written] == [ADULT["features"], {}]


def test_in_clear_is_nothing_that_tells_of_whom_it_is(journal: Journal, ask: Ask) -> None:
    ask("explain", {"clients": [ODD | {"client_id": 987_654_321}]})
    (entry,) = journal.read()
    assert set(entry.facts) == {"endpoint", "scorer", "decision", "threshold", "about", "review"}
    assert entry.facts["about"] == round(entry.sealed["default_probability"], 2)
    assert entry.facts["review"] == ["outside_seen", "unseen_category", "untold"]
    journal.close()
    content = journal.store.path.read_bytes()
    assert b"outside_seen" in content
    for personal in (b"987654321", b"15000000", b"a boat"):
        assert personal not in content


def test_why_a_person_must_look_and_all_reasons_are_kept_as_told(
    journal: Journal, ask: Ask
) -> None:
    (told,) = json.loads(ask("explain", {"clients": [ODD]}).body)["explanations"]
    (entry,) = journal.read()
    assert entry.sealed["review"] == told["review"]
    assert entry.sealed["reasons"] == [
        [one["fact"], one["contribution"], one["points"]] for one in told["reasons"]
    ]


def test_partial_results_have_the_inputs_of_those_who_were_scored(
    journal: Journal, ask: Ask
) -> None:
    clients = [{"client_id": 6, "features": {"salary": 1.0}}, ADULT, {"features": {}}]
    assert ask("score", {"clients": clients, "partial": True}).status == 200
    written = [(entry.client_id, entry.sealed["features"]) for entry in journal.read()]
    assert written == [(7, ADULT["features"]), (None, {})]


def test_of_a_thousand_clients_one_fault_costs_the_others_nothing(
    journal: Journal, ask: Ask
) -> None:
    faulty, clients = 500, [ADULT | {"client_id": number} for number in range(1000)]
    clients[faulty] = {"client_id": faulty, "features": {"salary": 1.0}}
    assert ask("score", {"clients": clients}).status == 400
    assert not journal.store.path.exists()

    answer = json.loads(ask("score", {"clients": clients, "partial": True}).body)
    assert [fault["index"] for fault in answer["faults"]] == [faulty]
    written = list(journal.read())
    sound = [number for number in range(1000) if number != faulty]
    assert [entry.client_id for entry in written] == sound
    assert [entry.seq for entry in written] == list(range(1, 1000))
    assert [entry.id for entry in written] == [score["score_id"] for score in answer["scores"]]
    assert journal.verify().faults == []


def test_scores_are_counted_by_decision_and_bucket() -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"credit_scoring_{name}", {"endpoint": "e", **labels}) or 0

    def score(probability: float, decision: Decision) -> tuple[str, Score]:
        return "e", Score.model_construct(default_probability=probability, decision=decision)

    count_scores([score(0.0, Decision.GRANT), score(0.01, Decision.GRANT)])
    count_scores([score(0.011, Decision.GRANT), score(1.0, Decision.REFUSE)])
    assert counted("scores_total", decision="grant") == 3
    assert counted("scores_total", decision="refuse") == 1
    below = {end: counted("default_probability_bucket", le=end) for end in ("0.01", "0.02", "1.0")}
    assert below == {"0.01": 2, "0.02": 3, "1.0": 4}
    assert counted("default_probability_sum") == pytest.approx(0.01 + 0.01 + 0.02 + 1.0)


def test_what_is_refused_leaves_no_entry(journal: Journal, ask: Ask) -> None:
    body = {"clients": [ADULT, {"features": {"salary": 1.0}}]}
    assert ask("score", body).status == 400
    assert not journal.store.path.exists()


def test_scores_of_a_simulation_are_marked(journal: Journal, ask: Ask) -> None:
    changes = {"credit_amount": 900_000.0}
    told = json.loads(ask("what_if", {"client_id": 100_002, "changes": changes}).body)
    before, after = journal.read()
    assert [before.id, after.id] == [told[name]["score_id"] for name in ("before", "after")]
    assert before.facts["simulates"]
    assert after.facts["simulates"]
    assert after.sealed["features"] == before.sealed["features"] | changes


@pytest.mark.parametrize(
    ("endpoint", "body", "about"),
    [
        ("search", {"page_size": 3}, None),
        ("similar", {"client_id": 100_002, "count": 4}, 100_002),
    ],
)
def test_who_looked_at_whom_is_kept(
    journal: Journal, ask: Ask, endpoint: str, body: dict, about: int | None
) -> None:
    shown = json.loads(ask(endpoint, body, "page", Role.DASHBOARD, "anna").body)["clients"]
    (entry,) = journal.read()
    assert (entry.kind, entry.author.person) == (Kind.LOOK, "anna")
    assert (entry.facts["endpoint"], entry.client_id) == (endpoint, about)
    # They are named by what stands for them.
    assert len(entry.facts["shown"]) == len(shown)
    for client in shown:
        assert [one.id for one in journal.export(client["client_id"])] == [entry.id]
    assert journal.export(5) == []


def test_who_looked_at_a_file_is_kept_with_its_score(journal: Journal, ask: Ask) -> None:
    ask("client", {"client_id": 100_002}, "page", Role.DASHBOARD, "anna")
    (entry,) = journal.export(100_002)
    assert (entry.facts["endpoint"], entry.author.person) == ("client", "anna")


def test_without_its_entry_nothing_is_given(journal: Journal, ask: Ask) -> None:
    journal.store.path.parent.mkdir()
    journal.store.path.write_text("not a journal " * 100)
    for endpoint, body in (("score", {"clients": [ADULT]}), ("search", {})):
        refused = ask(endpoint, body)
        assert refused.status == 503
        assert Problem.model_validate_json(refused.body).offender == "journal journal.sqlite"


def test_the_service_journals_and_counts_what_it_says(served: Served) -> None:
    client = 99_999_999
    given = served.post("explain", {"clients": [ADULT | {"client_id": client}] * 10})
    score = given.json()["explanations"][0]
    body = {
        "client_id": client,
        "score_id": score["score_id"],
        "decision": "grant",
        "reason": "security",
    }
    # Enough for both workers to have a group of them.
    told, *_ = [served.post("decide", body) for _ in range(20)]
    decided = Decided.model_validate_json(told.content)
    assert decided.default_probability == score["default_probability"]
    journal = Journal(served.log.with_name("journal.sqlite"))
    written = journal.export(client)
    assert [entry.facts.get("endpoint") for entry in written] == ["explain"] * 10 + [None] * 20
    assert journal.verify().faults == []
    journal.close()
    metrics = httpx.get(f"{served.url}/metrics").text
    model = decided.model_decision
    for name in (
        f'credit_scoring_scores_total{{decision="{model}",endpoint="explain"}}',
        'credit_scoring_default_probability_count{endpoint="explain"}',
        f'credit_scoring_manager_decisions_total{{decision="grant",model_decision="{model}"}}',
        'credit_scoring_request_seconds_count{endpoint="/explain",status="200"}',
    ):
        assert name in metrics
