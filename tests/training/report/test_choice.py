"""Tables and figures of how the model was chosen."""

from dataclasses import replace

import pandas as pd
import pytest

from lib.training.evidence.suspicion import suspicious_features
from lib.training.report.choice import (
    budget_figure,
    budget_table,
    calibration_figure,
    calibration_table,
    comparison_table,
    cost_curve_figure,
    simplicity_table,
    suspicious_table,
    threshold_table,
)


def test_the_table_has_each_candidate_with_its_cost(selection):
    html = comparison_table(selection.comparison).to_html()
    for row in selection.comparison.itertuples():
        assert row.english in html
        assert f"{row.business_cost:.3f}" in html


def test_what_simplicity_gives_away_is_told(selection, curve):
    told = replace(
        selection,
        budget=replace(selection.budget, curve=curve),
        comparison=selection.comparison.assign(difference=0.0123, difference_standard_error=0.0456),
    )
    html = simplicity_table(told).to_html()
    for figure in ("20", "0.0100", "0.0200", "0.0123", "0.0456"):
        assert f">{figure}<" in html
    assert selection.winner.candidate.english in html


@pytest.fixture
def curve() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "features": [10, 20, 40],
            "business_cost": [0.56, 0.51, 0.5],
            "difference": [0.06, 0.01, 0.0],
            "standard_error": [0.01, 0.02, 0.0],
            "chosen": [False, True, False],
        }
    )


def test_the_chosen_number_of_features_is_marked(curve):
    figure = budget_figure(curve)
    costs, chosen = figure.axes[0].lines[0], figure.axes[0].lines[-1]
    assert costs.get_ydata().tolist() == [0.56, 0.51, 0.5]
    assert chosen.get_xdata()[0] == 20
    assert "20 is the smallest number of features tried" in repr(figure)
    assert "0.0600" in budget_table(curve).to_html()


def test_calibration_is_shown_before_and_after(selection):
    axes = calibration_figure(selection.reliability_curves).axes[0]
    _, before, after = axes.lines
    curves = selection.reliability_curves.groupby("stage")["observed"].apply(list)
    assert before.get_ydata().tolist() == curves["before"]
    assert after.get_ydata().tolist() == curves["after"]
    html = calibration_table(selection.calibration_figures).to_html()
    for row in selection.calibration_figures.itertuples():
        assert f"{row.brier:.4f}" in html


def test_both_thresholds_are_shown(selection):
    html = threshold_table(selection.threshold_check).to_html()
    assert f"{selection.threshold:.1%}" in html
    assert "9.1%" in html


def test_suspicious_features_are_named_and_their_absence_too(selection, catalogue):
    assert (
        "None"
        in suspicious_table(suspicious_features(selection.data.training), catalogue).to_html()
    )
    leak = pd.DataFrame({"feature": ["income"], "auc": [0.991], "marked_defaults": [0.9]})
    html = suspicious_table(leak, catalogue).to_html()
    assert "en income" in html
    assert "0.991" in html


def test_the_cost_curve_marks_the_chosen_and_the_theoretical_threshold(selection):
    figure = cost_curve_figure(selection)
    axes = figure.axes[0]
    marked = [line.get_xdata()[0] for line in axes.lines[1:3]]
    assert marked == [selection.threshold, selection.costs.optimal_threshold]
    assert axes.lines[0].get_ydata().min() == selection.curve.best_cost
    assert f"{selection.curve.cost_at(selection.threshold):.3f}" in repr(figure)


def test_a_constant_has_its_tables_and_figures(constant):
    assert cost_curve_figure(constant).axes
    assert calibration_figure(constant.reliability_curves).axes
    assert len(calibration_table(constant.calibration_figures).data) == 2
    assert len(comparison_table(constant.comparison).data) == 1
    assert "16.7%" in threshold_table(constant.threshold_check).to_html()
