"""The words beside the bars of the reasons."""

from collections.abc import Sequence
from itertools import count

from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.panels.reason_rows import Row
from lib.dashboard.texts import say, say_count
from lib.dashboard.words import direction
from lib.decision import Decision

# A page may show the reasons of two clients: ids are one of each.
_TABLES = count()


def write_table(rows: Sequence[Row], language: Language) -> str:
    """Write what each bar stands for: label, effect and definition, value and rank."""
    number = next(_TABLES)
    headings = (say(language, "reasons.feature"), say(language, "reasons.value"))
    head = "".join(element("th", text(words), scope="col") for words in headings)
    return element(
        "table",
        element("caption", text(say(language, "reasons.title"))),
        element("thead", element("tr", head)),
        element("tbody", *(_write_row(row, number) for row in rows)),
        class_="reasons-table",
    )


def _write_row(row: Row, table: int) -> str:
    definition = f"definition-{table}-{row.feature}"
    label = element(
        "span", text(row.label), tabindex="0", aria_describedby=definition, class_="reason-label"
    )
    effect = element(
        "span", text(row.effect), class_=f"reason-effect effect-{direction(row.weight)}"
    )
    tip = element(
        "span", text(row.definition), id=definition, role="tooltip", class_="reason-definition"
    )
    return element(
        "tr",
        element("th", label, effect, tip, scope="row"),
        element(
            "td",
            element("span", text(row.value), class_="reason-value"),
            element("span", text(row.rank), class_="reason-rank"),
            class_="given" if row.is_given else "not-given",
        ),
    )


def write_others(weights: Sequence[float], language: Language) -> str:
    """Sum up in a sentence what is not shown."""
    if not weights:
        return ""
    several = len(weights)
    effect = (
        say_count(language, "reasons.others_refuse_one", "reasons.others_refuse", several)
        if direction(sum(weights)) == Decision.REFUSE
        else say_count(language, "reasons.others_grant_one", "reasons.others_grant", several)
    )
    words = say_count(
        language, "reasons.other", "reasons.others", several, count=several, effect=effect
    )
    return element("p", text(words))
