"""Tables and figures show the test set's own numbers, as people write them."""

import numpy as np
import pandas as pd
import pytest

from lib.decision import CostDifference, CostMatrix
from lib.scoring.card import METRIC_NAMES, CalibrationFigures
from lib.training.evidence.audit import audit, gaps
from lib.training.report.judgement import (
    RATES,
    alternatives_table,
    audit_figure,
    audit_table,
    calibration_of_scorer_table,
    combined_audit_table,
    gaps_table,
    judgement_table,
    price_table,
    reliability_figure,
    rivals_figure,
    rivals_table,
)

RIVALS = pd.DataFrame(
    {
        "english": ["Granting every credit", "Refusing every credit"],
        "cost": [0.8, 0.5],
        "difference": [-0.3, 0.1],
        "low": [-0.4, -0.1],
        "high": [-0.2, 0.3],
    }
)


@pytest.fixture
def audited(selection, catalogue) -> pd.DataFrame:
    return audit(selection, selection.data.test)


def test_the_judgement_shows_every_figure_with_its_interval_under_its_name(selection):
    html = judgement_table(selection).to_html()
    assert set(selection.metrics) == set(METRIC_NAMES)
    for name, label in METRIC_NAMES.items():
        low, high = selection.intervals[name]
        assert label in html
        assert f"{low:.3f} to {high:.3f}" in html


def test_each_rival_has_its_difference_and_interval():
    axes = rivals_figure(RIVALS).axes[0]
    dots, *_ = axes.lines
    assert dots.get_xdata().tolist() == RIVALS["difference"].tolist()[::-1]
    (bars,) = axes.collections
    ends = sorted(tuple(segment[:, 0]) for segment in bars.get_segments())
    assert ends == [pytest.approx((-0.4, -0.2)), pytest.approx((-0.1, 0.3))]


def test_a_rival_is_judged_in_words():
    html = rivals_table(RIVALS, CostMatrix()).to_html()
    assert "−0.400 to −0.200" in html
    assert html.index("costs less") < html.index("no sure difference")


def test_costs_are_said_as_they_are():
    html = rivals_table(RIVALS, CostMatrix(20, 2.5)).to_html()
    assert "A missed default costs 20, a refused good client 2.5" in html


def test_without_rivals_there_are_headings_only():
    assert rivals_table(RIVALS.head(0), CostMatrix()).data.empty
    assert rivals_figure(RIVALS.head(0)).axes


CALIBRATION = CalibrationFigures(
    slope=0.914,
    slope_low=0.8,
    slope_high=1.0287,
    mean_distance=0.0123,
    mean_distance_by_chance=0.0061,
    mean_probability=0.08,
    default_rate=0.09,
)


def test_calibration_is_drawn_with_its_mean_distance_in_words(selection):
    figure = reliability_figure(selection, CALIBRATION)
    assert "1.2 points off" in repr(figure)
    assert "in 10 groups" in repr(figure)


def test_the_same_probability_for_all_is_one_group(constant):
    assert "in 1 group by" in repr(reliability_figure(constant, CALIBRATION))


def test_the_calibration_of_the_scorer_has_slope_interval_and_distance():
    html = calibration_of_scorer_table(CALIBRATION).to_html()
    for words in (">0.91<", ">0.80 to 1.03<", ">1.2%<", ">0.6%<"):
        assert words in html


def test_a_constant_has_no_slope():
    nothing = {"slope": None, "slope_low": None, "slope_high": None}
    table = calibration_of_scorer_table(CALIBRATION.model_copy(update=nothing))
    assert table.data["Value"].tolist()[:2] == ["–", "–"]


def test_groups_by_two_attributes_have_a_table_of_their_own(audited):
    pair = audited.iloc[[1]].assign(
        attribute="gender × age_years",
        attribute_english="Gender × Age",
        group="M, 29 and under",
        impact_ratio=0.713,
        impact_ratio_low=0.6,
        impact_ratio_high=0.85,
        impact_p_value=0.0123,
    )
    both = pd.concat([audited, pair], ignore_index=True)
    html = combined_audit_table(both).to_html()
    assert "0.71 (0.60–0.85)" in html
    assert ">0.012<" in html
    assert "En gender" not in html
    assert "M, 29 and under" not in audit_table(both).to_html()
    dots = audit_figure(both).axes[0].lines[0].get_xdata()
    assert dots.tolist() == audited["grant_rate"].tolist()


def test_the_least_disparate_candidate_comes_first_and_the_chosen_one_is_bold():
    rows = pd.DataFrame(
        {
            "english": ["Even", "Chosen"],
            "chosen": [False, True],
            "business_cost": [0.5, 0.49],
            "impact_ratio": [0.91, 0.82],
            "attribute_english": ["Gender", "Age"],
            "group": ["Man", "29 and under"],
        }
    )
    html = alternatives_table(rows).to_html()
    assert html.index("Even") < html.index("Chosen")
    assert ">0.91<" in html
    assert "Age: 29 and under" in html
    assert "font-weight: bold" in html
    assert alternatives_table(rows.head(0)).data.empty


def test_the_audit_has_a_panel_for_each_rate(audited):
    panels = audit_figure(audited).axes
    drawn = [panel.lines[0].get_xdata().tolist() for panel in panels]
    assert drawn == [audited[rate].tolist() for rate in RATES]


def test_groups_have_rates_with_intervals_and_their_attribute_once(audited):
    audited.loc[1, "missed_default_rate"] = np.nan
    html = audit_table(audited).to_html()
    women = audited.iloc[1]
    low, high = 100 * women["grant_rate_low"], 100 * women["grant_rate_high"]
    assert f"{women['grant_rate']:.1%} ({low:.0f}–{high:.0f})" in html
    assert html.count("En gender") == 1
    assert ">–<" in html


def test_gaps_are_in_points(audited):
    measured = gaps(audited)
    assert f">{100 * measured['grant_rate'][0]:.1f}<" in gaps_table(measured).to_html()


def test_where_no_group_is_known_there_are_no_gaps(audited):
    everyone = audited.head(1)
    assert gaps_table(gaps(everyone)).data.empty
    assert len(audit_table(everyone).data) == 1
    assert audit_figure(everyone).axes
    assert audit_table(audited.head(0)).data.empty
    assert audit_figure(audited.head(0)).axes


def test_a_price_has_its_sign():
    html = price_table(CostDifference(0.5, 0.52, -0.02, -0.04, 0.01)).to_html()
    assert "−0.020" in html
    assert "−0.040 to +0.010" in html
