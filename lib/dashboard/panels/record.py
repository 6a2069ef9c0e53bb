"""The manager's own decision and comment, kept in the journal beside the model's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import isclose
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
    HBox,
    Textarea,
    ToggleButtons,
    VBox,
    make_card,
    offer,
    show,
)
from lib.decision import Decision
from lib.serving.api import ApiFault, ApiUnreachable, ScoringApi
from lib.serving.wire import MOST_COMMENT, Decided, DecisionReason, Explanation

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


def is_same_calculation(one: Decided | Explanation, score: Explanation) -> bool:
    """Say whether a decision or a score is about the figures of a score on the page.

    Whenever a page is opened the client is scored anew, under another number: the figures tell
    whether anything has changed since.
    """
    if one.score_id == score.score_id:
        return True
    # Of old decisions the threshold was not kept; a scorer has but one.
    has_same_threshold = one.threshold in (None, score.threshold)
    return (
        one.scorer == score.scorer
        and has_same_threshold
        and isclose(one.default_probability, score.default_probability)
    )


@dataclass(frozen=True)
class Sent:
    """A decision as it is sent, and the key by which the API knows that it is sent again.

    Parameters
    ----------
    client_id : int
        On whom it was taken.
    score : Explanation
        What the person saw.
    decision, reason, comment
        As they were entered.
    key : str
        Its own and no other's.
    """

    client_id: int
    score: Explanation
    decision: Decision
    reason: DecisionReason | None
    comment: str
    key: str

    def says_the_same_as(self, other: "Sent") -> bool:
        """Say whether it would be the same line in the journal."""
        own, others = (
            (one.client_id, one.decision, one.reason, one.comment) for one in (self, other)
        )
        return own == others and is_same_calculation(self.score, other.score)


class Unrecorded:
    """Tells of one decision that could not be recorded, and offers to send the very same again.

    Parameters
    ----------
    sent : Sent
        That decision.
    send : callable
        Sends it again.

    Attributes
    ----------
    fault : ApiFault or None
        Why it failed last; None once it is recorded after all.
    """

    def __init__(self, sent: Sent, send: Callable[[Sent], None]) -> None:
        self.sent = sent
        self.fault: ApiFault | None = None
        self.message = HTML()
        self.button = Button().add_class("retry")
        self.widget = HBox([self.message, self.button]).add_class("notice")
        self.button.on_click(lambda _: None if self.button.disabled else send(sent))

    def write(self, language: Language, is_sending: bool) -> None:
        """Write it in a language; while the client's decision is on its way, none is sent."""
        self.message.value = self._say(language)
        self.button.description = say(language, "fault.retry")
        self.button.disabled = is_sending
        show(self.button, self.fault is not None)

    def _say(self, language: Language) -> Html:
        number = self.sent.client_id
        if self.fault is None:
            words = say(language, "record.failed_done", number=number)
            return element("p", words, role="status", class_="record-done")
        choice = say(language, CHOICES[self.sent.decision])
        hint = (
            say(language, "record.failed_once")
            if isinstance(self.fault, ApiUnreachable)
            else say(language, "fault.details", details=str(self.fault))
        )
        return element(
            "div",
            element("strong", say(language, "record.failed", number=number, choice=choice)),
            element("span", hint),
            role="alert",
            class_="notice-text",
        )


