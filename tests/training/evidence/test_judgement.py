"""The winner against every other way to decide."""

from dataclasses import replace

import numpy as np
import pytest

from lib.decision import business_cost, refuses
from lib.training.evidence.judgement import BASELINE, decisions_of, judge


@pytest.fixture(scope="module")
def rivals(selection):
    return judge(selection).set_index("against")


def test_every_rival_is_there(rivals):
    assert list(rivals.index) == ["runner_up", "baseline", "half", "granting_all", "refusing_all"]


def test_a_winner_that_is_the_baseline_says_so_and_saves_nothing(rivals, selection):
    assert selection.winner.candidate.name == BASELINE
    row = rivals.loc["baseline"]
    assert row["english"].endswith("which is the chosen model")
    assert (row["difference"], row["low"], row["high"]) == (0, 0, 0)


def test_another_winner_has_the_baseline_as_a_rival(rivals, selection):
    other = next(one for one in selection.tuned if one.candidate.name != BASELINE)
    told = judge(replace(selection, winner=other)).set_index("against")
    assert told["english"]["baseline"] == "Baseline: Logistic regression, under-sampling"
    assert told["cost"]["baseline"] == pytest.approx(rivals["cost"]["baseline"])


def test_a_baseline_that_was_not_tried_is_judged_all_the_same(selection, rivals):
    others = tuple(one for one in selection.tuned if one.candidate.name != BASELINE)
    told = judge(replace(selection, tuned=others)).set_index("against")
    assert told["english"]["baseline"] == rivals["english"]["baseline"]


def test_costs_of_deciding_without_a_model_are_known(rivals, selection):
    figures = selection.metrics
    expected = {
        "granting_all": figures["business_cost_granting_all"],
        "refusing_all": figures["business_cost_refusing_all"],
        "half": figures["business_cost_at_half"],
    }
    assert rivals["cost"][list(expected)].to_dict() == pytest.approx(expected)


def test_the_difference_is_the_winners_cost_less_the_rivals(rivals, selection):
    winner = selection.metrics["business_cost"]
    assert (rivals["difference"] + rivals["cost"]).to_numpy() == pytest.approx(winner)
    assert (rivals["low"] <= rivals["difference"]).all()
    assert (rivals["difference"] <= rivals["high"]).all()


def test_the_runner_up_is_the_cheapest_of_the_others(rivals, selection):
    second = selection.comparison[~selection.comparison["chosen"]].iloc[0]
    assert rivals["english"]["runner_up"] == f"Runner-up: {second['english']}"


def test_a_rival_is_fitted_as_the_winner_was(selection):
    # So the winner, entered as a rival, decides as the winner.
    decided = decisions_of(selection, selection.winner)
    own = refuses(selection.test_set["default_probability"], selection.threshold)
    np.testing.assert_array_equal(decided, own)
    cost = business_cost(selection.data.test.defaulted, decided, selection.costs)
    assert cost == pytest.approx(selection.metrics["business_cost"])
