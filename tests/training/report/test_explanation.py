"""Figures of what the model looks at show each client's own contributions."""

import numpy as np
import pandas as pd
import pytest

from lib.training.evidence.importance import (
    explain,
    importance,
    importance_by_fact,
    importance_by_family,
)
from lib.training.evidence.signs import Verdict, check_signs
from lib.training.report.explanation import (
    NOTHING,
    dependence_figure,
    family_figure,
    importance_figure,
    signs_table,
)


@pytest.fixture(scope="module")
def explained(selection):
    return explain(selection)


def test_a_bar_is_as_long_as_its_fact_weighs(explained, catalogue):
    ranked = importance_by_fact(explained, catalogue)
    bars = importance_figure(ranked, top=3).axes[0].patches
    assert [bar.get_width() for bar in bars] == ranked["mean_contribution"].tolist()[:3]
    families = importance_by_family(explained, catalogue)
    (bar,) = family_figure(families).axes[0].patches
    assert bar.get_width() == families["mean_contribution"][0]


def test_dependence_shows_each_clients_value_and_contribution(explained, catalogue):
    panels = dependence_figure(explained, catalogue).axes
    first = importance(explained, catalogue)["feature"][0]
    assert panels[0].get_title(loc="left") == f"en {first}"
    known, unknown = (dots.get_offsets() for dots in panels[0].collections)
    given = explained.features[first].notna()
    assert known[:, 0].tolist() == explained.features[first][given].tolist()
    assert known[:, 1].tolist() == explained.contributions[first][given].tolist()
    assert len(unknown) == (~given).sum()
    # To the left of every value that is drawn.
    assert unknown[:, 0].max() < explained.features[first].quantile(0.005)


def test_a_constant_looks_at_nothing_and_says_so(constant, catalogue):
    nothing = explain(constant)
    for figure in (
        importance_figure(importance_by_fact(nothing, catalogue)),
        family_figure(importance_by_family(nothing, catalogue)),
        dependence_figure(nothing, catalogue),
    ):
        assert repr(figure) == NOTHING
    assert signs_table(check_signs(nothing, catalogue)).data.empty


@pytest.mark.parametrize(
    ("correlation", "words"), [(0.9, "raises"), (-0.9, "lowers"), (np.nan, "–"), (0.0, "–")]
)
def test_a_direction_is_in_words(correlation, words):
    signs = pd.DataFrame(
        {
            "english": ["Delay"],
            "mean_contribution": [0.2],
            "expected": ["raises"],
            "reason": ["Because"],
            "correlation": [correlation],
            "verdict": [Verdict.AGREES],
        }
    )
    table = signs_table(signs)
    assert table.data["Found"].tolist() == [words]
    assert table.data["Expected"].tolist() == ["raises"]
