"""Overrides are counted, priced by what became of them, and refusals that nobody saw are found."""

import pandas as pd
import pytest

from lib.decision import CostMatrix
from lib.monitoring.oversight import (
    cost_of_overrides,
    days_waiting,
    hours_to_decide,
    override_share,
    overrides_by,
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


def test_overrides_are_judged_by_their_outcomes_alone(decided: pd.DataFrame) -> None:
    found = cost_of_overrides(decided, CostMatrix(10, 1))
    # One granted client defaulted (10 rather than 0), one repaid (0 rather than 1).
    assert found is not None
    assert found.value == pytest.approx(4.5)
    assert cost_of_overrides(decided.assign(defaulted=None), CostMatrix()) is None


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
