"""What a simulation leads to, in words: pure functions from messages to HTML."""

from math import ceil
from typing import NamedTuple

from lib.dashboard.formats import (
    MINUS,
    in_language,
    within_sentence,
    write_amount,
    write_number,
    write_percent,
    write_value,
)
from lib.dashboard.markup import Html, element, join, table
from lib.dashboard.panels.decision import write_review
from lib.dashboard.panels.reason_tables import write_feature
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, text_id
from lib.dashboard.words import digits_apart
from lib.decision import Decision
from lib.serving.wire import FeatureReason, Reason, Recourse, RecourseOption, WhatIf

CREDIT_TERMS = ("credit_amount", "annuity_amount")
MOST_MOVED = 5
LONGEST_BAR = 72  # pixels
FINEST_MOVE = 2  # decimals of a percentage: a move that they do not show is none to a person
LEAST_MOVE = 0.005  # log-odds: less is nothing that a person would notice
OUTCOMES = {
    (Decision.GRANT, Decision.GRANT): text_id("simulation.stays_granted"),
    (Decision.REFUSE, Decision.REFUSE): text_id("simulation.stays_refused"),
    (Decision.GRANT, Decision.REFUSE): text_id("simulation.becomes_refused"),
    (Decision.REFUSE, Decision.GRANT): text_id("simulation.becomes_granted"),
}


class Move(NamedTuple):
    """A reason that a simulation moved, by how much in log-odds, and its features that changed."""

    reason: Reason
    by: float
    changed: list[FeatureReason]


def write_outcome(what_if: WhatIf, language: Language) -> Html:
    """Say the score before and after, whether the decision changes, and what is unusual then."""
    before, after = what_if.before, what_if.after
    figures = _write_figures(what_if, language)
    words = say(language, OUTCOMES[before.decision, after.decision], **figures)
    outcome = element("p", words, role="status", class_=f"sim-outcome sim-{after.decision}")
    return join([outcome, write_review(after, language)])


def _write_figures(what_if: WhatIf, language: Language) -> dict[str, str]:
    """Write both probabilities and the threshold alike, so finely that they tell what is decided.

    Each is apart from the threshold, and a small move is visible.
    """
    before, after = what_if.before.default_probability, what_if.after.default_probability
    threshold = what_if.after.threshold
    apart = min(digits_apart(before, after), FINEST_MOVE)
    digits = max(apart, *(digits_apart(score, threshold) for score in (before, after)))
    return {
        "before": write_percent(before, language, digits),
        "after": write_percent(after, language, digits),
        "threshold": write_percent(threshold, language, digits),
    }


def write_scale(what_if: WhatIf, language: Language) -> Html:
    """Draw both scores and the threshold on one scale from 0 to 100 %."""
    before, after = what_if.before, what_if.after
    limit = after.threshold * 100
    marks = [
        ("before", before.default_probability * 100, say(language, "simulation.before")),
        ("after", after.default_probability * 100, say(language, "simulation.after")),
    ]
    figures = _write_figures(what_if, language)
    label = say(language, "simulation.scale", **figures)
    rows = [_write_row(kind, place, words, limit) for kind, place, words in marks]
    legend = element(
        "p",
        say(language, "simulation.threshold", threshold=figures["threshold"]),
        class_="sim-legend",
    )
    return element("div", *rows, role="img", aria_label=label, class_="sim-scale") + legend


def _write_row(kind: str, place: float, words: str, limit: float) -> Html:
    return element("span", words, class_="sim-row-name") + element(
        "div",
        element("span", style=f"width: {limit:.3f}%", class_="sim-zone-grant"),
        element("span", class_="sim-zone-refuse"),
        element("span", style=f"left: {limit:.3f}%", class_="sim-limit"),
        element("span", style=f"left: {place:.3f}%", class_=f"sim-mark sim-mark-{kind}"),
        class_="sim-bar",
    )


def find_moves(what_if: WhatIf) -> tuple[list[Move], float]:
    """Find the reasons that moved with their values, and by how much all others moved together.

    Returns
    -------
    moves : list of Move
        Of facts that features tell which were changed or follow from them, the most moved first.
    rest : float
        What facts whose values stay add to the move: what they weigh depends on the others.
    """
    before = {reason.fact: reason.contribution for reason in what_if.before.reasons}
    moves = [
        Move(
            reason,
            reason.contribution - before.get(reason.fact, 0.0),
            [one for one in reason.features if is_changed(one.feature, what_if)],
        )
        for reason in what_if.after.reasons
    ]
    least = least_told(what_if)
    moved = [one for one in moves if one.changed and abs(one.by) > least]
    shown = sorted(moved, key=lambda move: -abs(move.by))[:MOST_MOVED]
    return shown, sum(move.by for move in moves) - sum(move.by for move in shown)


def least_told(what_if: WhatIf) -> float:
    """Give the move, in log-odds, up to which a reason is not told: 0 where the decision changes.

    However little then moved it, it is what a person asks for.
    """
    return 0.0 if what_if.before.decision is not what_if.after.decision else LEAST_MOVE


def is_changed(feature: str, what_if: WhatIf) -> bool:
    """Say whether a feature was changed, or follows from one that was."""
    return feature in what_if.changes or feature in what_if.recomputed


