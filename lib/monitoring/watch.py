"""From what happened in a period to the report: figures with levels, sentences and histories."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from lib.decision import Costs, Decision, InvalidInput
from lib.features.description import Text
from lib.monitoring.distributions import cells_of, count_as, drift, population_stability_index
from lib.monitoring.entries import Entries, days_of, moments_of, read_entries
from lib.monitoring.expected import Estimate, expected_auc, expected_cost, risks_of
from lib.monitoring.groups import name_group, name_segment, read_groups
from lib.monitoring.levels import (
    FEWEST_CLIENTS,
    FEWEST_DECISIONS,
    FEWEST_DEFAULTS,
    RULES,
    TOO_FEW,
    Rule,
)
from lib.monitoring.oversight import (
    cost_of_overrides,
    days_waiting,
    granted_by_outcome,
    hours_to_decide,
    is_override,
    override_gaps,
    override_share,
    overrides_by,
    oversight_by_group,
)
from lib.monitoring.realised import (
    auc_fall_p_value,
    bias_by_segment,
    grades,
    hosmer_lemeshow_p_value,
    realised_auc,
    realised_cost,
    spiegelhalter_p_value,
)
from lib.monitoring.words import counted, interval, joined, written
from lib.scoring.card import ReferenceFigures
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.wire import (
    FeatureDrift,
    GradeOutcomes,
    GrantedByOutcome,
    GroupOversight,
    HistoryPoint,
    Level,
    MonitoredFigure,
    MonitoringReport,
    Overrides,
    SegmentBias,
)

SIGNIFICANT = 0.05
# So many features and segments are told; the others moved less.
MOST_TOLD = 15
# Kinds of clients are looked for by so many features, the weightiest.
MOST_PARTED_BY = 10
MOST_NAMED = 3
# A history has about a dozen points: days, weeks or months, by the length of the period.
MOST_DAYS, MOST_WEEKS = 14, 90
WEEK = 7
USUAL_DAYS = 90
NO_GROUPS = pd.DataFrame()


@dataclass(frozen=True)
class Scene:
    """All that figures are made of: what happened, by which scorer, against which reference.

    Parameters
    ----------
    entries : Entries
        Scores and outcomes of this scorer alone; decisions of all.
    scorer : Scorer
    reference : ReferenceFigures
    now : datetime
        Until when refusals have waited.
    groups : DataFrame
        Of clients, see `read_groups`; without columns where none are known.
    """

    entries: Entries
    scorer: Scorer
    reference: ReferenceFigures
    now: datetime
    groups: pd.DataFrame

    def costed(self, clients: pd.DataFrame) -> pd.DataFrame:
        """Give the clients of whom is known what a wrong decision costs.

        Where that follows the amount of the credit, some have not told it, or are forgotten.
        """
        return clients[clients["amount"] > 0] if self.scorer.card.costs_by_amount else clients

    def costs_of(self, clients: pd.DataFrame) -> Costs:
        """Give what wrong decisions about clients cost, as the scorer was chosen by."""
        return self.scorer.card.costs_of(clients["amount"])

    @cached_property
    def drifted(self) -> pd.DataFrame:
        """The features against the reference, see `drift`."""
        columns = {name: self.entries.features[name] for name in self.entries.features.column_names}
        return drift(self.reference.features, columns)

    @property
    def moved(self) -> pd.DataFrame:
        """The features that have moved by more than chance and enough to matter."""
        table = self.drifted
        rule = RULES["feature_psi"]
        return table[(table["p_value"] < SIGNIFICANT) & (table["psi"] >= rule.amber)]

    @property
    def probability(self) -> npt.NDArray[np.float64]:
        """Default probabilities of the clients scored."""
        return self.entries.scores["default_probability"].to_numpy()

    @cached_property
    def grades(self) -> pd.DataFrame:
        """Outcomes by grade, see `lib.monitoring.realised`."""
        judged = self.entries.outcomes
        edges = self.reference.probabilities.edges
        return grades(judged["defaulted"], judged["default_probability"], edges)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """Bias by kind of clients, see `lib.monitoring.realised`."""
        judged, table = self.entries.outcomes, self.entries.outcome_features
        weights = self.scorer.importance.features
        names = sorted(self.scorer.features, key=lambda name: -weights.get(name, 0.0))
        features = {name: table[name].to_pylist() for name in names[:MOST_PARTED_BY]}
        found = bias_by_segment(judged["defaulted"], judged["default_probability"], features)
        return found[found["clients"] >= FEWEST_CLIENTS // 4]

    @cached_property
    def waiting(self) -> pd.Series:
        """Days for which refusals have waited, by client, see `days_waiting`."""
        return days_waiting(self.entries.scores, self.entries.decisions, pd.Timestamp(self.now))

    def has_outcomes(self) -> bool:
        """Say whether enough clients of both outcomes are known to judge by."""
        return has_outcomes(self.entries.outcomes)

    def label(self, feature: str) -> Text:
        """Give the words for a feature."""
        return self.scorer.catalogue[feature].label

    def name_segment(self, feature: str, segment: str) -> Text:
        """Give the words for a part of a feature's values."""
        return name_segment(self.scorer.catalogue[feature], segment)


