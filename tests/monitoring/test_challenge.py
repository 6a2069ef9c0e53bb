"""What outcomes say of a challenger, and whom it would change, against counts made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import CostDifference, Decision, InvalidInput
from lib.monitoring.challenge import (
    FEWEST_OUTCOMES,
    changes,
    changes_in_words,
    compare_on_outcomes,
    fact_labels,
    hear_outcomes,
    learned_from,
    objection_of,
    outcomes_in_words,
    read_shadow_outcomes,
    what_would_change,
)
from lib.scoring.scorer import Scorer
from lib.scoring.split import SPLIT, draws
from lib.serving.journal import Author, Journal, Kind
from lib.serving.journal.outcomes import record_outcomes
from lib.serving.shadow import entries_of
from lib.serving.wire import OutcomeGiven
from tests.monitoring.story import FIRST_DAY, resources_of, write_scores, written_on
from tests.scoring.conftest import scorers, world
from tests.scoring.world import clients, money_figures

__all__ = ["scorers", "world"]

IN_PLACE, CHALLENGER = "credit_scorer:a", "credit_challenger:b"
LATER = date(2026, 11, 1)


def at(scorer: Scorer, threshold: float) -> Scorer:
    return replace(scorer, card=scorer.card.model_copy(update={"threshold": threshold}))


def refusing(scorer: Scorer, share: float, table: pa.Table) -> Scorer:
    """Give a scorer the threshold at which it refuses a share of clients."""
    probabilities = scorer.default_probabilities(scorer.encode_frame(table))
    return at(scorer, float(np.quantile(probabilities, 1 - share)))


@pytest.fixture
def pair(scorers: dict[str, Scorer], world: pa.Table) -> tuple[Scorer, Scorer]:
    """The scorer in place, and a challenger that decides otherwise about some."""
    return refusing(scorers["lightgbm"], 0.3, world), refusing(scorers["logistic"], 0.35, world)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path / "journal.sqlite")
    yield kept
    kept.close()


def tell(
    journal: Journal,
    pair: tuple[Scorer, Scorer],
    came: pa.Table,
    day: date = FIRST_DAY,
    tags: tuple[str, str] = (IN_PLACE, CHALLENGER),
) -> None:
    """Write scores of both, and what became of those whom the scorer in place would grant."""
    in_place, challenger = pair
    scores = write_scores(resources_of(in_place, tags[0], journal), came, day)
    told = [(one.score_id, one.client_id, one.scored) for one in scores]
    with written_on(day):
        journal.write(entries_of(challenger, tags[1], told))
    targets = came["target"].to_pylist()
    given = [
        OutcomeGiven(client_id=one.client_id, day=LATER, defaulted=bool(target))
        for one, target in zip(scores, targets, strict=True)
        if one.decision is Decision.GRANT and target is not None
    ]
    with written_on(LATER):
        record_outcomes(journal, given, Author("operator", "", "operator"))


def refused(scorer: Scorer, table: pa.Table) -> np.ndarray:
    return scorer.default_probabilities(scorer.encode_frame(table)) >= scorer.threshold


def test_realised_costs_are_those_of_both_decisions_on_the_same_clients(
    journal: Journal, pair: tuple[Scorer, Scorer]
) -> None:
    came = clients(500, seed=8)
    tell(journal, pair, came)
    outcomes = read_shadow_outcomes(journal, IN_PLACE, CHALLENGER, set())
    granted = came.filter(pa.array(~refused(pair[0], came)))
    granted = granted.filter(granted["target"].is_valid())
    assert outcomes.client_id.tolist() == granted["client_id"].to_pylist()
    assert len(outcomes) > FEWEST_OUTCOMES
    defaulted = granted["target"].to_numpy() == 1
    theirs = refused(pair[1], granted)
    assert not outcomes.refused.any()
    assert outcomes.challenger_refused.tolist() == theirs.tolist()
    assert (outcomes.unasked.sum(), outcomes.left_out) == (0, {})
    compared = compare_on_outcomes(outcomes, pair[1].card)
    # Ten for each default that was granted, one for each good client who was refused.
    assert compared.other_cost == pytest.approx(10 * defaulted.mean())
    assert compared.cost == pytest.approx(
        10 * (defaulted & ~theirs).mean() + (~defaulted & theirs).mean()
    )
    each = np.where(theirs, np.where(defaulted, -10.0, 1.0), 0.0)
    error = each.std() / np.sqrt(len(each))
    assert compared.difference == pytest.approx(each.mean())
    assert compared.low == pytest.approx(each.mean() - 1.96 * error, abs=0.15 * error)
    assert compared.high == pytest.approx(each.mean() + 1.96 * error, abs=0.15 * error)
    words = outcomes_in_words(outcomes, compared)
    assert f"{len(outcomes):,} clients whose outcome came" in words
    assert f"- {theirs.sum()} refused by the challenger alone: " in words
    assert "- none refused by the scorer in place alone: none of them repaid" in words
    assert "of those whom the challenger would newly grant, little is known" in words


def test_outcomes_that_do_not_count_are_told_by_why(
    journal: Journal, pair: tuple[Scorer, Scorer]
) -> None:
    came = clients(60, seed=8)
    tell(journal, pair, came)
    all_of_them = read_shadow_outcomes(journal, IN_PLACE, CHALLENGER, set())
    learned, forgotten, again, *_ = all_of_them.client_id.tolist()
    tell(journal, pair, came.filter(pa.array(came["client_id"].to_numpy() == again)), LATER)
    journal.forget(forgotten)
    others = read_shadow_outcomes(journal, IN_PLACE, "credit_challenger:c", set())
    assert len(others) == 0
    assert list(others.left_out) == ["of scores that the challenger did not give"]
    outcomes = read_shadow_outcomes(journal, IN_PLACE, CHALLENGER, {learned})
    assert outcomes.left_out == {
        "of clients from whom one of both has learned": 1,
        "of forgotten clients": 1,
        "an earlier credit of the same client": 1,
    }
    assert learned not in outcomes.client_id
    assert outcomes.client_id.tolist().count(again) == 1
    (why,) = read_shadow_outcomes(journal, "credit_scorer:z", CHALLENGER, set()).left_out
    assert why == "of scores by another scorer than the one in place"
    words = outcomes_in_words(outcomes, compare_on_outcomes(outcomes, pair[1].card))
    assert "Left out: " in words
    assert "1 of forgotten clients" in words
    assert f"Fewer than {FEWEST_OUTCOMES} are too few to tell" in words


def test_one_amount_that_is_not_known_stops_nothing_where_costs_follow_the_amounts(
    journal: Journal, pair: tuple[Scorer, Scorer]
) -> None:
    came = clients(500, seed=8)
    known = np.arange(500) >= 20
    amounts = pa.array(came["credit_amount"].to_numpy(), mask=~known)
    place = came.column_names.index("credit_amount")
    tell(journal, pair, came.set_column(place, "credit_amount", amounts))
    outcomes = read_shadow_outcomes(journal, IN_PLACE, CHALLENGER, set())
    unknown = int(np.isnan(outcomes.amounts).sum())
    assert 0 < unknown <= 20
    counted = outcomes.with_amounts()
    assert len(counted) == len(outcomes) - unknown > FEWEST_OUTCOMES
    assert counted.left_out == {"of credits whose amount is not known": unknown}
    assert len(counted.unasked) == len(counted)
    by_amount = {"costs_by_amount": True, "money": money_figures()}
    card = pair[1].card.model_copy(update=by_amount)
    assert compare_on_outcomes(counted, card) is not None
    with pytest.raises(InvalidInput):
        compare_on_outcomes(outcomes, card)


def test_a_challenger_that_was_not_told_all_is_said_to_lack_it(
    journal: Journal, pair: tuple[Scorer, Scorer]
) -> None:
    came = clients(40, seed=8).drop_columns(["housing"])
    tell(journal, pair, came)
    outcomes = read_shadow_outcomes(journal, IN_PLACE, CHALLENGER, set())
    assert outcomes.unasked.sum() == len(outcomes) > 0
    assert "the challenger was not told all that it reads" in outcomes_in_words(outcomes, None)


def test_those_from_whom_one_has_learned_are_those_not_set_aside_by_both(
    tmp_path: Path, pair: tuple[Scorer, Scorer]
) -> None:
    table = clients(400, seed=8)
    pq.write_table(table, tmp_path / "features.parquet")
    cards = tuple(
        one.card.model_copy(update={"split": SPLIT, "test_share": share})
        for one, share in zip(pair, (0.3, 0.2), strict=True)
    )
    learned = learned_from(tmp_path / "features.parquet", cards)
    known = table.filter(table["target"].is_valid())["client_id"].to_numpy()
    assert learned == set(known[draws(known) >= 0.2].tolist())
    unknown = tuple(one.card.model_copy(update={"split": "", "test_share": 0.0}) for one in pair)
    assert learned_from(tmp_path / "features.parquet", unknown) == set(known.tolist())


@pytest.mark.parametrize(
    ("low", "high", "objects"), [(0.01, 0.2, True), (0.0, 0.2, False), (-0.2, -0.1, False)]
)
def test_outcomes_object_where_the_challenger_surely_costs_more(
    low: float, high: float, objects: bool
) -> None:
    objection = objection_of(CostDifference(0.6, 0.5, (low + high) / 2, low, high))
    assert bool(objection) is objects
    if objects:
        assert objection == (
            "on outcomes of scores that both gave it costs 0.6000 a client, the one in place "
            "0.5000; difference +0.1050, 95% interval +0.0100 to +0.2000"
        )


def test_without_a_journal_or_a_challenger_of_the_store_nothing_is_heard(
    pair: tuple[Scorer, Scorer], tmp_path: Path
) -> None:
    in_place, challenger = pair
    for journal, now, tag in (
        ("", (IN_PLACE, in_place), CHALLENGER),
        (str(tmp_path / "journal"), (IN_PLACE, in_place), ""),
        (str(tmp_path / "journal"), None, CHALLENGER),
    ):
        heard = hear_outcomes(journal, now, tag, challenger, tmp_path)
        assert heard.objection == ""
        assert "No scorer of the store has scored silently" in heard.words
    assert not (tmp_path / "journal").exists()


def test_a_journal_is_heard(journal: Journal, pair: tuple[Scorer, Scorer], tmp_path: Path) -> None:
    came = clients(500, seed=8)
    # It refuses all: of those who were granted it costs one a good client, and spares ten.
    strict = at(pair[1], 0.0001)
    good = came.filter(pa.array(came["target"].fill_null(1).to_numpy() == 0))
    tell(journal, (pair[0], strict), good)
    pq.write_table(clients(10, seed=99).slice(0, 1), tmp_path / "features.parquet")
    heard = hear_outcomes(
        str(tmp_path / "journal.sqlite"),
        (IN_PLACE, pair[0]),
        CHALLENGER,
        strict,
        tmp_path / "features.parquet",
    )
    assert "it costs 1.0000 a client, the one in place 0.0000" in heard.objection
    assert "That objects to a promotion." in heard.words


class TestWhomItWouldChange:
    def test_are_counted_with_their_outcomes(
        self, pair: tuple[Scorer, Scorer], world: pa.Table
    ) -> None:
        now, then = (refused(one, world) for one in pair)
        for change, rows in zip(
            changes(pair[1], pair[0], world), (then & ~now, now & ~then), strict=True
        ):
            targets = [
                one for one in world["target"].filter(pa.array(rows)).to_pylist() if one in (0, 1)
            ]
            assert change.clients == rows.sum() > 10
            assert (change.known, change.defaulted) == (len(targets), sum(targets))

    def test_differences_of_facts_add_up_to_that_against_the_threshold(
        self, pair: tuple[Scorer, Scorer], world: pa.Table
    ) -> None:
        def against_threshold(scorer: Scorer) -> np.ndarray:
            line = np.log(scorer.threshold / (1 - scorer.threshold))
            return scorer.log_odds(scorer.encode_frame(world)) - line

        differences = against_threshold(pair[1]) - against_threshold(pair[0])
        now, then = (refused(one, world) for one in pair)
        for change, rows in zip(
            changes(pair[1], pair[0], world), (then & ~now, now & ~then), strict=True
        ):
            assert change.margin == pytest.approx(differences[rows].mean(), abs=1e-9)
            total = change.start + sum(change.facts.values())
            assert total == pytest.approx(change.margin, abs=1e-9)
            sizes = [abs(one) for one in change.facts.values()]
            assert sizes == sorted(sizes, reverse=True)
        assert changes(pair[1], pair[0], world)[0].margin > 0

    def test_one_that_refuses_nobody_is_compared_too(
        self, pair: tuple[Scorer, Scorer], world: pa.Table
    ) -> None:
        newly_refused, newly_granted = changes(pair[1], at(pair[0], 1.0), world)
        assert newly_refused.clients == refused(pair[1], world).sum()
        assert newly_granted.clients == 0
        total = newly_refused.start + sum(newly_refused.facts.values())
        assert total == pytest.approx(newly_refused.margin, abs=1e-9)

    def test_of_segments_only_large_ones_are_told(
        self, pair: tuple[Scorer, Scorer], world: pa.Table
    ) -> None:
        newly_refused, _ = changes(pair[1], pair[0], world)
        now, then = (refused(one, world) for one in pair)
        rows = then & ~now
        mean = rows.mean()
        told = {one.label.en: one for one in newly_refused.segments}
        assert told
        shares = [one.share for one in newly_refused.segments]
        assert shares == sorted(shares, reverse=True)
        for label, one in told.items():
            name, value = label.split(": ")
            column = world[name.replace(" ", "_")].to_pylist()
            code = {"cash loan": "cash"}.get(value, value)
            inside = np.array([cell == code for cell in column])
            assert (one.clients, one.changed) == (inside.sum(), (inside & rows).sum())
            assert one.changed >= 10
            assert rows.sum() - one.changed == 0 or rows.sum() - one.changed >= 10
            assert one.share > mean

    def test_are_told_in_words(self, pair: tuple[Scorer, Scorer], world: pa.Table) -> None:
        found = changes(pair[1], pair[0], world)
        words = changes_in_words(found, len(world), fact_labels(pair[1], pair[0]))
        first, refusals, grants = words.splitlines()
        assert first == "Of 1,200 known clients:"
        count = found[0].clients
        assert refusals.startswith(
            f"- **granted before, refused now**: {count:,} ({count / 1200:.1%})"
        )
        assert "nearer to a refusal on average" in refusals
        fact, difference = next(iter(found[0].facts.items()))
        label = pair[1].fact_labels[fact].en
        assert f"What differs most: {label} ({difference:+.2f}); " in refusals
        assert grants.startswith("- **refused before, granted now**: ")

    def test_of_fewer_than_ten_nothing_is_said(
        self, pair: tuple[Scorer, Scorer], world: pa.Table
    ) -> None:
        # Of the logistic one hardly two probabilities are the same.
        _, in_place = pair
        probabilities = np.sort(in_place.default_probabilities(in_place.encode_frame(world)))
        below = probabilities[probabilities < in_place.threshold]
        for few, words in ((9, "fewer than 10"), (0, "none"), (10, "10 (0.8%)")):
            threshold = float(below[-few]) if few else in_place.threshold
            found = changes(at(in_place, threshold), in_place, world)
            told = changes_in_words(found, len(world), fact_labels(in_place)).splitlines()[1]
            assert told.startswith(f"- **granted before, refused now**: {words}")
            assert ("What differs most" in told) is (few == 10)
            # The same model: no fact makes a difference, the threshold does.
            words = "What differs most: starting point and threshold ("
            assert (words in told) is (few == 10)

    def test_a_file_is_read_by_its_columns_only(
        self, pair: tuple[Scorer, Scorer], world: pa.Table, tmp_path: Path
    ) -> None:
        path = tmp_path / "features.parquet"
        pq.write_table(world.append_column("spare", pa.array(["x"] * len(world))), path)
        words = what_would_change((IN_PLACE, pair[0]), pair[1], path)
        found = changes(pair[1], pair[0], world)
        assert words == changes_in_words(found, len(world), fact_labels(pair[1], pair[0]))
        folder = tmp_path / "of spark"
        folder.mkdir()
        (folder / "_SUCCESS").touch()
        for number, part in enumerate((world.slice(0, 500), world.slice(500))):
            pq.write_table(part, folder / f"part-{number:05}.parquet")
        assert what_would_change((IN_PLACE, pair[0]), pair[1], folder) == words
        pq.write_table(world.drop_columns(["housing"]), path)
        assert what_would_change((IN_PLACE, pair[0]), pair[1], path).startswith(
            "It cannot be told what changes: column housing"
        )
        assert what_would_change(None, pair[1], path) == (
            "No scorer is in place that could be compared."
        )


def test_kinds_of_entries_are_read_apart(journal: Journal, pair: tuple[Scorer, Scorer]) -> None:
    tell(journal, pair, clients(30, seed=8))
    assert len(list(journal.read([Kind.SHADOW]))) == 30
    assert len(list(journal.read([Kind.SCORE]))) == 30
