from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lib.decision import Decision, InvalidInput
from lib.scoring.scorer import Scorer
from tests.scoring.world import CATALOGUE

KINDS = ["dummy", "logistic", "lightgbm", "forest"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_scorer_answers_the_same_to_the_last_bit(
    kind: str, scorers: dict[str, Scorer], world: pa.Table, tmp_path: Path
) -> None:
    scorers[kind].save(tmp_path)
    loaded = Scorer.load(tmp_path)
    matrix = loaded.encode_frame(world)
    np.testing.assert_array_equal(matrix, scorers[kind].encode_frame(world))
    np.testing.assert_array_equal(
        loaded.default_probabilities(matrix), scorers[kind].default_probabilities(matrix)
    )
    np.testing.assert_array_equal(loaded.contributions(matrix), scorers[kind].contributions(matrix))
    assert loaded.describe("tag") == scorers[kind].describe("tag")
    assert loaded.catalogue == CATALOGUE
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".txt"}


def test_a_saved_card_that_says_what_no_card_may_is_named(
    scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    scorers["dummy"].save(tmp_path)
    path = tmp_path / "scorer.json"
    written = path.read_text("utf-8")
    path.write_text(written.replace('"threshold": 0.15', '"threshold": 1.5'), "utf-8")
    with pytest.raises(InvalidInput, match="model card, threshold: input should be less than"):
        Scorer.load(tmp_path)


def test_a_card_is_checked_by_what_the_api_answers_with(scorers: dict[str, Scorer]) -> None:
    # A copy with other fields is not checked by pydantic; what leaves the scorer is.
    card = scorers["dummy"].card.model_copy(update={"base_rate": 1.0000000000000002})
    with pytest.raises(InvalidInput, match="model card, base_rate: input should be less than"):
        replace(scorers["dummy"], card=card).describe("credit_scorer:new")


def test_a_folder_without_a_scorer_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="it holds a saved scorer; run notebook 02"):
        Scorer.load(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_base_and_contributions_sum_to_the_log_odds_of_the_probability(
    kind: str, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers[kind]
    matrix = scorer.encode_frame(world)
    probabilities = scorer.default_probabilities(matrix)
    summed = scorer.base_log_odds + scorer.contributions(matrix).sum(axis=1)
    np.testing.assert_allclose(
        summed, np.log(probabilities / (1 - probabilities)), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
def test_rows_as_mappings_and_as_a_frame_are_the_same_clients(
    kind: str, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers[kind]
    rows = world.drop_columns(["client_id", "target"]).to_pylist()
    np.testing.assert_array_equal(scorer.encode(rows), scorer.encode_frame(world))


def test_a_client_alone_scores_as_among_others(scorers: dict[str, Scorer], world: pa.Table) -> None:
    scorer = scorers["lightgbm"]
    matrix = scorer.encode_frame(world)
    alone = [scorer.default_probabilities(row[None, :])[0] for row in matrix[:50]]
    np.testing.assert_array_equal(alone, scorer.default_probabilities(matrix)[:50])


def test_linear_contributions_average_to_nothing_over_the_background(
    scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers["logistic"]
    trained_on = world.filter(world["target"].is_valid())
    contributions = scorer.contributions(scorer.encode_frame(trained_on))
    np.testing.assert_allclose(contributions.mean(axis=0), 0, atol=1e-12)


def test_a_client_at_the_threshold_is_refused(scorers: dict[str, Scorer]) -> None:
    below = np.nextafter(0.15, 0)
    assert scorers["dummy"].decisions([below, 0.15]) == [Decision.GRANT, Decision.REFUSE]


def test_importance_is_told_for_each_feature_of_the_model(scorers: dict[str, Scorer]) -> None:
    importance = scorers["lightgbm"].importance
    assert set(importance) == set(scorers["lightgbm"].features)
    assert importance["external_score"] == max(importance.values())
    assert importance["never_given"] == 0


def test_features_outside_the_model_are_known_and_left_out(scorers: dict[str, Scorer]) -> None:
    scorer = scorers["lightgbm"]
    assert set(CATALOGUE) - set(scorer.features) == {"gender"}
    np.testing.assert_array_equal(scorer.encode([{"gender": "F"}]), scorer.encode([{}]))
