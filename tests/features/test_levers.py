"""What a client can move, and which way it moves features: found by working them out again."""

from collections.abc import Callable, Mapping
from math import isclose
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.features.catalogue import CATALOGUE
from lib.tables import TABLES
from tests.features.histories import any_client, together

Row = dict[str, Any]
Records = dict[str, list[Row]]
Features = Mapping[int, Row]

CLIENTS = 150
APPLICATIONS = ("application_train", "application_test")
LONGEST_EMPLOYMENT = TABLES["application_train"].columns["DAYS_EMPLOYED"].possible[0]
NOBODY: Records = {name: [] for name in TABLES}
# So long a loan before, that the credit asked for would cost much over as many instalments.
LONG_LOAN: Records = {
    "application_train": [
        {
            "SK_ID_CURR": 10**6,
            "TARGET": 0,
            "DAYS_BIRTH": -9_000,
            "DAYS_EMPLOYED": -900,
            "AMT_INCOME_TOTAL": 500.0,
            "AMT_CREDIT": 2_000.0,
            "AMT_ANNUITY": 100.0,
            "AMT_GOODS_PRICE": 1_800.0,
        }
    ],
    "previous_application": [
        {
            "SK_ID_CURR": 10**6,
            "SK_ID_PREV": 10**9,
            "CNT_PAYMENT": 24.0,
            "NAME_CONTRACT_STATUS": "Approved",
        }
    ],
}
BURDENS = {"credit_amount", "annuity_amount", "credit_to_income", "annuity_to_income"}


def more_income(row: Row, share: float) -> Row:
    """Up to ten times the income."""
    return {"AMT_INCOME_TOTAL": row["AMT_INCOME_TOTAL"] * (1 + 9 * share)}


def longer_employment(row: Row, share: float) -> Row:
    """In the same job since any day that there can be; who has none stays without."""
    if row["DAYS_EMPLOYED"] is None:
        return {}
    longest = max(row["DAYS_BIRTH"], LONGEST_EMPLOYMENT)
    return {"DAYS_EMPLOYED": round((1 - share) * row["DAYS_EMPLOYED"] + share * longest)}


def less_credit(row: Row, share: float) -> Row:
    """Down to a hundredth of the credit, over the same duration and for the same goods."""
    left = 1 - 0.99 * share
    return {name: row[name] * left for name in ("AMT_CREDIT", "AMT_ANNUITY")}


Lever = Callable[[Row, float], Row]
LEVERS: list[Lever] = [more_income, longer_employment, less_credit]


def not_negative(chance: Random) -> float:
    """An amount that there can be, or none at all."""
    return chance.choice([0.0, chance.randint(1, 5_000) / 4, chance.randint(1, 4_000_000) / 4])


def likely(chance: Random) -> Row:
    """What every client says who can use a lever."""
    born = -chance.randint(18 * 365, 75 * 365)
    return {
        "DAYS_BIRTH": born,
        "DAYS_EMPLOYED": chance.choice([None, 0, chance.randint(born // 2, 0)]),
        "AMT_INCOME_TOTAL": chance.randint(1, 1_000_000) / 4,
        "AMT_CREDIT": chance.randint(1, 8_000_000) / 4,
        "AMT_ANNUITY": chance.randint(1, 400_000) / 4,
    }


def crowd(seeds: range) -> Records:
    """Random clients, with histories that may be empty, and what levers start from."""
    records = []
    for seed in seeds:
        chance = Random(seed)  # noqa: S311 - not a secret
        one = any_client(seed, chance, not_negative)
        for row in (row for table in APPLICATIONS for row in one[table]):
            row |= likely(chance)
        records.append(one)
    return together(records)


def moved(records: Records, lever: Lever, share: float) -> Records:
    """Let every client use a lever."""
    turned = {name: [row | lever(row, share) for row in records[name]] for name in APPLICATIONS}
    return records | turned


def changes(before: Features, after: Features) -> dict[str, set[str]]:
    """Say of each feature that another value has how it moved: up, down, or into the unknown."""
    found: dict[str, set[str]] = {}
    for client, row in before.items():
        for name in CATALOGUE:
            old, new = row[name], after[client][name]
            if old == new:
                continue
            if old is None or new is None or isinstance(old, str):
                found.setdefault(name, set()).add("otherwise")
            elif not isclose(old, new, rel_tol=1e-9, abs_tol=1e-9):
                found.setdefault(name, set()).add("up" if new > old else "down")
    return found


def towards_less_risk(name: str) -> set[str]:
    """Say how a feature may move when a client uses a lever."""
    row = CATALOGUE[name]
    if row.ambiguous:
        return {"up", "down", "otherwise"}
    return {"down" if row.direction.effect > 0 else "up"} if row.direction else set()


@pytest.fixture(scope="module")
def people() -> Records:
    return together([NOBODY | LONG_LOAN, crowd(range(1, CLIENTS + 1))])


@pytest.fixture(scope="module")
def at_first(features_of, people) -> Features:
    return features_of(people)


def wrongly_moved(found: dict[str, set[str]]) -> dict[str, set[str]]:
    wrong = {name: ways - towards_less_risk(name) for name, ways in found.items()}
    return {name: ways for name, ways in wrong.items() if ways}


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.__name__)
@pytest.mark.parametrize("share", [0.01, 0.9])
def test_a_lever_moves_features_towards_less_risk_only(features_of, people, at_first, lever, share):
    found = changes(at_first, features_of(moved(people, lever, share)))
    assert not wrongly_moved(found)


def test_levers_move_what_they_should(features_of, people, at_first):
    found = [set(changes(at_first, features_of(moved(people, one, 0.5)))) for one in LEVERS]
    income, employment, credit = found
    assert {"income_total", "credit_to_income", "debt_elsewhere_to_income"} <= income
    assert {"income_to_region_rating", "card_balance_to_income"} <= income
    assert {"employment_years", "employment_share_of_life", "income_per_year_in_job"} <= employment
    assert {*BURDENS, "all_annuities_to_income", "credit_above_goods_price"} <= credit
    assert {"annuity_to_mean_instalment", "credit_to_mean_granted_before"} <= credit
    assert "implied_duration_months" not in credit


def test_nothing_is_ambiguous_that_one_direction_could_hold(features_of, people, at_first):
    ways: dict[str, set[str]] = {}
    for lever in LEVERS:
        for share in (0.1, 0.9):
            found = changes(at_first, features_of(moved(people, lever, share)))
            for name, how in found.items():
                ways.setdefault(name, set()).update(how)
    declared = {name for name, row in CATALOGUE.items() if row.ambiguous}
    assert declared == {name for name, how in ways.items() if len(how) > 1} | {"age_when_employed"}
    # Only down, but whether who began late is a risk, lenders cannot say.
    assert ways["age_when_employed"] == {"down"}


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(10**6, 2**31),
    lever=st.sampled_from(LEVERS),
    share=st.floats(0, 1, allow_nan=False),
)
def test_whoever_uses_whichever_lever_how_far(features_of, seed, lever, share):
    clients = crowd(range(seed, seed + 3))
    found = changes(features_of(clients), features_of(moved(clients, lever, share)))
    assert not wrongly_moved(found)