class RecordPanel:
    """The decisions taken, and a small form; a decision other than the model's needs a reason.

    What is recorded cannot be recorded again before choice or comment change. While a decision on
    a client is on its way, the client's form is shut; where it fails it is kept, told on whichever
    client is shown, and sent again under its old key. Who only reads sees no form.

    Attributes
    ----------
    widget : Widget
        The card.
    unrecorded : Widget
        The decisions that could not be recorded, for a place that every client has.
    """

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        self._state, self._api, self._calls = state, api, calls
        # By key: what is on its way, and what failed, as it was sent.
        self._pending: dict[str, Sent] = {}
        self._rows: dict[str, Unrecorded] = {}
        # What the form holds, once it was sent.
        self._sent: Sent | None = None
        self._recorded: Decided | None = None
        self._missing: str | None = None
        self._is_written = False
        self._make_widgets()
        self.record.on_click(lambda _: self._record())
        for field in self._fields:
            field.observe(lambda _: self._on_entry(), names="value")
        state.when_changed(self._begin, "file")
        state.follow(self._write, "language", "file", "person")
        state.follow(self._write_taken, "language", "client_id", "file", "decisions", "faults")
        state.follow(self._tell_last, "client_id", "decisions")

    def _make_widgets(self) -> None:
        self.heading = HTML().add_class("card-heading")
        self.choice = ToggleButtons(options=list(CHOICES)).add_class("record-choice")
        self.reason = Dropdown(options=[NOTHING]).add_class("record-reason")
        # At every key, so that the count beside it is that of what is there.
        self.comment = Textarea(continuous_update=True, rows=3).add_class("record-comment")
        self.count = HTML().add_class("record-count")
        self.taken = HTML().add_class("record-taken")
        self.record = Button().add_class("record-button").add_class("primary")
        self.answer = HTML().add_class("record-answer")
        self._fields = (self.choice, self.reason, self.comment)
        entry = [*self._fields, self.count, self.record, self.answer]
        self.widget = make_card([self.heading, self.taken, *entry], "record-card")
        self.unrecorded = VBox()

    def _begin(self) -> None:
        """Start over with another client, and drop what is said about the last one.

        What was sent on the client before, and is not known to be recorded, is there again: sent
        once more as it is, it is the same decision.
        """
        file = self._state.file
        self._rows = {key: row for key, row in self._rows.items() if row.fault}
        self._sent = self._find_open(file.client_id, file.explanation) if file else None
        if self._sent:
            self._fill(self._sent.decision, self._sent.reason, self._sent.comment)
        else:
            self._fill(file.explanation.decision if file else None)
        self._recorded = self._missing = None
        self._write_entry()

    def _find_open(self, client_id: int, score: Explanation) -> Sent | None:
        """Give what was sent last on a client's figures and is not known to be recorded."""
        kept = [row.sent for row in self._rows.values() if row.fault]
        found = [
            sent
            for sent in (*kept, *self._pending.values())
            if sent.client_id == client_id and is_same_calculation(sent.score, score)
        ]
        return found[-1] if found else None

    def _fill(
        self,
        decision: Decision | None,
        reason: DecisionReason | None = None,
        comment: str = "",
    ) -> None:
        """Fill the form in."""
        with self._writing():
            if decision:
                self.choice.value = decision
            self.reason.value = reason.value if reason else NOTHING
            self.comment.value = comment

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Change the form without an entry of a person's."""
        was_written, self._is_written = self._is_written, True
        try:
            yield
        finally:
            self._is_written = was_written

    def _on_entry(self) -> None:
        # In another language the same choices are offered by other names: nobody chose anew.
        if self._is_written:
            return
        if self._is_shut() and self._sent:
            # It was typed before the browser knew that the form is shut: as it would be another
            # decision, it would be recorded beside the one on its way.
            self._fill(self._sent.decision, self._sent.reason, self._sent.comment)
        else:
            self._begin_entry()

    def _begin_entry(self) -> None:
        """Take another choice or comment for a decision of its own."""
        self._sent = self._recorded = self._missing = None
        self._write_entry()

    def _is_sending(self, client_id: int) -> bool:
        """Say whether a decision on a client is on its way."""
        return any(sent.client_id == client_id for sent in self._pending.values())

    def _is_shut(self) -> bool:
        """Say whether a decision on the client on the page is on its way."""
        file = self._state.file
        return file is not None and self._is_sending(file.client_id)

    def _may_decide(self) -> bool:
        person = self._state.person
        return person is None or person.role.may_decide

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
        is_chosen = self._is_override() and self.reason.value
        reason = DecisionReason(self.reason.value) if is_chosen else None
        self._missing = self._what_is_missing(reason, comment)
        if self._missing:
            self._write_entry()
            return
        entered = Sent(file.client_id, file.explanation, decision, reason, comment, uuid4().hex)
        self._sent = self._find_failed(entered) or entered
        self._send(self._sent)

    def _find_failed(self, entered: Sent) -> Sent | None:
        """Give the decision that failed and says the same: it may have arrived all the same."""
        kept = (row.sent for row in self._rows.values() if row.fault)
        return next((sent for sent in kept if sent.says_the_same_as(entered)), None)

    def _send(self, sent: Sent) -> None:
        """Send a decision, for the first time or again."""
        self._pending[sent.key] = sent
        self._write_entry()
        # Each under a name of its own: one on the next client does not forget this one.
        self._calls.run(
            f"decide {sent.key}",
            partial(
                self._api.decide,
                sent.client_id,
                sent.score.score_id,
                sent.decision,
                sent.reason,
                sent.comment,
                sent.key,
            ),
            partial(self._succeed, sent),
            failed=partial(self._fail, sent),
        )

    def _succeed(self, sent: Sent, recorded: Decided) -> None:
        del self._pending[sent.key]
        self._rows = _without_earlier(self._rows, sent)
        if sent.key in self._rows:
            self._rows[sent.key].fault = None
        self._state.add_decisions([recorded])
        if sent is self._sent:
            self._recorded = recorded
        self._write_entry()

    def _fail(self, sent: Sent, fault: ApiFault) -> None:
        del self._pending[sent.key]
        # It is told by its own row, for as long as it is not recorded.
        self._calls.forget_fault(f"decide {sent.key}")
        self._rows.setdefault(sent.key, Unrecorded(sent, self._send)).fault = fault
        self._write_entry()

    def _write(self) -> None:
        with self._writing():
            self._write_words(self._state.language)
        self._write_entry()

    def _write_words(self, language: Language) -> None:
        self.heading.value = self._say_heading(language)
        offer(self.choice, [(say(language, words), choice) for choice, words in CHOICES.items()])
        self.choice.description = say(language, "record.choice")
        choices = [(say(language, words), reason.value) for reason, words in REASONS.items()]
        offer(self.reason, [(say(language, "record.reason_choose"), NOTHING), *choices])
        self.reason.description = say(language, "record.reason")
        self.comment.description = say(language, "record.comment")
        self.comment.placeholder = say(language, "record.comment_hint")
        self.record.description = say(language, "record.record")

    def _say_heading(self, language: Language) -> Html:
        if self._may_decide():
            return heading(say(language, "record.title"), say(language, "record.intro"))
        return heading(say(language, "record.read_title"), say(language, "record.read_intro"))

    def _write_entry(self) -> None:
        """Show of the form what is needed, shut it or open it, and write what is said of it."""
        is_shut, may_decide = self._is_shut(), self._may_decide()
        for field in self._fields:
            field.disabled = is_shut
        self.record.disabled = is_shut or self._recorded is not None or self._is_too_long()
        for part in (self.choice, self.comment, self.count, self.record, self.answer):
            show(part, may_decide)
        show(self.reason, may_decide and self._is_override())
        self._write_count()
        self.answer.value = self._say_answer()
        self._write_rows()

    def _write_rows(self) -> None:
        for row in self._rows.values():
            row.write(self._state.language, self._is_sending(row.sent.client_id))
        self.unrecorded.children = [row.widget for row in self._rows.values()]
        show(self.unrecorded, bool(self._rows))

    def _write_count(self) -> None:
        self.count.value = say_count_of_comment(self.comment.value.strip(), self._state.language)

    def _tell_last(self) -> None:
        taken = self._state.decided
        self._state.recorded = taken[-1] if taken else None

    def _write_taken(self) -> None:
        """List the decisions taken; and say where what was decided before cannot be read."""
        state, language = self._state, self._state.language
        self.taken.value = write_fault(state.faults.get("decisions"), language)
        if state.decided:
            score = state.file.explanation if state.file else None
            items = join(write_decision(one, language, score) for one in reversed(state.decided))
            title = element("h3", say(language, "record.taken"))
            self.taken.value += title + element("ul", items)

    def _say_answer(self) -> Html:
        language, recorded, sent = self._state.language, self._recorded, self._sent
        if self._missing:
            words = say(language, self._missing)
            return element("p", words, role="alert", class_="field-fault")
        if recorded is None:
            row = self._rows.get(sent.key) if sent and sent.key not in self._pending else None
            return write_fault(row.fault if row else None, language)
        moment = write_moment(recorded.decided_at, language)
        words = say(language, RECORDED[recorded.decision], moment=moment)
        tick = element("span", "✓ ", aria_hidden="true")
        return element("p", tick, words, role="status", class_="record-done")


