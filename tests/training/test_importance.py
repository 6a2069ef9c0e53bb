"""What the model looks at."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.pipeline import Pipeline
from lib.training.encoding import for_trees, source_features
from lib.training.importance import (
    Explained,
    contributions,
    explain,
    importance,
    importance_by_family,
)
from lib.training.margins import fit, margins

from lib.training import CANDIDATES


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_contributions_differ_between_clients_as_their_margins_do(selection, candidate):
    training, test = selection.data.training, selection.data.test
    pipeline = candidate.build(training.numeric, training.categorical, candidate.defaults, 0)
    fit(pipeline, training)
    total = contributions(pipeline, test.features).sum(axis=1).to_numpy()
    margin = margins(pipeline, test.features)
    assert total - total[0] == pytest.approx(margin - margin[0], abs=1e-9)


def test_the_signal_comes_first_and_each_feature_once(selection, catalogue):
    ranked = importance(explain(selection), catalogue)
    assert ranked["feature"][0] == "external_score"
    assert sorted(ranked["feature"]) == sorted(selection.data.training.features)
    assert ranked["mean_contribution"].is_monotonic_decreasing
    assert ranked["english"][0] == "en external_score"


def test_the_contributions_of_a_forest_add_up_to_the_share_of_its_votes(selection):
    training, test = selection.data.training, selection.data.test
    forest = Pipeline(
        [
            ("encode", for_trees(training.numeric, training.categorical)),
            ("estimate", BalancedRandomForestClassifier(n_estimators=5, random_state=0)),
        ]
    ).fit(training.features, training.defaulted)
    total = contributions(forest, test.features).sum(axis=1).to_numpy()
    votes = forest.predict_proba(test.features)[:, 1]
    assert total - total[0] == pytest.approx(votes - votes[0], abs=1e-9)


def test_what_a_family_says_together_may_cancel_out(catalogue):
    pushes = pd.DataFrame({"income": [1.0, -1.0], "late_share": [-1.0, 1.0], "owns_car": [0, 0.5]})
    families = importance_by_family(Explained(pushes, pushes), catalogue)
    assert families["features"].tolist() == [3]
    assert families["mean_contribution"].tolist() == [0.25]


def test_every_encoded_column_has_its_feature(selection):
    training = selection.data.training
    for candidate in CANDIDATES:
        pipeline = candidate.build(training.numeric, training.categorical, candidate.defaults, 0)
        encode = pipeline.named_steps["encode"].fit(training.features)
        assert len(source_features(encode)) == encode.transform(training.features).shape[1]


def test_a_dummy_looks_at_nothing(selection):
    training = selection.data.training
    dummy = CANDIDATES[0].build(training.numeric, training.categorical, {}, 0)
    fit(dummy, training)
    silent = replace(selection, pipeline=dummy)
    assert not contributions(silent.pipeline, training.features).to_numpy().any()
    assert np.array_equal(margins(dummy, training.features), np.zeros(len(training)))
