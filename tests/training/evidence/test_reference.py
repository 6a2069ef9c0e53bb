"""The reference counts every test client once in each feature, and goes with the scorer."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from lib.scoring.card import ModelCard
from lib.scoring.review import count_notes
from lib.scoring.scorer import Scorer
from lib.training.evidence.reference import reference_of, variance_of_kinds
from tests.monitoring.shifts import World, developed, people
from tests.scoring.world import training_data


def test_every_client_is_counted_once_in_each_feature() -> None:
    scorer, reference = developed()
    assert reference.clients == 8_000
    assert [one.name for one in reference.features] == [*scorer.features]
    for one in (*reference.features, reference.probabilities):
        assert sum(one.counts) + one.missing + one.unseen == 8_000
        assert len(one.counts) in (len(one.edges) + 1, len(one.categories))
    by_name = {one.name: one for one in reference.features}
    assert by_name["never_given"].missing == 8_000
    assert by_name["age_years"].missing == pytest.approx(1_600, abs=150)
    # Tenths of the clients, as near as their values allow.
    assert np.ptp(reference.probabilities.counts) < 250


def test_categories_that_the_model_never_saw_and_scores_to_look_at_are_counted() -> None:
    scorer, _ = developed()
    table = people(World(), 300, np.random.default_rng(2))
    boats = pa.array(["a boat" if place < 30 else "owns" for place in range(300)])
    table = table.set_column(table.column_names.index("housing"), "housing", boats)
    reference = reference_of(scorer, training_data(table).training)
    assert reference is not None
    housing = next(one for one in reference.features if one.name == "housing")
    assert housing.unseen == 30
    notes = count_notes(scorer, table, scorer.encoder.frame_as_given(table))
    assert reference.review_share == pytest.approx((notes > 0).mean())
    assert reference.review_share >= 0.1


def test_it_is_kept_with_the_scorer_but_not_told_to_who_asks_for_the_card(tmp_path) -> None:
    scorer, reference = developed()
    card = scorer.card.model_copy(update={"reference": reference})
    kept = replace(scorer, card=card)
    kept.save(tmp_path)
    assert Scorer.load(tmp_path).card.reference == reference
    assert kept.describe("credit_scorer:a").reference is None
    older = card.model_dump(mode="json", exclude={"reference"})
    assert ModelCard.model_validate(older).reference is None


def test_errors_of_kinds_are_found_beyond_chance() -> None:
    scorer, reference = developed()
    table = people(World(), 8_000, np.random.default_rng(4))
    given = scorer.encoder.frame_as_given(table)
    told = np.full(8_000, 0.1)
    random = np.random.default_rng(5)
    by_chance = (random.random(8_000) < told).astype(np.int8)
    rents = np.array(table["housing"].to_pylist()) == "rents"
    worse = (random.random(8_000) < np.where(rents, 0.3, 0.1)).astype(np.int8)
    small, large = (
        variance_of_kinds(scorer, reference.features, given, told, defaulted)
        for defaulted in (by_chance, worse)
    )
    assert small < 0.02 < large


def test_nobody_is_no_reference() -> None:
    scorer, _ = developed()
    nobody = training_data(people(World(), 10, np.random.default_rng(1))).test
    assert reference_of(scorer, nobody) is None
