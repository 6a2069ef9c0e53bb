"""The decision: probability against threshold, in a figure, in words and in counts of people."""

from math import ceil, floor
from operator import sub

from lib.dashboard.formats import in_language, write_number, write_percent
from lib.dashboard.markup import Html, element, table
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import HTML
from lib.dashboard.words import (
    REVIEW_SIGN,
    Distance,
    Frequency,
    digits_apart,
    distance,
    frequencies,
)
from lib.decision import Decision
from lib.serving.wire import Explanation, Score, ScorerCard

ICONS = {Decision.GRANT: "✓", Decision.REFUSE: "✕"}
DOTS_A_ROW, DOT_SPACE = 20, 10  # how many of 100, and how far apart in the drawing
VERDICTS = {Decision.GRANT: text_id("decision.grant"), Decision.REFUSE: text_id("decision.refuse")}
ABOVE = {
    Distance.NEAR: text_id("decision.above_near"),
    Distance.CLEAR: text_id("decision.above_clear"),
    Distance.FAR: text_id("decision.above_far"),
}
BELOW = {
    Distance.NEAR: text_id("decision.below_near"),
    Distance.CLEAR: text_id("decision.below_clear"),
    Distance.FAR: text_id("decision.below_far"),
}
OUTCOMES = {
    Decision.GRANT: text_id("decision.so_granted"),
    Decision.REFUSE: text_id("decision.so_refused"),
}


