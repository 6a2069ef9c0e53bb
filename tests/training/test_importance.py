"""What the model looks at."""

from dataclasses import replace

import numpy as np
import pytest

from lib.training import CANDIDATES
from lib.training.encoding import source_features
from lib.training.importance import contributions, importance
from lib.training.margins import fit, margins


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_contributions_differ_between_clients_as_their_margins_do(selection, candidate):
    training, test = selection.data.training, selection.data.test
    pipeline = candidate.build(training.numeric, training.categorical, candidate.defaults, 0)
    fit(pipeline, training)
    total = contributions(pipeline, test.features).sum(axis=1).to_numpy()
    margin = margins(pipeline, test.features)
    assert total - total[0] == pytest.approx(margin - margin[0], abs=1e-9)


def test_the_signal_comes_first_and_each_feature_once(selection, catalogue):
    ranked = importance(selection, catalogue)
    assert ranked["feature"][0] == "external_score"
    assert sorted(ranked["feature"]) == sorted(selection.data.training.features)
    assert ranked["mean_contribution"].is_monotonic_decreasing
    assert ranked["english"][0] == "en external_score"


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
