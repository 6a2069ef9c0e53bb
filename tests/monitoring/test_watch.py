"""A story in the journal becomes a report that says what happened in it, and no more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.monitoring.entries import days_of, read_entries
from lib.monitoring.levels import RULES
from lib.monitoring.watch import MEASURES, watch_journal
from lib.portfolio import build_portfolio
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.wire import MonitoredFigure, MonitoringReport
from tests.monitoring.shifts import World, developed, people
from tests.monitoring.story import FIRST_DAY, resources_of, tell_story

TAG = "credit_scorer:story"
DAYS, CLIENTS_A_DAY = 6, 200
SHIFTED = World(score=0.45)


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
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return watch_journal(journal, scorer, TAG, period, reference, now, portfolio)


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
        assert one.level == RULES[one.name].level(one.value)
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


def test_too_few_clients_have_no_level(journal: Journal, scorer: Scorer) -> None:
    watched = report(journal, scorer, "2026-10-16..2026-10-31")
    assert watched.clients == 0
    figures = by_name(watched)
    assert figures["score_psi"].level == "unknown"
    assert "Too few" in figures["score_psi"].sentence.en


def test_scores_of_another_scorer_and_empty_periods_are_left_out(
    journal: Journal, scorer: Scorer
) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="has scored a client"):
        watch_journal(journal, scorer, "credit_scorer:other", "2026-09", "", now)
    old = replace(scorer, card=scorer.card.model_copy(update={"reference": None}))
    with pytest.raises(InvalidInput, match="without a reference"):
        watch_journal(journal, old, TAG, "2026-09", "", now)


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
