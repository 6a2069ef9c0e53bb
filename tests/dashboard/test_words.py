"""What is said in words agrees with the decision."""

from hypothesis import given
from hypothesis import strategies as st

from lib.dashboard.panels.decision import say_distance, say_frequency
from lib.dashboard.words import digits_apart, direction, distance, frequencies
from lib.decision import Decision, refuses

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
