"""Figures and tables show the selection's own numbers."""

import numpy as np
import pytest

from lib.training.importance import importance
from lib.training.plots import (
    comparison_table,
    cost_curve_figure,
    importance_figure,
    judgement_table,
    reliability_figure,
)
from lib.training.reliability import expected_calibration_error, reliability


def test_the_cost_curve_marks_the_chosen_and_the_theoretical_threshold(selection):
    axes = cost_curve_figure(selection).axes[0]
    marked = [line.get_xdata()[0] for line in axes.lines[1:3]]
    assert marked == [selection.threshold, selection.costs.optimal_threshold]
    assert axes.lines[0].get_ydata().min() == selection.curve.best_cost


def test_the_table_has_each_candidate_with_its_cost(selection):
    html = comparison_table(selection.comparison).to_html()
    for row in selection.comparison.itertuples():
        assert row.english in html
        assert f"{row.business_cost:.3f}" in html


def test_the_judgement_shows_every_figure(selection):
    html = judgement_table(selection).to_html()
    assert f"{selection.metrics['auc']:.3f}" in html
    assert "business cost granting all" in html


def test_the_other_figures_are_drawn(selection, catalogue):
    assert reliability_figure(selection).axes[0].lines
    bars = importance_figure(importance(selection, catalogue), top=3).axes[0].patches
    assert len(bars) == 3


def test_observed_rates_are_counted_in_groups_of_equal_size():
    table = reliability([0, 0, 0, 1, 1, 1], [0.1, 0.1, 0.1, 0.6, 0.7, 0.8], groups=2)
    assert table["clients"].tolist() == [3, 3]
    assert table["observed"].tolist() == [0, 1]
    assert table["predicted"].tolist() == pytest.approx([0.1, 0.7])
    assert ((table["lower"] <= table["observed"]) & (table["observed"] <= table["upper"])).all()


def test_probabilities_that_are_true_have_nearly_no_calibration_error():
    random = np.random.default_rng(0)
    probability = random.random(50_000)
    outcome = random.random(50_000) < probability
    assert expected_calibration_error(outcome, probability) < 0.02
    assert expected_calibration_error(outcome, probability / 2) > 0.2
