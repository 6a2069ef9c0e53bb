from dataclasses import replace

import numpy as np
import pandas as pd

from lib.scoring.models import Calibration
from lib.scoring.review import known_shares
from lib.scoring.scorer import Scorer
from lib.training.known_ground import (
    BEYOND_EACH_END,
    expected_features,
    lowest_agreeing,
    seen_ranges,
    with_least_known,
    within_seen,
)
from tests.scoring.conftest import scorers, world
from tests.scoring.world import clients, training_data

__all__ = ["scorers", "world"]


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
    within = within_seen(features, {"income": (1.0, 5.0)}, {})
    assert within["income"].tolist()[:2] == [1.0, 3.0]
    assert np.isnan(within["income"][2])
    assert within["income"][3] == 5.0
    assert within["housing"].equals(features["housing"])
    filled = within_seen(features, {"income": (1.0, 5.0)}, {"income": 2.0})
    assert filled["income"].tolist() == [1.0, 3.0, 2.0, 5.0]


def test_what_one_in_a_hundred_lacks_is_still_expected() -> None:
    column = np.arange(200.0)
    features = pd.DataFrame({"income": column, "debt": column, "contract": ["cash"] * 200})
    features.loc[:1, "income"] = None
    features.loc[:2, "debt"] = None
    assert expected_features(features) == ("income", "contract")


def test_the_level_is_where_probability_and_outcome_part() -> None:
    random = np.random.default_rng(3)
    known, probability = random.random(40_000), np.full(40_000, 0.08)
    defaulted = (random.random(40_000) < np.where(known < 0.6, 0.16, 0.08)).astype(np.int8)
    assert lowest_agreeing(known, probability, defaulted) == 0.6
    everywhere = (random.random(40_000) < 0.08).astype(np.int8)
    assert lowest_agreeing(known, probability, everywhere) == 0.0


def test_differences_that_may_be_chance_are_no_level() -> None:
    # 20 copies a band: nobody can tell 8 % from 16 %.
    known = np.linspace(0, 0.999, 400)
    assert lowest_agreeing(known, np.full(400, 0.16), np.zeros(400, dtype=np.int8)) == 0.0


def test_clients_with_their_usual_gaps_are_not_flagged(scorers: dict[str, Scorer]) -> None:
    # Made a bad forecaster of everybody: no level would do, but usual clients are not blamed.
    wrong = replace(scorers["lightgbm"], calibration=Calibration(0.9, 3.0))
    others = training_data(clients(3000, seed=5)).training
    told = with_least_known(wrong, others, seed=1)
    usual, nobody = (
        known_shares(told, told.encoder.as_given(rows))
        for rows in (others.table.select(told.features).to_pylist(), [{}])
    )
    assert told.card.least_known > 0.5
    assert (usual < told.card.least_known).mean() <= 0.01
    assert nobody < told.card.least_known


def test_of_a_model_without_features_nothing_must_be_known(scorers: dict[str, Scorer]) -> None:
    others = training_data(clients(300, seed=5)).training
    assert with_least_known(scorers["dummy"], others, seed=1) == scorers["dummy"]
