"""What is said in words agrees with the decision."""

import re
from decimal import Decimal
from operator import sub

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.dashboard.panels.decision import say_distance, say_frequency
from lib.dashboard.texts import LANGUAGES, Language, say
from lib.dashboard.words import (
    PURPOSES,
    digits_apart,
    direction,
    distance,
    frequencies,
    say_definition,
)
from lib.decision import Decision, refuses
from lib.features.catalogue import CATALOGUE
from lib.features.description import Effect, FeatureDescription
from lib.serving.wire import FeatureInfo

shares = st.floats(min_value=0, max_value=1, allow_subnormal=False)
thresholds = st.floats(min_value=0.001, max_value=0.999)


@given(shares, thresholds)
def test_counts_of_clients_never_contradict_the_decision(p: float, threshold: float) -> None:
    clients, limit = frequencies(p, threshold)
    assert clients.out_of == limit.out_of
    if refuses(p, threshold):
        assert clients.clients >= limit.clients
    elif threshold - p > 1e-5:
        assert clients.clients < limit.clients


@given(shares, thresholds)
def test_percentages_show_a_difference_where_there_is_one(p: float, threshold: float) -> None:
    digits = digits_apart(p, threshold)
    if abs(p - threshold) > 1e-6:
        assert round(p * 100, digits) != round(threshold * 100, digits)


@given(shares, thresholds)
def test_the_side_said_is_the_side_decided(p: float, threshold: float) -> None:
    words = say_distance(p, threshold, "en")
    if p == threshold:
        assert words.startswith("Exactly at")
    else:
        assert ("above" in words) == bool(refuses(p, threshold))
        assert " 0 points" not in words or abs(p - threshold) < 1e-6


def test_the_ends_of_the_scale_are_far_from_the_threshold() -> None:
    assert distance(0.0, 0.1) == distance(1.0, 0.1) == "far"


def test_counts_are_said_as_people_say_them() -> None:
    assert say_frequency(0.12, 1 / 11, "fr") == (
        "Sur 100 clients qui ont ce score, 12 ne remboursent pas.",
        "Nous refusons à partir de 9 sur 100.",
    )
    assert say_frequency(0.01, 1 / 11, "en")[0].endswith("1 does not repay.")
    assert say_frequency(0.001, 1 / 11, "en")[0].endswith("fewer than one does not repay.")


def test_a_reason_that_weighs_nothing_is_not_held_against_the_client() -> None:
    assert direction(0.0) == Decision.GRANT


@given(shares, thresholds)
def test_the_gap_said_is_that_of_the_percentages_written(p: float, threshold: float) -> None:
    if p == threshold:
        return
    digits = digits_apart(p, threshold)
    written = (Decimal(str(round(share * 100, digits))) for share in (p, threshold))
    gap = re.search(r"([\d,.]+) points?", say_distance(p, threshold, "en"))[1]
    assert Decimal(gap.replace(",", "")) == abs(sub(*written))


def test_the_gap_is_no_other_than_a_reader_works_out() -> None:
    # 11.04 less 8.76 is 2.28, but who reads 11.0 and 8.8 expects 2.2.
    assert "2.2 points more" in say_distance(0.1104, 0.0876, "en")


def test_a_decision_by_a_hair_shows() -> None:
    assert digits_apart(0.0875123, 0.0875124) == 5
    assert "0.00001 points less" in say_distance(0.0875123, 0.0875124, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.name)
def test_hovering_tells_what_a_feature_is_for_and_not_its_unit(
    row: FeatureDescription, language: Language
) -> None:
    info = FeatureInfo(**dict(row), in_model=True, importance=0.1)
    said = say_definition(info, language)
    assert say(language, PURPOSES[row.purpose]) in said
    higher, lower = say(language, "definition.raises"), say(language, "definition.lowers")
    assert (higher in said) is bool(row.direction and row.direction.effect is Effect.RAISES)
    assert (lower in said) is bool(row.direction and row.direction.effect is Effect.LOWERS)
    assert not re.search(r"durée en|pourcentage|a duration|a percentage|un nombre\.", said, re.I)
