import numpy as np
import pandas as pd

from lib.training.known_ground import BEYOND_EACH_END, seen_ranges, within_seen


def test_of_few_clients_the_extremes_count_as_seen() -> None:
    numbers = pd.DataFrame({"income": [5.0, None, 1.0, 9.0], "never": [None] * 4})
    assert seen_ranges(numbers) == {"income": (1.0, 9.0)}


def test_of_many_clients_a_lonely_extreme_does_not() -> None:
    values = np.arange(20_000.0)
    values[0], values[-1] = -117e6, 117e6
    assert np.ceil(len(values) * BEYOND_EACH_END) == 3
    shuffled = np.random.default_rng(0).permutation(values)
    assert seen_ranges(pd.DataFrame({"income": shuffled})) == {"income": (2.0, 19_997.0)}


def test_few_clients_like_those_seen_have_a_value_beyond() -> None:
    # As many features as there are, each by itself: the most that chance can do.
    random = np.random.default_rng(1)
    seen, others = random.lognormal(size=(16_000, 100)), random.lognormal(size=(4_000, 100))
    ranges = seen_ranges(pd.DataFrame(seen))
    beyond = [(others[:, at] < low) | (others[:, at] > high) for at, (low, high) in ranges.items()]
    assert 0.02 < np.any(beyond, axis=0).mean() < 0.05


def test_numbers_are_brought_within_and_the_rest_stays() -> None:
    features = pd.DataFrame({"income": [0.0, 3.0, None, 8.0], "housing": ["a", None, "b", "c"]})
    within = within_seen(features, {"income": (1.0, 5.0)})
    assert within["income"].tolist()[:2] == [1.0, 3.0]
    assert np.isnan(within["income"][2])
    assert within["income"][3] == 5.0
    assert within["housing"].equals(features["housing"])
