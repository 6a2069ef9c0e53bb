"""Reasons as rows, one a fact or one a family, and the tables made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, groupby, pairwise

from lib.dashboard.formats import (
    in_language,
    within_sentence,
    write_number,
    write_percent,
    write_value,
)
from lib.dashboard.markup import Html, element, table
from lib.dashboard.points import (
    PER_POINT,
    in_order,
    points_of_facts,
    points_of_features,
    say_points,
    tenths_of,
    write_signed_points,
)
from lib.dashboard.state import State
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
from lib.serving.wire import Explanation, FactInfo, FeatureReason, Reason

# In a chart, the longest bar leaves a little room at the end.
ROOM = 1.02
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
class Detail:
    """One of the values behind a row, or one of the facts behind a family.

    Attributes
    ----------
    label, value : str
        Words in the page's language.
    points : int
        What it adds to the risk, in tenths of a percentage point.
    """

    label: str
    value: str
    points: int


@dataclass(frozen=True)
class Weighed:
    """What a reason, or several, do to the risk.

    Attributes
    ----------
    weight : float
        Contribution in log-odds: positive pushes towards refusal.
    points : int
        What it adds to the risk, in tenths of a percentage point.
    """

    weight: float
    points: int


@dataclass(frozen=True)
class Row(Weighed):
    """One row of reasons, with what it does to the risk.

    Attributes
    ----------
    name : str
        The fact, or the family.
    features : tuple of str
        Behind it, the strongest first: choosing the row compares the first.
    label, value, rank, effect, definition : str
        Words in the page's language.
    is_given : bool
        The client has a value.
    details : tuple of Detail
        What is behind the row, the strongest first; empty where the row says it itself.
    usual_weight : float
        Mean absolute contribution over all clients, in log-odds.
    """

    name: str
    features: tuple[str, ...]
    label: str
    value: str
    is_given: bool
    rank: str
    effect: str
    definition: str
    details: tuple[Detail, ...]
    usual_weight: float


@dataclass(frozen=True)
class Step:
    """One step from the starting point to the client's risk, in tenths of a percentage point."""

    label: str
    before: int
    after: int


def rows_by_fact(score: Explanation, state: State, most: int) -> tuple[list[Row], list[Weighed]]:
    """Give a row for each of the strongest reasons by the points shown, and what the others weigh.

    Parameters
    ----------
    score : Explanation
        Of the client.
    state : State
        Says in which language, and what is known of facts and features.
    most : int
        Rows at most.
    """
    facts = {info.name: info for info in state.facts}
    ranks = rank_by_importance(state.facts)
    points = points_of_facts(score)
    reasons = in_order(score)
    rows = [
        _fact_row(reason, points[reason.fact], facts.get(reason.fact), ranks, state)
        for reason in reasons[:most]
    ]
    return rows, [Weighed(one.contribution, points[one.fact]) for one in reasons[most:]]


def rows_by_family(score: Explanation, state: State) -> list[Row]:
    """Give a row for each family, the one that weighs most first.

    A family's weight, and its points, are the sums of its reasons'; choosing it compares the
    strongest one.
    """
    families = {info.name: info.family for info in state.facts}
    points = points_of_facts(score)

    def family_of(reason: Reason) -> tuple[int, str]:
        return place_of_family(families.get(reason.fact, ""))

    ordered = sorted((one for one in in_order(score) if one.fact in families), key=family_of)
    rows = [
        _family_row(family, list(members), points, state)
        for (_, family), members in groupby(ordered, key=family_of)
    ]
    return sorted(rows, key=lambda row: (-abs(row.points), -abs(row.weight)))


def rank_by_importance(infos: Sequence[FactInfo]) -> dict[str, int]:
    """Rank facts by how much they weigh over all clients, from 1; those that weigh nothing not.

    Examples
    --------
    >>> rank_by_importance([])
    {}
    """
    weighty = sorted((info for info in infos if info.importance > 0), key=lambda i: -i.importance)
    return {info.name: place for place, info in enumerate(weighty, start=1)}


def say_effect(weight: float, points: int, is_given: bool, language: Language) -> str:
    """Say what a reason does to the risk: the wording depends on its direction and weight.

    What comes to no points, as they are shown, has no direction either.
    """
    words = EFFECTS[direction(weight), strength(weight)] if points else text_id("reasons.no_effect")
    effect = say(language, words)
    if is_given:
        return effect
    return say(language, "reasons.missing", effect=within_sentence(effect))


