"""Whether another model, as cheap for all one can tell, would treat groups more alike."""

from dataclasses import replace

import numpy as np
import pytest

from lib.decision import client_costs
from lib.training.evidence.alternatives import alternatives


def deciding(one, selection, refused: np.ndarray):
    """Let a candidate refuse these clients."""
    probability = np.where(refused, 0.9, 0.05)
    costs = client_costs(selection.data.training.defaulted, refused, selection.costs)
    evidence = replace(
        one.evidence,
        default_probability=probability,
        threshold=np.full(len(refused), 0.5),
        client_costs=costs,
        cost=float(costs.mean()),
    )
    return replace(one, evidence=evidence)


@pytest.fixture
def rivals(selection):
    """The chosen candidate refuses women more often; another, as cheap, refuses evenly."""
    training = selection.data.training
    women = (training.withheld["gender"] == "F").to_numpy()
    good = np.flatnonzero(training.defaulted == 0)
    uneven, even, dear = (np.zeros(len(training), dtype=bool) for _ in range(3))
    uneven[good[women[good]][:60]] = True
    even[good[women[good]][:31]] = even[good[~women[good]][:31]] = True
    dear[good] = True
    winner, other = selection.winner, next(o for o in selection.tuned if o is not selection.winner)
    tuned = (
        deciding(winner, selection, uneven),
        deciding(other, selection, even),
        deciding(other, selection, dear),
    )
    return replace(selection, tuned=tuned, winner=tuned[0])


def test_the_least_disparate_of_those_as_cheap_comes_first(rivals):
    training = rivals.data.training
    women = (training.withheld["gender"] == "F").to_numpy()
    found = alternatives(rivals, training)
    assert found["chosen"].tolist() == [False, True]
    assert found["candidate"][0] == rivals.tuned[1].candidate.name
    assert found["impact_ratio"][0] > found["impact_ratio"][1]
    assert found["impact_ratio"][1] == pytest.approx(1 - 60 / women.sum())
    assert (found["attribute_english"][1], found["group"][1]) == ("En gender", "F")
    assert found["business_cost"].tolist() == [one.evidence.cost for one in rivals.tuned[1::-1]]


def test_of_equals_the_chosen_one_comes_first(rivals):
    chosen, *_ = rivals.tuned
    same = replace(chosen, candidate=rivals.tuned[1].candidate)
    told = replace(rivals, tuned=(same, chosen))
    assert alternatives(told, rivals.data.training)["chosen"].tolist() == [True, False]


def test_without_groups_there_is_nothing_to_compare(rivals):
    training = rivals.data.training
    unknown = replace(training, withheld=training.withheld[[]])
    assert alternatives(rivals, unknown).empty
