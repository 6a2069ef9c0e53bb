"""The manager's own decision and comment, kept in the journal beside the model's."""

from ipywidgets import HTML, Button, Textarea, ToggleButtons, VBox

from lib.dashboard.errands import Errands
from lib.dashboard.fault_words import write_fault
from lib.dashboard.markup import element, text
from lib.dashboard.moments import write_moment
from lib.dashboard.state import State
from lib.dashboard.texts import say, text_id
from lib.decision import Decision
from lib.serving.api import ApiFault, ScoringApi
from lib.serving.wire import Decided

MOST_COMMENT = 2000
CHOICES = {
    Decision.GRANT: text_id("record.grant"),
    Decision.REFUSE: text_id("record.refuse"),
}
RECORDED = {
    Decision.GRANT: text_id("record.done_grant"),
    Decision.REFUSE: text_id("record.done_refuse"),
}


class RecordPanel:
    """A small form; a decision other than the model's needs a comment."""

    def __init__(self, state: State, api: ScoringApi, errands: Errands) -> None:
        self._state, self._api, self._errands = state, api, errands
        self._recorded: Decided | None = None
        self._fault: ApiFault | None = None
        self._missing = False
        self.heading = HTML().add_class("card-heading")
        self.choice = ToggleButtons(options=list(CHOICES)).add_class("record-choice")
        self.comment = Textarea(continuous_update=False, rows=3).add_class("record-comment")
        self.record = Button().add_class("record-button").add_class("primary")
        self.answer = HTML().add_class("record-answer")
        self.widget = (
            VBox([self.heading, self.choice, self.comment, self.record, self.answer])
            .add_class("card")
            .add_class("record-card")
        )
        self.record.on_click(lambda _: self._record())
        self.choice.observe(lambda _: self._write_answer(), names="value")
        state.observe(lambda _: self._begin(), names="file")
        state.follow(self._write, "language", "file")

    def _begin(self) -> None:
        """Start over with another client, and drop what is said about the last one."""
        self._errands.drop("decide")
        self._recorded = self._fault = None
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
            self._errands.run(
                "decide",
                lambda: self._api.decide(file.client_id, decision, comment[:MOST_COMMENT]),
                self._succeed,
                self._fail,
            )
        self._write_answer()

    def _succeed(self, recorded: Decided) -> None:
        self._recorded = recorded
        self.record.disabled = False
        self._write_answer()

    def _fail(self, fault: ApiFault) -> None:
        self._fault = fault
        self.record.disabled = False
        self._write_answer()

    def _write(self) -> None:
        language = self._state.language
        self.heading.value = element("h2", text(say(language, "record.title"))) + element(
            "p", text(say(language, "record.intro"))
        )
        chosen = self.choice.value
        self.choice.options = [(say(language, words), choice) for choice, words in CHOICES.items()]
        self.choice.value = chosen
        self.choice.description = say(language, "record.choice")
        self.comment.description = say(language, "record.comment")
        self.comment.placeholder = say(language, "record.comment_hint")
        self.record.description = say(language, "record.record")
        self._write_answer()

    def _write_answer(self) -> None:
        language, done = self._state.language, self._recorded
        if self._fault:
            self.answer.value = write_fault(self._fault, language)
        elif self._missing:
            words = say(language, "record.comment_needed")
            self.answer.value = element("p", text(words), role="alert", class_="field-fault")
        elif done:
            words = say(
                language, RECORDED[done.decision], moment=write_moment(done.decided_at, language)
            )
            self.answer.value = element(
                "p",
                element("span", "✓ ", aria_hidden="true"),
                text(words),
                role="status",
                class_="record-done",
            )
        else:
            self.answer.value = ""
