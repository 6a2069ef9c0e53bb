"""Whether one group is granted credits less often than another."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from lib.training.evidence.impact import adverse, with_impact


def table(clients: list[int], grant_rate: list[float], attribute: str = "age") -> pd.DataFrame:
    return pd.DataFrame(
        {"attribute": attribute, "clients": clients, "grant_rate": grant_rate}
    ).assign(group=[f"group {place}" for place in range(len(clients))])


def impact(groups: pd.DataFrame) -> pd.DataFrame:
    return with_impact(groups, groups["clients"] >= 30)


def test_a_ratio_is_to_the_group_granted_most_often_with_katzs_interval():
    found = impact(table([200, 100, 150], [0.9, 0.6, 0.8])).set_index("group")
    assert found["impact_ratio"].tolist() == pytest.approx([1, 2 / 3, 8 / 9])
    # The standard error of the log ratio, by Katz's formula.
    error = np.sqrt(1 / 60 - 1 / 100 + 1 / 180 - 1 / 200)
    low, high = 2 / 3 * np.exp([-1.959964 * error, 1.959964 * error])
    assert found.loc["group 1", "impact_ratio_low"] == pytest.approx(low)
    assert found.loc["group 1", "impact_ratio_high"] == pytest.approx(high)
    assert np.isnan(found.loc["group 0", "impact_p_value"])


def test_tests_of_one_attribute_are_adjusted_together():
    alone = fisher_exact([[60, 40], [180, 20]]).pvalue
    together = impact(table([200, 100, 100, 100], [0.9, 0.6, 0.9, 0.9]))
    # The smallest of three (Benjamini and Hochberg, 1995).
    assert together["impact_p_value"][1] == pytest.approx(3 * alone)
    attributes = pd.concat(
        [table([200, 100], [0.9, 0.6], one) for one in ("age", "gender")], ignore_index=True
    )
    assert impact(attributes)["impact_p_value"].dropna().tolist() == pytest.approx([alone] * 2)


def test_small_groups_are_neither_compared_nor_a_reference():
    found = impact(table([29, 30, 300], [1.0, 0.6, 0.8]))
    assert found["impact_ratio"].isna().tolist() == [True, False, False]
    assert found["impact_ratio"].tolist()[1:] == pytest.approx([0.75, 1])


def test_there_is_no_ratio_of_one_group_or_where_nobody_is_granted():
    assert impact(table([500], [0.7]))["impact_ratio"].isna().all()
    assert impact(table([500, 500], [0.0, 0.0]))["impact_ratio"].isna().all()


def test_a_group_granted_nothing_has_a_ratio_of_0_and_a_test():
    found = impact(table([40, 400], [0.0, 0.5]))
    assert found["impact_ratio"][0] == found["impact_ratio_low"][0] == 0
    assert np.isnan(found["impact_ratio_high"][0])
    assert found["impact_p_value"][0] < 1e-6


def test_adverse_is_below_four_fifths_by_more_than_chance():
    # Low by chance, low, and surely lower but not below four fifths.
    found = impact(table([1000, 31, 400, 400], [0.74, 0.58, 0.4, 0.65]))
    assert found["impact_ratio"][1] < 0.8 < found["impact_ratio"][3]
    assert found["impact_p_value"][3] < 0.05
    assert adverse(found)["group"].tolist() == ["group 2"]


def test_chance_alone_alarms_hardly_more_often_than_the_test_says():
    random = np.random.default_rng(0)
    granted = random.binomial(150, 0.8, (200, 4)) / 150
    found = [impact(table([150] * 4, rates.tolist()))["impact_p_value"] for rates in granted]
    alarms = [p_values.min() < 0.05 for p_values in found]
    # The reference is the luckiest group, so the test is not quite fair to it.
    assert np.mean(alarms) < 0.2
