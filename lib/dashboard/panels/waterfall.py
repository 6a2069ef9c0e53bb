"""From the average client's risk to this client's, a step a reason: a chart that is a table."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import exp

from lib.dashboard.formats import MINUS, write_number, write_percent
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.panels.reason_rows import Row
from lib.dashboard.texts import say, say_count
from lib.dashboard.words import direction
from lib.serving.wire import Explanation

Step = tuple[str, float, float]


def probability_of(log_odds: float) -> float:
    """Turn log-odds into a probability.

    Examples
    --------
    >>> probability_of(0.0)
    0.5
    """
    if log_odds < 0:
        return exp(log_odds) / (1 + exp(log_odds))
    return 1 / (1 + exp(-log_odds))


def steps_to_client(score: Explanation, rows: Sequence[Row], others: str) -> list[Step]:
    """Give each step's label and the probability before and after it.

    The contributions add up in log-odds; each step is where their sum stands as a probability.
    What `rows` leave out is the last step, so that the end is the client's own probability.
    """
    weights = [row.weight for row in rows]
    rest = score.log_odds - score.base_log_odds - sum(weights)
    has_rest = len(rows) < len(score.reasons) and abs(rest) > 1e-9
    labels = [row.label for row in rows] + ([others] if has_rest else [])
    sums = accumulate(weights + ([rest] if has_rest else []), initial=score.base_log_odds)
    places = [probability_of(one) for one in sums]
    return [
        (label, before, after)
        for label, (before, after) in zip(labels, pairwise(places), strict=True)
    ]


def write_waterfall(score: Explanation, rows: Sequence[Row], language: Language) -> str:
    """Write the steps as a sentence and as a table with a bar in each row."""
    steps = steps_to_client(score, rows, say(language, "waterfall.others"))
    start = probability_of(score.base_log_odds)
    end = score.default_probability
    reach = max([start, end, *(after for _, _, after in steps)]) * 1.02
    body = [
        _write_end(say(language, "waterfall.start"), start, reach, language),
        *(_write_step(step, reach, language) for step in steps),
        _write_end(say(language, "waterfall.end"), end, reach, language),
    ]
    headings = (
        say(language, "waterfall.step"),
        say(language, "waterfall.chart"),
        say(language, "waterfall.change"),
        say(language, "waterfall.after"),
    )
    head = "".join(element("th", text(words), scope="col") for words in headings)
    sentence = say(
        language,
        "waterfall.sentence",
        start=write_percent(start, language),
        end=write_percent(end, language),
    )
    return element(
        "details",
        element("summary", element("h3", text(say(language, "waterfall.title")))),
        element("p", text(sentence)),
        element(
            "table",
            element("caption", text(say(language, "waterfall.title"))),
            element("thead", element("tr", head)),
            element("tbody", *body),
            class_="waterfall-table",
        ),
        class_="waterfall",
        open="open",
    )


def _write_step(step: Step, reach: float, language: Language) -> str:
    label, before, after = step
    low, high = sorted((before, after))
    points = (after - before) * 100
    change = say_count(
        language,
        "decision.point",
        "decision.points",
        abs(round(points, 1)),
        points=("+" if points > 0 else MINUS) + write_number(abs(points), language, 1),
    )
    bar = _write_bar(low / reach, high / reach, f"step-{direction(after - before)}")
    return _write_row(label, bar, change, write_percent(after, language), "waterfall-step")


def _write_end(label: str, probability: float, reach: float, language: Language) -> str:
    bar = _write_bar(0.0, probability / reach, "step-end")
    return _write_row(label, bar, "", write_percent(probability, language), "waterfall-end")


def _write_row(label: str, bar: str, change: str, after: str, class_: str) -> str:
    return element(
        "tr",
        element("th", text(label), scope="row"),
        element("td", bar, class_="waterfall-bar"),
        element("td", text(change)),
        element("td", text(after)),
        class_=class_,
    )


def _write_bar(start: float, end: float, class_: str) -> str:
    place = f"left: {start:.3%}; width: {end - start:.3%}"
    return element(
        "div",
        element("span", style=place, class_=f"step {class_}"),
        class_="waterfall-track",
        aria_hidden="true",
    )
