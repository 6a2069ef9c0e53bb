"""A story in the journal becomes a report that says what happened in it, and no more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import CostMatrix, InvalidInput, business_cost
from lib.monitoring.distributions import drift
from lib.monitoring.entries import days_of, read_entries
from lib.monitoring.expected import Estimate, expected_cost, risks_of
from lib.monitoring.groups import name_segment
from lib.monitoring.levels import RULES
from lib.monitoring.oversight import cost_of_overrides, is_override
from lib.monitoring.realised import realised_cost
from lib.monitoring.watch import MEASURES, Measured, level_of, say, watch, watch_journal
from lib.portfolio import build_portfolio
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.wire import MonitoredFigure, MonitoringReport
from tests.monitoring.shifts import World, developed, people
from tests.monitoring.story import FIRST_DAY, resources_of, tell_story
from tests.scoring.world import money_figures

TAG = "credit_scorer:story"
DAYS, CLIENTS_A_DAY = 6, 200
SHIFTED = World(score=0.45)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def tables(world: World, first_client: int, seed: int) -> list[pa.Table]:
    random = np.random.default_rng(seed)
    given = []
    for day in range(DAYS):
        table = people(world, CLIENTS_A_DAY, random)
        ids = pa.array(first_client + day * CLIENTS_A_DAY + np.arange(CLIENTS_A_DAY))
        given.append(table.set_column(0, "client_id", ids))
    return given


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    one, reference = developed()
    metrics = {"business_cost": 0.66, "auc": 0.72}
    card = one.card.model_copy(update={"reference": reference, "metrics": metrics})
    return replace(one, card=card)


@pytest.fixture(scope="module")
def journal(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> Journal:
    """September as at the development, and from the 25th on other clients."""
    journal = Journal(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    resources = resources_of(scorer, TAG, journal)
    tell_story(resources, [*tables(World(), 1, 1), *tables(SHIFTED, 10_001, 2)])
    return journal


@pytest.fixture(scope="module")
def portfolio(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients of both halves, two women to a man."""
    folder = tmp_path_factory.mktemp("portfolio")
    table = pa.concat_tables([*tables(World(), 1, 1), *tables(SHIFTED, 10_001, 2)])
    gender = pa.array(np.where(np.arange(len(table)) % 3, "F", "M"))
    pq.write_table(table.append_column("gender", gender), folder / "features.parquet")
    path = folder / "portfolio.parquet"
    build_portfolio(folder / "features.parquet", scorer, TAG, path)
    return path


def report(
    journal: Journal,
    scorer: Scorer,
    period: str,
    reference: str = "",
    portfolio: Path | None = None,
) -> MonitoringReport:
    return watch_journal(journal, scorer, TAG, period, reference, NOW, portfolio)


def by_name(watched: MonitoringReport) -> dict[str, MonitoredFigure]:
    return {one.name: one for one in watched.figures}


def test_every_figure_has_a_level_a_sentence_in_both_languages_and_a_rule(
    journal: Journal, scorer: Scorer, portfolio: Path
) -> None:
    watched = report(journal, scorer, "2026-09-01..2026-10-31", portfolio=portfolio)
    assert [one.name for one in watched.figures] == list(RULES) == list(MEASURES)
    for one in watched.figures:
        assert one.sentence.fr
        assert one.sentence.en
        assert "{" not in one.sentence.fr + one.sentence.en
        assert one.value is not None, one.name
        judged = RULES[one.name].level(one.value)
        may_be_excused = one.name in ("feature_psi", "realised_cost_rise")
        assert one.level == judged or (may_be_excused and one.level == "green")
    assert MonitoringReport.model_validate_json(watched.model_dump_json()) == watched


def test_clients_like_those_of_the_development_are_in_order(
    journal: Journal, scorer: Scorer
) -> None:
    figures = by_name(report(journal, scorer, "2026-09-01..2026-09-24"))
    for name in ("score_psi", "feature_psi", "missing_rise", "unseen_share", "expected_cost_rise"):
        assert figures[name].level == "green", figures[name].sentence.en
    assert figures["realised_cost_rise"].level == "green"
    assert figures["spiegelhalter"].value > 0.01


