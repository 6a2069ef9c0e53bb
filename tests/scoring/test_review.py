"""What makes a score one that a person must look at."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from lib.scoring.note import ReviewKind, ReviewNote
from lib.scoring.review import count_notes, known_shares, review
from lib.scoring.scorer import Scorer
from tests.scoring.world import USUAL


@pytest.fixture
def scorer(scorers: dict[str, Scorer]) -> Scorer:
    """A scorer that asks for nine tenths of what is usually known."""
    card = scorers["lightgbm"].card.model_copy(update={"least_known": 0.9})
    return replace(scorers["lightgbm"], card=card)


def notes_on(scorer: Scorer, **features: object) -> list[ReviewNote]:
    client = {**USUAL, **features}
    (notes,) = review(scorer, scorer.encoder.as_given([client]))
    return notes


def test_of_a_usual_client_there_is_nothing_to_say(scorer: Scorer) -> None:
    assert notes_on(scorer) == []


def test_a_number_beyond_all_seen_is_named_with_the_nearest_seen(scorer: Scorer) -> None:
    low, high = scorer.encoder.seen["credit_amount"]
    (note,) = notes_on(scorer, credit_amount=15_000_000.0)
    assert (note.kind, note.feature) == (ReviewKind.OUTSIDE_SEEN, "credit_amount")
    assert (note.value, note.nearest_seen) == (15_000_000.0, high)
    assert note.text.en == (
        "credit amount: 15,000,000, more than of nearly every client whom the model has seen; "
        f"it counts as {high:,.0f}."
    )
    assert "15\u202f000\u202f000, plus que chez presque tous" in note.text.fr
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
    assert "“a boat”, which the model has seen of hardly any client" in note.text.en
    assert notes_on(scorer, housing=None) == []


def test_too_little_known_is_said_below_the_least_known_only(scorer: Scorer) -> None:
    # One in five of this world has no age, one in ten no housing: their lack is nothing unusual.
    assert scorer.encoder.expected == ("credit_amount", "owns_car", "contract")
    weights = {name: scorer.importance.features[name] for name in scorer.encoder.expected}
    without = {name: value for name, value in USUAL.items() if name != "credit_amount"}
    clients = [{name: USUAL[name] for name in weights}, without, {}]
    shares = known_shares(scorer, scorer.encoder.as_given(clients))
    left = 1 - weights["credit_amount"] / sum(weights.values())
    np.testing.assert_allclose(shares, [1.0, left, 0.0])
    at_the_end, above = (
        replace(scorer, card=scorer.card.model_copy(update={"least_known": least}))
        for least in (shares[1], np.nextafter(shares[1], 1))
    )
    kinds = [one.kind for one in notes_on(at_the_end, credit_amount=None)]
    assert ReviewKind.TOO_LITTLE_KNOWN not in kinds
    note, *_ = notes_on(above, credit_amount=None)
    assert (note.kind, note.feature, note.value) == ("too_little_known", None, shares[1])
    assert note.text.en.startswith("Only ")
    assert notes_on(scorer, age_years=None, housing=None, external_score=None) == []


def test_a_table_has_as_many_notes_as_its_clients_one_by_one(
    scorer: Scorer, world: pa.Table
) -> None:
    rows = world.drop_columns(["client_id", "target"]).slice(0, 300).to_pylist()
    rows += [
        {"housing": "a boat"},
        {**USUAL, "credit_amount": 1.0, "age_years": 300.0, "housing": "a boat"},
    ]
    frame = pa.Table.from_pylist(rows, world.drop_columns(["client_id", "target"]).schema)
    one_by_one = review(scorer, scorer.encoder.as_given(rows))
    counted = count_notes(scorer, frame, scorer.encoder.frame_as_given(frame))
    assert counted.tolist() == [len(notes) for notes in one_by_one]
    assert counted[-2:].tolist() == [3, 3]


@pytest.mark.parametrize("kind", ["logistic", "lightgbm", "forest"])
def test_a_value_beyond_counts_as_the_nearest_seen(kind: str, scorers: dict[str, Scorer]) -> None:
    scorer = scorers[kind]
    low, high = scorer.encoder.seen["credit_amount"]
    rows = [{**USUAL, "credit_amount": value} for value in (low, 1.0, -1e9, high, 1e9)]
    probabilities = scorer.default_probabilities(scorer.encode(rows))
    np.testing.assert_array_equal(probabilities[:3], probabilities[0])
    np.testing.assert_array_equal(probabilities[3:], probabilities[3])


def test_what_no_client_lacked_counts_as_the_median_and_is_named(scorer: Scorer) -> None:
    median = scorer.encoder.always_told["credit_amount"]
    (note,) = (one for one in notes_on(scorer, credit_amount=None) if one.kind is ReviewKind.UNTOLD)
    assert (note.feature, note.value) == (None, 1.0)
    assert note.text.en.startswith("credit amount: not given, though no client")
    assert note.text.fr.startswith("credit amount (fr) : non renseigné, alors que")
    without, usual = (
        scorer.default_probabilities(scorer.encoder.encode([{**USUAL, "credit_amount": value}]))
        for value in (None, median)
    )
    assert without == usual


def test_what_is_not_told_lets_no_trees_take_it_for_nothing(scorer: Scorer) -> None:
    """A credit of 0 is beyond all seen: before, it was what a missing one counted as."""
    assert "credit_amount" in scorer.encoder.always_told
    probability = {
        value: scorer.model.margins(scorer.encoder.encode([{**USUAL, "credit_amount": value}]))[0]
        for value in (None, 1.0, 15_000_000.0)
    }
    ends = sorted(probability[value] for value in (1.0, 15_000_000.0))
    assert ends[0] < probability[None] < ends[1]


def test_much_that_is_not_told_is_one_note_and_the_count_agrees(scorer: Scorer) -> None:
    (notes,) = review(scorer, scorer.encoder.as_given([{}]))
    assert [one.kind for one in notes].count(ReviewKind.UNTOLD) == 1
    kinds = {
        name: pa.string() if name in scorer.encoder.codes else pa.float64()
        for name in scorer.features
    }
    frame = pa.table({name: pa.array([None], kind) for name, kind in kinds.items()})
    assert count_notes(scorer, frame, scorer.encoder.frame_as_given(frame)).tolist() == [len(notes)]
