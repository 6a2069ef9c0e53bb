"""Reasons as rows to be shown: one a feature, or one a family."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lib.dashboard.families import name_family, place_of_family, say_definition
from lib.dashboard.formats import in_language, write_number, write_value
from lib.dashboard.languages import Language
from lib.dashboard.texts import say, say_count, text_id
from lib.dashboard.words import Strength, direction, strength
from lib.decision import Decision
from lib.serving.wire import FeatureInfo, Reason

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
