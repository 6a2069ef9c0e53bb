"""Tables show the selection's own numbers, as people write them."""

import numpy as np
import pandas as pd
import pytest
from lib.training.audit import audit, gaps
from lib.training.expectation import Direction
from lib.training.signs import Verdict

from lib.decision import CostDifference, CostMatrix
from lib.scoring.card import METRIC_NAMES
from lib.training.tables import (
    audit_table,
    gaps_table,
    judgement_table,
    price_table,
    rivals_table,
    signs_table,
)


def test_the_judgement_shows_every_figure_with_its_interval_under_its_name(selection):
    html = judgement_table(selection).to_html()
    assert set(selection.metrics) == set(METRIC_NAMES)
    for name, label in METRIC_NAMES.items():
        low, high = selection.intervals[name]
        assert label in html
        assert f"{low:.3f} to {high:.3f}" in html


def test_a_rival_is_judged_in_words():
    rivals = pd.DataFrame(
        {
            "english": ["A", "B"],
            "cost": [0.8, 0.5],
            "difference": [-0.3, 0.0],
            "low": [-0.4, -0.1],
            "high": [-0.2, 0.1],
        }
    )
    html = rivals_table(rivals, CostMatrix()).to_html()
    assert "−0.400 to −0.200" in html
    assert html.index("costs less") < html.index("no sure difference")


def test_groups_have_rates_with_intervals_and_their_attribute_once(selection, catalogue):
    audited = audit(selection, selection.data.test, catalogue)
    audited.loc[1, "missed_default_rate"] = np.nan
    html = audit_table(audited).to_html()
    women = audited.iloc[1]
    low, high = 100 * women["grant_rate_low"], 100 * women["grant_rate_high"]
    assert f"{women['grant_rate']:.1%} ({low:.0f}–{high:.0f})" in html
    assert html.count("En gender") == 1
    assert ">–<" in html


def test_gaps_are_in_points(selection, catalogue):
    told = gaps(audit(selection, selection.data.test, catalogue))
    assert f">{100 * told['grant_rate'][0]:.1f}<" in gaps_table(told).to_html()


def test_a_price_has_its_sign():
    html = price_table(CostDifference(0.5, 0.52, -0.02, -0.04, 0.01)).to_html()
    assert "−0.020" in html
    assert "−0.040 to +0.010" in html


@pytest.mark.parametrize(
    ("correlation", "words"), [(0.9, "raises"), (-0.9, "lowers"), (np.nan, "–"), (0.0, "–")]
)
def test_a_direction_is_in_words(correlation, words):
    signs = pd.DataFrame(
        {
            "english": ["Delay"],
            "mean_contribution": [0.2],
            "expected": [Direction.RAISES],
            "reason": ["Because"],
            "correlation": [correlation],
            "verdict": [Verdict.AGREES],
        }
    )
    table = signs_table(signs)
    assert table.data["Found"].tolist() == [words]
    assert table.data["Expected"].tolist() == ["raises"]
