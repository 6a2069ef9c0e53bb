"""Reasons as rows, one a feature or one a family, and the tables made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count, groupby, pairwise
from math import tanh

from lib.dashboard.formats import MINUS, in_language, write_number, write_percent, write_value
from lib.dashboard.markup import Html, element, table
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.words import (
    Strength,
    direction,
    name_family,
    place_of_family,
    say_definition,
    strength,
)
from lib.decision import Decision
from lib.serving.wire import Explanation, FeatureInfo, Reason

NO_REST = 1e-9  # log-odds: less is left over by rounding only
# In a chart, the longest bar leaves a little room at the end.
ROOM = 1.02
Step = tuple[str, float, float]
# A page may show the reasons of two clients: ids are one of each.
_TABLES = count()
EFFECTS = {
    (Decision.REFUSE, Strength.STRONG): text_id("reasons.refuse_strong"),
    (Decision.REFUSE, Strength.MODERATE): text_id("reasons.refuse_moderate"),
    (Decision.REFUSE, Strength.SLIGHT): text_id("reasons.refuse_slight"),
    (Decision.GRANT, Strength.STRONG): text_id("reasons.grant_strong"),
    (Decision.GRANT, Strength.MODERATE): text_id("reasons.grant_moderate"),
    (Decision.GRANT, Strength.SLIGHT): text_id("reasons.grant_slight"),
}


@dataclass(frozen=True)
class Row:
    """One row of reasons.

    Attributes
    ----------
    feature : str
        What choosing the row compares.
    label, value, rank, effect, definition : str
        Words in the page's language.
    is_given : bool
        The client has a value.
    weight : float
        Contribution in log-odds: positive pushes towards refusal.
    usual_weight : float
        Mean absolute contribution over all clients, in log-odds.
    """

    feature: str
    label: str
    value: str
    is_given: bool
    rank: str
    effect: str
    definition: str
    weight: float
    usual_weight: float


def rows_by_feature(
    reasons: Sequence[Reason], infos: Sequence[FeatureInfo], language: Language
) -> list[Row]:
    """Give a row for each reason, in their order."""
    known = {info.name: info for info in infos}
    ranks = rank_by_importance(infos)
    return [
        _row(reason, known.get(reason.feature), ranks.get(reason.feature), language)
        for reason in reasons
    ]


def rows_by_family(
    reasons: Sequence[Reason], infos: Sequence[FeatureInfo], language: Language
) -> list[Row]:
    """Give a row for each family, the one that weighs most first.

    A family's weight is the sum of its reasons; choosing it compares its strongest one.
    """
    families = {info.name: info.family for info in infos}
    usual = {info.name: info.importance for info in infos}

    def family_of(reason: Reason) -> tuple[int, str]:
        return place_of_family(families.get(reason.feature, ""))

    ordered = sorted((one for one in reasons if one.feature in families), key=family_of)
    rows = [
        _family_row(family, list(members), usual, language)
        for (_, family), members in groupby(ordered, key=family_of)
    ]
    return sorted(rows, key=lambda row: -abs(row.weight))


def rank_by_importance(infos: Sequence[FeatureInfo]) -> dict[str, int]:
    """Rank features by how much they weigh over all clients, from 1; those that weigh nothing not.

    Examples
    --------
    >>> rank_by_importance([])
    {}
    """
    weighty = sorted((info for info in infos if info.importance > 0), key=lambda i: -i.importance)
    return {info.name: place for place, info in enumerate(weighty, start=1)}


def say_effect(weight: float, is_given: bool, language: Language) -> str:
    """Say what a reason does to the risk: the wording depends on its direction and weight."""
    effect = say(language, EFFECTS[direction(weight), strength(weight)])
    if is_given:
        return effect
    return say(language, "reasons.missing", effect=effect[0].lower() + effect[1:])


def _row(reason: Reason, info: FeatureInfo | None, rank: int | None, language: Language) -> Row:
    is_given = reason.value is not None
    return Row(
        feature=reason.feature,
        label=in_language(reason.label, language),
        value=write_value(reason.value, info, language) if info else str(reason.value or "–"),
        is_given=is_given,
        rank=say(language, "reasons.rank", rank=write_number(rank, language)) if rank else "",
        effect=say_effect(reason.contribution, is_given, language),
        definition=say_definition(info, language) if info else "",
        weight=reason.contribution,
        usual_weight=info.importance if info else 0.0,
    )


def _family_row(
    family: str, reasons: Sequence[Reason], usual: dict[str, float], language: Language
) -> Row:
    weight = sum(reason.contribution for reason in reasons)
    strongest = max(reasons, key=lambda reason: abs(reason.contribution))
    count = len(reasons)
    return Row(
        feature=strongest.feature,
        label=name_family(family, language),
        value=say_count(
            language,
            "reasons.count_one",
            "reasons.count",
            count,
            count=write_number(count, language),
        ),
        is_given=True,
        rank="",
        effect=say_effect(weight, True, language),
        definition=say(language, "reasons.strongest", label=in_language(strongest.label, language)),
        weight=weight,
        usual_weight=sum(usual[reason.feature] for reason in reasons),
    )


def write_table(rows: Sequence[Row], language: Language) -> Html:
    """Write what each bar stands for: label, effect and definition, value and rank."""
    number = next(_TABLES)
    return table(
        say(language, "reasons.title"),
        (say(language, "reasons.feature"), say(language, "reasons.value")),
        [_write_cells(row, number) for row in rows],
        "reasons-table",
    )


def _write_cells(row: Row, table_number: int) -> tuple[Html, Html]:
    definition = f"definition-{table_number}-{row.feature}"
    label = element(
        "span", row.label, tabindex="0", aria_describedby=definition, class_="reason-label"
    )
    effect = element("span", row.effect, class_=f"reason-effect effect-{direction(row.weight)}")
    tip = element("span", row.definition, id=definition, role="tooltip", class_="reason-definition")
    value = element("span", row.value, class_="reason-value")
    value += element("span", row.rank, class_="reason-rank")
    return label + effect + tip, value if row.is_given else element(
        "span", value, class_="not-given"
    )


def write_others(weights: Sequence[float], language: Language) -> Html:
    """Sum up in a sentence what is not shown."""
    if not weights:
        return Html()
    several = len(weights)
    effect = (
        say_count(language, "reasons.others_refuse_one", "reasons.others_refuse", several)
        if direction(sum(weights)) == Decision.REFUSE
        else say_count(language, "reasons.others_grant_one", "reasons.others_grant", several)
    )
    words = say_count(
        language, "reasons.other", "reasons.others", several, count=several, effect=effect
    )
    return element("p", words)


def probability_of(log_odds: float) -> float:
    """Turn log-odds into a probability.

    Examples
    --------
    >>> probability_of(0.0)
    0.5
    """
    return (1 + tanh(log_odds / 2)) / 2


def steps_to_client(score: Explanation, rows: Sequence[Row], others: str) -> list[Step]:
    """Give each step's label and the probability before and after it.

    The contributions add up in log-odds; each step is where their sum stands as a probability.
    What `rows` leave out is the last step, so that the end is the client's own probability.
    """
    weights = [row.weight for row in rows]
    rest = score.log_odds - score.base_log_odds - sum(weights)
    has_rest = len(rows) < len(score.reasons) and abs(rest) > NO_REST
    labels = [row.label for row in rows] + ([others] if has_rest else [])
    sums = accumulate(weights + ([rest] if has_rest else []), initial=score.base_log_odds)
    places = [probability_of(one) for one in sums]
    return [
        (label, before, after)
        for label, (before, after) in zip(labels, pairwise(places), strict=True)
    ]


def write_waterfall(score: Explanation, rows: Sequence[Row], language: Language) -> Html:
    """Write the steps to the client's risk as a sentence and as a table with a bar in each row."""
    steps = steps_to_client(score, rows, say(language, "waterfall.others"))
    start, end = probability_of(score.base_log_odds), score.default_probability
    reach = max([start, end, *(after for _, _, after in steps)]) * ROOM
    written = {"start": write_percent(start, language), "end": write_percent(end, language)}
    headings = (
        say(language, "waterfall.step"),
        say(language, "waterfall.chart"),
        say(language, "waterfall.change"),
        say(language, "waterfall.after"),
    )
    first = _write_bar(0.0, start / reach, "step-end")
    last = _write_bar(0.0, end / reach, "step-end")
    lines = [
        (say(language, "waterfall.start"), first, "", written["start"]),
        *(_write_step(step, reach, language) for step in steps),
        (say(language, "waterfall.end"), last, "", written["end"]),
    ]
    styles = ["waterfall-end", *["waterfall-step"] * len(steps), "waterfall-end"]
    title = say(language, "waterfall.title")
    return element(
        "details",
        element("summary", element("h3", title)),
        element("p", say(language, "waterfall.sentence", **written)),
        table(title, headings, lines, "waterfall-table", styles),
        class_="waterfall",
        open="open",
    )


def _write_step(step: Step, reach: float, language: Language) -> tuple[str, Html, str, str]:
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
    return label, bar, change, write_percent(after, language)


def _write_bar(start: float, end: float, class_: str) -> Html:
    place = f"left: {start:.3%}; width: {end - start:.3%}"
    step = element("span", style=place, class_=f"step {class_}")
    return element("div", step, class_="waterfall-track", aria_hidden="true")
