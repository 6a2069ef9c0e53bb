"""The nearest clients, against Gower's distance written out in plain Python."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition, NotFound, Portfolio
from lib.portfolio.likeness import MOST_FEATURES, weightiest

WEIGHTS = {"age_years": 0.2, "credit_amount": 0.1, "external_score": 0.5, "housing": 0.3}
WEIGHTS |= {"owns_car": 0.05, "never_given": 0.4, "contract": 0.0, "not stored": 9.0}
COUNTED = ["external_score", "housing", "age_years", "credit_amount", "owns_car"]


@pytest.fixture(scope="module")
def rows(world: pa.Table) -> list[dict]:
    return world.to_pylist()


def spread(rows: list[dict], name: str) -> float:
    """From the 5th to the 95th percentile, linear between two values."""
    given = sorted(row[name] for row in rows if row[name] is not None)

    def quantile(share: float) -> float:
        place = share * (len(given) - 1)
        low = int(place)
        high = min(low + 1, len(given) - 1)
        return given[low] + (place - low) * (given[high] - given[low])

    return quantile(0.95) - quantile(0.05)


def difference(one: object, other: object, spread: float | None) -> float:
    if one is None or other is None:
        return float((one is None) != (other is None))
    return float(one != other) if spread is None else min(abs(one - other) / spread, 1.0)


@pytest.fixture(scope="module")
def spreads(rows: list[dict]) -> dict[str, float | None]:
    return {name: None if name == "housing" else spread(rows, name) for name in COUNTED}


# Client 100_006 lacks a value, 100_001 does not.
@pytest.mark.parametrize("number", [100_001, 100_006, 101_200])
def test_the_nearest_are_those_of_an_exhaustive_search(
    portfolio: Portfolio, rows: list[dict], spreads: dict[str, float | None], number: int
) -> None:
    me = rows[number - 100_001]
    total = sum(WEIGHTS[name] for name in COUNTED)
    distances = {
        row["client_id"]: sum(
            WEIGHTS[name] * difference(me[name], row[name], spreads[name]) for name in COUNTED
        )
        / total
        for row in rows
        if row is not me
    }
    found = portfolio.similar(number, WEIGHTS, count=50)
    assert found.compared_on == COUNTED
    nearest = {row["client_id"]: row["distance"] for row in found.rows}
    assert list(nearest.values()) == sorted(nearest.values())
    assert nearest == pytest.approx({one: distances[one] for one in nearest}, abs=1e-12)
    assert max(nearest.values()) <= sorted(distances.values())[49] + 1e-12


def test_conditions_limit_who_may_be_found(portfolio: Portfolio) -> None:
    only = [Condition("housing", categories=("rents",)), Condition("age_years", minimum=50)]
    found = portfolio.similar(100_001, WEIGHTS, only, count=5, features=["housing", "age_years"])
    assert len(found.rows) == 5
    assert all(row["housing"] == "rents" and row["age_years"] >= 50 for row in found.rows)


def test_outcome_and_score_are_given(portfolio: Portfolio, rows: list[dict]) -> None:
    for row in portfolio.similar(100_001, WEIGHTS, count=30).rows:
        target = rows[row["client_id"] - 100_001]["target"]
        assert row["defaulted"] == (None if target is None else bool(target))
        assert row["decision"] in ("grant", "refuse")


def test_where_nothing_counts_all_are_alike(portfolio: Portfolio) -> None:
    found = portfolio.similar(100_003, {"never_given": 1.0}, count=3)
    assert [(row["client_id"], row["distance"]) for row in found.rows] == [
        (100_001, 0.0),
        (100_002, 0.0),
        (100_004, 0.0),
    ]


def test_a_flag_that_is_rarely_set_counts_too(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file)
    rare = pa.array([float(row == 7) for row in range(clients.num_rows)])
    place = clients.column_names.index("owns_car")
    pq.write_table(clients.set_column(place, "owns_car", rare), tmp_path / "rare.parquet")
    found = Portfolio(tmp_path / "rare.parquet").similar(100_008, {"owns_car": 1.0}, count=1)
    assert found.compared_on == ["owns_car"]
    assert found.rows[0]["distance"] == 1.0


def test_who_is_not_known_is_like_nobody(portfolio: Portfolio) -> None:
    with pytest.raises(NotFound, match="client 5"):
        portfolio.similar(5, WEIGHTS)
    with pytest.raises(InvalidInput, match="feature salary"):
        portfolio.similar(100_001, WEIGHTS, features=["salary"])


def test_only_the_weightiest_features_count() -> None:
    weights = {f"feature {number:02}": float(number) for number in range(50)}
    named = weightiest(weights, list(weights))
    assert len(named) == MOST_FEATURES
    assert named[0] == "feature 49"