def has_outcomes(judged: pd.DataFrame) -> bool:
    """Say whether clients whose outcome is known are enough, of both outcomes, to judge by."""
    defaulted = judged["defaulted"]
    least = min(int(defaulted.sum()), int((1 - defaulted).sum()))
    return len(defaulted) >= FEWEST_CLIENTS and least >= FEWEST_DEFAULTS


NOTHING = Text("", "")


@dataclass(frozen=True)
class Measured:
    """A figure as measured.

    Parameters
    ----------
    value : float or None
        None tells that too few clients are known.
    about : Text
        What the sentence tells it beside; the sentence itself where there is no value.
    low, high : float or None
        Ends of its 95 % interval.
    may_be_chance : bool
        Whether chance alone explains it: then it is green, whatever it is.
    """

    value: float | None
    about: Text = NOTHING
    low: float | None = None
    high: float | None = None
    may_be_chance: bool = False


UNKNOWN = Measured(None)
# Where costs follow the amounts of the credits.
UNPRICED = Measured(
    None,
    Text(
        "Trop peu de clients dont le montant du crédit est connu pour en dire quelque chose.",
        "Too few clients whose credit’s amount is known to say anything of it.",
    ),
)
CHANCE_EXPLAINS = Text(
    " Le hasard suffit à expliquer l’écart.", " Chance is enough to explain the difference."
)
Measure = Callable[[Scene], Measured]


def watch(
    entries: Entries,
    scorer: Scorer,
    tag: str,
    now: datetime,
    earlier: Entries | None = None,
    groups: pd.DataFrame = NO_GROUPS,
) -> MonitoringReport:
    """Judge a period.

    Parameters
    ----------
    entries : Entries
        What happened in it.
    scorer : Scorer
        In place, with the reference on its card.
    tag : str
        Of the scorer; scores and outcomes of others are left out.
    now : datetime
        When this is asked.
    earlier : Entries, optional
        Another period, to which features, probabilities and reviews are held instead of those of
        the card.
    groups : DataFrame
        Of clients, see `read_groups`; without columns nothing is said by group.

    Raises
    ------
    InvalidInput
        If the card has no reference, or nobody was scored.
    """
    reference = _reference(scorer)
    said = Text(
        "les clients de test, à la mise au point du modèle",
        "the test clients, at the model’s development",
    )
    if earlier is not None:
        reference = reference_of_period(_of_scorer(earlier, tag), reference)
        said = Text(
            f"les clients du {earlier.first_day} au {earlier.last_day}",
            f"the clients of {earlier.first_day} to {earlier.last_day}",
        )
    entries = _of_scorer(entries, tag)
    if entries.scores.empty and entries.outcomes.empty:
        raise InvalidInput(
            f"period {entries.first_day} to {entries.last_day}",
            f"{tag} has scored a client, or an outcome became known",
            "take another period, or another journal",
        )
    end = moments_of(entries.first_day, entries.last_day)[1]
    scene = Scene(entries, scorer, reference, min(now, end), groups)
    return MonitoringReport(
        created=now.astimezone(UTC).isoformat(timespec="seconds"),
        scorer=tag,
        first_day=entries.first_day,
        last_day=entries.last_day,
        reference=said,
        clients=len(entries.scores),
        outcomes=len(entries.outcomes),
        figures=figures(scene),
        features=_features(scene),
        grades=_grades(scene),
        segments=_segments(scene),
        persons=_overrides(entries.decisions, "person"),
        reasons=_overrides(entries.decisions[entries.decisions["reason"] != ""], "reason"),
        groups=_groups(scene),
        granted=_granted(entries.decisions),
    )


