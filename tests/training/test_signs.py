"""Whether features push the way that one would expect."""

import numpy as np
import pandas as pd
import pytest

from lib.features.catalogue import CATALOGUE
from lib.features.description import Unit
from lib.training.expectation import Direction, Expectation
from lib.training.expectations import EXPECTATIONS
from lib.training.importance import Explained, explain
from lib.training.signs import Verdict, check_signs, rank_correlation
from tests.training.conftest import describe

RAISES = Expectation(Direction.RAISES, "Because", ("late", "early", "wavy", "constant"))


@pytest.fixture(scope="module")
def signs() -> pd.DataFrame:
    values = np.linspace(0, 1, 101)
    features = pd.DataFrame(
        {
            "late": values,
            "late_last_12_months": values,
            "early": values,
            "wavy": values,
            "constant": 1.0,
            "unheard": values,
            "housing": ["owns"] * 101,
        }
    )
    wavy = np.abs(values - 0.5)
    pushes = [values, 0.9 * values, -0.8 * values, 0.7 * wavy, 0 * values, 0.1 * values, wavy / 9]
    contributions = pd.DataFrame(dict(zip(features, pushes, strict=True)))
    told = check_signs(Explained(features, contributions), describe(features), (RAISES,))
    return told.set_index("feature")


@pytest.mark.parametrize(
    ("feature", "verdict"),
    [
        ("late", Verdict.AGREES),
        ("late_last_12_months", Verdict.AGREES),
        ("early", Verdict.DISAGREES),
        ("wavy", Verdict.NO_DIRECTION),
        ("constant", Verdict.NO_DIRECTION),
        ("unheard", Verdict.NO_EXPECTATION),
        ("housing", Verdict.NO_ORDER),
    ],
)
def test_a_verdict_says_what_was_found(signs, feature, verdict):
    assert signs["verdict"][feature] == verdict


def test_the_weightiest_feature_comes_first(signs):
    assert signs["mean_contribution"].is_monotonic_decreasing
    assert signs.index[0] == "late"
    assert signs["reason"]["late"] == "Because"


def test_clients_without_a_value_do_not_count():
    values = pd.Series([1.0, 2.0, 3.0, np.nan])
    assert rank_correlation(values, pd.Series([1.0, 2.0, 3.0, 9.0])) == 1


def test_the_signal_pushes_as_it_was_made(selection, catalogue):
    made = Expectation(Direction.LOWERS, "So it was made", ("external_score",))
    told = check_signs(explain(selection), catalogue, (made,)).set_index("feature")
    assert told["verdict"]["external_score"] == Verdict.AGREES


def test_every_expected_feature_is_in_the_catalogue_once_and_has_an_order():
    names = [name for one in EXPECTATIONS for name in one.features]
    assert len(names) == len(set(names))
    assert set(names) <= set(CATALOGUE)
    assert not {name for name in names if CATALOGUE[name].unit == Unit.CATEGORY}


def test_nothing_is_expected_of_a_protected_feature():
    names = {name for one in EXPECTATIONS for name in one.features}
    assert not {name for name in names if CATALOGUE[name].protected}
