"""Points are rounded once and together: what is shown adds up."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.dashboard.points import (
    apportion,
    in_order,
    points_of_facts,
    points_of_features,
    say_points,
    tenths_of,
)
from lib.dashboard.state import State
from lib.dashboard.texts import Language
from lib.serving.wire import Explanation, Reason, Text
from tests.dashboard.reading import read

parts_ = st.lists(st.floats(-100, 100), min_size=1, max_size=60)


@given(parts_, st.floats(0, 1))
def test_parts_are_rounded_down_or_up_and_add_up(parts: Sequence[float], start: float) -> None:
    # As two rounded ends of the sum would have it: at most one unit from the exact sum.
    total = round(start + math.fsum(parts)) - round(start)
    shown = apportion(total, parts)
    assert sum(shown) == total
    # One more than to the next whole number only where the total itself is so far off.
    assert all(abs(one - part) <= 1 + 1e-9 for one, part in zip(shown, parts, strict=True))


@given(parts_)
def test_a_larger_part_never_becomes_the_smaller(parts: Sequence[float]) -> None:
    ordered = sorted(set(parts))
    shown = apportion(round(math.fsum(ordered)), ordered)
    assert shown == sorted(shown)


def test_no_part_is_no_part() -> None:
    assert apportion(3, []) == []


def test_facts_add_up_to_the_difference_of_the_percentages_shown(state: State) -> None:
    score = state.file.explanation
    shown = points_of_facts(score)
    assert sum(shown.values()) == tenths_of(0.12) - tenths_of(score.base_probability)
    for reason in score.reasons:
        assert abs(shown[reason.fact] - 10 * reason.points) < 1


def test_features_add_up_to_their_fact(state: State) -> None:
    score = state.file.explanation
    shown = points_of_facts(score)
    for reason in score.reasons:
        behind = points_of_features(reason, shown[reason.fact])
        assert list(behind) == [one.feature for one in reason.features]
        assert sum(behind.values()) == shown[reason.fact]


@pytest.mark.parametrize(
    ("tenths", "language", "words"),
    [
        (31, "fr", "+3,1 points"),
        (10, "fr", "+1 point"),
        (-4, "fr", "−0,4 point"),
        (-4, "en", "−0.4 points"),
        (0, "fr", "0 point"),
    ],
)
def test_points_have_their_sign(tenths: int, language: Language, words: str) -> None:
    assert read(say_points(tenths, language)) == words


def test_every_view_takes_the_reasons_by_the_points_shown(state: State) -> None:
    score = state.file.explanation
    told = [
        replace(one, fact=fact, points=points, contribution=points / 10)
        for one, fact, points in zip(
            score.reasons, ("down", "up", "last"), (-2.36, 2.34, 0.02), strict=False
        )
    ]
    moved = score.model_copy(
        update={"reasons": told, "base_probability": 0.1, "default_probability": 0.1}
    )
    # Rounded together they add up to 0: 2.3 and 2.3, or 2.4 and 2.4, and the order is theirs.
    shown = points_of_facts(moved)
    sizes = [abs(shown[one.fact]) for one in in_order(moved)]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(shown.values()) == 0


@given(parts_)
def test_the_order_is_that_of_the_sizes_shown(parts: Sequence[float]) -> None:
    label = Text(fr="", en="")
    reasons = [
        Reason(fact=str(at), label=label, contribution=part, points=part, features=[])
        for at, part in enumerate(parts)
    ]
    score = Explanation.model_construct(
        reasons=reasons, base_probability=0.0, default_probability=math.fsum(parts) / 100
    )
    shown = points_of_facts(score)
    sizes = [abs(shown[one.fact]) for one in in_order(score)]
    assert sizes == sorted(sizes, reverse=True)