def watch_journal(
    journal: Journal,
    scorer: Scorer,
    tag: str,
    period: str,
    reference: str,
    now: datetime,
    portfolio: Path | None = None,
) -> MonitoringReport:
    """Read a period from the journal, and judge it.

    Parameters
    ----------
    journal : Journal
    scorer, tag : Scorer, str
        In place.
    period : str
        See `days_of`; empty takes the last 90 days.
    reference : str
        Another period; empty takes the clients that the scorer's card keeps.
    now : datetime
    portfolio : Path, optional
        The known clients, who tell the groups of those decided on; where there is no such file,
        nothing is said by group.

    Raises
    ------
    InvalidInput
        As `watch`, or if a text is no period, or the portfolio cannot be read.
    JournalUnavailable
        If the journal cannot be read.
    """
    today = now.astimezone(UTC).date()
    days = days_of(period) if period else (today - timedelta(days=USUAL_DAYS - 1), today)
    earlier = read_entries(journal, scorer, *days_of(reference)) if reference else None
    entries = read_entries(journal, scorer, *days)
    groups = NO_GROUPS
    if portfolio is not None and portfolio.is_file():
        groups = read_groups(portfolio, entries.client_ids(), scorer.catalogue)
    return watch(entries, scorer, tag, now, earlier, groups)


def _reference(scorer: Scorer) -> ReferenceFigures:
    if scorer.card.reference is None:
        raise InvalidInput(
            "scorer without a reference",
            "its card keeps the clients that later ones are held against",
            "select the model again with notebook 02",
        )
    return scorer.card.reference


def _of_scorer(entries: Entries, tag: str) -> Entries:
    scores = (entries.scores["scorer"] == tag).to_numpy()
    outcomes = (entries.outcomes["scorer"] == tag).to_numpy()
    return replace(
        entries,
        scores=entries.scores[scores],
        features=entries.features.filter(pa.array(scores)),
        outcomes=entries.outcomes[outcomes],
        outcome_features=entries.outcome_features.filter(pa.array(outcomes)),
    )


def reference_of_period(entries: Entries, reference: ReferenceFigures) -> ReferenceFigures:
    """Make a reference of a period: its clients, in the bins of another reference.

    Raises
    ------
    InvalidInput
        If fewer than a hundred clients were scored.
    """
    clients = len(entries.scores)
    if clients < FEWEST_CLIENTS:
        raise InvalidInput(
            f"reference {entries.first_day} to {entries.last_day}, {clients} clients",
            f"a reference has {FEWEST_CLIENTS} clients or more",
            "take a longer one, or none: then it is the card’s",
        )
    probabilities = pa.array(entries.scores["default_probability"].to_numpy())
    return reference.model_copy(
        update={
            "clients": clients,
            "features": tuple(
                count_as(one, entries.features[one.name]) for one in reference.features
            ),
            "probabilities": count_as(reference.probabilities, probabilities),
            "review_share": float(entries.scores["needs_review"].mean()),
        }
    )


