from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
import pytest

from lib.decision import InvalidInput
from lib.scoring.calibration import sigmoid
from lib.scoring.packaging import package_selection
from lib.scoring.scorer import Scorer
from tests.scoring.world import CATALOGUE, FEATURES, clients, feature_code

KINDS = ["dummy", "logistic", "lightgbm", "forest"]


@pytest.mark.parametrize("kind", ["logistic", "lightgbm"])
def test_packaged_probabilities_are_those_of_the_pipeline(
    kind: str, selection_dirs: dict[str, Path], scorers: dict[str, Scorer]
) -> None:
    others = clients(500, seed=2)
    pipeline = joblib.load(selection_dirs[kind] / "pipeline.joblib")
    # The pipeline's own probability is uncalibrated: undo it to the margin, calibrate, compare.
    raw = pipeline.predict_proba(others.select(FEATURES).to_pandas())[:, 1]
    expected = sigmoid(0.9 * np.log(raw / (1 - raw)) - 1.3)
    scorer = scorers[kind]
    given = scorer.default_probabilities(scorer.encode_frame(others))
    assert np.abs(given - expected).max() < 1e-9


def test_a_packaged_forest_scores_by_its_votes(
    selection_dirs: dict[str, Path], scorers: dict[str, Scorer]
) -> None:
    others = clients(500, seed=2)
    pipeline = joblib.load(selection_dirs["forest"] / "pipeline.joblib")
    votes = pipeline.predict_proba(others.select(FEATURES).to_pandas())[:, 1]
    matrix = scorers["forest"].encode_frame(others)
    given = scorers["forest"].default_probabilities(matrix)
    assert np.abs(given - sigmoid(0.9 * votes - 1.3)).max() < 1e-9


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
    assert loaded.card == scorers[kind].card
    assert loaded.catalogue == CATALOGUE
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".txt"}


def test_a_selection_without_its_pipeline_is_named(tmp_path: Path, world: pa.Table) -> None:
    with pytest.raises(InvalidInput, match=r"selection\.json"):
        package_selection(tmp_path, CATALOGUE, world, feature_code())


def test_a_feature_without_a_row_in_the_catalogue_is_named(
    selection_dirs: dict[str, Path], world: pa.Table
) -> None:
    catalogue = {name: row for name, row in CATALOGUE.items() if name != "housing"}
    with pytest.raises(InvalidInput, match="feature housing"):
        package_selection(selection_dirs["dummy"], catalogue, world, feature_code())
