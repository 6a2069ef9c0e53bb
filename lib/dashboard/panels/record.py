"""The manager's own decision and comment, kept in the journal beside the model's."""

from uuid import uuid4

from ipywidgets import HTML, Button, Textarea, ToggleButtons

from lib.dashboard.calls import Calls
from lib.dashboard.formats import write_moment
from lib.dashboard.markup import Html, element, heading, write_fault
from lib.dashboard.state import State
from lib.dashboard.texts import say, text_id
from lib.dashboard.widgets import make_card, offer
from lib.decision import Decision
from lib.serving.api import ApiFault, ScoringApi
from lib.serving.wire import MOST_COMMENT, Decided

CHOICES = {Decision.GRANT: text_id("record.grant"), Decision.REFUSE: text_id("record.refuse")}
RECORDED = {
    Decision.GRANT: text_id("record.done_grant"),
    Decision.REFUSE: text_id("record.done_refuse"),
}


class RecordPanel:
    """A small form; a decision other than the model's needs a comment."""

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        self._state, self._api, self._calls = state, api, calls
        self._recorded: Decided | None = None
        self._fault: ApiFault | None = None
        self._missing = False
        # A decision that is sent again, since no answer came, is recorded once: by its key.
        self._sent: tuple[int, Decision, str] | None = None
        self._key = ""
        self.heading = HTML().add_class("card-heading")
        self.choice = ToggleButtons(options=list(CHOICES)).add_class("record-choice")
        self.comment = Textarea(continuous_update=False, rows=3).add_class("record-comment")
        self.record = Button().add_class("record-button").add_class("primary")
        self.answer = HTML().add_class("record-answer")
        parts = [self.heading, self.choice, self.comment, self.record, self.answer]
        self.widget = make_card(parts, "record-card")
        self.record.on_click(lambda _: self._record())
        self.choice.observe(lambda _: self._write_answer(), names="value")
        state.when_changed(self._begin, "file")
        state.follow(self._write, "language", "file")

    def _begin(self) -> None:
        """Start over with another client, and drop what is said about the last one."""
        self._calls.drop("decide")
        self._recorded = self._fault = self._state.recorded = None
        self._missing = self.record.disabled = False
        self.comment.value = ""
        file = self._state.file
        if file:
            self.choice.value = file.explanation.decision

    def _record(self) -> None:
        file = self._state.file
        if file is None:
            return
        decision, comment = Decision(self.choice.value), self.comment.value.strip()
        self._recorded = self._fault = None
        self._missing = decision is not file.explanation.decision and not comment
        if not self._missing:
            self.record.disabled = True
            content = (file.client_id, decision, comment[:MOST_COMMENT])
            if content != self._sent:
                self._sent, self._key = content, uuid4().hex
            key = self._key
            self._calls.run(
                "decide",
                lambda: self._api.decide(*content, idempotency_key=key),
                self._succeed,
                failed=self._fail,
            )
        self._write_answer()

    def _succeed(self, recorded: Decided) -> None:
        self._recorded = self._state.recorded = recorded
        self._sent = None
        self.record.disabled = False
        self._write_answer()

    def _fail(self, fault: ApiFault) -> None:
        self._fault = fault
        self.record.disabled = False
        self._write_answer()

    def _write(self) -> None:
        language = self._state.language
        self.heading.value = heading(say(language, "record.title"), say(language, "record.intro"))
        offer(self.choice, [(say(language, words), choice) for choice, words in CHOICES.items()])
        self.choice.description = say(language, "record.choice")
        self.comment.description = say(language, "record.comment")
        self.comment.placeholder = say(language, "record.comment_hint")
        self.record.description = say(language, "record.record")
        self._write_answer()

    def _write_answer(self) -> None:
        self.answer.value = self._say_answer()

    def _say_answer(self) -> Html:
        language, recorded = self._state.language, self._recorded
        if self._missing:
            words = say(language, "record.comment_needed")
            return element("p", words, role="alert", class_="field-fault")
        if recorded is None:
            return write_fault(self._fault, language)
        moment = write_moment(recorded.decided_at, language)
        words = say(language, RECORDED[recorded.decision], moment=moment)
        tick = element("span", "✓ ", aria_hidden="true")
        return element("p", tick, words, role="status", class_="record-done")
