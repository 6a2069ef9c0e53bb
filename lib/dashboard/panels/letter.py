"""What the client takes home: the decision, why, on which data, and what can be done about it.

It follows the decision that a person recorded, not the calculation; where nobody has decided yet on
what the calculation says, it says so. Of a letter with a part missing nothing is shown.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from re import escape, sub

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_day, write_number
from lib.dashboard.markup import Html, element, heading, join, table, write_fault
from lib.dashboard.panels.decision import likely_counts
from lib.dashboard.panels.reason_tables import write_feature
from lib.dashboard.panels.record import is_same_calculation
from lib.dashboard.panels.simulation import Simulator
from lib.dashboard.panels.simulation_words import say_changes
from lib.dashboard.points import in_order, points_of_facts, say_points
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import HTML, Button, make_card, show
from lib.dashboard.words import (
    Strength,
    direction,
    frequencies,
    say_origin,
    strength,
)
from lib.decision import Decision
from lib.features.description import Family
from lib.serving.api import ApiFault, ApiUnreachable
from lib.serving.wire import Decided, Explanation, FeatureReason, Reason, Recourse

MOST_REASONS = 4
MOST_DATA = 8  # with the reasons a dozen facts: as many as one sheet holds
MOST_WAYS = 3
EFFECTS = {
    (Decision.REFUSE, Strength.STRONG): text_id("letter.against_strong"),
    (Decision.REFUSE, Strength.MODERATE): text_id("letter.against_moderate"),
    (Decision.REFUSE, Strength.SLIGHT): text_id("letter.against_slight"),
    (Decision.GRANT, Strength.STRONG): text_id("letter.favour_strong"),
    (Decision.GRANT, Strength.MODERATE): text_id("letter.favour_moderate"),
    (Decision.GRANT, Strength.SLIGHT): text_id("letter.favour_slight"),
}
DECIDED = {Decision.GRANT: text_id("letter.granted"), Decision.REFUSE: text_id("letter.refused")}
PROPOSED = {
    Decision.GRANT: text_id("letter.would_grant"),
    Decision.REFUSE: text_id("letter.would_refuse"),
}
APART = {
    Decision.GRANT: text_id("letter.apart_grant"),
    Decision.REFUSE: text_id("letter.apart_refuse"),
}
WHY = {
    Decision.GRANT: text_id("letter.why_granted"),
    Decision.REFUSE: text_id("letter.why_refused"),
}
NO_REASON = {
    Decision.GRANT: text_id("letter.no_reason_granted"),
    Decision.REFUSE: text_id("letter.no_reason_refused"),
}
# What a letter cannot do without, by the call that brings it.
MISSING = {
    "decisions": text_id("handout.no_decisions"),
    "recourse": text_id("handout.no_ways"),
}


@dataclass(frozen=True)
class Section:
    """A part of the letter.

    Parameters
    ----------
    title : str
        Its heading.
    paragraphs : tuple of str
        Sentences that come first.
    points : tuple of str
        A list below them.
    rows : tuple of triples of str
        A table at the end: name, value, and from whom it came.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter to a client in one language, for the screen, the printer and PDF alike."""

    language: Language
    title: str
    about: str
    headings: tuple[str, str, str]
    sections: tuple[Section, ...]


def write_letter(state: State, day: date, recourse: Recourse | None = None) -> Letter | None:
    """Write the letter to the client on the page, in the page's language; None without one.

    Parameters
    ----------
    state : State
        With the client's file, the decision recorded on it, and the card that names the features.
    day : date
        The day that it bears.
    recourse : Recourse, optional
        What would lead to a grant, told where the answer is a refusal.
    """
    file, language = state.file, state.language
    if file is None:
        return None
    score, recorded = file.explanation, recorded_decision(state)
    decision = recorded.decision if recorded else score.decision
    reasons = main_reasons(score, decision)
    return Letter(
        language=language,
        title=say(language, "letter.title"),
        about=_say_about(file.client_id, day, state),
        headings=(
            say(language, "letter.information"),
            say(language, "letter.value"),
            say(language, "letter.origin"),
        ),
        sections=(
            _about_decision(score, recorded, decision, reasons, state),
            *_about_reasons(reasons, decision, score, state),
            *_about_ways(decision, recourse, state),
            _about_rights(language),
            _about_help(state),
            *_about_data(score, reasons, state),
        ),
    )


def recorded_decision(state: State) -> Decided | None:
    """Give what a person decided on what the page says of the client; None where nobody has."""
    return None if decision_on_another_calculation(state) else _last_decision(state)


def decision_on_another_calculation(state: State) -> Decided | None:
    """Give what was decided last on the client, where that was about other figures than these."""
    file, last = state.file, _last_decision(state)
    is_of_another = file and last and not is_same_calculation(last, file.explanation)
    return last if is_of_another else None


def _last_decision(state: State) -> Decided | None:
    file, recorded = state.file, state.recorded
    return recorded if file and recorded and recorded.client_id == file.client_id else None


def needs_ways(state: State) -> bool:
    """Say whether what would lead to a grant is told: the calculation refuses, nobody has granted.

    Where the person alone refuses, no change would alter what the calculation says.
    """
    if state.file is None or state.file.explanation.decision is Decision.GRANT:
        return False
    recorded = recorded_decision(state)
    return recorded is None or recorded.decision is Decision.REFUSE


def main_reasons(score: Explanation, decision: Decision) -> list[Reason]:
    """Give the reasons that speak for a decision, the strongest first: at most four, none twice.

    One that comes to 0 points, as they are shown, is none.
    """
    points = points_of_facts(score)
    speaking = {
        reason.fact: reason
        # Of the same fact the first is the strongest: it is put in last.
        for reason in reversed(in_order(score))
        if points[reason.fact]
        and reason.contribution
        and direction(reason.contribution) is decision
    }
    return list(reversed(speaking.values()))[:MOST_REASONS]


def adviser_name(state: State) -> str:
    """Name who looks after the client: the person signed in, unless that one decides nothing."""
    may_decide = state.person is not None and state.person.role.may_decide
    return state.person_name if may_decide else ""


def _say_about(client_id: int, day: date, state: State) -> str:
    language, written = state.language, write_day(day, state.language)
    adviser = adviser_name(state)
    if not adviser:
        return say(language, "letter.about", number=client_id, day=written)
    return say(
        language,
        "letter.about_person",
        number=client_id,
        day=written,
        person=adviser,
    )


def _about_decision(
    score: Explanation,
    recorded: Decided | None,
    decision: Decision,
    reasons: Sequence[Reason],
    state: State,
) -> Section:
    language = state.language
    title = text_id("letter.decision") if recorded else text_id("letter.proposal")
    told = _say_recorded(recorded, language) if recorded else _say_proposed(score, language)
    return Section(
        title=say(language, title),
        paragraphs=(
            *told,
            *_say_frequency(score, language),
            *_say_range(score, state),
            *_say_unsure(score, recorded is not None, language),
            *(() if reasons else (say(language, NO_REASON[decision]),)),
        ),
    )


def _say_proposed(score: Explanation, language: Language) -> tuple[str, ...]:
    """Say what the calculation speaks for, while nobody has decided."""
    return say(language, PROPOSED[score.decision]), say(language, "letter.person_will")


def _say_recorded(recorded: Decided, language: Language) -> tuple[str, ...]:
    """Say what a person decided and when, and whether the calculation spoke for something else."""
    day = _day_of(recorded, language)
    by = (
        say(language, "letter.named_decided", person=recorded.person, day=day)
        if recorded.person
        else say(language, "letter.person_decided", day=day)
    )
    apart = (say(language, APART[recorded.decision]),) if recorded.is_override else ()
    return say(language, DECIDED[recorded.decision]), by, *apart


def _day_of(taken: Decided, language: Language) -> str:
    """Write the day on which a decision was taken."""
    return write_day(datetime.fromisoformat(taken.decided_at).astimezone().date(), language)


def _say_frequency(score: Explanation, language: Language) -> tuple[str, str]:
    clients, limit = frequencies(score.default_probability, score.threshold)
    out_of = write_number(clients.out_of, language)
    people = (
        say(language, "letter.frequency_none", out_of=out_of)
        if clients.clients == 0
        else say_count(
            language,
            "letter.frequency_one",
            "letter.frequency",
            clients.clients,
            clients=write_number(clients.clients, language),
            out_of=out_of,
        )
    )
    limit_written = write_number(limit.clients, language)
    return people, say(language, "letter.limit", limit=limit_written, out_of=out_of)


def _say_range(score: Explanation, state: State) -> tuple[str, ...]:
    """Say how sure the number of people is, where the card tells."""
    ends = likely_counts(score, state.card) if state.card else None
    if ends is None:
        return ()
    low, high, out_of = (write_number(count, state.language) for count in ends)
    return (say(state.language, "letter.range", low=low, high=high, out_of=out_of),)


def _say_unsure(score: Explanation, is_decided: bool, language: Language) -> tuple[str, ...]:
    """Say why the score is unsure, and who must look at it; nothing where it is not."""
    if not score.review:
        return ()
    notes = (in_language(note.text, language) for note in score.review)
    looks = () if is_decided else (say(language, "letter.person_looks"),)
    return say(language, "letter.unsure"), *notes, *looks


def _about_reasons(
    reasons: Sequence[Reason], decision: Decision, score: Explanation, state: State
) -> tuple[Section, ...]:
    if not reasons:
        return ()
    language = state.language
    points = points_of_facts(score)
    return (
        Section(
            title=say(language, WHY[decision]),
            paragraphs=(say(language, "letter.points"), *_say_scores(reasons, state)),
            points=tuple(_say_reason(reason, points[reason.fact], state) for reason in reasons),
        ),
    )


def _say_reason(reason: Reason, points: int, state: State) -> str:
    language = state.language
    weight = reason.contribution
    label = in_language(reason.label, language)
    effect = say(
        language,
        EFFECTS[direction(weight), strength(weight)],
        points=say_points(points, language),
    )
    telling = telling_feature(reason)
    if telling is None:
        return say(language, "letter.reason_missing", label=label, effect=effect)
    value = write_feature(telling, state)
    detail = _beyond(label, in_language(telling.label, language))
    told = (
        say(language, "letter.reason", label=label, value=value, effect=effect)
        if detail == label
        else say(
            language,
            "letter.reason_detail",
            label=label,
            detail=detail,
            value=value,
            effect=effect,
        )
    )
    origin = _say_origin(telling, state)
    source = say(language, "letter.source", origin=origin) if origin else ""
    return f"{told} {source}".rstrip()


def _beyond(label: str, detail: str) -> str:
    """Give what a detail says beyond the label that it begins with.

    Examples
    --------
    >>> _beyond("Your building", "Your building: lifts"), _beyond("Your debts", "Debts elsewhere")
    ('lifts', 'Debts elsewhere')
    """
    return sub(rf"^{escape(label)}\s?: ", "", detail)


def _say_origin(one: FeatureReason, state: State) -> str:
    info = state.feature_info(one.feature)
    return say_origin(info, state.language) if info else ""


def telling_feature(reason: Reason) -> FeatureReason | None:
    """Give the strongest feature behind a reason of which the client has a value.

    One that pushes the way of the reason, where there is one; None where no value is given.
    """
    given = [one for one in reason.features if one.value is not None]
    along = [one for one in given if one.contribution * reason.contribution > 0]
    return next(iter(along or given), None)


def _about_ways(decision: Decision, recourse: Recourse | None, state: State) -> tuple[Section, ...]:
    """Say what would lead to a grant, where the answer is a refusal and something would."""
    if decision is Decision.GRANT or recourse is None or not recourse.options:
        return ()
    language = state.language
    ways = (say_changes(one, state, language) for one in recourse.options[:MOST_WAYS])
    return (
        Section(
            title=say(language, "letter.ways"),
            paragraphs=(say(language, "letter.ways_intro"),),
            points=tuple(f"{way}." for way in ways),
        ),
    )


def _about_rights(language: Language) -> Section:
    return Section(
        title=say(language, "letter.rights"),
        points=(
            say(language, "letter.review"),
            say(language, "letter.correct"),
            say(language, "letter.access"),
        ),
        paragraphs=(say(language, "letter.automatic"),),
    )


def _about_help(state: State) -> Section:
    """Say whom to ask, who helps where that is not enough, and where debts are advised on."""
    language = state.language
    adviser = adviser_name(state) or say(language, "letter.adviser")
    return Section(
        title=say(language, "letter.help"),
        points=(
            say(language, "letter.ask", adviser=adviser),
            say(language, "letter.mediator"),
            say(language, "letter.debts"),
        ),
    )


def _about_data(score: Explanation, told: Sequence[Reason], state: State) -> tuple[Section, ...]:
    """List what else weighed most among what is known, whichever way: a value of each fact."""
    language = state.language
    facts = {reason.fact for reason in told}
    others = [reason for reason in score.reasons if reason.fact not in facts]
    given = [one for one in map(telling_feature, others) if one is not None][:MOST_DATA]
    if not given:
        return ()
    # Explained with the reasons already, where one of them is a score.
    scores = () if _say_scores(told, state) else _say_scores(others[:MOST_DATA], state)
    title = text_id("letter.data") if told else text_id("letter.data_alone")
    intro = text_id("letter.data_intro") if told else text_id("letter.data_alone_intro")
    return (
        Section(
            title=say(language, title),
            paragraphs=(say(language, intro), *scores),
            rows=tuple(
                (
                    in_language(one.label, language),
                    write_feature(one, state),
                    _say_origin(one, state),
                )
                for one in given
            ),
        ),
    )


def _say_scores(reasons: Sequence[Reason], state: State) -> tuple[str, ...]:
    """Say what an external score is, where a value of one is told."""
    told = [one for one in map(telling_feature, reasons) if one is not None]
    infos = [state.feature_info(one.feature) for one in told]
    has_scores = any(info and info.family == Family.EXTERNAL_SCORES for info in infos)
    return (say(state.language, "letter.scores"),) if has_scores else ()


class LetterPanel:
    """A card that shows the letter as it will be printed; another client puts it away.

    While a part of the letter is missing there is none to print: the card says which part, and
    offers to ask again.

    Parameters
    ----------
    state : State
        Whose letter it is, and what was decided.
    simulator : Simulator
        Knows what would lead to a grant, once it is asked.
    calls : Calls
        How the PDF is made beside the page.
    """

    def __init__(self, state: State, simulator: Simulator, calls: Calls) -> None:
        self._state, self._simulator, self._calls = state, simulator, calls
        self._open = False
        self._letter: Letter | None = None
        self.heading = HTML().add_class("card-heading")
        self.prepare = Button().add_class("handout-prepare").add_class("primary")
        self.notes = HTML().add_class("handout-notes")
        self.retry = Button().add_class("card-retry")
        self.actions = HTML().add_class("handout-actions")
        self.letter = HTML().add_class("handout-letter")
        parts = [self.heading, self.prepare, self.notes, self.retry, self.actions, self.letter]
        self.widget = make_card(parts, "handout-card")
        self.prepare.on_click(lambda _: self._show(True))
        self.retry.on_click(lambda _: self._ask_again())
        state.when_changed(lambda: self._show(False), "file")
        simulator.observe(lambda _: self._write(), names="recourse")
        state.follow(self._write, "language", "recorded", "person", "faults")

    def _show(self, is_open: bool) -> None:
        self._open = is_open
        file = self._state.file
        if is_open and file and file.explanation.decision is Decision.REFUSE:
            self._simulator.ask_recourse()
        self._write()

    def _faults(self) -> dict[str, ApiFault]:
        """Give what failed of what the letter needs, by the call that should have brought it."""
        faults = self._state.faults
        needed = ("decisions", "recourse") if self._lacks_ways() else ("decisions",)
        return {name: faults[name] for name in needed if name in faults}

    def _lacks_ways(self) -> bool:
        return needs_ways(self._state) and self._simulator.recourse is None

    def _ask_again(self) -> None:
        if "recourse" in self._faults():
            self._simulator.ask_recourse()
        self._calls.retry()

    def _write(self) -> None:
        language = self._state.language
        self.heading.value = heading(say(language, "handout.title"), say(language, "handout.intro"))
        self.prepare.description = say(language, "handout.prepare")
        self.retry.description = say(language, "fault.retry")
        faults = self._faults() if self._open else {}
        show(self.prepare, not self._open)
        # What the API refuses to tell of decisions it refuses again.
        show(
            self.retry,
            any(name == "recourse" or isinstance(faults[name], ApiUnreachable) for name in faults),
        )
        self.notes.value = self._say_notes(faults) if self._open else ""
        show(self.notes, bool(self.notes.value))
        is_whole = self._open and not faults and not self._lacks_ways()
        self._put(
            write_letter(self._state, date.today(), self._simulator.recourse) if is_whole else None
        )

    def _say_notes(self, faults: Mapping[str, ApiFault]) -> Html:
        """Say what is missing, what is still asked, or that the last decision is another's."""
        language = self._state.language
        if faults:
            return join(
                element("p", say(language, MISSING[name])) + write_fault(fault, language)
                for name, fault in faults.items()
            )
        note = Html()
        if another := decision_on_another_calculation(self._state):
            day = _day_of(another, language)
            note += element("p", say(language, "handout.another", day=day))
        if self._lacks_ways():
            asked = say(language, "handout.asking")
            note += element("p", asked, role="status", class_="handout-wait")
        return note

    def _put(self, letter: Letter | None) -> None:
        """Put a letter into the card, or take it away; the same one is left as it is."""
        if letter == self._letter:
            return
        self._letter = letter
        self.letter.value = write_page(letter) if letter else ""
        if letter is None:
            self._calls.drop("pdf")
            self.actions.value = ""
        else:
            self._make_pdf(letter)

    def _make_pdf(self, letter: Letter) -> None:
        file = self._state.file
        name = f"client-{file.client_id}.pdf" if file else "client.pdf"
        self.actions.value = write_printing(letter) + write_wait(letter)

        def done(document: bytes) -> None:
            self.actions.value = write_printing(letter) + write_saving(document, name, letter)

        def failed(fault: ApiFault) -> None:
            self.actions.value = write_printing(letter) + write_fault(fault, letter.language)

        self._calls.run("pdf", lambda: make_pdf(letter), done, failed=failed)


