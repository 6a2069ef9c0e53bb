"""What the client takes home: the decision, why, on which data, and what can be done about it."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from ipywidgets import HTML, Button

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_day, write_number
from lib.dashboard.markup import Html, element, heading, table, write_fault
from lib.dashboard.panels.reason_tables import write_feature
from lib.dashboard.points import points_of_facts, say_points
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import make_card, show
from lib.dashboard.words import Strength, direction, frequencies, strength
from lib.decision import Decision
from lib.features.description import Family
from lib.serving.api import ApiFault
from lib.serving.wire import Explanation, FeatureReason, Reason

MOST_REASONS = 4
MOST_DATA = 12
EFFECTS = {
    (Decision.REFUSE, Strength.STRONG): text_id("letter.against_strong"),
    (Decision.REFUSE, Strength.MODERATE): text_id("letter.against_moderate"),
    (Decision.REFUSE, Strength.SLIGHT): text_id("letter.against_slight"),
    (Decision.GRANT, Strength.STRONG): text_id("letter.favour_strong"),
    (Decision.GRANT, Strength.MODERATE): text_id("letter.favour_moderate"),
    (Decision.GRANT, Strength.SLIGHT): text_id("letter.favour_slight"),
}
DECISIONS = {Decision.GRANT: text_id("letter.granted"), Decision.REFUSE: text_id("letter.refused")}
WHY = {
    Decision.GRANT: text_id("letter.why_granted"),
    Decision.REFUSE: text_id("letter.why_refused"),
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
    rows : tuple of pairs of str
        A table of names and values at the end.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter to a client in one language, for the screen, the printer and PDF alike."""

    language: Language
    title: str
    about: str
    headings: tuple[str, str]
    sections: tuple[Section, ...]


def write_letter(state: State, day: date) -> Letter | None:
    """Write the letter to the client on the page, in the page's language; None without one.

    Parameters
    ----------
    state : State
        With the client's file and the card that names the features.
    day : date
        The day that it bears.
    """
    file, language = state.file, state.language
    if file is None:
        return None
    score = file.explanation
    return Letter(
        language=language,
        title=say(language, "letter.title"),
        about=say(language, "letter.about", number=file.client_id, day=write_day(day, language)),
        headings=(say(language, "letter.information"), say(language, "letter.value")),
        sections=(
            _about_decision(score, language),
            _about_reasons(score, state),
            _about_rights(language),
            _about_data(score, state),
        ),
    )


def main_reasons(score: Explanation) -> list[Reason]:
    """Give the reasons that speak for the decision taken, the strongest first, at most four."""
    speaking = [
        reason
        for reason in score.reasons
        if reason.contribution and direction(reason.contribution) is score.decision
    ]
    return speaking[:MOST_REASONS]


def _about_decision(score: Explanation, language: Language) -> Section:
    clients, limit = frequencies(score.default_probability, score.threshold)
    out_of = write_number(clients.out_of, language)
    return Section(
        title=say(language, "letter.decision"),
        paragraphs=(
            say(language, DECISIONS[score.decision]),
            say_count(
                language,
                "letter.frequency_one",
                "letter.frequency",
                clients.clients,
                clients=write_number(clients.clients, language),
                out_of=out_of,
            ),
            say(
                language, "letter.limit", limit=write_number(limit.clients, language), out_of=out_of
            ),
            *([say(language, "letter.person_looks")] if score.review else []),
        ),
    )


def _about_reasons(score: Explanation, state: State) -> Section:
    language = state.language
    points = points_of_facts(score)
    reasons = main_reasons(score)
    return Section(
        title=say(language, WHY[score.decision]),
        paragraphs=(say(language, "letter.points"),) if reasons else (),
        points=tuple(_say_reason(reason, points[reason.fact], state) for reason in reasons),
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
    detail = in_language(telling.label, language)
    if detail == label:
        return say(language, "letter.reason", label=label, value=value, effect=effect)
    return say(
        language, "letter.reason_detail", label=label, detail=detail, value=value, effect=effect
    )


def telling_feature(reason: Reason) -> FeatureReason | None:
    """Give the strongest feature behind a reason of which the client has a value.

    One that pushes the way of the reason, where there is one; None where no value is given.
    """
    given = [one for one in reason.features if one.value is not None]
    along = [one for one in given if one.contribution * reason.contribution > 0]
    return next(iter(along or given), None)


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


def _about_data(score: Explanation, state: State) -> Section:
    """List what weighed most among what the client gave, whichever way: a value of each fact."""
    language = state.language
    telling = map(telling_feature, score.reasons)
    given = [feature for feature in telling if feature is not None][:MOST_DATA]
    infos = [state.feature_info(one.feature) for one in given]
    has_scores = any(info and info.family == Family.EXTERNAL_SCORES for info in infos)
    scores = (say(language, "letter.scores"),) if has_scores else ()
    return Section(
        title=say(language, "letter.data"),
        paragraphs=(say(language, "letter.data_intro"), *scores),
        rows=tuple((in_language(one.label, language), write_feature(one, state)) for one in given),
    )


class LetterPanel:
    """A card that shows the letter as it will be printed; another client puts it away."""

    def __init__(self, state: State, calls: Calls) -> None:
        self._state, self._calls = state, calls
        self._open = False
        self.heading = HTML().add_class("card-heading")
        self.prepare = Button().add_class("handout-prepare").add_class("primary")
        self.actions = HTML().add_class("handout-actions")
        self.letter = HTML().add_class("handout-letter")
        parts = [self.heading, self.prepare, self.actions, self.letter]
        self.widget = make_card(parts, "handout-card")
        self.prepare.on_click(lambda _: self._show(True))
        state.when_changed(lambda: self._show(False), "file")
        state.follow(self._write, "language")

    def _show(self, is_open: bool) -> None:
        self._open = is_open
        self._write()

    def _write(self) -> None:
        language = self._state.language
        self.heading.value = heading(say(language, "handout.title"), say(language, "handout.intro"))
        self.prepare.description = say(language, "handout.prepare")
        letter = write_letter(self._state, date.today()) if self._open else None
        show(self.prepare, letter is None)
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


def _write_section(section: Section, headings: tuple[str, str]) -> Html:
    points = [element("li", point) for point in section.points]
    return element(
        "section",
        element("h4", section.title),
        *(element("p", paragraph) for paragraph in section.paragraphs),
        element("ul", *points) if points else "",
        table(section.title, headings, section.rows, class_="handout-data") if section.rows else "",
    )
