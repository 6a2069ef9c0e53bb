"""What the model looks at."""

import pandas as pd
import pytest

from lib.training.evidence.importance import (
    Explained,
    explain,
    importance,
    importance_by_fact,
    importance_by_family,
)


def test_contributions_are_what_the_scorer_says_of_the_test_clients(selection):
    explained, scorer = explain(selection, clients=50), selection.scorer
    matrix = scorer.encode_frame(selection.data.test.table)[:50]
    total = scorer.base_log_odds + explained.contributions.sum(axis=1)
    assert total.to_numpy() == pytest.approx(scorer.log_odds(matrix), abs=1e-9)
    assert list(explained.features) == list(explained.contributions) == list(scorer.features)


def test_the_signal_comes_first_and_each_feature_once(selection, catalogue):
    ranked = importance(explain(selection), catalogue)
    assert ranked["feature"][0] == "external_score"
    assert sorted(ranked["feature"]) == sorted(selection.data.training.features)
    assert ranked["mean_contribution"].is_monotonic_decreasing
    assert ranked["english"][0] == "en external_score"


def test_what_a_family_says_together_may_cancel_out(catalogue):
    pushes = pd.DataFrame({"income": [1.0, -1.0], "late_share": [-1.0, 1.0], "owns_car": [0, 0.5]})
    families = importance_by_family(Explained(pushes, pushes), catalogue)
    assert families["features"].tolist() == [3]
    assert families["mean_contribution"].tolist() == [0.25]


def test_what_a_fact_says_together_may_cancel_out(catalogue):
    same = {
        name: row.model_copy(update={"fact": "means"}) if name in ("income", "owns_car") else row
        for name, row in catalogue.items()
    }
    pushes = pd.DataFrame({"income": [1.0, -1.0], "late_share": [-0.6, 0.6], "owns_car": [-1, 0.5]})
    facts = importance_by_fact(Explained(pushes, pushes), same)
    assert facts["features"].tolist() == [1, 2]
    assert facts["mean_contribution"].tolist() == [0.6, 0.25]
    assert facts["fact"].tolist() == [catalogue["late_share"].fact, "means"]
    assert facts["english"][1] == "en income"


def test_a_constant_looks_at_nothing(constant, catalogue):
    explained = explain(constant)
    assert explained.contributions.shape == (len(constant.data.test), 0)
    assert importance(explained, catalogue).empty
    assert importance_by_fact(explained, catalogue).empty
    assert importance_by_family(explained, catalogue).empty
