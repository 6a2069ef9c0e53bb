"""The model card: typed, kept whole, and readable as a page."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lib.decision import ClientCosts, CostMatrix, InvalidInput
from lib.scoring.card import CalibrationFigures, GroupFigures, ModelCard
from lib.scoring.card_page import CARD_PAGE, card_page, write_card
from lib.scoring.scorer import Scorer
from tests.scoring.world import model_card


class Page(HTMLParser):
    """Keeps what is read and what is asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page(scorers: dict[str, Scorer]) -> str:
    return card_page(scorers["lightgbm"])


def test_a_card_survives_json() -> None:
    card = model_card("lightgbm")
    assert ModelCard.model_validate_json(card.model_dump_json()) == card
    assert card.intervals["auc"] == (0.7, 0.8)
    assert card.fairness[1].missed_default_rate is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", -0.01),
        ("threshold", 1.01),
        ("threshold", float("nan")),
        ("base_rate", 1.0000000000000002),
        ("metrics", {"auc": float("nan")}),
        ("costs", {"missed_default": 0, "refused_good": 1}),
        ("rumour", "it is good"),
    ],
)
def test_what_no_card_may_say_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        ModelCard(**{**dict(model_card("dummy")), name: value})


def test_a_share_of_a_group_lies_between_0_and_1() -> None:
    group = dict(model_card("dummy").fairness[0])
    with pytest.raises(ValidationError, match="grant_rate_high"):
        GroupFigures(**{**group, "grant_rate_high": 1.0000000000000002})


@pytest.mark.parametrize(
    "words",
    [
        "lightgbm model",
        "15.0%",
        "2019 to 2021",
        "0.700 to 0.800",
        "Woman",
        "Only clients who were given a credit have an outcome.",
        "Helps a manager decide.",
        "external score",
        "−1.600 to −1.300",
        "50.0% of a credit is lost",
        "EUR 123,456",
        "2,430,000",
        "2,160,000 to 2,700,000",
        "−3,000",
        "−5,000 to −1,000",
    ],
)
def test_the_page_says_what_the_card_says(page: str, words: str) -> None:
    assert words in " ".join(Page(page).words)


def test_the_page_asks_for_nothing_else(page: str) -> None:
    assert Page(page).links == []
    assert not re.search(r"https?://|@import|url\(|<script|<link", page)


def test_words_of_the_card_are_no_markup(page: str) -> None:
    assert "Granting &lt;every&gt; credit" in page
    assert "<every>" not in page


def test_the_page_of_a_constant_lists_no_weights(scorers: dict[str, Scorer]) -> None:
    page = card_page(scorers["dummy"])
    assert "The model is a constant: it uses no feature" in page
    assert "Weight" not in page


def test_costs_are_written_as_they_are(scorers: dict[str, Scorer]) -> None:
    dear = scorers["dummy"].card.model_copy(update={"costs": CostMatrix(20, 2)})
    page = card_page(replace(scorers["dummy"], card=dear))
    assert "A missed default costs 20, a good client refused 2" in page


def test_a_card_without_evidence_still_is_a_page(scorers: dict[str, Scorer]) -> None:
    bare = replace(
        scorers["dummy"], card=ModelCard(candidate="dummy", threshold=0.1, costs=CostMatrix())
    )
    assert "Groups were not compared." in card_page(bare)
    assert "Money" not in card_page(bare)


def test_the_page_is_a_file_of_a_known_name(scorers: dict[str, Scorer], tmp_path: Path) -> None:
    written = write_card(scorers["logistic"], tmp_path)
    assert written == tmp_path / CARD_PAGE
    assert written.read_text("utf-8") == card_page(scorers["logistic"])


def by_amount() -> ModelCard:
    return model_card("lightgbm").model_copy(update={"costs_by_amount": True})


def test_a_scorer_is_compared_by_the_costs_that_chose_it() -> None:
    assert model_card("lightgbm").costs_of(None) == CostMatrix(10, 1)
    costs = by_amount().costs_of([1000.0, 3000.0])
    assert isinstance(costs, ClientCosts)
    # The terms of the card: half of a credit is lost, a twentieth earned.
    assert costs.refused_good == pytest.approx([0.5, 1.5])
    assert costs.missed_default == pytest.approx([5.0, 15.0])


@pytest.mark.parametrize("amounts", [None, [1000.0, float("nan")]])
def test_costs_by_amount_need_the_amounts(amounts: list[float] | None) -> None:
    with pytest.raises(InvalidInput, match="amount"):
        by_amount().costs_of(amounts)


def test_the_page_says_where_amounts_have_chosen(scorers: dict[str, Scorer], page: str) -> None:
    assert "in proportion to the amount" not in page
    assert "in proportion to the amount" in card_page(replace(scorers["dummy"], card=by_amount()))


def tried(slope: float | None = 1.0, level: float = 0.08) -> ModelCard:
    """A card of a scorer that was tried on 1,000 clients, of whom 8 % were expected to default."""
    figures = CalibrationFigures(
        slope=slope,
        slope_low=slope and slope - 0.2,
        slope_high=slope and slope + 0.2,
        mean_distance=0.01,
        mean_distance_by_chance=0.01,
        mean_probability=0.08,
        default_rate=level,
    )
    return model_card("dummy").model_copy(
        update={"calibration": figures, "clients_tested_on": 1000}
    )


def test_the_likely_range_at_the_mean_is_that_of_the_default_rate() -> None:
    # 1.96 / sqrt(1000 · 0.08 · 0.92) = 0.2285 in log-odds.
    assert tried().likely_range(0.08) == pytest.approx((0.06471, 0.09852), abs=1e-5)


def test_the_likely_range_widens_away_from_the_mean() -> None:
    def width(probability: float) -> float:
        low, high = tried().likely_range(probability)
        return math.log(high / (1 - high)) - math.log(low / (1 - low))

    assert width(0.4) > width(0.2) > width(0.08) < width(0.02)
    # Log-odds 2.037 above the mean: 2 · hypot(0.2285, 0.2 · 2.037).
    assert width(0.4) == pytest.approx(2 * math.hypot(0.22846, 0.2 * 2.03688), abs=1e-4)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.3, 2.0), st.floats(0.01, 0.5))
def test_the_probability_is_always_within_its_range(p: float, slope: float, level: float) -> None:
    low, high = tried(slope, level).likely_range(p)
    assert 0 < low <= p <= high < 1


def test_without_evidence_no_range_is_claimed() -> None:
    assert tried(slope=None).likely_range(0.1) is None
    assert tried().model_copy(update={"clients_tested_on": 0}).likely_range(0.1) is None
    assert tried().likely_range(0.0) is None
