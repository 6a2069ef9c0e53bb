"""Outcomes judged as riskval, scikit-learn, MLstatkit and model-diagnostics judge them."""

import numpy as np
import pytest
import riskval
from MLstatkit import Delong_test
from model_diagnostics.calibration import compute_bias
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from lib.decision import CostMatrix, InvalidInput
from lib.monitoring.realised import (
    auc_fall_p_value,
    auc_with_error,
    bias_by_segment,
    grades,
    hosmer_lemeshow_p_value,
    jeffreys_p_value,
    realised_auc,
    realised_cost,
    spiegelhalter_p_value,
)

EXACT = 1e-9


@pytest.fixture(params=[0, 1, 2])
def judged(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(request.param)
    probability = np.clip(np.round(random.beta(1, 8, 900), 3), 0.001, 0.999)
    return (random.random(900) < probability).astype(int), probability


def test_the_auc_and_its_interval_are_those_of_published_implementations(judged) -> None:
    defaulted, probability = judged
    auc, error = auc_with_error(defaulted, probability)
    assert auc == pytest.approx(roc_auc_score(defaulted, probability), abs=EXACT)
    # DeLong's interval of the first of two models; the second is any other.
    other = probability + np.random.default_rng(9).normal(0, 0.05, len(probability))
    _, _, (low, high), *_ = Delong_test(defaulted, probability, other)
    found = realised_auc(defaulted, probability)
    assert (found.low, found.high) == pytest.approx((low, high), abs=EXACT)
    assert found.high - found.low == pytest.approx(2 * norm.ppf(0.975) * error, abs=EXACT)


def test_a_fall_of_the_auc_is_tested_as_supervisors_do(judged) -> None:
    defaulted, probability = judged
    auc, error = auc_with_error(defaulted, probability)
    assert auc_fall_p_value(defaulted, probability, auc) == pytest.approx(0.5, abs=EXACT)
    fallen = auc_fall_p_value(defaulted, probability, auc + 2 * error)
    assert fallen == pytest.approx(norm.cdf(-2), abs=EXACT)
    assert auc_fall_p_value(defaulted, probability, auc - 2 * error) > 0.97


def test_a_ranking_that_outcomes_cannot_judge_is_refused() -> None:
    with pytest.raises(InvalidInput, match="1 defaults of 3 outcomes"):
        auc_with_error([0, 0, 1], [0.1, 0.2, 0.3])
    assert auc_fall_p_value([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 0.9) == 1.0


@pytest.mark.parametrize(
    ("defaults", "clients", "told"), [(0, 50, 0.01), (9, 60, 0.08), (5, 5, 0.9)]
)
def test_jeffreys(defaults: int, clients: int, told: float) -> None:
    published = riskval.jeffreys_test(clients, defaults, told).pvalue
    found = jeffreys_p_value([defaults], [clients], [told])
    assert found.tolist() == pytest.approx([published], abs=EXACT)


def test_grades_are_those_of_the_edges_and_understated_ones_stand_out() -> None:
    told = np.repeat([0.02, 0.05, 0.3], 400)
    defaulted = np.concatenate([np.arange(400) < count for count in (8, 60, 120)]).astype(int)
    table = grades(defaulted, told, [0.02, 0.1, 0.2])
    assert table["grade"].tolist() == [1, 2, 4]
    assert table["came"].tolist() == [0.02, 0.15, 0.3]
    one = riskval.jeffreys_test(400, 60, 0.05)
    assert table.loc[1, "p_value"] == pytest.approx(3 * one.pvalue, abs=EXACT)
    ends = (one.detail["ci_low"], one.detail["ci_high"])
    assert (table.loc[1, "low"], table.loc[1, "high"]) == pytest.approx(ends, abs=EXACT)
    assert (table.loc[[0, 2], "p_value"] > 0.4).all()


def test_calibration_overall(judged) -> None:
    defaulted, probability = judged
    published = riskval.hosmer_lemeshow(defaulted, probability, df=10).pvalue
    assert hosmer_lemeshow_p_value(defaulted, probability) == pytest.approx(published, abs=EXACT)
    published = riskval.spiegelhalter_z(defaulted, probability).pvalue
    assert spiegelhalter_p_value(defaulted, probability) == pytest.approx(published, abs=EXACT)
    assert spiegelhalter_p_value(defaulted, probability / 3) < 1e-6


def test_the_cost_is_that_of_all_clients() -> None:
    found = realised_cost([1] * 30 + [0] * 70, [False] * 10 + [True] * 90, CostMatrix(10, 1))
    assert found.value == pytest.approx(1.7)
    assert found.low < 1.7 < found.high


def test_a_kind_of_clients_told_too_little_risk_is_found() -> None:
    random = np.random.default_rng(5)
    housing = random.choice(["owns", "rents"], 4_000)
    age = random.uniform(20, 70, 4_000)
    told = np.full(4_000, 0.1)
    risk = np.where(housing == "rents", 0.16, 0.1)
    defaulted = (random.random(4_000) < risk).astype(int)
    values = [None if place % 50 == 0 else one for place, one in enumerate(age)]
    table = bias_by_segment(
        defaulted, told, {"age": values, "housing": housing, "never_given": [None] * 4_000}
    )
    first = table.iloc[0]
    assert (first["feature"], first["segment"]) == ("housing", "rents")
    published = compute_bias(defaulted, told, housing).rows_by_key("feature", named=True)
    rents = published["rents"][0]
    assert first["bias"] == pytest.approx(rents["bias_mean"], abs=EXACT)
    assert first["error"] == pytest.approx(rents["bias_stderr"], abs=EXACT)
    ages = table[table["feature"] == "age"]
    assert len(ages) == 6
    assert ages["clients"].sum() == 4_000