class DecisionPanel:
    """A card that answers: granted or refused, and how clearly."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.widget = HTML().add_class("decision-card")
        state.follow(self._write, "file", "card", "language")

    def _write(self) -> None:
        file = self._state.file
        self.widget.value = (
            _write_card(file.explanation, self._state.card, self._state.language) if file else ""
        )


def _write_card(score: Explanation, card: ScorerCard | None, language: Language) -> Html:
    digits = digits_apart(score.default_probability, score.threshold)
    probability = write_percent(score.default_probability, language, digits)
    threshold = write_percent(score.threshold, language, digits)
    verdict = _write_verdict(score, probability, language)
    return element(
        "section",
        element("div", verdict, _write_frequency(score, language), class_="decision-top"),
        _write_range(score, card, language) if card else "",
        write_review(score, language),
        _write_scale(score, probability, threshold, language),
        write_basis(score, card, language) if card else "",
        class_=f"decision decision-{score.decision}",
        aria_label=say(language, "decision.title"),
    )


def write_review(score: Score, language: Language) -> Html:
    """Write that a person must look at a score, and why; nothing where nobody must."""
    if not score.review:
        return Html("")
    notes = [element("li", in_language(note.text, language)) for note in score.review]
    return element(
        "div",
        element("p", f"{REVIEW_SIGN} ", say(language, "review.needed"), class_="review-needed"),
        element("ul", *notes),
        role="note",
        class_="review",
    )


def _write_range(score: Explanation, card: ScorerCard, language: Language) -> Html:
    words = say_range(score, card, language)
    return element("p", *words, class_="decision-range") if words else Html()


def say_range(score: Explanation, card: ScorerCard, language: Language) -> str:
    """Say how many clients with this score may not repay, by what the calibration supports.

    Nothing where the card has no calibration. Beyond what the model has seen the calibration was
    never tried, and the range may be wider: a score that a person must look at says so.
    """
    ends = likely_counts(score, card)
    if ends is None:
        return ""
    low, high, out_of = (write_number(count, language) for count in ends)
    words = say(language, "decision.range", low=low, high=high, out_of=out_of)
    return f"{words} {say_wider(language)}" if score.review else words


def say_wider(language: Language) -> str:
    """Say that the range may be wider than told."""
    return say(language, "decision.range_unsure")


def likely_counts(score: Explanation, card: ScorerCard) -> tuple[int, int, int] | None:
    """Give the ends of the likely range as counts of clients, rounded outwards, and their scale.

    Out of as many as the counts beside it are; None where the card has no calibration.
    """
    ends = card.likely_range(score.default_probability)
    if ends is None:
        return None
    out_of = frequencies(score.default_probability, score.threshold)[0].out_of
    return floor(ends[0] * out_of), ceil(ends[1] * out_of), out_of


def _write_verdict(score: Explanation, probability: str, language: Language) -> Html:
    icon = element("span", ICONS[score.decision], class_="decision-icon", aria_hidden="true")
    verdict = element("span", say(language, VERDICTS[score.decision]), class_="decision-words")
    figure = element("span", probability, class_="client-probability")
    unit = element("span", say(language, "decision.probability"), class_="decision-unit")
    gap = say_distance(score.default_probability, score.threshold, language)
    return element(
        "div",
        element("p", icon, verdict, class_="decision-verdict"),
        element("p", figure, " ", unit, class_="decision-figure"),
        element("p", gap, class_="decision-distance"),
        class_="decision-left",
    )


def say_distance(probability: float, threshold: float, language: Language) -> str:
    """Say in words on which side of the threshold a probability lies, and how far.

    How far is the difference of the two percentages as they are written beside it.
    """
    if probability == threshold:
        return say(language, "decision.equal")
    digits = digits_apart(probability, threshold)
    written = (round(share * 100, digits) for share in (probability, threshold))
    gap = abs(round(sub(*written), digits))
    points = say_count(
        language,
        "decision.point",
        "decision.points",
        gap,
        points=write_number(gap, language, digits),
    )
    side = ABOVE if probability > threshold else BELOW
    return say(language, side[distance(probability, threshold)], gap=points)


def say_frequency(probability: float, threshold: float, language: Language) -> tuple[str, str]:
    """Say probability and threshold as numbers of clients."""
    clients, limit = frequencies(probability, threshold)
    return (
        _say_people(clients, language),
        say(
            language,
            "decision.limit",
            limit=write_number(limit.clients, language),
            out_of=write_number(limit.out_of, language),
        ),
    )


def _say_people(frequency: Frequency, language: Language) -> str:
    out_of = write_number(frequency.out_of, language)
    if frequency.clients == 0:
        return say(language, "decision.frequency_none", out_of=out_of)
    return say_count(
        language,
        "decision.frequency_one",
        "decision.frequency",
        frequency.clients,
        clients=write_number(frequency.clients, language),
        out_of=out_of,
    )


def _write_frequency(score: Explanation, language: Language) -> Html:
    people, limit = say_frequency(score.default_probability, score.threshold, language)
    full = round(score.default_probability * 100)
    dots = [_write_dot(number, number < full) for number in range(100)]
    label = (
        say(language, "decision.dots", clients=full)
        if full
        else say(language, "decision.dots_none")
    )
    box = "0 0 200 50"
    return element(
        "div",
        element("svg", *dots, viewBox=box, role="img", aria_label=label, class_="people-dots"),
        element("p", people, class_="frequency-people"),
        element("p", limit, class_="frequency-limit"),
        class_="decision-right",
    )


def _write_dot(number: int, full: bool) -> Html:
    row, column = divmod(number, DOTS_A_ROW)
    return element(
        "circle",
        cx=str(column * DOT_SPACE + DOT_SPACE // 2),
        cy=str(row * DOT_SPACE + DOT_SPACE // 2),
        r="3.6",
        class_="dot-full" if full else "dot-empty",
    )


def _write_scale(score: Explanation, probability: str, threshold: str, language: Language) -> Html:
    client, limit = score.default_probability * 100, score.threshold * 100
    words = say(language, "decision.scale", probability=probability, threshold=threshold)
    this_client = say(language, "decision.this_client", probability=probability)
    return element(
        "div",
        _write_flag("client", client, this_client),
        element("span", write_percent(0, language, 0), class_="scale-end"),
        element(
            "div",
            element("span", style=f"width: {limit:.3f}%", class_="zone zone-grant"),
            element("span", class_="zone zone-refuse"),
            element("span", style=f"left: {limit:.3f}%", class_="threshold-line"),
            element("span", style=f"left: {client:.3f}%", class_="client-mark"),
            class_="scale-bar",
        ),
        element("span", write_percent(1, language, 0), class_="scale-end"),
        _write_flag("limit", limit, say(language, "decision.threshold", threshold=threshold)),
        role="img",
        aria_label=words,
        class_="scale",
    )


def _write_flag(kind: str, place: float, words: str) -> Html:
    """Write a label at its place on the scale, turned inwards near the ends."""
    side = "start" if place < 50 else "end"
    offset = f"left: {place:.3f}%" if side == "start" else f"right: {100 - place:.3f}%"
    return element(
        "div",
        element("span", words, style=offset),
        class_=f"scale-flag scale-flag-{kind} scale-flag-{side}",
    )


def write_basis(score: Explanation, card: ScorerCard, language: Language) -> Html:
    """Write how the decision was reached, folded away until it is asked for."""
    steps = [element("li", words) for words in say_steps(score, card, language)]
    return element(
        "details",
        element("summary", say(language, "decision.how")),
        element("ol", *steps),
        _write_figures(score, language),
        class_="decision-basis",
    )


def say_steps(score: Explanation, card: ScorerCard, language: Language) -> list[str]:
    """Say in four sentences how the decision was reached."""
    digits = digits_apart(score.default_probability, score.threshold)
    read = sum(info.in_model for info in card.features)
    ratio = write_number(card.costs.missed_default / card.costs.refused_good, language, 1)
    probability = write_percent(score.default_probability, language, digits)
    threshold = write_percent(score.threshold, language, digits)
    return [
        say(
            language,
            "decision.step_read",
            count=write_number(read, language),
            share=write_percent(score.coverage, language, 0),
            clients=write_number(card.clients_trained_on, language),
        ),
        say(
            language,
            "decision.step_move",
            start=write_percent(score.base_probability, language),
            probability=probability,
        ),
        say(language, "decision.why_threshold", ratio=ratio, threshold=threshold),
        say(language, OUTCOMES[score.decision], probability=probability, threshold=threshold),
    ]


def _write_figures(score: Explanation, language: Language) -> Html:
    digits = digits_apart(score.default_probability, score.threshold)
    figures = [
        (say(language, "decision.row_client"), score.default_probability),
        (say(language, "decision.row_threshold"), score.threshold),
        (say(language, "decision.row_start"), score.base_probability),
    ]
    return table(
        say(language, "decision.table"),
        [say(language, "decision.row"), say(language, "decision.probability")],
        [(name, write_percent(figure, language, digits)) for name, figure in figures],
    )