def figures(scene: Scene) -> list[MonitoredFigure]:
    """Measure, judge and say every figure, with its history."""
    stretches = [
        replace(scene, entries=scene.entries.between(first, last), now=_until(scene, last))
        for first, last in parts_of(scene.entries.first_day, scene.entries.last_day)
    ]
    return [_figure(RULES[name], measure, scene, stretches) for name, measure in MEASURES.items()]


def _until(scene: Scene, last_day: date) -> datetime:
    return min(scene.now, moments_of(last_day, last_day)[1])


def _figure(
    rule: Rule, measure: Measure, scene: Scene, stretches: Sequence[Scene]
) -> MonitoredFigure:
    found = measure(scene)
    history = []
    for stretch in stretches:
        then = measure(stretch)
        history.append(
            HistoryPoint(
                first_day=stretch.entries.first_day, value=then.value, level=level_of(rule, then)
            )
        )
    return MonitoredFigure(
        name=rule.name,
        part=rule.part,
        label=rule.label,
        unit=rule.unit,
        value=found.value,
        low=found.low,
        high=found.high,
        level=level_of(rule, found),
        amber=rule.amber,
        red=rule.red,
        sentence=say(rule, found),
        history=history if len(history) > 1 else [],
    )


def level_of(rule: Rule, found: Measured) -> Level:
    """Judge a figure: what chance explains is no cause for alarm."""
    level = rule.level(found.value)
    return "green" if found.may_be_chance and level != "unknown" else level


def say(rule: Rule, found: Measured) -> Text:
    """Say what a figure means, and where chance explains why it is not worse than it looks."""
    if found.value is None:
        return TOO_FEW if found.about == NOTHING else found.about
    level = level_of(rule, found)
    words = rule.well if level == "green" else rule.ill
    value = written(found.value, rule.unit)
    excuse = NOTHING if level == rule.level(found.value) else CHANCE_EXPLAINS
    return Text(
        words.fr.format(value=value.fr, about=found.about.fr) + excuse.fr,
        words.en.format(value=value.en, about=found.about.en) + excuse.en,
    )


def parts_of(first_day: date, last_day: date) -> list[tuple[date, date]]:
    """Part a period into days, weeks or calendar months.

    Examples
    --------
    >>> parts_of(date(2026, 9, 15), date(2026, 12, 31))[:2]  # doctest: +NORMALIZE_WHITESPACE
    [(datetime.date(2026, 9, 15), datetime.date(2026, 9, 30)),
     (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))]
    >>> len(parts_of(date(2026, 11, 1), date(2026, 11, 30)))
    5
    """
    days = (last_day - first_day).days + 1
    parts, start = [], first_day
    while start <= last_day:
        if days <= MOST_DAYS:
            following = start + timedelta(days=1)
        elif days <= MOST_WEEKS:
            following = start + timedelta(days=WEEK)
        else:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        parts.append((start, min(following - timedelta(days=1), last_day)))
        start = following
    return parts


# The figures of inputs: who comes.


def _score_psi(scene: Scene) -> Measured:
    if len(scene.probability) < FEWEST_CLIENTS:
        return UNKNOWN
    before = scene.reference.probabilities
    now = count_as(before, pa.array(scene.probability))
    return Measured(population_stability_index(cells_of(before), cells_of(now)))


def _feature_psi(scene: Scene) -> Measured:
    if len(scene.probability) < FEWEST_CLIENTS or scene.drifted.empty:
        return UNKNOWN
    moved = scene.moved
    if moved.empty:
        return Measured(float(scene.drifted["psi"].iloc[0]), may_be_chance=True)
    return Measured(float(moved["psi"].iloc[0]), _names(scene, moved["feature"]))


