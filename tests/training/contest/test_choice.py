"""When costs are the same for all one can tell, the simpler or smaller wins."""

from dataclasses import replace

import numpy as np
import pytest

from lib.training.contest.choice import choose, to_the_cheapest


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


@pytest.fixture
def rivals(selection) -> list:
    """A cheap complex candidate, and a simple one that costs half a standard error more."""
    complex_one, simple = selection.tuned[2], selection.tuned[1]
    costs = np.where(np.arange(100) % 2, 1.0, -1.0)
    dearer = costs + 0.5 * costs.std(ddof=1) / 10
    return [
        replace(complex_one, evidence=replace(complex_one.evidence, client_costs=np.zeros(100))),
        replace(simple, evidence=replace(simple.evidence, client_costs=dearer)),
    ]


def test_the_simpler_candidate_is_preferred_when_costs_are_indistinguishable(rivals):
    assert rivals[1].candidate.complexity < rivals[0].candidate.complexity
    assert choose(rivals, one_standard_error=True) is rivals[1]


def test_without_the_rule_the_cheapest_wins(rivals):
    assert choose(rivals, one_standard_error=False) is rivals[0]


def test_a_simple_candidate_that_costs_clearly_more_is_not_preferred(rivals):
    clearly = replace(rivals[1].evidence, client_costs=rivals[1].evidence.client_costs + 1)
    assert choose([rivals[0], replace(rivals[1], evidence=clearly)], True) is rivals[0]
