"""A change of what may change: coherent with all that follows from it."""

import numpy as np
import pytest

from lib.decision import InvalidInput
from lib.features.catalogue import CATALOGUE
from lib.features.one_client import DerivedFeatures
from lib.scoring.changes import check_changes, with_changes
from tests.scoring.world import feature_code

CLIENT = {
    "credit_amount": 1000.0,
    "goods_price": 800.0,
    "annuity_amount": 100.0,
    "income_total": 400.0,
    "credit_to_goods_price": 1.25,
    "credit_to_income": 2.5,
    "annuity_to_income": 0.25,
    "credit_to_largest_granted_before": None,
    "mean_external_score": 0.3,
    "education": "Higher education",
}


@pytest.fixture(scope="module")
def follow() -> DerivedFeatures:
    return DerivedFeatures(feature_code().derived)


def test_what_follows_from_a_change_changes_with_it(follow: DerivedFeatures) -> None:
    changed = with_changes(CLIENT, {"credit_amount": np.array([500.0, 1000.0])}, follow)
    assert changed.keys() == {"credit_amount", "credit_to_goods_price", "credit_to_income"}
    assert changed["credit_to_goods_price"].tolist() == [0.625, 1.25]
    assert changed["credit_to_income"].tolist() == [1.25, 2.5]


def test_two_changes_are_followed_together(follow: DerivedFeatures) -> None:
    changes = {"annuity_amount": np.array([50.0]), "income_total": np.array([100.0])}
    changed = with_changes(CLIENT, changes, follow)
    assert changed["annuity_to_income"].tolist() == [0.5]
    assert changed["credit_to_income"].tolist() == [10.0]


def test_a_longer_employment_is_followed(follow: DerivedFeatures) -> None:
    client = {"age_years": 40.0, "employment_years": 4.0, "employment_share_of_life": 0.1}
    changed = with_changes(client, {"employment_years": np.array([8.0])}, follow)
    assert changed.keys() == {"employment_years", "employment_share_of_life"}
    assert changed["employment_share_of_life"].tolist() == [0.2]


def test_what_does_not_follow_stays_even_where_it_cannot_be_worked_out(
    follow: DerivedFeatures,
) -> None:
    """The mean of the external scores is given here, the scores are not."""
    changed = with_changes(CLIENT, {"credit_amount": np.array([500.0])}, follow)
    assert "mean_external_score" not in changed
    assert "credit_to_largest_granted_before" not in changed


def test_no_change_changes_nothing(follow: DerivedFeatures) -> None:
    same = {"credit_amount": np.array([1000.0])}
    assert with_changes(CLIENT, same, follow) == same


def test_a_ratio_to_nothing_is_missing(follow: DerivedFeatures) -> None:
    changed = with_changes(CLIENT, {"income_total": np.array([0.0, 800.0])}, follow)
    assert np.isnan(changed["credit_to_income"][0])
    assert changed["credit_to_income"][1] == 1.25


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"age_years": 30.0}, "feature age_years: it is one that may be changed"),
        ({"mean_external_score": 0.9}, "feature mean_external_score: it is one that may be"),
        ({"salary": 1.0}, "feature salary: it is one that may be changed in a simulation; change"),
        ({"credit_amount": 0.0}, "feature credit_amount: its value is above 0"),
        ({"credit_amount": -1.0}, "feature credit_amount: its value is above 0"),
        (
            {"credit_amount": 1e16},
            r"credit_amount: its value is above 0 and at most 1e\+15",
        ),
    ],
)
def test_changes_that_make_no_sense_are_refused(changes: dict[str, float], rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        check_changes(changes, CATALOGUE)


def test_the_refusal_says_what_may_be_changed() -> None:
    with pytest.raises(InvalidInput, match=r"change .*credit_amount.*annuity_amount"):
        check_changes({"gender": 1.0}, CATALOGUE)
