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
    assert loaded.fact_labels == scorers[kind].fact_labels
    assert loaded.importance == scorers[kind].importance
    assert loaded.describe("tag") == scorers[kind].describe("tag")
    assert loaded.catalogue == CATALOGUE
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".txt"}


@pytest.mark.parametrize("kind", KINDS)
def test_log_odds_and_contributions_at_once_are_those_one_by_one_to_the_last_bit(
    kind: str, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    matrix = scorers[kind].encode_frame(world)
    log_odds, contributions = scorers[kind].log_odds_and_contributions(matrix)
    np.testing.assert_array_equal(log_odds, scorers[kind].log_odds(matrix))
    np.testing.assert_array_equal(contributions, scorers[kind].contributions(matrix))


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
        summed, np.log(probabilities / (1 - probabilities)), rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_facts_add_is_what_their_features_add_together(
    kind: str, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers[kind]
    matrix = scorer.encode_frame(world)
    contributions = scorer.contributions(matrix)
    by_fact = scorer.sum_by_fact(contributions)
    np.testing.assert_allclose(
        scorer.base_log_odds + by_fact.sum(axis=1), scorer.log_odds(matrix), rtol=0, atol=1e-9
    )
    assert by_fact.shape == (len(world), len(scorer.facts))
    for place, fact in enumerate(scorer.facts):
        told_by = [scorer.catalogue[name].fact == fact for name in scorer.features]
        np.testing.assert_allclose(
            by_fact[:, place], contributions[:, told_by].sum(axis=1), rtol=0, atol=1e-12
        )


def test_features_that_tell_the_same_are_one_fact(scorers: dict[str, Scorer]) -> None:
    scorer = scorers["lightgbm"]
    assert len(scorer.facts) == len(scorer.features) - 1
    told = [scorer.features[column] for column in scorer.facts["property"]]
    assert sorted(told) == ["housing", "owns_car"]
    # A fact that no definition of the real features names is called as the first of its features.
    assert scorer.fact_labels["property"] == CATALOGUE["housing"].label


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_start_at_the_mean_of_the_training_clients(
    kind: str, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers[kind]
    matrix = scorer.encode_frame(world.filter(world["target"].is_valid()))
    assert scorer.base_log_odds == pytest.approx(scorer.log_odds(matrix).mean(), abs=1e-9)
    np.testing.assert_allclose(scorer.contributions(matrix).mean(axis=0), 0, atol=1e-9)


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


def test_a_client_at_the_threshold_is_refused(scorers: dict[str, Scorer]) -> None:
    below = np.nextafter(0.15, 0)
    assert scorers["dummy"].decisions([below, 0.15]) == [Decision.GRANT, Decision.REFUSE]


def test_importance_is_told_for_each_feature_of_the_model(scorers: dict[str, Scorer]) -> None:
    importance = scorers["lightgbm"].importance.features
    assert set(importance) == set(scorers["lightgbm"].features)
    assert importance["external_score"] == max(importance.values())
    assert importance["never_given"] == 0


def test_what_a_fact_weighs_is_shared_among_its_features(
    scorers: dict[str, Scorer], world: pa.Table
) -> None:
    scorer = scorers["lightgbm"]
    weights, importance = scorer.feature_weights, scorer.importance
    assert weights["age_years"] == pytest.approx(importance.facts["age_years"])
    assert weights["housing"] + weights["owns_car"] == pytest.approx(importance.facts["property"])
    assert weights["housing"] / weights["owns_car"] == pytest.approx(
        importance.features["housing"] / importance.features["owns_car"]
    )


def test_features_outside_the_model_are_known_and_left_out(scorers: dict[str, Scorer]) -> None:
    scorer = scorers["lightgbm"]
    assert set(CATALOGUE) - set(scorer.features) == {"gender"}
    np.testing.assert_array_equal(scorer.encode([{"gender": "F"}]), scorer.encode([{}]))
