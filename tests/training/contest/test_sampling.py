"""Clients left out or added, to learn from only."""

import numpy as np
import pandas as pd
import pytest

from lib.decision import InvalidInput
from lib.training.contest.sampling import add_defaults, over_sampling, under_sampling


@pytest.fixture
def lender(clients) -> tuple[pd.DataFrame, np.ndarray]:
    features = clients.drop(columns=["client_id", "target"])
    return features, clients["target"].to_numpy()


def test_under_sampling_leaves_as_many_good_clients_as_defaults(lender):
    features, outcomes = under_sampling(0).fit_resample(*lender)
    assert np.bincount(outcomes).tolist() == [lender[1].sum()] * 2
    assert features.columns.equals(lender[0].columns)


def test_over_sampling_keeps_every_client_and_adds_defaults(lender):
    features, outcomes = over_sampling(0).fit_resample(*lender)
    pd.testing.assert_frame_equal(features[: len(lender[0])], lender[0])
    assert outcomes[: len(lender[1])].tolist() == lender[1].tolist()
    assert outcomes[len(lender[1]) :].all()
    assert outcomes.sum() == int(0.3 * (lender[1] == 0).sum())


def test_synthetic_defaults_resemble_real_ones(lender):
    features, _ = add_defaults(*lender, seed=0)
    real, made = lender[0][lender[1] == 1], features[len(lender[0]) :]
    assert features.dtypes.equals(lender[0].dtypes)
    for name in ("income", "late_share", "external_score"):
        assert made[name].min() >= real[name].min()
        assert made[name].max() <= real[name].max()
    assert set(made["housing"].dropna()) <= set(real["housing"].dropna())


def test_a_missing_value_is_as_rare_among_synthetic_defaults(lender):
    features, _ = add_defaults(*lender, seed=0)
    real, made = lender[0][lender[1] == 1], features[len(lender[0]) :]
    assert made["external_score"].isna().mean() == pytest.approx(
        real["external_score"].isna().mean(), abs=0.15
    )


def test_resemblance_is_that_in_all_numbers_not_in_the_largest_amount_alone():
    # Two kinds of defaults, told apart by small numbers; amounts are the same for both.
    random = np.random.default_rng(0)
    kind = np.arange(400) % 2
    features = pd.DataFrame(
        {
            "late_share": 0.05 + 0.8 * kind,
            "loans": 2.0 + 10 * kind,
            "credit_amount": random.uniform(50_000, 2_000_000, 400),
        }
    )
    outcomes = (np.arange(400) < 40).astype(np.int8)
    made = add_defaults(features, outcomes, seed=0)[0][400:]
    assert set(made["loans"]) == {2.0, 12.0}
    assert set(made["late_share"]) == {0.05, 0.05 + 0.8}
    assert made["credit_amount"].nunique() == len(made)


def test_what_neighbours_have_in_common_is_kept_to_the_last_digit():
    random = np.random.default_rng(1)
    features = pd.DataFrame(
        {"rate": random.choice([0.1, 0.7], 300), "instalment": random.lognormal(10, 1, 300)}
    )
    outcomes = (np.arange(300) < 60).astype(np.int8)
    made = add_defaults(features, outcomes, seed=0)[0][300:]
    assert {0.1, 0.7} <= set(made["rate"])
    assert not (np.isclose(made["rate"], 0.1) & (made["rate"] != 0.1)).any()


def test_numbers_alone_and_categories_alone_will_do(lender):
    features, outcomes = lender
    for names in (["income", "late_share"], ["housing", "gender"]):
        made, _ = add_defaults(features[names], outcomes, seed=0)
        assert list(made) == names
        assert len(made) > len(features)


def test_where_defaults_are_many_none_are_added(lender):
    features, outcomes = add_defaults(lender[0], 1 - lender[1], seed=0)
    assert features is lender[0]
    assert len(outcomes) == len(features)


def test_the_same_seed_makes_the_same_clients(lender):
    once, again, otherwise = (add_defaults(*lender, seed=s)[0] for s in (0, 0, 1))
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(otherwise)


def test_two_defaults_are_enough_and_one_is_not(lender):
    features, _ = lender
    outcomes = np.zeros(len(features), dtype=np.int8)
    outcomes[:2] = 1
    assert len(add_defaults(features, outcomes, seed=0)[0]) > len(features)
    outcomes[0] = 0
    with pytest.raises(InvalidInput, match="1 defaults: SMOTE-NC needs two"):
        add_defaults(features, outcomes, seed=0)