def _missing_rise(scene: Scene) -> Measured:
    if len(scene.probability) < FEWEST_CLIENTS or scene.drifted.empty:
        return UNKNOWN
    rise = scene.drifted["missing"] - scene.drifted["missing_before"]
    most = rise.sort_values(ascending=False, kind="stable")
    worse = most[most >= RULES["missing_rise"].amber].index
    return Measured(
        max(float(most.iloc[0]), 0.0), _names(scene, scene.drifted["feature"].loc[worse])
    )


def _unseen_share(scene: Scene) -> Measured:
    if len(scene.probability) < FEWEST_CLIENTS:
        return UNKNOWN
    table = scene.drifted.sort_values("unseen", ascending=False, kind="stable")
    names = table.loc[table["unseen"] > 0, "feature"]
    return Measured(float(table["unseen"].max()) if len(table) else 0.0, _names(scene, names))


def _review_share(scene: Scene) -> Measured:
    if len(scene.probability) < FEWEST_CLIENTS:
        return UNKNOWN
    share = float(scene.entries.scores["needs_review"].mean())
    return Measured(share, written(scene.reference.review_share, "share"))


def _names(scene: Scene, features: pd.Series) -> Text:
    return joined([scene.label(name) for name in features], MOST_NAMED)


# The figures before outcomes: what the probabilities alone expect.


def _expected_cost(scene: Scene) -> Measured:
    before = scene.scorer.card.metrics.get("business_cost")
    if len(scene.probability) < FEWEST_CLIENTS or not before:
        return UNKNOWN
    clients = scene.costed(scene.entries.scores)
    if len(clients) < FEWEST_CLIENTS:
        return UNPRICED
    risks = risks_of(clients["default_probability"], scene.reference.calibration)
    refused = (clients["decision"] == Decision.REFUSE).to_numpy()
    found = expected_cost(risks, refused, scene.costs_of(clients))
    return Measured(
        found.value / before,
        Text(
            f"{interval(found, 'cost').fr}, contre {written(before, 'cost').fr} chez les clients "
            "de test",
            f"{interval(found, 'cost').en}, against {written(before, 'cost').en} of the test "
            "clients",
        ),
        found.low / before,
        found.high / before,
    )


def _expected_auc(scene: Scene) -> Measured:
    before = scene.scorer.card.metrics.get("auc")
    if len(scene.probability) < FEWEST_CLIENTS or not before:
        return UNKNOWN
    risks = risks_of(scene.probability, scene.reference.calibration)
    found = expected_auc(risks, scene.probability)
    return Measured(
        max(before - found.value, 0.0),
        _against(found, before),
        max(before - found.high, 0.0),
        max(before - found.low, 0.0),
    )


def _against(found: Estimate, before: float) -> Text:
    return Text(
        f"{interval(found, 'auc').fr}, contre {written(before, 'auc').fr} à la mise au point",
        f"{interval(found, 'auc').en}, against {written(before, 'auc').en} at the development",
    )


# The figures after outcomes.


def _realised_cost(scene: Scene) -> Measured:
    if not scene.has_outcomes():
        return UNKNOWN
    judged = scene.costed(scene.entries.outcomes)
    if not has_outcomes(judged):
        return UNPRICED
    refused = (judged["model_decision"] == Decision.REFUSE).to_numpy()
    costs = scene.costs_of(judged)
    found = realised_cost(judged["defaulted"], refused, costs)
    risks = risks_of(judged["default_probability"], scene.reference.calibration)
    expected = expected_cost(risks, refused, costs)
    return Measured(
        found.value / expected.value,
        Text(
            f"{interval(found, 'cost').fr}, pour {interval(expected, 'cost').fr} attendus",
            f"{interval(found, 'cost').en}, where {interval(expected, 'cost').en} was expected",
        ),
        found.low / expected.value,
        found.high / expected.value,
        may_be_chance=expected.low <= found.value <= expected.high,
    )