def _fact_row(
    reason: Reason, points: int, info: FactInfo | None, ranks: Mapping[str, int], state: State
) -> Row:
    language = state.language
    given = sum(one.value is not None for one in reason.features)
    strongest, rank = reason.features[0], ranks.get(reason.fact)
    is_alone = len(reason.features) == 1
    known = state.feature_info(strongest.feature)
    value = write_feature(strongest, state)
    if not is_alone and given:
        several = write_number(given, language)
        value = say_count(language, "reasons.one_value", "reasons.values", given, count=several)
    return Row(
        name=reason.fact,
        features=tuple(one.feature for one in reason.features),
        label=in_language(reason.label, language),
        value=value if given else say(language, "value.not_given"),
        is_given=given > 0,
        rank=say(language, "reasons.rank", rank=write_number(rank, language)) if rank else "",
        effect=say_effect(reason.contribution, points, given > 0, language),
        definition=(
            say_definition(known, language)
            if is_alone and known
            else _say_strongest(in_language(strongest.label, language), language)
        ),
        details=() if is_alone else _detail_features(reason, points, state),
        weight=reason.contribution,
        usual_weight=info.importance if info else 0.0,
        points=points,
    )


def _family_row(
    family: str, reasons: Sequence[Reason], points: Mapping[str, int], state: State
) -> Row:
    language = state.language
    weight = sum(reason.contribution for reason in reasons)
    its_points = sum(points[reason.fact] for reason in reasons)
    several = len(reasons)
    return Row(
        name=family,
        features=tuple(one.feature for reason in reasons for one in reason.features),
        label=name_family(family, language),
        value=say_count(
            language,
            "reasons.count_one",
            "reasons.count",
            several,
            count=write_number(several, language),
        ),
        is_given=True,
        rank="",
        effect=say_effect(weight, its_points, True, language),
        definition=_say_strongest(in_language(reasons[0].label, language), language),
        details=tuple(_detail_fact(reason, points[reason.fact], state) for reason in reasons),
        weight=weight,
        usual_weight=state.card.families.get(family, 0.0) if state.card else 0.0,
        points=its_points,
    )


def _say_strongest(label: str, language: Language) -> str:
    return say(language, "reasons.strongest", label=label)


def _detail_features(reason: Reason, points: int, state: State) -> tuple[Detail, ...]:
    own = points_of_features(reason, points)
    return tuple(
        Detail(
            label=in_language(one.label, state.language),
            value=write_feature(one, state),
            points=own[one.feature],
        )
        for one in sorted(reason.features, key=lambda one: -abs(own[one.feature]))
    )


def _detail_fact(reason: Reason, points: int, state: State) -> Detail:
    is_alone = len(reason.features) == 1
    return Detail(
        label=in_language(reason.label, state.language),
        value=write_feature(reason.features[0], state) if is_alone else "",
        points=points,
    )


def write_feature(one: FeatureReason, state: State) -> str:
    """Write the value of a feature behind a reason."""
    info = state.feature_info(one.feature)
    return write_value(one.value, info, state.language) if info else str(one.value or "–")


def write_table(rows: Sequence[Row], language: Language) -> Html:
    """Write what each bar stands for: label, effect and definition, value and rank."""
    number = next(_TABLES)
    return table(
        say(language, "reasons.title"),
        (say(language, "reasons.feature"), say(language, "reasons.value")),
        [_write_cells(row, f"{number}-{row.name}", language) for row in rows],
        "reasons-table",
    )


def _write_cells(row: Row, id_: str, language: Language) -> tuple[Html, Html]:
    definition = f"definition-{id_}"
    label = element(
        "span", row.label, tabindex="0", aria_describedby=definition, class_="reason-label"
    )
    effect = element(
        "span",
        *_write_effect(row, language),
        class_=f"reason-effect effect-{direction(row.weight)}",
    )
    tip = element("span", row.definition, id=definition, role="tooltip", class_="reason-definition")
    shown = element("span", row.value, class_="reason-value")
    value = _write_details(row, id_, language) if row.details else shown
    value += element("span", row.rank, class_="reason-rank")
    return label + effect + tip, value if row.is_given else element(
        "span", value, class_="not-given"
    )


def _write_effect(row: Row, language: Language) -> tuple[str, Html]:
    points = element("span", f"({say_points(row.points, language)})", class_="reason-points")
    return f"{row.effect} ", points


