"""Drift by the definitions, held against scipy and psi-inference, and found where it is."""

import numpy as np
import pyarrow as pa
import pytest
from psi_inference import psi_statistic
from scipy.stats import chi2_contingency

from lib.monitoring.distributions import (
    count_as,
    drift,
    homogeneity_p_value,
    population_stability_index,
)
from lib.scoring.card import Distribution
from lib.training.evidence.reference import distribution_of_number

EXACT = 1e-9
FEATURES = 348


@pytest.mark.parametrize("seed", range(5))
def test_the_index_and_the_test_are_those_of_published_implementations(seed: int) -> None:
    random = np.random.default_rng(seed)
    before, now = random.integers(20, 400, (2, 10))
    assert population_stability_index(before, now) == pytest.approx(
        psi_statistic(before, now), abs=EXACT
    )
    published = chi2_contingency(np.array([before, now]), correction=False).pvalue
    assert homogeneity_p_value(before, now) == pytest.approx(published, abs=EXACT)


def test_cells_that_are_too_rare_are_tested_together() -> None:
    before, now = [900, 3, 97, 2, 0], [880, 9, 106, 2, 3]
    joined = np.array([[97, 900, 5], [106, 880, 14]])
    published = chi2_contingency(joined, correction=False).pvalue
    assert homogeneity_p_value(before, now) == pytest.approx(published, abs=EXACT)
    assert homogeneity_p_value([60_000, 0], [99, 1]) == 1.0


def test_an_empty_cell_leaves_the_index_finite_and_symmetric() -> None:
    before, now = [50, 50, 0], [50, 40, 10]
    found = population_stability_index(before, now)
    halves = psi_statistic(np.add(before, 0.5), np.add(now, 0.5))
    assert found == pytest.approx(halves, abs=EXACT)
    assert population_stability_index(now, before) == pytest.approx(found, abs=EXACT)


def test_values_are_counted_in_the_bins_of_the_reference() -> None:
    before = Distribution(name="age", edges=(30.0, 50.0), counts=(1, 1, 1))
    now = count_as(before, pa.chunked_array([pa.array([30.0, 30.5, 1e9, None, float("nan")])]))
    assert (now.counts, now.missing, now.unseen) == ((1, 1, 1), 2, 0)


def test_a_feature_that_is_no_longer_sent_is_missing_of_everybody() -> None:
    before = Distribution(name="age", edges=(30.0,), counts=(50, 50))
    table = drift([before], {"other": pa.chunked_array([pa.array([1.0] * 40)])})
    assert table.loc[0, "missing"] == 1.0
    assert table.loc[0, "missing_before"] == 0.0
    assert table.loc[0, "p_value"] < 1e-6


def population(seed: int, clients: int, shifted: str | None = None) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        name: random.normal(0.5 if name == shifted else 0.0, 1.0, clients)
        for name in (f"feature_{place}" for place in range(FEATURES))
    }


@pytest.mark.parametrize(("seed", "shifted"), [(1, "feature_0"), (2, "feature_200")])
def test_a_shift_in_one_feature_of_348_is_the_one_named(seed: int, shifted: str) -> None:
    before = population(seed, 4_000)
    reference = [distribution_of_number(name, values) for name, values in before.items()]
    now = population(seed + 100, 1_000, shifted)
    table = drift(reference, {name: pa.chunked_array([values]) for name, values in now.items()})
    assert table.loc[table["p_value"] < 0.01, "feature"].tolist() == [shifted]
    assert table.loc[table["psi"] > 0.1, "feature"].tolist() == [shifted]
