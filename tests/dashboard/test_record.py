"""The manager's own decision: what is sent, what is asked for, and what is said."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lib.dashboard.calls import Calls
from lib.dashboard.panels.record import REASONS, RecordPanel, is_same_calculation
from lib.dashboard.state import State
from lib.decision import Decision
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable
from lib.serving.people import Person, PersonRole
from lib.serving.wire import MOST_COMMENT, ClientFile, Decided, DecisionReason, Problem
from tests.dashboard.reading import read

UNREACHABLE = ApiUnreachable("the API", "it answers in time", "try again")


class Api:
    """Records as the API does."""

    def __init__(self) -> None:
        self.recorded: list[tuple[int, str, str]] = []
        self.sent: list[tuple[object, ...]] = []
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
        self.sent.append((client_id, score_id, decision, reason, comment, idempotency_key))
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


class TestOnItsWay:
    """A decision that is sent and not answered yet."""

    @pytest.fixture
    def calls(self, state: State) -> LateCalls:
        return LateCalls(state)

    @pytest.fixture
    def panel(self, state: State, api: Api, calls: LateCalls) -> RecordPanel:
        shown = RecordPanel(state, api, calls)
        shown._begin()
        return shown

    @pytest.mark.parametrize("fault", [None, UNREACHABLE])
    def test_the_form_is_shut_until_there_is_an_answer(
        self, panel: RecordPanel, api: Api, calls: LateCalls, fault: ApiFault | None
    ) -> None:
        fields = (panel.choice, panel.reason, panel.comment)
        panel.record.click()
        assert all(field.disabled for field in (*fields, panel.record))
        api.fault = fault
        calls.answer()
        assert not any(field.disabled for field in fields)
        assert panel.record.disabled is (fault is None)

    def test_what_is_typed_all_the_same_makes_no_second_decision(
        self, panel: RecordPanel, api: Api, calls: LateCalls
    ) -> None:
        # The browser learns a moment later that the form is shut.
        panel.comment.value = "Vu le contrat."
        panel.record.click()
        panel.comment.value += "x"
        assert panel.comment.value == "Vu le contrat."
        api.fault = UNREACHABLE
        calls.answer()
        panel.record.click()
        calls.answer()
        assert api.sent[0] == api.sent[1]

    def test_the_next_client_is_decided_on_meanwhile(
        self, panel: RecordPanel, state: State, make_file: Callable[..., ClientFile]
    ) -> None:
        panel.record.click()
        state.file = make_file(client_id=100_003)
        assert not panel.comment.disabled
        assert not panel.record.disabled
        # Back at the first one nothing can be sent beside what is on its way.
        state.file = make_file(client_id=100_002)
        assert panel.comment.disabled
        assert panel.record.disabled

    def test_one_that_fails_is_told_on_the_next_client_and_sent_again_as_it_was(
        self,
        panel: RecordPanel,
        state: State,
        api: Api,
        calls: LateCalls,
        make_file: Callable[..., ClientFile],
    ) -> None:
        panel.choice.value, panel.reason.value = "grant", "security"
        panel.comment.value = "Caution solide."
        panel.record.click()
        state.file = make_file(client_id=100_003, probability=0.05)
        api.fault = UNREACHABLE
        calls.answer()
        assert panel.unrecorded.layout.display == ""
        (row,) = panel.unrecorded.children
        message, again = row.children
        failed = "La décision sur le client 100002 n’a pas pu être enregistrée : « Accorder »."
        assert failed in read(message.value)
        assert state.faults == {}

        api.fault = None
        again.click()
        # Pressed twice, it is sent once.
        assert again.disabled
        again.click()
        calls.answer()
        assert len(api.sent) == 2
        assert api.sent[0] == api.sent[1]
        assert [one.comment for one in state.decisions[100_002]] == ["Caution solide."]
        assert "client 100002 est maintenant enregistrée" in message.value
        assert again.layout.display == "none"

        state.file = make_file(client_id=100_004)
        assert panel.unrecorded.children == ()
        assert panel.unrecorded.layout.display == "none"


class TestNotRecorded:
    """A decision that failed: it may have arrived all the same."""

    def fail(self, panel: RecordPanel, api: Api, comment: str = "") -> None:
        api.fault = UNREACHABLE
        panel.comment.value = comment
        panel.record.click()
        api.fault = None

    def told(self, panel: RecordPanel) -> list[str]:
        return [read(row.children[0].value) for row in panel.unrecorded.children]

    def test_each_is_told_in_the_language_of_the_page(
        self, panel: RecordPanel, state: State, api: Api, make_file: Callable[..., ClientFile]
    ) -> None:
        self.fail(panel, api)
        state.file = make_file(client_id=100_003)
        self.fail(panel, api)
        assert ["100002" in one for one in self.told(panel)] == [True, False]
        state.language = "en"
        first, second = self.told(panel)
        assert "The decision on client 100002 could not be recorded: “Refuse”." in first
        assert "The decision on client 100003 could not be recorded: “Refuse”." in second
        assert panel.unrecorded.children[0].children[1].description == "Try again"

    def test_back_at_the_client_it_is_in_the_form_and_sent_under_its_key(
        self, panel: RecordPanel, state: State, api: Api, make_file: Callable[..., ClientFile]
    ) -> None:
        self.fail(panel, api, "Vu le contrat.")
        state.file = make_file(client_id=100_003)
        assert panel.comment.value == ""
        # The client is scored anew whenever the file is opened.
        again = make_file()
        anew = again.explanation.model_copy(update={"score_id": "9" * 32})
        state.file = again.model_copy(update={"explanation": anew})
        assert panel.comment.value == "Vu le contrat."
        panel.record.click()
        assert api.sent[0] == api.sent[1]
        assert "Enregistré" in panel.answer.value

    def test_what_is_changed_and_changed_back_is_sent_under_the_same_key(
        self, panel: RecordPanel, api: Api
    ) -> None:
        self.fail(panel, api, "Vu.")
        panel.comment.value = "Vu !"
        panel.comment.value = "Vu."
        panel.record.click()
        assert api.keys[0] == api.keys[1]

    def test_of_other_figures_the_same_words_are_another_decision(
        self, panel: RecordPanel, state: State, api: Api, make_file: Callable[..., ClientFile]
    ) -> None:
        self.fail(panel, api, "Vu.")
        again = make_file(probability=0.2)
        anew = again.explanation.model_copy(update={"score_id": "9" * 32})
        state.file = again.model_copy(update={"explanation": anew})
        assert panel.comment.value == ""
        panel.comment.value = "Vu."
        panel.record.click()
        assert api.keys[0] != api.keys[1]

    def test_a_later_decision_on_the_client_takes_its_place(
        self, panel: RecordPanel, state: State, api: Api, make_file: Callable[..., ClientFile]
    ) -> None:
        state.file = make_file(client_id=100_003)
        self.fail(panel, api)
        state.file = make_file(client_id=100_002)
        self.fail(panel, api, "Vu.")
        panel.comment.value = "Vu le contrat."
        # Until then it is not forgotten.
        assert len(self.told(panel)) == 2
        panel.record.click()
        (left,) = self.told(panel)
        assert "100003" in left

    def test_an_earlier_one_sent_again_leaves_the_later_one(
        self, panel: RecordPanel, api: Api
    ) -> None:
        self.fail(panel, api, "Vu.")
        self.fail(panel, api, "Vu le contrat.")
        panel.unrecorded.children[0].children[1].click()
        done, left = self.told(panel)
        assert "maintenant enregistrée" in done
        assert "n’a pas pu" in left

    def test_what_the_api_refuses_is_told_with_its_reason(
        self, panel: RecordPanel, api: Api
    ) -> None:
        problem = Problem(offender="score 0", rule="it was shown", remedy="ask anew")
        api.fault = ApiProblem(404, problem)
        panel.record.click()
        (told,) = self.told(panel)
        assert "score 0: it was shown; ask anew." in told


class TestAnotherCalculation:
    """A client may have been scored anew since a decision."""

    @pytest.fixture
    def taken(self, panel: RecordPanel, state: State) -> Decided:
        """A decision on the figures of the page, asked for by another score's number."""
        panel.record.click()
        (own,) = state.decisions[100_002]
        figures = {
            "score_id": "8" * 32,
            "default_probability": state.file.explanation.default_probability,
            "threshold": state.file.explanation.threshold,
        }
        return own.model_copy(update=figures)

    @pytest.mark.parametrize(
        ("change", "is_same"),
        [
            ({}, True),
            ({"threshold": None}, True),
            ({"default_probability": 0.2}, False),
            ({"threshold": 0.2}, False),
            ({"scorer": "credit_scorer:later"}, False),
            ({"scorer": "credit_scorer:later", "score_id": "0" * 32}, True),
        ],
    )
    def test_the_figures_tell_not_the_number_of_the_score(
        self, taken: Decided, state: State, change: dict[str, Any], is_same: bool
    ) -> None:
        one = taken.model_copy(update=change)
        assert is_same_calculation(one, state.file.explanation) is is_same

    def test_the_list_says_which_decision_was_about_another(
        self, panel: RecordPanel, state: State, taken: Decided
    ) -> None:
        other = {"decision_id": "7" * 32, "default_probability": 0.2}
        earlier = {"decided_at": "2026-11-20T09:30:00.000+00:00"}
        state.decisions = {}
        state.add_decisions([taken, taken.model_copy(update=other | earlier)])
        newest, oldest = re.findall("<li>(.*?)</li>", panel.taken.value)
        assert "autre calcul" not in newest
        assert "Cette décision portait sur un autre calcul que celui de cette page." in oldest


