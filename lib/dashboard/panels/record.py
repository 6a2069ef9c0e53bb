"""The manager's own decision and comment, kept in the journal beside the model's."""

from functools import partial
from uuid import uuid4

from lib.dashboard.calls import Calls
from lib.dashboard.formats import write_moment, write_number
from lib.dashboard.markup import Html, element, heading, join, write_fault
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import (
    HTML,
    NOTHING,
    Button,
    Dropdown,
    Textarea,
    ToggleButtons,
    make_card,
    offer,
    show,
)
from lib.decision import Decision
from lib.serving.api import ApiFault, ScoringApi
from lib.serving.wire import MOST_COMMENT, Decided, DecisionReason

CHOICES = {Decision.GRANT: text_id("record.grant"), Decision.REFUSE: text_id("record.refuse")}
RECORDED = {
    Decision.GRANT: text_id("record.done_grant"),
    Decision.REFUSE: text_id("record.done_refuse"),
}
TAKEN = {
    Decision.GRANT: text_id("record.taken_grant"),
    Decision.REFUSE: text_id("record.taken_refuse"),
}
TAKEN_BY = {
    Decision.GRANT: text_id("record.taken_grant_by"),
    Decision.REFUSE: text_id("record.taken_refuse_by"),
}
REASONS = {
    DecisionReason.NOT_IN_FILE: text_id("record.reason_not_in_file"),
    DecisionReason.WRONG_IN_FILE: text_id("record.reason_wrong_in_file"),
    DecisionReason.CHANGED: text_id("record.reason_changed"),
    DecisionReason.SECURITY: text_id("record.reason_security"),
    DecisionReason.LENDING_RULE: text_id("record.reason_lending_rule"),
    DecisionReason.UNUSUAL: text_id("record.reason_unusual"),
    DecisionReason.OTHER: text_id("record.reason_other"),
}


