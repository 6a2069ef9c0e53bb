"""The one error for bad input."""

import pickle

import pytest

from lib.decision import InvalidInput
from lib.portfolio import PortfolioUnavailable


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


@pytest.mark.parametrize("kind", [InvalidInput, PortfolioUnavailable])
def test_it_survives_the_way_between_processes(kind):
    error = kind("a\nfile", "b", "c")
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copied) is kind
    assert (str(copied), vars(copied)) == (str(error), vars(error))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028"])
def test_it_prints_as_one_line(line_break):
    error = InvalidInput(f"column a{line_break}b", f"it is{line_break}there", "download it again")
    assert str(error) == "column a b: it is there; download it again."
    assert error.offender == f"column a{line_break}b"