def write_moves(what_if: WhatIf, state: State, language: Language) -> Html:
    """Write the reasons that moved as a table, with bars beside the words."""
    moves, rest = find_moves(what_if)
    most = max([abs(rest), *(abs(move.by) for move in moves)])
    least = least_told(what_if)
    if most <= least:
        return element("p", say(language, "simulation.nothing_moved"), class_="sim-hint")
    headings = [
        say(language, "reasons.feature"),
        say(language, "simulation.new_value"),
        say(language, "simulation.effect"),
    ]
    rows = [_write_move(move, most, state, language) for move in moves]
    styles = ["sim-own"] * len(rows)
    if abs(rest) > least:
        rows.append((say(language, "simulation.rest"), "", _write_effect(rest / most, language)))
        styles.append("sim-rest")
    return table(say(language, "simulation.moved"), headings, rows, "sim-moves", styles)


def _write_move(move: Move, most: float, state: State, language: Language) -> tuple[str, str, Html]:
    reason = move.reason
    values = [_write_changed(one, len(reason.features) > 1, state) for one in move.changed]
    effect = _write_effect(move.by / most, language)
    return in_language(reason.label, language), join(values), effect


def _write_changed(one: FeatureReason, is_named: bool, state: State) -> Html:
    """Write the new value of a feature, with its name where others tell the same fact."""
    language, value = state.language, write_feature(one, state)
    label = in_language(one.label, language)
    words = say(language, "simulation.named", label=label, value=value) if is_named else value
    return element("span", words, class_="sim-changed sim-named" if is_named else "sim-changed")


def _write_effect(weight: float, language: Language) -> Html:
    """Write a bar and words; the weight is relative to the heaviest, positive towards refusal."""
    more, less = say(language, "simulation.more_risk"), say(language, "simulation.less_risk")
    effect, side = (more, "refuse") if weight > 0 else (less, "grant")
    bar = element(
        "span",
        style=f"width: {abs(weight) * LONGEST_BAR:.0f}px",
        class_=f"sim-move sim-move-{side}",
        aria_hidden="true",
    )
    return bar + element("span", effect, class_=f"effect-{side}")


def say_option(option: RecourseOption, state: State, language: Language) -> str:
    """Say one way to a grant as a sentence, with the risk that it leads to.

    As finely as shows it below the threshold: most ways lead to just below.
    """
    risk = option.default_probability
    threshold = state.file.explanation.threshold if state.file else risk
    return say(
        language,
        "simulation.option",
        changes=say_changes(option, state, language),
        probability=write_percent(risk, language, digits_apart(risk, threshold)),
    )


def say_changes(option: RecourseOption, state: State, language: Language) -> str:
    """Say the changes of one way to a grant, without a full stop."""
    changes = [
        _say_change(name, value, option.relative_changes[name], state, language)
        for name, value in option.changes.items()
    ]
    together = say(language, "simulation.and")
    # The sentence begins with the first change.
    changes[0] = changes[0][0].upper() + changes[0][1:]
    return f" {together} ".join(changes)


def _say_change(name: str, value: float, share: float, state: State, language: Language) -> str:
    info = state.feature_info(name)
    if info is None:
        return name
    label = in_language(info.label, language)
    own = state.file.features.get(name) if state.file else None
    return say(
        language,
        "simulation.change",
        label=within_sentence(label),
        value=write_value(value, info, language),
        own=write_value(own, info, language),
        share=write_signed(share, language),
    )


def say_consequences(option: RecourseOption, state: State, language: Language) -> str:
    """Say what else a way to a grant asks of the client; nothing where only incomes change.

    How long and how much in all follows from credit and instalment; what interest and fees come to
    is not in the tables.
    """
    own = {name: state.file.features.get(name) if state.file else None for name in CREDIT_TERMS}
    new = {name: option.changes.get(name, value) for name, value in own.items()}
    (credit, instalment), (own_credit, own_instalment) = (
        [value if isinstance(value, float | int) else None for value in terms.values()]
        for terms in (new, own)
    )
    if new == own or not (credit and instalment and own_credit and own_instalment):
        return ""
    said = [
        say(
            language,
            "simulation.repaid",
            count=write_number(ceil(credit / instalment), language),
            total=write_amount(credit, language),
            own_count=write_number(ceil(own_credit / own_instalment), language),
            own_total=write_amount(own_credit, language),
        )
    ]
    if credit < own_credit:
        missing = write_amount(own_credit - credit, language)
        said.append(say(language, "simulation.otherwise", amount=missing))
    return " ".join(said)


def write_signed(share: float, language: Language) -> str:
    """Write a relative change with its sign.

    Examples
    --------
    >>> write_signed(-0.104, "en"), write_signed(0.25, "en")
    ('−10%', '+25%')
    """
    sign = "+" if share >= 0 else MINUS
    return sign + write_percent(abs(share), language, digits=0)


def say_no_option(recourse: Recourse, state: State, language: Language) -> str:
    """Say why no way to a grant is shown."""
    if recourse.before.decision is Decision.GRANT:
        return say(language, "simulation.already_granted")
    if recourse.complete:
        return say(language, "simulation.no_option", amounts=_name_searched(recourse, state))
    return say(language, "simulation.not_found_in_time")


def _name_searched(recourse: Recourse, state: State) -> str:
    """Name the amounts that were changed in the search."""
    language = state.language
    labels = [in_language(info.label, language) for info in state.features]
    names = [info.name for info in state.features]
    known = dict(zip(names, labels, strict=True))
    return ", ".join(within_sentence(known[name]) for name in recourse.bounds if name in known)
