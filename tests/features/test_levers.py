"""What a person can move, moves every feature the right way, or the feature says why it does not.

Nothing here lists features: what depends on a lever is found by working out all of them again.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.features.catalogue import CATALOGUE
from lib.features.description import FeatureDescription, Unit
from lib.tables import TABLES
from tests.features.histories import any_client, cents

Row = dict[str, Any]
Records = dict[str, list[Row]]
Lever = Callable[[Row, float], Row]
Features = Mapping[int, Mapping[str, Any]]

APPLICATIONS = ("application_train", "application_test")
# As much may the order of two multiplications change of a number.
ROUNDING = 1e-12


def more_income(application: Row, share: float) -> Row:
    """Let the client earn up to ten times as much."""
    return scaled(application, ["AMT_INCOME_TOTAL"], 1 + 9 * share)


def less_credit(application: Row, share: float) -> Row:
    """Let the client ask for less, down to a tenth, in as many instalments."""
    return scaled(application, ["AMT_CREDIT", "AMT_ANNUITY"], 1 - 0.9 * share)


def longer_employment(application: Row, share: float) -> Row:
    """Let the client have been employed for up to ten more years."""
    begun = application.get("DAYS_EMPLOYED")
    known = begun is not None and begun not in CODES
    return {**application, "DAYS_EMPLOYED": begun - 1 - int(3651 * share)} if known else application


def scaled(application: Row, columns: list[str], factor: float) -> Row:
    known = [name for name in columns if application.get(name) is not None]
    return {**application, **{name: application[name] * factor for name in known}}


CODES = TABLES["application_train"].columns["DAYS_EMPLOYED"].missing_codes
LEVERS: list[Lever] = [more_income, less_credit, longer_employment]
levers = pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.__name__)


def pulled(records: Records, lever: Lever, shares: Callable[[], float]) -> Records:
    """Pull a lever of every client, each by another share of the way."""
    moved = {name: [lever(row, shares()) for row in records[name]] for name in APPLICATIONS}
    return {**records, **moved}


def moves(before: Features, after: Features, row: FeatureDescription) -> tuple[int, int]:
    """Count the clients whose feature moves, and those whose feature moves not as it should."""
    pairs = [(before[client][row.name], after[client][row.name]) for client in before]
    if row.unit is Unit.CATEGORY:
        differ = sum(one != other for one, other in pairs)
        return differ, differ
    old, new = np.array(pairs, dtype=float).T
    appeared = np.isnan(old) != np.isnan(new)
    moved = np.abs(new - old) > ROUNDING * np.fmax(np.abs(old), np.abs(new))
    effect = row.direction.effect if row.direction else 0
    safer = effect * (new - old) < 0
    return int((moved | appeared).sum()), int((appeared | (moved & ~safer)).sum())


def moved_the_wrong_way(before: Features, after: Features) -> list[str]:
    """Name the features that move not as they should, and have no word on it."""
    return [
        name
        for name, row in CATALOGUE.items()
        if moves(before, after, row)[1] and row.left_out is None
    ]


@pytest.fixture(scope="module")
def records(messy_tables) -> Records:
    """Some clients, with values and parents lost."""
    found = {name: pq.read_table(messy_tables / f"{name}.parquet").to_pylist() for name in TABLES}
    for name in APPLICATIONS:
        found[name] = [row for row in found[name] if row["AMT_INCOME_TOTAL"] != 0]
    return found


@pytest.fixture(scope="module")
def as_they_are(records, features_of) -> Features:
    return features_of(records)


@pytest.fixture(scope="module")
def by_lever(records, features_of) -> dict[str, Features]:
    """The features of all clients with each lever pulled."""
    shares = Random(12).random  # noqa: S311 - not a secret
    return {lever.__name__: features_of(pulled(records, lever, shares)) for lever in LEVERS}


@levers
def test_a_lever_moves_every_feature_towards_less_risk_or_not_at_all(lever, as_they_are, by_lever):
    assert moved_the_wrong_way(as_they_are, by_lever[lever.__name__]) == []


def test_a_feature_is_left_out_only_if_a_lever_moves_it(as_they_are, by_lever):
    left_out = [row for row in CATALOGUE.values() if row.left_out is not None]
    assert left_out
    for row in left_out:
        assert row.direction is None, row.name
        assert any(moves(as_they_are, after, row)[1] for after in by_lever.values()), row.name


@pytest.mark.parametrize(
    ("lever", "name"),
    [
        ("more_income", "income_total"),
        ("more_income", "annuity_to_income"),
        ("more_income", "card_balance_to_income"),
        ("less_credit", "credit_to_largest_granted_before"),
        ("less_credit", "yearly_cost_of_goods_if_as_long_as_before"),
        ("longer_employment", "employment_share_of_life"),
    ],
)
def test_the_clients_have_what_the_levers_move(lever, name, as_they_are, by_lever):
    moved, wrong = moves(as_they_are, by_lever[lever], CATALOGUE[name])
    assert moved > len(as_they_are) / 50
    assert wrong == 0


def test_the_duration_is_the_same(as_they_are, by_lever):
    less = by_lever["less_credit"]
    for name in ("implied_duration_months", "yearly_interest_if_as_long_as_before"):
        assert moves(as_they_are, less, CATALOGUE[name])[0] == 0, name


def whole(chance: Random) -> float:
    """An amount that is not below 0."""
    return abs(cents(chance))


@levers
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 1.0))
def test_of_clients_that_nobody_expects_too(features_of, lever, seed, share):
    chance = Random(seed)  # noqa: S311 - not a secret
    records = any_client(1, chance, whole)
    for row in (row for name in APPLICATIONS for row in records[name]):
        # What cannot be is refused before features are worked out.
        row["DAYS_BIRTH"] = -chance.randint(18 * 365, 70 * 365)
        row["AMT_INCOME_TOTAL"] = row.get("AMT_INCOME_TOTAL") or 1000.0
    after = features_of(pulled(records, lever, lambda: share))
    assert moved_the_wrong_way(features_of(records), after) == []


def test_money_on_a_card_is_no_debt_that_an_income_makes_smaller(features_of):
    card = {"SK_ID_CURR": 1, "SK_ID_PREV": 2, "MONTHS_BALANCE": -1, "AMT_BALANCE": -500.0}
    application = {"SK_ID_CURR": 1, "AMT_INCOME_TOTAL": 1000.0}
    records = {"application_train": [application], "credit_card_balance": [card]}
    assert features_of(records)[1]["card_balance_to_income"] == 0.0