class RecordPanel:
    """A small form; a decision other than the model's needs a reason.

    What is recorded cannot be recorded again before choice or comment change; and until it is
    known to be, it is sent under the same key, by which the API knows a repetition.
    """

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        self._state, self._api, self._calls = state, api, calls
        self._key = ""
        self._recorded: Decided | None = None
        self._fault: ApiFault | None = None
        self._missing: str | None = None
        self._is_written = False
        self.heading = HTML().add_class("card-heading")
        self.choice = ToggleButtons(options=list(CHOICES)).add_class("record-choice")
        self.reason = Dropdown(options=[NOTHING]).add_class("record-reason")
        # At every key, so that the count beside it is that of what is there.
        self.comment = Textarea(continuous_update=True, rows=3).add_class("record-comment")
        self.count = HTML().add_class("record-count")
        self.taken = HTML().add_class("record-taken")
        self.record = Button().add_class("record-button").add_class("primary")
        self.answer = HTML().add_class("record-answer")
        entry = [self.choice, self.reason, self.comment, self.count, self.record, self.answer]
        parts = [self.heading, self.taken, *entry]
        self.widget = make_card(parts, "record-card")
        self.record.on_click(lambda _: self._record())
        for field in (self.choice, self.reason, self.comment):
            field.observe(lambda _: self._on_entry(), names="value")
        state.when_changed(self._begin, "file")
        state.follow(self._write, "language", "file")
        state.follow(self._write_taken, "language", "client_id", "decisions", "faults")
        state.follow(self._tell_last, "client_id", "decisions")

    def _begin(self) -> None:
        """Start over with another client, and drop what is said about the last one."""
        self.comment.value, self.reason.value = "", NOTHING
        file = self._state.file
        if file:
            self.choice.value = file.explanation.decision
        self._begin_entry()

    def _on_entry(self) -> None:
        # In another language the same choices are offered by other names: nobody chose anew.
        if not self._is_written:
            self._begin_entry()

    def _begin_entry(self) -> None:
        """Take another choice or comment for a decision of its own."""
        self._key = uuid4().hex
        self._recorded = self._fault = None
        self._missing = None
        show(self.reason, self._is_override())
        self.record.disabled = self._is_too_long()
        self._write_count()
        self._write_answer()

    def _is_override(self) -> bool:
        file = self._state.file
        return file is not None and self.choice.value != file.explanation.decision

    def _what_is_missing(self, reason: DecisionReason | None, comment: str) -> str | None:
        """Name the text that says what a decision other than the model's still needs."""
        if self._is_override() and reason is None:
            return text_id("record.reason_needed")
        if reason is DecisionReason.OTHER and not comment:
            return text_id("record.comment_needed")
        return None

    def _is_too_long(self) -> bool:
        return len(self.comment.value.strip()) > MOST_COMMENT

    def _record(self) -> None:
        file = self._state.file
        # A second click may be on its way when the first one disables the button.
        if file is None or self.record.disabled:
            return
        decision, comment = Decision(self.choice.value), self.comment.value.strip()
        self._recorded = self._fault = None
        is_chosen = self._is_override() and self.reason.value
        reason = DecisionReason(self.reason.value) if is_chosen else None
        self._missing = self._what_is_missing(reason, comment)
        if not self._missing:
            self.record.disabled = True
            key = self._key
            # Each under a name of its own: one on the next client does not forget this one.
            self._calls.run(
                f"decide {key}",
                partial(
                    self._api.decide,
                    file.client_id,
                    file.explanation.score_id,
                    decision,
                    reason,
                    comment,
                    key,
                ),
                partial(self._succeed, key),
                failed=partial(self._fail, key),
            )
        self._write_answer()

    def _succeed(self, key: str, recorded: Decided) -> None:
        self._state.add_decisions([recorded])
        if key == self._key:
            self._recorded = recorded
            self._write_answer()

    def _fail(self, key: str, fault: ApiFault) -> None:
        self._calls.forget_fault(f"decide {key}")
        if key == self._key:
            self._fault = fault
            self.record.disabled = False
            self._write_answer()

    def _write(self) -> None:
        self._is_written = True
        try:
            self._write_words(self._state.language)
        finally:
            self._is_written = False
        self._write_count()
        self._write_answer()

    def _write_words(self, language: Language) -> None:
        self.heading.value = heading(say(language, "record.title"), say(language, "record.intro"))
        offer(self.choice, [(say(language, words), choice) for choice, words in CHOICES.items()])
        self.choice.description = say(language, "record.choice")
        choices = [(say(language, words), reason.value) for reason, words in REASONS.items()]
        offer(self.reason, [(say(language, "record.reason_choose"), NOTHING), *choices])
        self.reason.description = say(language, "record.reason")
        self.comment.description = say(language, "record.comment")
        self.comment.placeholder = say(language, "record.comment_hint")
        self.record.description = say(language, "record.record")

    def _write_count(self) -> None:
        self.count.value = say_count_of_comment(self.comment.value.strip(), self._state.language)

    def _tell_last(self) -> None:
        taken = self._state.decided
        self._state.recorded = taken[-1] if taken else None

    def _write_taken(self) -> None:
        """List the decisions taken; or say that what was decided before cannot be read."""
        state, language = self._state, self._state.language
        taken = state.decided
        if not taken:
            self.taken.value = write_fault(state.faults.get("decisions"), language)
            return
        items = join(write_decision(one, language) for one in reversed(taken))
        self.taken.value = element("h3", say(language, "record.taken")) + element("ul", items)

    def _write_answer(self) -> None:
        self.answer.value = self._say_answer()

    def _say_answer(self) -> Html:
        language, recorded = self._state.language, self._recorded
        if self._missing:
            words = say(language, self._missing)
            return element("p", words, role="alert", class_="field-fault")
        if recorded is None:
            return write_fault(self._fault, language)
        moment = write_moment(recorded.decided_at, language)
        words = say(language, RECORDED[recorded.decision], moment=moment)
        tick = element("span", "✓ ", aria_hidden="true")
        return element("p", tick, words, role="status", class_="record-done")


def write_decision(taken: Decided, language: Language) -> Html:
    """Write a decision that was taken: what, by whom, when, and why."""
    moment = write_moment(taken.decided_at, language)
    words = (
        say(language, TAKEN_BY[taken.decision], person=taken.person, moment=moment)
        if taken.person
        else say(language, TAKEN[taken.decision], moment=moment)
    )
    reason = f" {say(language, REASONS[taken.reason])}." if taken.reason else ""
    comment = (" ", element("q", taken.comment)) if taken.comment else ()
    return element("li", words, reason, *comment)


def say_count_of_comment(comment: str, language: Language) -> Html:
    """Say how long a comment is; and where it is too long, by how much.

    Examples
    --------
    >>> say_count_of_comment("Vu.", "en")
    '<p class="field-help">3 of 2,000 characters</p>'
    """
    excess = len(comment) - MOST_COMMENT
    if excess > 0:
        return element(
            "p",
            say_count(
                language,
                "record.comment_excess_one",
                "record.comment_excess",
                excess,
                excess=write_number(excess, language),
                most=write_number(MOST_COMMENT, language),
            ),
            role="alert",
            class_="field-fault",
        )
    return element(
        "p",
        say(
            language,
            "record.comment_length",
            length=write_number(len(comment), language),
            most=write_number(MOST_COMMENT, language),
        ),
        class_="field-help",
    )
