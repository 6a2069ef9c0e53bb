"""A decision belongs to the score that was shown, says why, and is read back by those who may."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lib.serving.http.answers import Answer
from lib.serving.http.keys import Role
from lib.serving.http.lateness import OUTCOME, Outcome
from lib.serving.journal import Journal, Kind
from lib.serving.wire import Decided, DecisionReason, DecisionsPage, Problem
from tests.serving.journal.conftest import Ask

PAGE = ("page", Role.DASHBOARD)


def score_of(ask: Ask, client_id: int | None, *who: Any, **features: Any) -> dict:
    """Have a client scored, and give the score as told."""
    body = {"clients": [{"client_id": client_id, "features": features}]}
    return json.loads(ask("explain", body, *who).body)["explanations"][0]


def body_of(score: dict, **others: Any) -> dict:
    """Write the body of a decision that agrees with a score."""
    names = ("client_id", "score_id", "decision")
    return {name: score[name] for name in names} | others


def offender(answer: Answer) -> tuple[int, str]:
    return answer.status, Problem.model_validate_json(answer.body).offender


def decisions(journal: Journal) -> list:
    return list(journal.read([Kind.DECISION]))


def test_a_person_decides_beside_the_score_that_was_shown(journal: Journal, ask: Ask) -> None:
    score = score_of(ask, 5, *PAGE, "anna")
    other = {"grant": "refuse", "refuse": "grant"}[score["decision"]]
    # A partner scores other values of the client meanwhile: that changes nothing.
    score_of(ask, 5, "partner", Role.SCORING, age_years=61.0)
    body = body_of(score, decision=other, reason="security", comment="Her brother stands for it.")
    told = Decided.model_validate_json(ask("decide", body, *PAGE, "anna").body)
    assert (told.score_id, told.model_decision) == (score["score_id"], score["decision"])
    assert (told.decision, told.reason, told.is_override) == (other, "security", True)
    assert (told.person, told.caller) == ("anna", "page")
    for name in ("default_probability", "threshold", "scorer"):
        assert getattr(told, name) == score[name]
    (entry,) = decisions(journal)
    assert (entry.id, entry.at) == (told.decision_id, told.decided_at)
    assert (entry.client_id, entry.sealed["comment"]) == (5, "Her brother stands for it.")
    shown = journal.entry(score["score_id"])
    assert (entry.facts["score_id"], entry.facts["score_at"]) == (shown.id, shown.at)


def test_a_score_that_this_role_was_not_shown_on_this_client_is_not_decided_on(
    journal: Journal, ask: Ask
) -> None:
    mine = score_of(ask, 5, *PAGE, "anna")
    partners = score_of(ask, 5, "partner", Role.SCORING)
    simulated = json.loads(
        ask("what_if", {"client_id": 100_002, "changes": {"credit_amount": 9e5}}, *PAGE).body
    )
    unnumbered = score_of(ask, None, *PAGE)
    for body in (
        body_of(partners),
        body_of(mine, client_id=6),
        body_of(simulated["before"]),
        body_of(simulated["after"]),
        body_of(unnumbered, client_id=5),
        body_of(mine, score_id="0" * 32),
    ):
        refused = ask("decide", body, *PAGE, "anna")
        expected = f"score {body['score_id']} of client {body['client_id']}"
        assert offender(refused) == (404, expected)
    assert decisions(journal) == []
    # A colleague sees the same file, by the same role.
    assert ask("decide", body_of(mine), *PAGE, "boris").status == 200


def test_another_decision_than_the_models_says_why(journal: Journal, ask: Ask) -> None:
    score = score_of(ask, 5)
    override = body_of(score, decision={"grant": "refuse"}.get(score["decision"], "grant"))
    assert offender(ask("decide", override)) == (400, "reason")
    assert offender(ask("decide", override | {"reason": "because"}))[0] == 400
    assert offender(ask("decide", override | {"reason": "other"})) == (400, "comment")
    assert offender(ask("decide", override | {"reason": "other", "comment": " "}))[0] == 400
    assert decisions(journal) == []
    for reason in DecisionReason:
        said = override | {"reason": reason, "comment": "it is so"}
        assert ask("decide", said).status == 200
    assert ask("decide", body_of(score)).status == 200
    assert [one.facts["is_override"] for one in decisions(journal)] == [True] * 7 + [False]


def test_a_decision_sent_again_with_its_key_is_recorded_once(journal: Journal, ask: Ask) -> None:
    score = score_of(ask, 5)
    body = body_of(score, comment="seen", idempotency_key="made up")
    first = ask("decide", body)
    again = ask("decide", body)
    assert (first.status, again) == (200, first)
    assert len(decisions(journal)) == 1
    another = score_of(ask, 6)
    for other in (body_of(another), {"reason": "security"}, {"comment": "not seen"}):
        assert offender(ask("decide", body | other)) == (409, "idempotency_key")
    # Without a key, or with another, it is another decision; so it is from another caller.
    for other in ({"idempotency_key": None}, {"idempotency_key": "another"}):
        assert ask("decide", body | other).status == 200
    assert ask("decide", body, "another caller").status == 200
    assert len(decisions(journal)) == 4


def test_two_that_send_a_decision_at_once_record_it_once(journal: Journal, ask: Ask) -> None:
    body = body_of(score_of(ask, 5), idempotency_key="made up")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask("decide", body), range(32)))
    assert set(answers) == {answers[0]}
    assert answers[0].status == 200
    assert len(decisions(journal)) == 1


def test_what_comes_too_late_is_not_recorded(journal: Journal, ask: Ask) -> None:
    score = score_of(ask, 5)
    late = Outcome()
    late.give_up()
    context = copy_context()
    context.run(OUTCOME.set, late)
    assert context.run(ask, "decide", body_of(score)).status == 504
    assert context.run(ask, "search", {}).status == 504
    assert len(list(journal.read())) == 1


class TestReadBack:
    @pytest.fixture
    def told(self, ask: Ask) -> list[Decided]:
        """Three decisions of two people on two clients."""
        told = []
        for client_id, person in ((5, "anna"), (6, "anna"), (5, "boris")):
            score = score_of(ask, client_id, *PAGE, person)
            answer = ask("decide", body_of(score), *PAGE, person)
            told.append(Decided.model_validate_json(answer.body))
        return told

    def read(self, ask: Ask, body: dict, *who: Any) -> DecisionsPage:
        answer = ask("decisions", body, *(who or (*PAGE, "hanna")))
        assert answer.status == 200, answer.body
        return DecisionsPage.model_validate_json(answer.body)

    def test_by_client_person_and_day_the_newest_first(self, ask: Ask, told: list[Decided]) -> None:
        assert self.read(ask, {}).decisions == told[::-1]
        assert self.read(ask, {"client_ids": [5]}).decisions == [told[2], told[0]]
        assert self.read(ask, {"client_ids": [6, 77]}).decisions == [told[1]]
        assert self.read(ask, {"client_ids": []}).decisions == []
        assert self.read(ask, {"person": "anna"}).decisions == [told[1], told[0]]
        assert self.read(ask, {"person": "anna", "client_ids": [5]}).decisions == [told[0]]
        today = datetime.now(UTC).date()
        day, month = timedelta(days=1), timedelta(days=30)
        for first, last, count in (
            (today - day, today, 3),
            (today, today + day, 3),
            (today + day, today + month, 0),
            (today - month, today - day, 0),
        ):
            days = {"first_day": str(first), "last_day": str(last)}
            assert self.read(ask, days).total == count
        assert self.read(ask, {"last_day": "9999-12-31", "first_day": "0001-01-01"}).total == 3

    def test_by_page(self, ask: Ask, told: list[Decided]) -> None:
        first = self.read(ask, {"page_size": 2})
        second = self.read(ask, {"page_size": 2, "page": 2})
        assert (first.total, first.decisions) == (3, told[:0:-1])
        assert (second.total, second.decisions) == (3, told[:1])
        assert self.read(ask, {"page": 10**9}).decisions == []

    def test_a_manager_reads_on_named_clients_and_the_own(
        self, ask: Ask, told: list[Decided]
    ) -> None:
        anna = (*PAGE, "anna")
        assert self.read(ask, {"client_ids": [5]}, *anna).total == 2
        assert self.read(ask, {"person": "anna"}, *anna).total == 2
        for body in ({}, {"person": "boris"}, {"first_day": "2026-01-01"}):
            assert offender(ask("decisions", body, *anna)) == (403, "“anna”")

    @pytest.mark.parametrize(
        "who", [(*PAGE, "hanna"), (*PAGE, "otto"), ("audit", Role.PORTFOLIO), ("", Role.PORTFOLIO)]
    )
    def test_heads_auditors_and_systems_read_all(
        self, ask: Ask, told: list[Decided], who: tuple
    ) -> None:
        assert self.read(ask, {}, *who).total == 3
        assert self.read(ask, {"person": "anna"}, *who).total == 2

    def test_a_client_who_is_forgotten_is_counted_and_not_told(
        self, ask: Ask, journal: Journal, told: list[Decided]
    ) -> None:
        assert journal.forget(5)
        left = self.read(ask, {})
        assert (left.total, left.decisions) == (3, [told[1]])
        assert self.read(ask, {"client_ids": [5]}).total == 0
        # The score that was shown is no one's any more.
        body = {"client_id": 5, "score_id": told[0].score_id, "decision": "grant"}
        assert ask("decide", body, *PAGE, "anna").status == 404
