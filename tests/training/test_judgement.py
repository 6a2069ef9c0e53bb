"""The winner against every other way to decide."""

import numpy as np
import pytest

from lib.decision import business_cost, refuses
from lib.training import CANDIDATES
from lib.training.judgement import BASELINE, decisions_of, judge


@pytest.fixture(scope="module")
def rivals(selection):
    return judge(selection).set_index("against")


def test_every_rival_is_there(rivals):
    assert list(rivals.index) == ["runner_up", "baseline", "half", "granting_all", "refusing_all"]


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
    assert BASELINE in {candidate.name for candidate in CANDIDATES}


def test_a_rival_is_fitted_as_the_winner_was(selection):
    # So the winner, entered as a rival, decides as the winner.
    won = selection.winner
    decided = decisions_of(selection, won.candidate, won.parameters)
    own = refuses(selection.test_set["default_probability"], selection.threshold)
    np.testing.assert_array_equal(decided, own)
    cost = business_cost(selection.data.test.defaulted, decided, selection.costs)
    assert cost == pytest.approx(selection.metrics["business_cost"])
