"""A forest written as LightGBM's trees votes and explains as scikit-learn's and shap's do."""

import warnings

import lightgbm
import numpy as np
import pytest
from imblearn.ensemble import BalancedRandomForestClassifier
from sklearn.ensemble import RandomForestClassifier

from lib.training.contest.estimators.balanced_forest import as_double_thresholds, forest_text

with warnings.catch_warnings():
    # shap 0.51, when it is imported, calls what matplotlib is about to drop.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap


@pytest.fixture(scope="module")
def clients() -> tuple[np.ndarray, np.ndarray]:
    """Numbers with ties and missing values, one column hardly ever missing, one never."""
    random = np.random.default_rng(0)
    matrix = np.round(random.normal(size=(900, 4)), 1)
    matrix[random.random(900) < 0.3, 0] = np.nan
    matrix[3, 1] = np.nan
    # That the first column is missing tells the most: a split on nothing but that.
    odds = np.exp(np.isnan(matrix[:, 0]) * 2 + matrix[:, 2] - 2)
    return matrix, (random.random(900) < odds / (1 + odds)).astype(int)


@pytest.fixture(scope="module", params=["balanced", "plain", "stumps and leaves"])
def forest(request, clients) -> RandomForestClassifier:
    if request.param == "balanced":
        return BalancedRandomForestClassifier(10, random_state=0).fit(*clients)
    few = {"max_features": 1, "min_samples_leaf": 300} if "stumps" in request.param else {}
    return RandomForestClassifier(10, random_state=0, **few).fit(*clients)


@pytest.fixture
def strangers(clients) -> np.ndarray:
    """Give clients at thresholds, beside them, with all missing and with values never seen."""
    matrix, _ = clients
    beside = np.nextafter(matrix, np.inf)
    return np.vstack([matrix, beside, np.full((1, 4), np.nan), np.full((1, 4), -1e15)])


def test_it_votes_the_same(forest, strangers):
    booster = lightgbm.Booster(model_str=forest_text(forest, 4))
    votes = forest.predict_proba(strangers)[:, 1]
    assert booster.predict(strangers, raw_score=True) == pytest.approx(votes, abs=1e-12)


def test_it_gives_the_same_reasons_as_shap(forest, clients):
    matrix = clients[0][:100]
    booster = lightgbm.Booster(model_str=forest_text(forest, 4))
    theirs = shap.TreeExplainer(forest).shap_values(matrix)[:, :, 1]
    ours = booster.predict(matrix, pred_contrib=True)
    assert ours[:, :-1] == pytest.approx(theirs, abs=1e-6)
    assert ours.sum(axis=1) == pytest.approx(forest.predict_proba(matrix)[:, 1], abs=1e-12)


def test_a_double_is_sent_where_its_float32_would_go():
    random = np.random.default_rng(0)
    thresholds = np.concatenate([random.normal(size=500), random.normal(size=500).astype("f4")])
    rounded = thresholds.astype(np.float32).astype(float)
    neighbours = np.nextafter(rounded.astype(np.float32), np.float32(np.inf)).astype(float)
    middle = (rounded + neighbours) / 2
    for values in (thresholds, rounded, middle, np.nextafter(middle, 9), np.nextafter(middle, -9)):
        theirs = values.astype(np.float32) <= thresholds
        assert np.array_equal(values <= as_double_thresholds(thresholds), theirs)


def test_a_split_on_missing_alone_lets_every_number_pass():
    assert as_double_thresholds(np.array([np.inf])) == np.finfo(float).max
