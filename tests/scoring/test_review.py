"""What makes a score one that a person must look at."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from lib.scoring.note import ReviewKind, ReviewNote
from lib.scoring.review import count_notes, review
from lib.scoring.scorer import Scorer

USUAL = {
    "age_years": 40.0,
    "contract": "cash",
    "credit_amount": 250_000.0,
    "external_score": 0.5,
    "owns_car": 1.0,
    "housing": "owns",
}


@pytest.fixture
def scorer(scorers: dict[str, Scorer]) -> Scorer:
    """A scorer that asks for half of its seven features."""
    card = scorers["lightgbm"].card.model_copy(update={"lowest_coverage": 0.5})
    return replace(scorers["lightgbm"], card=card)


def notes_on(scorer: Scorer, **features: object) -> list[ReviewNote]:
    client = {**USUAL, **features}
    (notes,) = review(scorer, [client], scorer.encoder.as_given([client]))
    return notes


def test_of_a_usual_client_there_is_nothing_to_say(scorer: Scorer) -> None:
    assert notes_on(scorer) == []


def test_a_number_beyond_all_seen_is_named_with_the_nearest_seen(scorer: Scorer) -> None:
    low, high = scorer.encoder.seen["credit_amount"]
    (note,) = notes_on(scorer, credit_amount=15_000_000.0)
    assert (note.kind, note.feature) == (ReviewKind.OUTSIDE_SEEN, "credit_amount")
    assert (note.value, note.nearest_seen) == (15_000_000.0, high)
    assert note.text.en == (
        "credit amount: 15,000,000, more than the model has seen of any client; "
        f"it counts as {high:,.0f}."
    )
    assert note.text.fr.startswith("credit amount (fr) : 15\u202f000\u202f000, plus que chez tous")
    (note,) = notes_on(scorer, credit_amount=1.0)
    assert note.nearest_seen == low
    assert "credit amount: 1, less than" in note.text.en


def test_the_extremes_that_were_seen_are_not_unusual(scorer: Scorer) -> None:
    for end in scorer.encoder.seen["credit_amount"]:
        assert notes_on(scorer, credit_amount=end) == []


def test_a_category_never_seen_is_named(scorer: Scorer) -> None:
    (note,) = notes_on(scorer, housing="a boat")
    assert (note.kind, note.feature, note.value) == ("unseen_category", "housing", "a boat")
    assert note.nearest_seen is None
    assert "“a boat”, which the model has seen of no client" in note.text.en
    assert notes_on(scorer, housing=None) == []


def test_too_little_known_is_said_below_the_lowest_coverage_only(scorer: Scorer) -> None:
    count = len(scorer.features)
    assert count == 7
    enough = {name: USUAL[name] for name in ("contract", "housing", "age_years", "owns_car")}
    too_few = {name: USUAL[name] for name in ("contract", "housing", "age_years")}
    rows = [enough, too_few, {}]
    notes = review(scorer, rows, scorer.encoder.as_given(rows))
    assert [[note.kind for note in each] for each in notes] == [
        [],
        ["too_little_known"],
        ["too_little_known"],
    ]
    assert notes[1][0].text.en.startswith("Only 42.86% of what the model reads is known; below 50%")
    assert (notes[2][0].value, notes[2][0].nearest_seen) == (0.0, 0.5)
    assert notes[2][0].feature is None


def test_a_table_has_as_many_notes_as_its_clients_one_by_one(
    scorer: Scorer, world: pa.Table
) -> None:
    rows = world.drop_columns(["client_id", "target"]).slice(0, 300).to_pylist()
    rows += [
        {"contract": "cash", "housing": "a boat"},
        {**USUAL, "credit_amount": 1.0, "age_years": 300.0, "housing": "a boat"},
    ]
    frame = pa.Table.from_pylist(rows, world.drop_columns(["client_id", "target"]).schema)
    one_by_one = review(scorer, rows, scorer.encoder.as_given(rows))
    counted = count_notes(scorer, frame, scorer.encoder.frame_as_given(frame))
    assert counted.tolist() == [len(notes) for notes in one_by_one]
    assert counted[-2:].tolist() == [2, 3]


@pytest.mark.parametrize("kind", ["logistic", "lightgbm", "forest"])
def test_a_value_beyond_counts_as_the_nearest_seen(kind: str, scorers: dict[str, Scorer]) -> None:
    scorer = scorers[kind]
    low, high = scorer.encoder.seen["credit_amount"]
    rows = [{**USUAL, "credit_amount": value} for value in (low, 1.0, -1e9, high, 1e9)]
    probabilities = scorer.default_probabilities(scorer.encode(rows))
    np.testing.assert_array_equal(probabilities[:3], probabilities[0])
    np.testing.assert_array_equal(probabilities[3:], probabilities[3])
