"""Whether features push the way that the catalogue declares."""

import numpy as np
import pandas as pd
import pytest

from lib.features.description import Direction, Effect
from lib.training.evidence.importance import Explained, explain
from lib.training.evidence.signs import Verdict, check_signs, rank_correlation
from tests.training.conftest import describe

RAISES = Direction(Effect.RAISES, "Because")


@pytest.fixture(scope="module")
def signs() -> pd.DataFrame:
    values = np.linspace(0, 1, 101)
    features = pd.DataFrame(
        {
            "late": values,
            "early": values,
            "wavy": values,
            "constant": 1.0,
            "unheard": values,
            "housing": ["owns"] * 101,
        }
    )
    wavy = np.abs(values - 0.5)
    pushes = [values, -0.8 * values, 0.7 * wavy, 0 * values, 0.1 * values, wavy / 9]
    contributions = pd.DataFrame(dict(zip(features, pushes, strict=True)))
    catalogue = {
        name: row if name == "unheard" else row.model_copy(update={"direction": RAISES})
        for name, row in describe(features).items()
    }
    return check_signs(Explained(features, contributions), catalogue).set_index("feature")


@pytest.mark.parametrize(
    ("feature", "verdict"),
    [
        ("late", Verdict.AGREES),
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
    told = check_signs(explain(selection), catalogue).set_index("feature")
    assert told["verdict"]["external_score"] == Verdict.AGREES
    assert told["expected"]["external_score"] == "lowers"
    assert told["expected"]["income"] is None or pd.isna(told["expected"]["income"])


def test_a_constant_has_no_signs(constant, catalogue):
    signs = check_signs(explain(constant), catalogue)
    assert signs.empty
    assert "verdict" in signs