def test_a_shift_is_named_and_dated(journal: Journal, scorer: Scorer) -> None:
    watched = report(journal, scorer, "2026-09-01..2026-10-31")
    shifted = report(journal, scorer, "2026-09-25..2026-10-31")
    assert by_name(shifted)["score_psi"].level == "red"
    assert shifted.features[0].feature == "external_score"
    assert [one.feature for one in shifted.features if one.level != "green"] == ["external_score"]
    assert "external score" in by_name(shifted)["feature_psi"].sentence.en
    history = by_name(watched)["score_psi"].history
    levels = {point.first_day: point.level for point in history}
    assert levels[FIRST_DAY] == "green"
    assert levels[date(2026, 9, 29)] == "red"
    # Other clients, but the probabilities hold of them too.
    assert by_name(shifted)["realised_cost_rise"].level == "green"


def test_another_period_may_be_the_reference(journal: Journal, scorer: Scorer) -> None:
    against = report(journal, scorer, "2026-10", "2026-09-25..2026-09-30")
    assert by_name(against)["score_psi"].level == "green"
    assert "2026-09-25" in against.reference.fr
    with pytest.raises(InvalidInput, match="0 clients"):
        report(journal, scorer, "2026-10", "2025")


def test_overrides_and_refusals_that_wait_are_told(journal: Journal, scorer: Scorer) -> None:
    watched = report(journal, scorer, "2026-09-01..2026-09-24")
    figures = by_name(watched)
    assert figures["override_share"].value == pytest.approx(0.08, abs=0.03)
    assert {one.by for one in watched.persons} == {"anna", "ben", "chloe"}
    assert sum(one.decisions for one in watched.persons) == pytest.approx(1_140, abs=50)
    assert {one.by for one in watched.reasons} == {"not_in_file", "security", "unusual"}
    assert figures["days_waiting"].value == pytest.approx(23.6, abs=0.5)
    assert figures["days_waiting"].level == "red"


def test_people_are_watched_by_group_of_clients_and_by_outcome(
    journal: Journal, scorer: Scorer, portfolio: Path
) -> None:
    watched = report(journal, scorer, "2026-09-01..2026-09-24", portfolio=portfolio)
    women, men, *ages = watched.groups
    assert (women.attribute.fr, women.group.en, men.group.en) == ("Gender (fr)", "F", "M")
    assert [one.group.fr for one in ages] == [
        "29 ans et moins",
        "30 à 39 ans",
        "40 à 49 ans",
        "50 à 59 ans",
        "60 ans et plus",
    ]
    by_person = sum(one.decisions for one in watched.persons)
    assert women.decisions + men.decisions == by_person
    assert women.decisions == pytest.approx(2 * men.decisions, rel=0.1)
    overrides = [
        sum(one.granted_against for one in told) for told in ([women, men], watched.persons)
    ]
    assert overrides[0] == overrides[1]
    waits = by_name(watched)["days_waiting"].sentence.en
    assert f"{women.waiting + men.waiting} refusals" in waits
    assert women.hours == pytest.approx(by_name(watched)["hours_to_decide"].value, abs=12.5)
    # Who decides by chance decides alike in all groups.
    assert by_name(watched)["overrides_by_group"].level == "green"
    defaulted = next(one for one in watched.granted if one.outcome == "defaulted")
    assert defaulted.against_model == sum(one.defaults for one in watched.persons)
    assert sum(one.against_model for one in watched.granted) == overrides[1]
    assert sum(one.with_model for one in watched.granted) < by_person - overrides[1]
    # Without a portfolio nothing is said by group.
    watched = report(journal, scorer, "2026-09-01..2026-09-24", portfolio=Path("none.parquet"))
    assert watched.groups == []
    assert by_name(watched)["overrides_by_group"].level == "unknown"


def test_what_chance_explains_is_told_as_it_is_and_is_green() -> None:
    rule = RULES["realised_cost_rise"]
    for value, level in ((1.3, "green"), (1.0, "green"), (None, "unknown")):
        assert level_of(rule, Measured(value, may_be_chance=True)) == level
    assert level_of(rule, Measured(1.3)) == "red"
    excused = say(rule, Measured(1.3, may_be_chance=True)).en
    assert excused.startswith("Per client, decisions have cost")
    assert excused.endswith("Chance is enough to explain the difference.")
    assert "Chance" not in say(rule, Measured(1.0, may_be_chance=True)).en


