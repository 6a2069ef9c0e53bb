"""What decisions cost in the lender's currency, as the report says it."""

import pytest

from lib.decision import LenderTerms
from lib.scoring.card import MoneyFigures, WayFigures
from lib.training.report.money import money_in_words, money_table


def way(name, english, per_client, low, high, difference, ends):
    return WayFigures(
        way=name,
        english=english,
        per_client=per_client,
        low=low,
        high=high,
        difference=difference,
        difference_low=ends[0],
        difference_high=ends[1],
    )


@pytest.fixture
def told():
    return MoneyFigures(
        terms=LenderTerms(0.5, 0.04),
        currency="CHF",
        clients=2_000,
        mean_amount=600_000.0,
        ways=(
            way("scorer", "The chosen model", 14_000.0, 13_000.0, 15_200.0, 0.0, (0.0, 0.0)),
            way("granting_all", "Granting", 24_000.0, 22_000.0, 26_500.0, -1e4, (-1.2e4, -8e3)),
            way("refusing_all", "Refusing", 14_100.0, 13_900.0, 14_400.0, -100.0, (-900.0, 700.0)),
        ),
    )


def test_the_table_tells_a_client_and_all_with_intervals(told):
    shown = money_table(told).to_html()
    for words in (
        "CHF",
        "50.0% of its credit",
        "14,000",
        "13,000 to 15,200",
        "28,000,000",
        "26,000,000 to 30,400,000",
        "−10,000 (−12,000 to −8,000)",
        "costs less",
        "no sure difference",
    ):
        assert words in shown
    assert "−0" not in shown


def test_the_sentence_tells_whose_assumption_it_is(told):
    words = money_in_words(told)
    assert words.startswith(
        "CHF 14,000 per client (95% interval 13,000 to 15,200), 28,000,000 on all 2,000 test"
    )
    assert "granting all would cost 24,000 per client, refusing all 14,100" in words
    assert "the lender assumes these shares" in words