def test_what_is_known_is_listed_where_earlier_decisions_cannot_be_read(
    panel: RecordPanel, state: State
) -> None:
    panel.record.click()
    state.faults = {"decisions": UNREACHABLE}
    assert "ne répond pas" in panel.taken.value
    assert "<li>" in panel.taken.value


def test_an_auditor_reads_what_was_decided_and_is_offered_no_form(
    panel: RecordPanel, state: State
) -> None:
    panel.choice.value, panel.reason.value = "grant", "security"
    panel.record.click()
    form = (
        panel.choice,
        panel.reason,
        panel.comment,
        panel.count,
        panel.record,
        panel.answer,
    )
    for role, display in ((PersonRole.AUDITOR, "none"), (PersonRole.HEAD, "")):
        state.person = Person("zoe", role)
        assert {part.layout.display for part in form} == {display}
        assert "Crédit accordé" in panel.taken.value
        assert panel.taken.layout.display == panel.widget.layout.display == ""
        assert ("doit être motivée" in panel.heading.value) is (role is PersonRole.HEAD)


def test_the_language_changes_the_words_not_the_choice(panel: RecordPanel, state: State) -> None:
    panel.choice.value = "grant"
    state.language = "en"
    assert panel.choice.value == "grant"
    assert [words for words, _ in panel.choice.options] == ["Grant", "Refuse"]