def test_a_cost_within_what_was_expected_is_told_whole(
    journal: Journal, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_as_dear_and_unsure(*given: object) -> Estimate:
        found = expected_cost(*given)
        return Estimate(found.value / 2, 0.0, found.high)

    monkeypatch.setattr("lib.monitoring.watch.expected_cost", half_as_dear_and_unsure)
    entries = read_entries(journal, scorer, FIRST_DAY, date(2026, 9, 24))
    judged = entries.outcomes
    cost = by_name(watch(entries, scorer, TAG, NOW))["realised_cost_rise"]
    refused = (judged["model_decision"] == "refuse").to_numpy()
    found = realised_cost(judged["defaulted"], refused, scorer.card.costs)
    risks = risks_of(judged["default_probability"], scorer.card.reference.calibration)
    expected = half_as_dear_and_unsure(risks, refused, scorer.card.costs)
    assert expected.low <= found.value <= expected.high
    assert (cost.value, cost.level) == (pytest.approx(found.value / expected.value), "green")
    assert cost.value > RULES["realised_cost_rise"].red
    assert "Chance is enough" in cost.sentence.en
    measured = [point for point in cost.history if point.value is not None]
    assert measured
    assert {point.level for point in measured} == {"green"}


@pytest.fixture
def by_amount(scorer: Scorer) -> Scorer:
    given = {"costs_by_amount": True, "money": money_figures()}
    return replace(scorer, card=scorer.card.model_copy(update=given))


def test_costs_follow_the_amounts_where_the_scorer_was_chosen_by_them(
    journal: Journal, by_amount: Scorer
) -> None:
    entries = read_entries(journal, by_amount, FIRST_DAY, date(2026, 9, 24))
    assert entries.scores["amount"].notna().all()
    # Of some the amount was not told: they are left out.
    untold = entries.scores["amount"].where(np.arange(len(entries.scores)) >= 50)
    entries = replace(entries, scores=entries.scores.assign(amount=untold))
    figures = by_name(watch(entries, by_amount, TAG, NOW))
    clients = entries.scores[50:]
    risks = risks_of(clients["default_probability"], by_amount.card.reference.calibration)
    costs = by_amount.card.money.terms.relative_costs_of(clients["amount"])
    expected = expected_cost(risks, clients["decision"] == "refuse", costs)
    assert figures["expected_cost_rise"].value == pytest.approx(expected.value / 0.66)
    judged = entries.outcomes
    assert judged["amount"].notna().all()
    refused = judged["model_decision"] == "refuse"
    costs = by_amount.card.money.terms.relative_costs_of(judged["amount"])
    risks = risks_of(judged["default_probability"], by_amount.card.reference.calibration)
    realised = business_cost(judged["defaulted"], refused, costs)
    ratio = realised / expected_cost(risks, refused, costs).value
    assert figures["realised_cost_rise"].value == pytest.approx(ratio)
    overridden = entries.decisions[is_override(entries.decisions)].dropna(subset="defaulted")
    told = by_amount.card.money.terms.relative_costs_of(overridden["amount"])
    found = cost_of_overrides(overridden, told)
    assert figures["override_cost"].value == pytest.approx(found.value)


def test_without_any_amount_costs_by_amount_are_not_told(
    journal: Journal, by_amount: Scorer
) -> None:
    entries = read_entries(journal, by_amount, FIRST_DAY, date(2026, 9, 24))
    untold = {
        name: getattr(entries, name).assign(amount=np.nan)
        for name in ("scores", "decisions", "outcomes")
    }
    figures = by_name(watch(replace(entries, **untold), by_amount, TAG, NOW))
    for name in ("expected_cost_rise", "realised_cost_rise", "override_cost"):
        assert figures[name].level == "unknown"
        assert "whose credit’s amount is known" in figures[name].sentence.en


def test_a_feature_that_moved_by_chance_is_green_at_its_own_value(
    journal: Journal, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = read_entries(journal, scorer, FIRST_DAY, date(2026, 9, 24))

    def far_but_by_chance(*given: object) -> pd.DataFrame:
        return drift(*given).assign(psi=0.4, p_value=0.5)

    monkeypatch.setattr("lib.monitoring.watch.drift", far_but_by_chance)
    figure = by_name(watch(entries, scorer, TAG, NOW))["feature_psi"]
    assert (figure.value, figure.level) == (0.4, "green")


@pytest.mark.parametrize(
    ("defaulted", "words"),
    [
        (0.0, "has cost 1.000 per decision less than following it"),
        (1.0, "has cost 10.000 per decision more than following it"),
    ],
)
def test_what_overrides_cost_is_told_by_its_sign(
    journal: Journal, scorer: Scorer, defaulted: float, words: str
) -> None:
    entries = read_entries(journal, scorer, FIRST_DAY, date(2026, 9, 24))
    decisions = entries.decisions
    granted = decisions[(decisions["decision"] == "grant") & is_override(decisions)]
    granted = granted.assign(defaulted=defaulted)
    watched = watch(replace(entries, decisions=granted), scorer, TAG, NOW)
    assert words in by_name(watched)["override_cost"].sentence.en


def test_a_little_cost_is_a_cost(journal: Journal, scorer: Scorer) -> None:
    entries = read_entries(journal, scorer, FIRST_DAY, date(2026, 9, 24))
    decisions = entries.decisions
    granted = decisions[(decisions["decision"] == "grant") & is_override(decisions)].head(11)
    # One in eleven is the break-even of costs of ten to one.
    granted = granted.assign(defaulted=np.eye(11)[0])
    even = scorer.card.costs
    assert (even.missed_default, even.refused_good, len(granted)) == (10, 1, 11)
    dear = scorer.card.model_copy(update={"costs": CostMatrix(10.1, 1)})
    watched = watch(replace(entries, decisions=granted), replace(scorer, card=dear), TAG, NOW)
    figure = by_name(watched)["override_cost"]
    assert figure.level == "green"
    assert "has cost 0.009 per decision more than following it" in figure.sentence.en
    watched = watch(replace(entries, decisions=granted), scorer, TAG, NOW)
    assert "has cost as much as following it" in by_name(watched)["override_cost"].sentence.en


def test_kinds_of_clients_are_named_in_words_in_both_languages(
    journal: Journal, scorer: Scorer
) -> None:
    entries = read_entries(journal, scorer, FIRST_DAY, date(2026, 9, 24))
    rents = np.array(entries.outcome_features["housing"].to_pylist()) == "rents"
    changed = entries.outcomes.assign(defaulted=entries.outcomes["defaulted"].where(~rents, 1))
    watched = watch(replace(entries, outcomes=changed), scorer, TAG, NOW)
    (worst, *_) = watched.segments
    words = name_segment(scorer.catalogue["housing"], "rents")
    assert (worst.feature, worst.segment, worst.name) == ("housing", "rents", words)
    sentence = by_name(watched)["segments"].sentence
    assert f"{scorer.catalogue['housing'].label.fr}\u00a0: {words.fr}" in sentence.fr


def test_too_few_clients_have_no_level(journal: Journal, scorer: Scorer) -> None:
    watched = report(journal, scorer, "2026-10-16..2026-10-31")
    assert watched.clients == 0
    figures = by_name(watched)
    assert figures["score_psi"].level == "unknown"
    assert "Too few" in figures["score_psi"].sentence.en


def test_scores_of_another_scorer_and_empty_periods_are_left_out(
    journal: Journal, scorer: Scorer
) -> None:
    with pytest.raises(InvalidInput, match="has scored a client"):
        watch_journal(journal, scorer, "credit_scorer:other", "2026-09", "", NOW)
    old = replace(scorer, card=scorer.card.model_copy(update={"reference": None}))
    with pytest.raises(InvalidInput, match="without a reference"):
        watch_journal(journal, old, TAG, "2026-09", "", NOW)


def test_a_forgotten_client_still_counts_but_tells_nothing_of_himself(
    scorer: Scorer, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    last = tell_story(resources_of(scorer, TAG, journal), tables(World(), 1, 3)[:1])
    before = read_entries(journal, scorer, FIRST_DAY, last)
    told = before.scores[before.scores["client_id"] == 1].iloc[0]
    assert journal.forget(1)
    after = read_entries(journal, scorer, FIRST_DAY, last)
    assert len(after.scores) == len(before.scores)
    nameless = after.scores[after.scores["client_id"].isna()]
    assert nameless["default_probability"].tolist() == [round(told["default_probability"], 2)]
    place = after.scores.index.get_loc(nameless.index[0])
    assert after.features["external_score"][place].as_py() is None


@pytest.mark.parametrize("wrong", ["2026-13", "yesterday", "2026-11-30..2026-11-01", "2026-02-30"])
def test_what_is_no_period_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput, match="a year, a month, a day"):
        days_of(wrong)


def test_a_period_ends_with_its_last_day() -> None:
    assert days_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))
    assert days_of("2024-02-29") == (date(2024, 2, 29),) * 2
    assert days_of("2026")[1] - days_of("2026")[0] == timedelta(days=364)
