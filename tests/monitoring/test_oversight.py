"""Overrides are counted, priced by what became of them, and refusals that nobody saw are found."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from lib.decision import CostMatrix, LenderTerms
from lib.monitoring.oversight import (
    cost_of_overrides,
    days_waiting,
    granted_by_outcome,
    hours_to_decide,
    is_override,
    may_be_told,
    override_gaps,
    override_share,
    overrides_by,
    oversight_by_group,
)

DAY = pd.Timestamp("2026-11-10T09:00Z")


@pytest.fixture
def decided() -> pd.DataFrame:
    rows = [
        ("anna", "grant", "refuse", 1.0, 2),
        ("anna", "grant", "refuse", 0.0, 30),
        ("anna", "grant", "grant", None, 1),
        ("ben", "refuse", "grant", None, 1),
        ("ben", "refuse", "refuse", None, 1),
        ("ben", "refuse", "refuse", None, 1),
        ("ben", "grant", "grant", 1.0, 1),
    ]
    frame = pd.DataFrame(
        rows, columns=["person", "decision", "model_decision", "defaulted", "hours"]
    )
    times = {"score_time": DAY, "time": DAY + pd.to_timedelta(frame["hours"], unit="h")}
    return frame.assign(**times, client_id=range(7))


def test_overrides_are_counted_by_person(decided: pd.DataFrame) -> None:
    assert override_share(decided) == pytest.approx(3 / 7)
    assert override_share(decided.head(0)) is None
    table = overrides_by(decided, "person").set_index("person")
    assert table.index.tolist() == ["anna", "ben"]
    assert table.loc["anna"].to_dict() == pytest.approx(
        {
            "decisions": 3,
            "granted_against": 2,
            "refused_against": 0,
            "outcomes": 2,
            "defaults": 1,
            "override_share": 2 / 3,
        }
    )
    assert table.loc["ben", ["granted_against", "refused_against"]].tolist() == [0, 1]


@pytest.fixture
def overridden(decided: pd.DataFrame) -> pd.DataFrame:
    """Two refusals of the model that were granted: one client defaulted, one repaid."""
    return decided[is_override(decided) & decided["defaulted"].notna()]


def test_an_override_costs_what_it_cost_less_what_the_model_would_have(
    overridden: pd.DataFrame,
) -> None:
    # 10 rather than 0, and 0 rather than 1.
    assert cost_of_overrides(overridden, CostMatrix(10, 1)).value == pytest.approx(4.5)


def test_what_overrides_cost_may_follow_the_amounts(overridden: pd.DataFrame) -> None:
    amounts = overridden["defaulted"].map({1.0: 1_000.0, 0.0: 3_000.0})
    costs = LenderTerms(0.5, 0.05).relative_costs_of(amounts)
    # Half of the mean for the default, one and a half for the one who repaid.
    assert cost_of_overrides(overridden, costs).value == pytest.approx((10 * 0.5 - 1.5) / 2)


def test_the_time_to_decide_runs_from_the_score(decided: pd.DataFrame) -> None:
    assert hours_to_decide(decided).tolist() == [2.0, 30.0, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_a_refusal_waits_until_somebody_has_decided_since() -> None:
    scores = pd.DataFrame(
        [
            (1, DAY, "refuse"),
            (2, DAY, "refuse"),
            (3, DAY, "refuse"),
            (3, DAY + pd.Timedelta(days=1), "grant"),
            (4, DAY + pd.Timedelta(days=1), "refuse"),
            (None, DAY, "refuse"),
        ],
        columns=["client_id", "time", "decision"],
    )
    decided = pd.DataFrame(
        [(1, DAY + pd.Timedelta(hours=1)), (4, DAY)], columns=["client_id", "time"]
    )
    waiting = days_waiting(scores, decided, DAY + pd.Timedelta(days=3))
    assert waiting.to_dict() == {2.0: 3.0, 4.0: 2.0}


@pytest.fixture
def many() -> tuple[pd.DataFrame, pd.Series]:
    """Decisions on clients 1 to 62, and their groups: 40 women, 12 men, 9 others, one unknown."""
    ids = np.arange(1, 63)
    group = pd.Series(["F"] * 40 + ["M"] * 12 + ["X"] * 9, index=ids[:61])
    frame = pd.DataFrame(
        {
            "client_id": pd.array(ids, "Int64"),
            "decision": "grant",
            "model_decision": np.where(ids % 4 == 0, "refuse", "grant"),
            "defaulted": np.where(ids % 8 == 0, 1.0, np.nan),
            "score_time": DAY,
            "time": DAY + pd.to_timedelta(np.where(ids <= 40, 2, 5), unit="h"),
        }
    )
    # Of a client who is forgotten nobody knows the group any more.
    frame.loc[0, "client_id"] = pd.NA
    return frame, group


def test_each_group_has_its_overrides_what_waits_and_its_time(
    many: tuple[pd.DataFrame, pd.Series],
) -> None:
    decided, group = many
    # A woman who was decided on before, and a man of whom nothing was decided yet.
    waiting = pd.Series({5: 3.0, 1001: 1.0})
    group = pd.concat([group, pd.Series({1001: "M"})])
    table = oversight_by_group(decided, waiting, group).set_index("group")
    assert table.index.tolist() == ["F"]
    assert table.loc["F"].to_dict() == {
        "clients": 39,
        "decisions": 39,
        "granted_against": 10,
        "refused_against": 0,
        "outcomes": 5,
        "defaults": 5,
        "waiting": 1,
        "hours": 2.0,
    }
    ten = pd.concat([group, pd.Series({62: "X"})])
    table = oversight_by_group(decided, waiting, ten).set_index("group")
    assert table["clients"].to_dict() == {"F": 39, "M": 13, "X": 10}
    assert table["waiting"].to_dict() == {"F": 1, "M": 1, "X": 0}
    assert table["hours"].to_dict() == {"F": 2.0, "M": 5.0, "X": 5.0}


def test_no_group_of_few_is_told_nor_left_as_a_difference() -> None:
    assert may_be_told(pd.Series({"a": 10, "b": 10})).tolist() == [True, True]
    assert may_be_told(pd.Series({"a": 30, "b": 20, "c": 9})).tolist() == [True, False, False]
    assert may_be_told(pd.Series({"a": 30, "b": 20, "c": 5, "d": 5})).tolist() == [
        *(True, True),
        *(False, False),
    ]
    assert may_be_told(pd.Series({"a": 9})).tolist() == [False]
    assert may_be_told(pd.Series(dtype=int)).tolist() == []


def test_overrides_that_fall_on_one_group_are_found_and_others_are_not() -> None:
    random = np.random.default_rng(7)
    ids = np.arange(1_000)
    gender = pd.Series(random.choice(["F", "M"], 1_000), index=ids)
    age = pd.Series(random.choice(["..30", "30..40", "40.."], 1_000), index=ids)
    # The model refuses more men; of those refused, women are granted three times as often.
    refused = random.random(1_000) < np.where(gender == "M", 0.5, 0.2)
    granted = ~refused | (random.random(1_000) < np.where(gender == "F", 0.3, 0.1))
    decided = pd.DataFrame(
        {
            "client_id": pd.array(ids, "Int64"),
            "decision": np.where(granted, "grant", "refuse"),
            "model_decision": np.where(refused, "refuse", "grant"),
        }
    )
    gaps = override_gaps(decided, pd.DataFrame({"gender": gender, "age": age}))
    # Grants of the model are never overridden: there is nothing to compare.
    assert gaps["attribute"].tolist() == ["gender", "age"]
    assert set(gaps["model_decision"]) == {"refuse"}
    counted = pd.crosstab(gender[refused], granted[refused])
    exact = [chi2_contingency(counted, correction=False).pvalue]
    exact += [chi2_contingency(pd.crosstab(age[refused], granted[refused])).pvalue]
    assert gaps["p_value"].tolist() == pytest.approx([2 * exact[0], exact[1]])
    assert gaps["p_value"].iloc[0] < 0.01 < gaps["p_value"].iloc[1]
    assert override_gaps(decided, pd.DataFrame()).empty


def test_what_became_of_credits_is_told_with_the_model_and_against_it(
    decided: pd.DataFrame,
) -> None:
    table = granted_by_outcome(decided).set_index("outcome")
    assert table["with_model"].to_dict() == {"repaid": 0, "defaulted": 1, "not_known": 1}
    assert table["against_model"].to_dict() == {"repaid": 1, "defaulted": 1, "not_known": 0}
