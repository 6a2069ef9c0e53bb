"""Recourse: small changes, verified by the scorer, the same each time, in bounded time."""

from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lib.features.catalogue import CATALOGUE
from lib.features.one_client import DerivedFeatures
from lib.scoring.changes import with_changes
from lib.scoring.encoder import Features
from lib.scoring.recourse import (
    STEPS,
    Search,
    amounts_of,
    changes_of,
    effect_of,
    find_recourse,
)
from lib.scoring.scorer import Scorer
from tests.scoring.real import real_scorer

AMOUNTS = ["credit_amount", "annuity_amount", "goods_price", "income_total"]


@pytest.fixture(scope="module")
def scorer(features_by_duckdb: Path) -> Scorer:
    return real_scorer(features_by_duckdb)


@pytest.fixture(scope="module")
def follow(scorer: Scorer) -> DerivedFeatures:
    return DerivedFeatures(scorer.feature_code.derived)


@pytest.fixture(scope="module")
def refused(scorer: Scorer, features_by_duckdb: Path) -> list[Features]:
    """Clients whom the scorer refuses."""
    clients = pq.read_table(features_by_duckdb)
    probabilities = scorer.default_probabilities(scorer.encode_frame(clients))
    rows = np.flatnonzero(probabilities >= scorer.threshold)[:40]
    return clients.take(rows).drop_columns(["client_id", "target"]).to_pylist()


def search(scorer: Scorer, follow: DerivedFeatures, client: Features, most: float) -> Search:
    return find_recourse(scorer, follow, client, amounts_of(client, AMOUNTS, scorer), most)


@pytest.fixture(scope="module")
def found(scorer: Scorer, follow: DerivedFeatures, refused: list[Features]) -> list[Search]:
    return [search(scorer, follow, client, 0.5) for client in refused]


def probability(scorer: Scorer, follow: DerivedFeatures, client: Features, values: dict) -> float:
    columns = {name: np.array([value]) for name, value in values.items()}
    changed = {n: float(new[0]) for n, new in with_changes(client, columns, follow).items()}
    row = {name: {**client, **changed}[name] for name in scorer.features}
    return float(scorer.default_probabilities(scorer.encode([row]))[0])


def test_every_option_leads_to_a_grant_by_the_scorer_itself(
    scorer: Scorer, follow: DerivedFeatures, refused: list[Features], found: list[Search]
) -> None:
    options = [
        (c, option) for c, told in zip(refused, found, strict=True) for option in told.options
    ]
    assert len(options) > 20
    for client, option in options[::5]:
        assert option.default_probability < scorer.threshold
        assert probability(scorer, follow, client, option.values) == option.default_probability


def test_some_need_one_change_some_more_and_some_find_none(found: list[Search]) -> None:
    needed = {len(told.options[0].shares) if told.options else 0 for told in found}
    assert {0, 1, 2} <= needed
    assert all(told.complete for told in found)


def test_options_of_one_search_change_equally_many_features_each_choice_once(
    found: list[Search],
) -> None:
    for told in found:
        choices = [tuple(option.shares) for option in told.options]
        assert len({len(choice) for choice in choices}) <= 1
        assert len(set(choices)) == len(choices)
        sizes = [sum(map(abs, option.shares.values())) for option in told.options]
        assert sizes == sorted(sizes)


def test_nobody_is_advised_to_earn_less_or_to_borrow_more(found: list[Search]) -> None:
    shares = [option.shares for told in found for option in told.options]
    assert all(share.get("income_total", 0.0) >= 0 for share in shares)
    assert all(share.get("credit_amount", 0.0) <= 0 for share in shares)
    assert all(share.get("annuity_amount", 0.0) <= 0 for share in shares)
    # Of the price of the goods the lender expects neither.
    assert effect_of(CATALOGUE["goods_price"]) == 0
    assert effect_of(CATALOGUE["income_total"]) == -1


def test_no_smaller_single_change_would_do(
    scorer: Scorer, follow: DerivedFeatures, refused: list[Features], found: list[Search]
) -> None:
    single = [
        (client, option)
        for client, told in zip(refused, found, strict=True)
        for option in told.options
        if len(option.shares) == 1
    ]
    for client, option in single[:2]:
        ((name, share),) = option.shares.items()
        effect = effect_of(scorer.catalogue[name])
        smaller = [
            sign * n * STEPS[1]
            for sign, n in product((-1, 1), range(1, round(abs(share) * 100)))
            if sign * effect <= 0
        ]
        for less in smaller:
            value = {name: round(client[name] * (1 + less), 2)}
            assert probability(scorer, follow, client, value) >= scorer.threshold


def test_the_same_question_has_the_same_answer(
    scorer: Scorer, follow: DerivedFeatures, refused: list[Features], found: list[Search]
) -> None:
    assert [search(scorer, follow, client, 0.5) for client in refused[:3]] == found[:3]


def test_within_narrow_bounds_there_may_be_nothing(
    scorer: Scorer, follow: DerivedFeatures, refused: list[Features], found: list[Search]
) -> None:
    far = next(
        client
        for client, told in zip(refused, found, strict=True)
        if not told.options or len(told.options[0].shares) > 1
    )
    assert search(scorer, follow, far, 0.005) == Search([], complete=True)


def test_out_of_time_it_says_that_it_is_not_complete(
    scorer: Scorer, follow: DerivedFeatures, refused: list[Features]
) -> None:
    amounts = amounts_of(refused[0], AMOUNTS, scorer)
    told = find_recourse(scorer, follow, refused[0], amounts, 0.5, seconds=-1)
    assert told == Search([], complete=False)


def test_only_amounts_that_the_client_has_can_change_by_a_share(scorer: Scorer) -> None:
    client = {"credit_amount": 10.0, "goods_price": None, "annuity_amount": 0.0, "age_years": 30.0}
    assert amounts_of(client, [*client], scorer) == {"credit_amount": 10.0}


@pytest.mark.parametrize("together", [1, 2, 3])
def test_changes_stay_within_their_bounds_and_grow(together: int) -> None:
    shares = changes_of(4, together, 0.25)
    assert (np.count_nonzero(shares, axis=1) == together).all()
    assert np.abs(shares).max() <= 0.25
    assert len(np.unique(shares, axis=0)) == len(shares)
    sizes = np.abs(shares).sum(axis=1).round(9)
    assert (np.diff(sizes) >= 0).all()
