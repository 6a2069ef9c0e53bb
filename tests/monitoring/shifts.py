"""Simulated covariate shifts: other clients, the same risk of clients with the same features."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.special import expit

from lib.decision import CostMatrix, business_cost, refuses
from lib.monitoring.expected import expected_cost, risks_of
from lib.scoring.card import ReferenceFigures
from lib.scoring.scorer import Scorer
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned
from lib.training.data import TrainingData
from lib.training.evidence.reference import reference_of
from lib.training.packaging import package
from tests.scoring.world import CANDIDATES, PARAMETERS, training_data, tuned

COSTS = CostMatrix(10, 1)
TRAINED_ON, TESTED_ON, CLIENTS = 12_000, 8_000, 2_000


@dataclass(frozen=True)
class World:
    """Who applies: what a covariate shift changes."""

    score: float = 0.57  # mean of the external score
    credit: float = 12.5  # mean of the logarithm of the credit
    renting: float = 0.3
    no_age: float = 0.2
    no_score: float = 0.1


@dataclass(frozen=True)
class Shift:
    """What was expected of a shifted population, and what came."""

    world: World
    low: float
    high: float
    realised: float
    development: float
    at_development: tuple[float, float]

    @property
    def within(self) -> bool:
        return self.low <= self.realised <= self.high

    @property
    def development_within(self) -> bool:
        """Whether one would have done as well without looking at the new clients."""
        return self.at_development[0] <= self.realised <= self.at_development[1]


def people(world: World, count: int, random: np.random.Generator) -> pa.Table:
    """Draw clients; their risk follows their features by one law in every world."""
    score = random.beta(7 * world.score, 7 * (1 - world.score), count)
    credit = random.lognormal(world.credit, 0.6, count)
    others = (1 - world.renting) * np.array([0.85, 0.15])
    housing = random.choice(["owns", "with parents", "rents"], count, p=[*others, world.renting])
    no_age = random.random(count) < world.no_age
    # A missing score is a fact of its own: it tells nothing of the value that is not there.
    no_score = random.random(count) < world.no_score
    log_odds = -2.4 - 4 * (np.where(no_score, 0.45, score) - 0.5) + 0.5 * (housing == "rents")
    log_odds += 0.8 * no_age + 0.4 * (np.log(credit) - 12.5)
    return pa.table(
        {
            "client_id": pa.array(100_001 + np.arange(count), pa.int64()),
            "target": pa.array((random.random(count) < expit(log_odds)).astype(np.int8)),
            "age_years": pa.array(random.uniform(21, 69, count), mask=no_age),
            "contract": pa.array(random.choice(["cash", "revolving"], count)),
            "credit_amount": pa.array(credit),
            "external_score": pa.array(score, mask=no_score),
            "housing": pa.array(housing),
            "never_given": pa.nulls(count, pa.float64()),
            "owns_car": pa.array((random.random(count) < 0.4).astype(float)),
        }
    )


@cache
def developed() -> tuple[Scorer, ReferenceFigures]:
    """Train, calibrate and judge a scorer as the selection does, but for its search."""
    random = np.random.default_rng(0)
    data = training_data(people(World(), TRAINED_ON, random))
    test = training_data(people(World(), TESTED_ON, random)).training
    data = replace(data, test=test)
    one = out_of_fold("lightgbm", data)
    scorer = package(one, data, COSTS, seed=1)
    reference = reference_of(
        scorer, test, data.training.defaulted, one.evidence.default_probability
    )
    assert reference is not None
    return scorer, reference


def out_of_fold(kind: str, data: TrainingData) -> Tuned:
    """Give a candidate with the out-of-fold margins that calibration and threshold come from."""
    candidate, parameters = CANDIDATES[kind], PARAMETERS[kind]
    contest = Contest(data.training, assign_folds(data.training.defaulted, 5, 0), COSTS, 1)
    evidence = contest.judge(candidate, parameters)
    return replace(tuned(candidate, data, parameters), evidence=evidence)


def covariate_shifts(count: int, seed: int) -> list[Shift]:
    """Draw worlds at random, score 2,000 clients of each, and see what came of them."""
    scorer, reference = developed()
    random = np.random.default_rng(seed)
    usual = one_shift(scorer, reference, World(), random)
    return [
        replace(
            one_shift(scorer, reference, drawn_world(random), random),
            at_development=(usual.low, usual.high),
        )
        for _ in range(count)
    ]


def drawn_world(random: np.random.Generator) -> World:
    return World(
        score=random.uniform(0.4, 0.7),
        credit=random.uniform(12.0, 13.0),
        renting=random.uniform(0.1, 0.7),
        no_age=random.uniform(0.05, 0.5),
        no_score=random.uniform(0.02, 0.4),
    )


def one_shift(
    scorer: Scorer, reference: ReferenceFigures, world: World, random: np.random.Generator
) -> Shift:
    table = people(world, CLIENTS, random)
    probability = scorer.default_probabilities(scorer.encode_frame(table))
    refused = refuses(probability, scorer.threshold)
    found = expected_cost(risks_of(probability, reference.calibration), refused, COSTS)
    realised = business_cost(table["target"].to_numpy(), refused, COSTS)
    return Shift(world, found.low, found.high, realised, found.value, (found.low, found.high))


def table_of(shifts: list[Shift]) -> pd.DataFrame:
    """Lay the shifts out, one row each."""
    return pd.DataFrame(
        [(one.low, one.high, one.realised, one.within) for one in shifts],
        columns=["low", "high", "realised", "within"],
    )