def _auc_fall(scene: Scene) -> Measured:
    before = scene.scorer.card.metrics.get("auc")
    if not scene.has_outcomes() or not before:
        return UNKNOWN
    judged = scene.entries.outcomes
    outcome, told = judged["defaulted"], judged["default_probability"]
    found = realised_auc(outcome, told)
    return Measured(auc_fall_p_value(outcome, told, before), _against(found, before))


def _by_grade(scene: Scene) -> Measured:
    if not scene.has_outcomes():
        return UNKNOWN
    table = scene.grades
    worse = table.loc[table["p_value"] <= SIGNIFICANT, "grade"].astype(str)
    named = Text(
        f"les classes {', '.join(worse)} sur {len(scene.reference.probabilities.counts)}",
        f"grades {', '.join(worse)} of {len(scene.reference.probabilities.counts)}",
    )
    return Measured(float(table["p_value"].min()), named)


def _hosmer_lemeshow(scene: Scene) -> Measured:
    if not scene.has_outcomes():
        return UNKNOWN
    judged = scene.entries.outcomes
    return Measured(hosmer_lemeshow_p_value(judged["defaulted"], judged["default_probability"]))


def _spiegelhalter(scene: Scene) -> Measured:
    if not scene.has_outcomes():
        return UNKNOWN
    judged = scene.entries.outcomes
    told, came = judged["default_probability"].mean(), judged["defaulted"].mean()
    about = Text(
        f"{written(came, 'share').fr} de défauts, {written(told, 'share').fr} annoncés",
        f"{written(came, 'share').en} defaulted, {written(told, 'share').en} was told",
    )
    p_value = spiegelhalter_p_value(judged["defaulted"], judged["default_probability"])
    return Measured(p_value, about)


def _by_segment(scene: Scene) -> Measured:
    if not scene.has_outcomes() or scene.segments.empty:
        return UNKNOWN
    table = scene.segments
    worse = table[table["p_value"] <= SIGNIFICANT]
    named = []
    for feature, segment in zip(worse["feature"], worse["segment"], strict=True):
        label, words = scene.label(feature), scene.name_segment(feature, segment)
        named.append(Text(f"{label.fr}\u00a0: {words.fr}", f"{label.en}: {words.en}"))
    return Measured(float(table["p_value"].min()), joined(named, MOST_NAMED))


# The figures of oversight.


def _override_share(scene: Scene) -> Measured:
    decided = scene.entries.decisions
    return Measured(override_share(decided)) if len(decided) >= FEWEST_DECISIONS else UNKNOWN


def _override_cost(scene: Scene) -> Measured:
    decided = scene.entries.decisions
    overridden = decided[is_override(decided) & decided["defaulted"].notna()]
    if len(overridden) < FEWEST_DECISIONS:
        return UNKNOWN
    known = scene.costed(overridden)
    if len(known) < FEWEST_DECISIONS:
        return UNPRICED
    found = cost_of_overrides(known, scene.costs_of(known))
    return Measured(found.value, _more_or_less(found.value), found.low, found.high)


def _more_or_less(difference: float) -> Text:
    """Say by how much one way to decide has cost more or less than another."""
    size = written(abs(difference), "cost")
    if size == written(0.0, "cost"):
        return Text("autant que", "as much as")
    if difference > 0:
        return Text(f"{size.fr} par décision de plus que", f"{size.en} per decision more than")
    return Text(f"{size.fr} par décision de moins que", f"{size.en} per decision less than")


def _overrides_by_group(scene: Scene) -> Measured:
    decided = scene.entries.decisions
    gaps = override_gaps(decided, scene.groups)
    if gaps.empty or int(is_override(decided).sum()) < FEWEST_DECISIONS:
        return UNKNOWN
    uneven = gaps.loc[gaps["p_value"] <= RULES["overrides_by_group"].amber, "attribute"].unique()
    names = [scene.scorer.catalogue[name].title for name in uneven]
    return Measured(float(gaps["p_value"].iloc[0]), joined(names, MOST_NAMED))


