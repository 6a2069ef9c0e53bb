"""The one error for bad input."""

import pickle

from lib.decision import InvalidInput


def test_it_names_offender_rule_and_remedy():
    error = InvalidInput("column TARGET", "it is there", "download it again")
    assert str(error) == "column TARGET: it is there; download it again."
    assert (error.offender, error.rule, error.remedy) == (
        "column TARGET",
        "it is there",
        "download it again",
    )


def test_it_is_a_value_error():
    assert issubclass(InvalidInput, ValueError)


def test_it_survives_the_way_between_processes():
    error = InvalidInput("a", "b", "c")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
