"""Figures show the selection's own numbers, and say in words what they show."""

import numpy as np
import pandas as pd
import pytest
from lib.training.audit import audit
from lib.training.importance import explain, importance, importance_by_family
from lib.training.reliability import expected_calibration_error, reliability, wilson

from lib.training.audit_plots import TITLES, audit_figure
from lib.training.explanation_plots import dependence_figure, family_figure, importance_figure
from lib.training.plots import cost_curve_figure, reliability_figure, rivals_figure

RIVALS = pd.DataFrame(
    {
        "english": ["Granting every credit", "Refusing every credit"],
        "difference": [-0.3, 0.1],
        "low": [-0.4, -0.1],
        "high": [-0.2, 0.3],
    }
)


@pytest.fixture(scope="module")
def explained(selection):
    return explain(selection)


def test_the_cost_curve_marks_the_chosen_and_the_theoretical_threshold(selection):
    figure = cost_curve_figure(selection)
    axes = figure.axes[0]
    marked = [line.get_xdata()[0] for line in axes.lines[1:3]]
    assert marked == [selection.threshold, selection.costs.optimal_threshold]
    assert axes.lines[0].get_ydata().min() == selection.curve.best_cost
    assert f"{selection.curve.best_cost:.3f}" in repr(figure)


def test_each_rival_has_its_difference_and_interval():
    axes = rivals_figure(RIVALS).axes[0]
    dots, *_ = axes.lines
    assert dots.get_xdata().tolist() == RIVALS["difference"].tolist()[::-1]
    (bars,) = axes.collections
    ends = sorted(tuple(segment[:, 0]) for segment in bars.get_segments())
    assert ends == [pytest.approx((-0.4, -0.2)), pytest.approx((-0.1, 0.3))]


def test_calibration_is_drawn_with_its_mean_distance_in_words(selection):
    figure = reliability_figure(selection)
    test = selection.test_set
    off = expected_calibration_error(test["defaulted"], test["default_probability"])
    assert f"{100 * off:.1f} points" in repr(figure)


def test_a_bar_is_as_long_as_its_feature_weighs(explained, catalogue):
    ranked = importance(explained, catalogue)
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


def test_the_audit_has_a_panel_for_each_rate(selection, catalogue):
    audited = audit(selection, selection.data.test, catalogue)
    panels = audit_figure(audited).axes
    drawn = [panel.lines[0].get_xdata().tolist() for panel in panels]
    assert drawn == [audited[rate].tolist() for rate in TITLES]


def test_observed_rates_are_counted_in_groups_of_equal_size():
    table = reliability([0, 0, 0, 1, 1, 1], [0.1, 0.1, 0.1, 0.6, 0.7, 0.8], groups=2)
    assert table["clients"].tolist() == [3, 3]
    assert table["observed"].tolist() == [0, 1]
    assert table["predicted"].tolist() == pytest.approx([0.1, 0.7])
    assert ((table["lower"] <= table["observed"]) & (table["observed"] <= table["upper"])).all()


def test_an_interval_of_a_rate_ends_at_0_and_1():
    low, high = wilson([0.0, 1.0], [10, 10])
    assert (low[0], high[1]) == (0, 1)
    assert high[0] == pytest.approx(0.2775, abs=1e-4)  # as in Wilson's paper's form


def test_probabilities_that_are_true_have_nearly_no_calibration_error():
    random = np.random.default_rng(0)
    probability = random.random(50_000)
    outcome = random.random(50_000) < probability
    assert expected_calibration_error(outcome, probability) < 0.02
    assert expected_calibration_error(outcome, probability / 2) > 0.2