def make_pdf(letter: Letter) -> bytes:
    """Write a letter as PDF; the library is loaded by the first one."""
    from lib.dashboard.pdf import write_pdf

    return write_pdf(letter)


def write_printing(letter: Letter) -> Html:
    """Write the button that prints: the style sheet leaves nothing on the paper but the letter."""
    return element(
        "button",
        say(letter.language, "handout.print"),
        type="button",
        onclick="window.print()",
        class_="handout-button",
    )


def write_wait(letter: Letter) -> Html:
    """Write what stands in for the PDF until it is there."""
    words = say(letter.language, "handout.wait")
    return element("span", words, role="status", class_="handout-wait")


def write_saving(document: bytes, name: str, letter: Letter) -> Html:
    """Write the link that saves the PDF, which it holds itself."""
    address = f"data:application/pdf;base64,{b64encode(document).decode()}"
    words = say(letter.language, "handout.pdf")
    return element("a", words, href=address, download=name, class_="handout-button")


def write_page(letter: Letter) -> Html:
    """Write a letter as HTML."""
    return element(
        "article",
        element("p", say(letter.language, "page.brand"), class_="handout-brand"),
        element("h3", letter.title),
        element("p", letter.about, class_="handout-about"),
        *(_write_section(section, letter.headings) for section in letter.sections),
        class_="handout-page",
        lang=letter.language,
    )


def _write_section(section: Section, headings: tuple[str, str, str]) -> Html:
    points = [element("li", point) for point in section.points]
    return element(
        "section",
        element("h4", section.title),
        *(element("p", paragraph) for paragraph in section.paragraphs),
        element("ul", *points) if points else "",
        table(section.title, headings, section.rows, class_="handout-data") if section.rows else "",
    )
