"""Whoever wins can be served: each candidate becomes a scorer without scikit-learn."""

import json
from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
import pytest

from lib.scoring.packaging import package_selection
from lib.training import CANDIDATES
from tests.scoring.world import CATALOGUE, CATEGORIES, FEATURES, NUMBERS, feature_code, selection


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_it_becomes_a_scorer_whose_reasons_sum_to_the_log_odds(
    candidate, world: pa.Table, tmp_path: Path
) -> None:
    known = world.filter(world.column("target").is_valid())
    pipeline = candidate.build(NUMBERS, CATEGORIES, candidate.defaults, seed=1)
    pipeline.fit(known.select(FEATURES).to_pandas(), known.column("target").to_numpy())
    joblib.dump(pipeline, tmp_path / "pipeline.joblib")
    (tmp_path / "selection.json").write_text(json.dumps(selection(candidate.name)))
    # Packaging itself holds the scorer's probabilities against the pipeline's.
    scorer = package_selection(tmp_path, CATALOGUE, world, feature_code())
    matrix = scorer.encode_frame(world)
    summed = scorer.base_log_odds + scorer.contributions(matrix).sum(axis=1)
    np.testing.assert_allclose(summed, scorer.log_odds(matrix), rtol=0, atol=1e-6)
