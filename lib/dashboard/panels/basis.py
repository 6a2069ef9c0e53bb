"""How the decision was reached: in steps, and the scale's figures as a table."""

from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, table, text
from lib.dashboard.texts import say, text_id
from lib.dashboard.words import digits_apart
from lib.decision import Decision
from lib.serving.wire import Explanation, ScorerCard

OUTCOMES = {
    Decision.GRANT: text_id("decision.so_granted"),
    Decision.REFUSE: text_id("decision.so_refused"),
}


def write_basis(score: Explanation, card: ScorerCard, language: Language) -> str:
    """Write how the decision was reached, folded away until it is asked for."""
    steps = "".join(element("li", text(words)) for words in say_steps(score, card, language))
    return element(
        "details",
        element("summary", text(say(language, "decision.how"))),
        element("ol", steps),
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


def _write_figures(score: Explanation, language: Language) -> str:
    digits = digits_apart(score.default_probability, score.threshold)
    figures = [
        (say(language, "decision.row_client"), score.default_probability),
        (say(language, "decision.row_threshold"), score.threshold),
        (say(language, "decision.row_average"), score.base_probability),
    ]
    return table(
        say(language, "decision.table"),
        [say(language, "decision.row"), say(language, "decision.probability")],
        [(name, write_percent(figure, language, digits)) for name, figure in figures],
        class_="figures-table",
    )
