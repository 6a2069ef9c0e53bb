from dataclasses import replace

import pytest

from lib.decision import InvalidInput
from lib.features.catalogue import CATALOGUE
from lib.scoring.possible import check_given_possible, check_possible
from lib.scoring.scorer import Scorer
from tests.scoring.world import USUAL


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("age_years", -33.0, "it is from 18 to 120, or missing"),
        ("age_years", 5, "it is from 18 to 120, or missing"),
        ("employment_years", 60.5, "it is from 0 to 60, or missing"),
        ("income_total", -1.0, "it is at least 0, or missing"),
        ("external_score_2", 7.0, "it is from 0 to 1, or missing"),
        ("owns_car", 2.0, "it is from 0 to 1, or missing"),
        ("external_scores_missing", -1.0, "it is at least 0, or missing"),
    ],
)
def test_what_there_cannot_be_is_refused(name: str, value: float, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_possible({"credit_amount": 1000.0, name: value}, CATALOGUE)
    assert (refused.value.offender, refused.value.rule) == (f"feature {name}", rule)
    assert str(value) not in str(refused.value)


def test_the_ends_and_what_is_missing_or_no_number_pass() -> None:
    check_possible(
        {
            "age_years": 18.0,
            "employment_years": 60.0,
            "income_total": 0.0,
            "external_score_2": 1.0,
            "education": "anything",
            "owns_car": None,
            "salary": -1.0,
        },
        CATALOGUE,
    )


def test_amounts_that_the_real_tables_have_below_0_pass() -> None:
    for name in ("credit_above_goods_price", "mean_down_payment", "last_card_balance"):
        check_possible({name: -0.9}, CATALOGUE)


@pytest.fixture
def bounded(scorers: dict[str, Scorer]) -> Scorer:
    """A scorer for which ages lie from 18 to 120, and one feature that it does not read."""
    scorer = scorers["lightgbm"]
    age = scorer.catalogue["age_years"].model_copy(update={"possible": (18, 120)})
    unread = age.model_copy(update={"name": "years_unread", "possible": (0, None)})
    return replace(
        scorer,
        encoder=replace(scorer.encoder, ignored=scorer.encoder.ignored | {"years_unread"}),
        catalogue={**scorer.catalogue, "age_years": age, "years_unread": unread},
    )


@pytest.mark.parametrize(
    ("name", "value"), [("age_years", 17.9), ("age_years", 121), ("years_unread", -1)]
)
def test_one_impossible_number_among_many_clients_is_named(
    bounded: Scorer, name: str, value: float
) -> None:
    clients = [USUAL, {**USUAL, name: value}, {**USUAL, "housing": "a boat"}]
    with pytest.raises(InvalidInput) as refused:
        check_given_possible(bounded, bounded.encoder.as_given(clients))
    assert refused.value.offender == f"feature {name}"
    assert str(value) not in str(refused.value)


def test_the_ends_and_what_is_missing_pass_among_many_clients(bounded: Scorer) -> None:
    values = (18, 120.0, None)
    clients = [{**USUAL, "age_years": value, "years_unread": 0} for value in values]
    check_given_possible(bounded, bounded.encoder.as_given([*clients, {}]))