def _write_details(row: Row, id_: str, language: Language) -> Html:
    """Write a button, and the table that it opens above the page: what is behind a row."""
    place = f"details-{id_}"
    close = say(language, "reasons.close")
    headings = (
        say(language, "reasons.feature"),
        say(language, "reasons.value"),
        say(language, "reasons.points"),
    )
    lines = [
        (one.label, one.value, write_signed_points(one.points, language)) for one in row.details
    ]
    # The browser says whether it is open, closes it by Escape or a click beside it, and gives the
    # focus back to the button.
    button = element(
        "button",
        row.value,
        type="button",
        popovertarget=place,
        aria_label=say(language, "reasons.behind", label=row.label, value=row.value),
        class_="reason-more",
    )
    shown = element(
        "div",
        element("h3", row.label),
        element("p", *_write_effect(row, language)),
        table(row.label, headings, lines, "figures-table"),
        element(
            "button",
            close,
            type="button",
            popovertarget=place,
            popovertargetaction="hide",
            class_="reason-close",
        ),
        id=place,
        popover="auto",
        role="dialog",
        aria_label=row.label,
        class_="reason-details",
    )
    return button + shown


def write_others(left_out: Sequence[Weighed], language: Language) -> Html:
    """Sum up in a sentence what is not shown."""
    if not left_out:
        return Html()
    several, weight = len(left_out), sum(one.weight for one in left_out)
    effect = (
        say_count(language, "reasons.others_refuse_one", "reasons.others_refuse", several)
        if direction(weight) == Decision.REFUSE
        else say_count(language, "reasons.others_grant_one", "reasons.others_grant", several)
    )
    points = say_points(sum(one.points for one in left_out), language)
    words = say_count(
        language,
        "reasons.other",
        "reasons.others",
        several,
        count=several,
        effect=effect,
        points=points,
    )
    return element("p", words)


def steps_to_client(
    score: Explanation, rows: Sequence[Row], left_out: Sequence[Weighed], others: str
) -> list[Step]:
    """Give the steps from the starting point to the client's risk, in tenths of a point.

    Each goes as far as its row has points; what is left out is the last step.
    """
    labels = [row.label for row in rows] + ([others] if left_out else [])
    sizes = [row.points for row in rows] + ([sum(one.points for one in left_out)] * bool(left_out))
    places = accumulate(sizes, initial=tenths_of(score.base_probability))
    return [
        Step(label, before, after)
        for label, (before, after) in zip(labels, pairwise(places), strict=True)
    ]


def write_waterfall(
    score: Explanation, rows: Sequence[Row], left_out: Sequence[Weighed], language: Language
) -> Html:
    """Write the steps to the client's risk as a sentence and as a table with a bar in each row."""
    steps = steps_to_client(score, rows, left_out, say(language, "waterfall.others"))
    start, end = tenths_of(score.base_probability), tenths_of(score.default_probability)
    # Points need no order, so their sum on the way may lie beyond both ends, even below 0.
    places = [0, start, end, *(step.after for step in steps)]
    low, reach = min(places), (max(places) - min(places)) * ROOM or 1.0
    headings = (
        say(language, "waterfall.step"),
        say(language, "waterfall.chart"),
        say(language, "waterfall.change"),
    )

    def bar(first: int, last: int, class_: str) -> Html:
        left, right = sorted((first, last))
        return _write_bar((left - low) / reach, (right - low) / reach, class_)

    ends = {
        name: _write_tenths(place, language) for name, place in (("start", start), ("end", end))
    }
    lines = [
        (say(language, "waterfall.start"), bar(0, start, "step-end"), ends["start"]),
        *(
            (
                step.label,
                bar(step.before, step.after, f"step-{direction(step.after - step.before)}"),
                say_points(step.after - step.before, language),
            )
            for step in steps
        ),
        (say(language, "waterfall.end"), bar(0, end, "step-end"), ends["end"]),
    ]
    styles = ["waterfall-end", *["waterfall-step"] * len(steps), "waterfall-end"]
    title = say(language, "waterfall.title")
    return element(
        "details",
        element("summary", element("h3", title)),
        element("p", say(language, "waterfall.sentence", **ends)),
        table(title, headings, lines, "waterfall-table", styles),
        class_="waterfall",
        open="open",
    )


def _write_tenths(tenths: int, language: Language) -> str:
    return write_percent(tenths / PER_POINT / 100, language)


def _write_bar(start: float, end: float, class_: str) -> Html:
    place = f"left: {start:.3%}; width: {end - start:.3%}"
    step = element("span", style=place, class_=f"step {class_}")
    return element("div", step, class_="waterfall-track", aria_hidden="true")