def _without_earlier(rows: dict[str, Unrecorded], sent: Sent) -> dict[str, Unrecorded]:
    """Leave out what failed on a client before a decision that is recorded now.

    The person has decided anew since: sent now, it would take back the later decision.
    """
    of_client = [
        key for key, row in rows.items() if row.fault and row.sent.client_id == sent.client_id
    ]
    earlier = of_client[: of_client.index(sent.key)] if sent.key in of_client else of_client
    return {key: row for key, row in rows.items() if key not in earlier}


def write_decision(taken: Decided, language: Language, score: Explanation | None = None) -> Html:
    """Write a decision that was taken: what, by whom, when, and why.

    Parameters
    ----------
    taken : Decided
    language : "fr" or "en"
    score : Explanation, optional
        What the page shows; where the decision was about another calculation, that is said.
    """
    moment = write_moment(taken.decided_at, language)
    words = (
        say(language, TAKEN_BY[taken.decision], person=taken.person, moment=moment)
        if taken.person
        else say(language, TAKEN[taken.decision], moment=moment)
    )
    reason = f" {say(language, REASONS[taken.reason])}." if taken.reason else ""
    comment = (" ", element("q", taken.comment)) if taken.comment else ()
    is_of_another = score is not None and not is_same_calculation(taken, score)
    another = (" ", say(language, "record.taken_another")) if is_of_another else ()
    return element("li", words, reason, *comment, *another)


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
