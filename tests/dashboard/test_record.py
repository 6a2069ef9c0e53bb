"""The manager's own decision: what is sent, what is asked for, and what is said."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lib.dashboard.calls import Calls
from lib.dashboard.panels.record import REASONS, RecordPanel
from lib.dashboard.state import State
from lib.decision import Decision
from lib.serving.api import ApiFault, ApiUnreachable
from lib.serving.wire import MOST_COMMENT, ClientFile, Decided, DecisionReason


class Api:
    """Records as the API does."""

    def __init__(self) -> None:
        self.recorded: list[tuple[int, str, str]] = []
        self.keys: list[str] = []
        self.reasons: list[DecisionReason | None] = []
        self.fault: ApiFault | None = None
        self.person: str | None = None

    def decide(
        self,
        client_id: int,
        score_id: str,
        decision: Decision,
        reason: DecisionReason | None,
        comment: str,
        idempotency_key: str,
    ) -> Decided:
        self.keys.append(idempotency_key)
        self.reasons.append(reason)
        if self.fault:
            raise self.fault
        self.recorded.append((client_id, decision, comment))
        return Decided(
            decision_id=f"{len(self.recorded):032}",
            client_id=client_id,
            score_id=score_id,
            decision=decision,
            reason=reason,
            comment=comment,
            is_override=decision != "refuse",
            person=self.person,
            caller="",
            decided_at=f"2026-11-24T09:30:{len(self.recorded):02}.000+00:00",
            model_decision="refuse",
            default_probability=0.12,
            threshold=0.09,
            scorer="credit_scorer:test",
        )


class LateCalls(Calls):
    """Answers when it is told to."""

    def run(self, name: str, call: Callable, done: Callable, **others: Any) -> None:
        self.answer = partial(super().run, name, call, done, **others)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def panel(state: State, api: Api) -> RecordPanel:
    shown = RecordPanel(state, api, Calls(state))
    shown._begin()
    return shown


def test_it_begins_with_what_was_calculated(panel: RecordPanel) -> None:
    assert panel.choice.value == "refuse"
    assert panel.answer.value == ""


def test_agreeing_needs_no_comment_and_is_confirmed(panel: RecordPanel, api: Api) -> None:
    panel.record.click()
    assert api.recorded == [(100_002, "refuse", "")]
    assert api.reasons == [None]
    assert "Enregistré" in panel.answer.value
    assert 'role="status"' in panel.answer.value
    assert re.search(r"24 nov\. 2026", panel.answer.value)


@pytest.mark.parametrize("comment", ["", "   "])
def test_departing_from_the_calculation_needs_a_reason(
    panel: RecordPanel, api: Api, comment: str
) -> None:
    assert panel.reason.layout.display == "none"
    panel.choice.value, panel.comment.value = "grant", comment
    assert panel.reason.layout.display == ""
    panel.record.click()
    assert api.recorded == []
    assert "choisissez un motif" in panel.answer.value
    panel.reason.value = "other"
    assert panel.answer.value == ""
    panel.record.click()
    assert api.recorded == []
    assert "pourquoi vous vous écartez" in panel.answer.value
    panel.comment.value = " Caution solide. "
    panel.record.click()
    assert api.recorded == [(100_002, "grant", "Caution solide.")]
    assert api.reasons == [DecisionReason.OTHER]


def test_a_reason_that_says_it_needs_no_comment(panel: RecordPanel, api: Api) -> None:
    panel.choice.value, panel.reason.value = "grant", "security"
    panel.record.click()
    assert api.recorded == [(100_002, "grant", "")]
    assert api.reasons == [DecisionReason.SECURITY]


def test_agreeing_after_all_sends_no_reason(panel: RecordPanel, api: Api) -> None:
    panel.choice.value, panel.reason.value = "grant", "security"
    panel.choice.value = "refuse"
    assert panel.reason.layout.display == "none"
    panel.record.click()
    assert api.reasons == [None]


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(DecisionReason)


def test_a_fault_is_told_in_place_and_what_was_typed_stays(panel: RecordPanel, api: Api) -> None:
    api.fault = ApiUnreachable("the API", "it is there", "start it")
    panel.comment.value = "Vu le contrat."
    panel.record.click()
    assert "Le service de calcul ne répond pas." in panel.answer.value
    assert panel.comment.value == "Vu le contrat."
    assert not panel.record.disabled


def test_what_may_have_arrived_is_sent_again_under_the_same_key(
    panel: RecordPanel, api: Api
) -> None:
    api.fault = ApiUnreachable("the API", "it answers in time", "try again")
    panel.record.click()
    api.fault = None
    panel.record.click()
    assert api.keys[0] == api.keys[1]
    panel.comment.value = "Vu le contrat."
    panel.record.click()
    assert api.keys[2] != api.keys[1]
    assert len(api.recorded) == 2


def test_a_second_click_records_nothing(panel: RecordPanel, api: Api) -> None:
    panel.record.click()
    panel.record.click()
    assert api.recorded == [(100_002, "refuse", "")]
    assert "Enregistré" in panel.answer.value


def test_a_comment_is_counted_and_too_long_a_one_is_not_sent(
    panel: RecordPanel, state: State, api: Api
) -> None:
    state.language = "en"
    panel.comment.value = "é" * MOST_COMMENT
    assert "2,000 of 2,000 characters" in panel.count.value
    assert not panel.record.disabled
    panel.comment.value += "é" * 12
    assert "take 12 away" in panel.count.value
    assert 'role="alert"' in panel.count.value
    panel.record.click()
    assert api.recorded == []
    panel.comment.value = "é" * MOST_COMMENT
    panel.record.click()
    assert api.recorded == [(100_002, "refuse", "é" * MOST_COMMENT)]


def test_decisions_taken_are_listed_when_the_client_is_opened_again(
    panel: RecordPanel, api: Api, state: State
) -> None:
    api.person = "Zoé <Martin>"
    panel.choice.value, panel.comment.value = "grant", "Caution <solide>."
    panel.reason.value = "security"
    panel.record.click()
    panel.comment.value = "Caution vérifiée."
    panel.record.click()
    state.client_id = 100_003
    assert (panel.taken.value, state.recorded) == ("", None)
    state.client_id = 100_002
    assert state.recorded.comment == "Caution vérifiée."
    items = re.findall("<li>(.*?)</li>", panel.taken.value)
    assert ["Caution vérifiée." in one for one in items] == [True, False]
    assert "Crédit accordé par Zoé &lt;Martin&gt;, le 24 nov. 2026" in items[1]
    assert "Un garant ou une garantie" in items[1]
    assert "Caution &lt;solide&gt;." in items[1]


def test_that_earlier_decisions_cannot_be_read_is_said(panel: RecordPanel, state: State) -> None:
    state.faults = {"decisions": ApiUnreachable("the API", "it is there", "start it")}
    assert "ne répond pas" in panel.taken.value


def test_an_answer_that_comes_after_the_client_was_left_is_kept_for_that_client(
    state: State, make_file: Callable[..., ClientFile], api: Api
) -> None:
    calls = LateCalls(state)
    panel = RecordPanel(state, api, calls)
    panel.choice.value = "refuse"
    panel.record.click()
    state.file = make_file(client_id=100_003, probability=0.05)
    calls.answer()
    assert panel.answer.value == ""
    assert not panel.record.disabled
    assert state.decisions[100_002][0].decision == "refuse"
    assert list(state.decisions) == [100_002]


def test_another_client_begins_anew(
    panel: RecordPanel, state: State, make_file: Callable[..., ClientFile]
) -> None:
    panel.comment.value = "Vu le contrat."
    panel.record.click()
    state.file = make_file(client_id=100_003, probability=0.05)
    assert (panel.comment.value, panel.answer.value) == ("", "")
    assert panel.choice.value == "grant"


def test_in_another_language_a_decision_is_not_recorded_again(
    panel: RecordPanel, state: State, api: Api
) -> None:
    panel.choice.value, panel.reason.value = "grant", "security"
    panel.record.click()
    state.language = "en"
    assert panel.record.disabled
    assert "Recorded" in panel.answer.value
    panel.record.click()
    assert api.recorded == [(100_002, "grant", "")]


def test_in_another_language_what_failed_is_sent_under_the_same_key(
    panel: RecordPanel, state: State, api: Api
) -> None:
    api.fault = ApiUnreachable("the API", "it is there", "start it")
    panel.record.click()
    state.language = "en"
    api.fault = None
    panel.record.click()
    assert api.keys[0] == api.keys[1]


def test_the_language_changes_the_words_not_the_choice(panel: RecordPanel, state: State) -> None:
    panel.choice.value = "grant"
    state.language = "en"
    assert panel.choice.value == "grant"
    assert [words for words, _ in panel.choice.options] == ["Grant", "Refuse"]
