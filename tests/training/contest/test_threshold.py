"""The threshold: near the cheapest one, and steadier from sample to sample."""

import numpy as np
import pytest
from scipy.special import expit

from lib.decision import CostMatrix, cost_curve, refuses
from lib.training.contest.threshold import smoothing_width, steady_threshold

COSTS = CostMatrix(10, 1)


def sample(seed: int, clients: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Draw clients whose probabilities are true: the best threshold is 1/11 (Elkan, 2001)."""
    random = np.random.default_rng(seed)
    probability = expit(random.normal(-2.8, 1, clients))
    return (random.random(clients) < probability).astype(int), probability


def chosen(outcomes, probability, costs=COSTS) -> float:
    probability = np.asarray(probability, dtype=float)
    return steady_threshold(cost_curve(outcomes, probability, costs), probability)


def test_it_moves_less_from_sample_to_sample_than_the_cheapest_one():
    samples = [sample(seed) for seed in range(40)]
    steady = np.array([chosen(*one) for one in samples])
    cheapest = np.array([cost_curve(*one, COSTS).best_threshold for one in samples])
    assert steady.std() < 0.75 * cheapest.std()
    assert steady.mean() == pytest.approx(1 / 11, abs=0.005)


def test_of_other_clients_it_costs_less_than_the_cheapest_one():
    _, others = sample(99, 50_000)

    def expected_cost(threshold: float) -> float:
        refused = refuses(others, threshold)
        return float(np.where(refused, 1 - others, 10 * others).mean())

    samples = [sample(seed) for seed in range(40)]
    steady = np.mean([expected_cost(chosen(*one)) for one in samples])
    cheapest = np.mean([expected_cost(cost_curve(*one, COSTS).best_threshold) for one in samples])
    best = expected_cost(1 / 11)
    assert best < steady
    assert steady - best < 0.5 * (cheapest - best)


def test_the_dearer_a_missed_default_the_lower_it_is():
    outcomes, probability = sample(1)
    thresholds = [chosen(outcomes, probability, CostMatrix(cost, 1)) for cost in (2, 10, 50)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_the_order_of_clients_has_no_say():
    outcomes, probability = sample(2)
    order = np.random.default_rng(0).permutation(len(outcomes))
    assert chosen(outcomes[order], probability[order]) == chosen(outcomes, probability)


def test_it_is_1_where_granting_everyone_is_best():
    probability = np.linspace(0.01, 0.4, 200)
    assert chosen(np.zeros(200, dtype=int), probability) == 1.0


def test_everyone_is_refused_where_that_is_best():
    probability = np.linspace(0.01, 0.4, 200)
    assert chosen(np.ones(200, dtype=int), probability) <= probability.min()


@pytest.mark.parametrize("outcomes", [[0, 0, 0, 1], [1, 1, 1, 1], [0, 0, 0, 0]])
def test_where_all_have_the_same_probability_it_is_the_cheapest(outcomes):
    same = [0.25] * 4
    assert chosen(outcomes, same) == cost_curve(outcomes, same, COSTS).best_threshold


@pytest.mark.parametrize("probability", [[0.0, 1.0], [0.0, 0.0, 1.0], [0.2], [0.1, 0.1, 0.1, 0.9]])
def test_few_and_certain_clients_have_one_too(probability):
    outcomes = (np.array(probability) > 0.5).astype(int)
    threshold = chosen(outcomes, probability)
    assert 0 <= threshold <= 1
    assert refuses(np.array(probability), threshold).tolist() == (outcomes == 1).tolist()


def test_the_more_clients_the_less_is_smoothed():
    log_odds = np.random.default_rng(0).normal(size=100_000)
    few, many = smoothing_width(log_odds[:100]), smoothing_width(log_odds)
    assert many == pytest.approx(0.9 * 100_000**-0.2, rel=0.02)
    assert few == pytest.approx(0.9 * 100**-0.2, rel=0.25)


def test_a_few_far_off_clients_do_not_widen_it():
    log_odds = np.random.default_rng(0).normal(size=1000)
    far = np.append(log_odds, [20.0] * 5)
    assert smoothing_width(far) == pytest.approx(smoothing_width(log_odds), rel=0.05)
