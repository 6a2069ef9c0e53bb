"""When costs are the same for all one can tell, the simpler or smaller wins."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lib.training.contest.choice import as_good, choose, to_the_cheapest
from lib.training.contest.objective import CrossFitted
from lib.training.contest.search import Tuned


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_cheapest_differs_from_itself_by_nothing():
    ones = np.ones(5)
    cheapest, dearer = to_the_cheapest([ones, np.array([1, 1, 1, 1, 6])])
    assert cheapest == (0, 0)
    assert dearer.mean == 1


def test_the_standard_error_is_that_of_the_paired_difference(random):
    hard = 10 * random.random(1000)  # the same clients are hard for both
    noise = random.normal(size=1000)
    _, other = to_the_cheapest([hard, hard + 1 + noise])
    assert other.standard_error == pytest.approx(noise.std(ddof=1) / np.sqrt(1000))


def test_one_standard_error_is_within_and_more_is_not():
    cheap = np.zeros(100)
    paired = np.where(np.arange(100) % 2, 1.0, -1.0)  # mean 0
    error = paired.std(ddof=1) / 10
    for above, within in ((0.99, True), (1.01, False)):
        _, other = to_the_cheapest([cheap, paired + above * error])
        assert other.indistinguishable is within


def evidence(cost: float, spread: float, loss: float = 0.2) -> CrossFitted:
    """Give a rival of this mean cost, which differs from others by a standard error of `spread`."""
    clients = 10_000
    sign = np.where(np.arange(clients) % 2, 1.0, -1.0)
    costs = cost + sign * spread * np.sqrt(clients)
    nothing = np.zeros(clients)
    return CrossFitted(nothing, nothing, nothing, costs, cost, np.zeros(2), loss + 0.01 * sign)


@pytest.fixture
def rivals(selection) -> Callable[[CrossFitted, CrossFitted], list[Tuned]]:
    """Give a complex candidate and a simple one, with evidence that is made up."""
    complex_one, simple = selection.tuned[2], selection.tuned[1]
    assert simple.candidate.complexity < complex_one.candidate.complexity
    return lambda *told: [
        replace(one, evidence=what) for one, what in zip((complex_one, simple), told, strict=True)
    ]


CHEAP = evidence(0.5, 0.0)


@pytest.mark.parametrize(
    ("simple", "is_as_good"),
    [
        (evidence(0.5024, 0.003), True),
        (evidence(0.5026, 0.003), False),  # more than 0.5 % of 0.5
        (evidence(0.5009, 0.001), True),
        (evidence(0.5011, 0.001), False),  # more than one standard error
    ],
)
def test_simplicity_costs_one_standard_error_and_half_a_percent_at_most(rivals, simple, is_as_good):
    assert as_good([CHEAP, simple]) == [True, is_as_good]
    pair = rivals(CHEAP, simple)
    assert choose(pair, one_standard_error=True) is pair[is_as_good]


def test_a_log_loss_that_is_surely_higher_tells_which_one_is_worse(rivals):
    worse = replace(evidence(0.501, 0.003), client_losses=CHEAP.client_losses + 0.001)
    assert as_good([CHEAP, worse]) == [True, False]
    pair = rivals(CHEAP, worse)
    assert choose(pair, one_standard_error=True) is pair[0]


def test_a_log_loss_that_is_surely_lower_breaks_a_tie_of_costs(rivals):
    better = replace(evidence(0.501, 0.003), client_losses=CHEAP.client_losses - 0.001)
    assert as_good([CHEAP, better]) == [False, True]


def test_luck_with_the_cost_does_not_rule_out_the_best_log_loss(rivals):
    lucky = evidence(0.49, 0.01)
    better = replace(evidence(0.5, 0.0), client_losses=CHEAP.client_losses - 0.001)
    assert as_good([better, lucky]) == [True, False]
    # And of equally simple ones the log loss decides, however much cheaper luck has made one.
    barely = replace(CHEAP, client_losses=CHEAP.client_losses - 1e-9)
    pair = rivals(lucky, barely)
    pair[1] = replace(pair[1], candidate=pair[0].candidate)
    assert choose(pair, one_standard_error=True) is pair[1]


def test_a_cost_that_is_not_surely_higher_yields_to_the_log_loss():
    # With two rivals, 1.645 standard errors are sure.
    better = replace(evidence(0.5049, 0.003), client_losses=CHEAP.client_losses - 0.001)
    assert as_good([CHEAP, better]) == [False, True]
    dearer = replace(evidence(0.505, 0.003), client_losses=CHEAP.client_losses - 0.001)
    assert as_good([CHEAP, dearer]) == [True, False]


def test_the_more_rivals_the_luckier_is_the_cheapest():
    better = replace(evidence(0.506, 0.003), client_losses=CHEAP.client_losses - 0.001)
    hopeless = evidence(0.9, 0.003)
    assert as_good([CHEAP, better]) == [True, False]
    assert as_good([CHEAP, better, hopeless, hopeless]) == [False, True, False, False]


def test_a_low_log_loss_makes_up_for_no_real_cost():
    better = replace(evidence(0.51, 0.003), client_losses=CHEAP.client_losses - 0.001)
    assert as_good([CHEAP, better]) == [True, False]


def test_without_the_rule_the_cheapest_wins(rivals):
    pair = rivals(CHEAP, evidence(0.501, 0.003))
    assert choose(pair, one_standard_error=False) is pair[0]


def test_of_equals_the_simpler_wins_in_any_case(rivals):
    pair = rivals(CHEAP, CHEAP)
    for rule in (True, False):
        assert choose(pair, one_standard_error=rule) is pair[1]