def _days_waiting(scene: Scene) -> Measured:
    if scene.entries.scores.empty:
        return UNKNOWN
    waiting = scene.waiting
    return Measured(float(waiting.max()) if len(waiting) else 0.0, counted(len(waiting)))


def _hours_to_decide(scene: Scene) -> Measured:
    hours = hours_to_decide(scene.entries.decisions)
    return Measured(float(hours.median())) if len(hours) >= FEWEST_DECISIONS else UNKNOWN


MEASURES: Mapping[str, Measure] = {
    "score_psi": _score_psi,
    "feature_psi": _feature_psi,
    "missing_rise": _missing_rise,
    "unseen_share": _unseen_share,
    "review_share": _review_share,
    "expected_cost_rise": _expected_cost,
    "expected_auc_fall": _expected_auc,
    "realised_cost_rise": _realised_cost,
    "auc_fall": _auc_fall,
    "grades": _by_grade,
    "hosmer_lemeshow": _hosmer_lemeshow,
    "spiegelhalter": _spiegelhalter,
    "segments": _by_segment,
    "override_share": _override_share,
    "override_cost": _override_cost,
    "overrides_by_group": _overrides_by_group,
    "days_waiting": _days_waiting,
    "hours_to_decide": _hours_to_decide,
}


# The tables of the report.


def _features(scene: Scene) -> list[FeatureDrift]:
    if scene.entries.scores.empty:
        return []
    moved = set(scene.moved["feature"])
    rule = RULES["feature_psi"]
    return [
        FeatureDrift(
            feature=row["feature"],
            label=scene.label(row["feature"]),
            psi=row["psi"],
            p_value=row["p_value"],
            missing=row["missing"],
            missing_before=row["missing_before"],
            unseen=row["unseen"],
            unseen_before=row["unseen_before"],
            level=rule.level(row["psi"]) if row["feature"] in moved else "green",
        )
        for row in scene.drifted.head(MOST_TOLD).to_dict("records")
    ]


def _grades(scene: Scene) -> list[GradeOutcomes]:
    if not scene.has_outcomes():
        return []
    return [GradeOutcomes.model_validate(row) for row in scene.grades.to_dict("records")]


def _segments(scene: Scene) -> list[SegmentBias]:
    if not scene.has_outcomes():
        return []
    return [
        SegmentBias(
            feature=row["feature"],
            label=scene.label(row["feature"]),
            segment=row["segment"],
            name=scene.name_segment(row["feature"], row["segment"]),
            clients=row["clients"],
            bias=row["bias"],
            error=row["error"],
            p_value=row["p_value"],
        )
        for row in scene.segments.head(MOST_TOLD).to_dict("records")
    ]


def _overrides(decided: pd.DataFrame, column: str) -> list[Overrides]:
    if decided.empty:
        return []
    table = overrides_by(decided, column).rename(columns={column: "by"})
    return [
        Overrides.model_validate(row)
        for row in table[list(Overrides.model_fields)].to_dict("records")
    ]


def _groups(scene: Scene) -> list[GroupOversight]:
    decided, waiting = scene.entries.decisions, scene.waiting
    told = []
    for attribute in scene.groups.columns:
        row = scene.scorer.catalogue[attribute]
        table = oversight_by_group(decided, waiting, scene.groups[attribute].dropna())
        told += [
            GroupOversight.model_validate(
                {
                    **one,
                    "attribute": row.title,
                    "group": name_group(row, one["group"]),
                    "hours": None if pd.isna(one["hours"]) else one["hours"],
                }
            )
            for one in table.to_dict("records")
        ]
    return told


def _granted(decided: pd.DataFrame) -> list[GrantedByOutcome]:
    if decided.empty:
        return []
    table = granted_by_outcome(decided)
    return [GrantedByOutcome.model_validate(row) for row in table.to_dict("records")]
