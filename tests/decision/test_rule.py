"""Where a probability becomes a decision."""

from math import inf, nan, nextafter

import numpy as np
import pytest

from lib.decision import Decision, InvalidInput, decide, refuses


def test_at_the_threshold_the_credit_is_refused():
    assert decide(0.25, threshold=0.25) is Decision.REFUSE


def test_just_below_the_threshold_it_is_granted():
    assert decide(nextafter(0.25, 0), threshold=0.25) is Decision.GRANT


def test_threshold_zero_refuses_everybody():
    assert refuses([0.0, 0.5, 1.0], 0).all()


def test_an_infinite_threshold_refuses_nobody():
    assert not refuses([0.0, 0.5, 1.0], inf).any()


def test_each_client_may_have_a_threshold():
    assert refuses([0.1, 0.1], [0.1, 0.2]).tolist() == [True, False]


def test_many_decide_as_one_by_one():
    probabilities = np.linspace(0, 1, 101)
    together = refuses(probabilities, 0.37)
    alone = [decide(p, 0.37) is Decision.REFUSE for p in probabilities]
    assert together.tolist() == alone


@pytest.mark.parametrize("probability", [-0.01, 1.01, nan, inf])
def test_a_probability_lies_in_zero_to_one(probability):
    with pytest.raises(InvalidInput, match="default_probability"):
        refuses([0.5, probability], 0.5)


@pytest.mark.parametrize("threshold", [-0.01, 1.01, nan, -inf])
def test_a_threshold_lies_in_zero_to_one(threshold):
    with pytest.raises(InvalidInput, match=rf"threshold {threshold}: it lies in"):
        refuses([0.5, 0.5], [0.5, threshold])


@pytest.mark.parametrize("threshold", [0, 1, inf])
def test_the_ends_are_thresholds_too(threshold):
    assert refuses([0.5], threshold).tolist() == [threshold == 0]


def test_decisions_are_written_as_words():
    assert f"{Decision.GRANT} {Decision.REFUSE}" == "grant refuse"
