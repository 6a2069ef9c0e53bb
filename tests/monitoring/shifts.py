"""Simulated covariate shifts: other clients, the same risk of clients with the same features.

They are drawn from two bases, each with its own law of risk and its own facts that shift. Of both
many scorers are developed: whether an interval holds depends on the clients a scorer was made from,
and all shifts that are judged by one scorer share its errors.
"""

from collections.abc import Callable, Mapping
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
    youngest: float = 21.0


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


Law = Callable[[Mapping[str, np.ndarray]], np.ndarray]


def additive(client: Mapping[str, np.ndarray]) -> np.ndarray:
    """Give log-odds to which each fact adds its own part."""
    # A missing score is a fact of its own: it tells nothing of the value that is not there.
    score = np.where(client["no_score"], 0.45, client["score"])
    log_odds = -2.4 - 4 * (score - 0.5) + 0.5 * client["rents"] + 0.8 * client["no_age"]
    return log_odds + 0.4 * client["credit"]


def crossed(client: Mapping[str, np.ndarray]) -> np.ndarray:
    """Give log-odds in which facts act on each other, and none along a straight line."""
    score = np.where(client["no_score"], 0.4, client["score"])
    age = np.where(client["no_age"], 40.0, client["age"])
    log_odds = -2.9 - 1.5 * np.tanh(4 * (score - 0.5)) + 1.0 * (age < 30) + 0.3 * client["no_age"]
    log_odds += client["credit"] * np.where(client["rents"], 0.9, 0.1)
    return log_odds + 0.8 * client["revolving"] * (score < 0.5)


def people(world: World, count: int, random: np.random.Generator, law: Law = additive) -> pa.Table:
    """Draw clients; their risk follows their features by one law in every world."""
    score = random.beta(7 * world.score, 7 * (1 - world.score), count)
    credit = random.lognormal(world.credit, 0.6, count)
    others = (1 - world.renting) * np.array([0.85, 0.15])
    housing = random.choice(["owns", "with parents", "rents"], count, p=[*others, world.renting])
    no_age = random.random(count) < world.no_age
    no_score = random.random(count) < world.no_score
    chance = random.random(count)
    age = random.uniform(world.youngest, 69, count)
    contract = random.choice(["cash", "revolving"], count)
    log_odds = law(
        {
            "score": score,
            "no_score": no_score,
            "credit": np.log(credit) - 12.5,
            "rents": housing == "rents",
            "age": age,
            "no_age": no_age,
            "revolving": contract == "revolving",
        }
    )
    return pa.table(
        {
            "client_id": pa.array(100_001 + np.arange(count), pa.int64()),
            "target": pa.array((chance < expit(log_odds)).astype(np.int8)),
            "age_years": pa.array(age, mask=no_age),
            "contract": pa.array(contract),
            "credit_amount": pa.array(credit),
            "external_score": pa.array(score, mask=no_score),
            "housing": pa.array(housing),
            "never_given": pa.nulls(count, pa.float64()),
            "owns_car": pa.array((random.random(count) < 0.4).astype(float)),
        }
    )


@cache
def developed(law: Law = additive, seed: int = 0) -> tuple[Scorer, ReferenceFigures]:
    """Train, calibrate and judge a scorer as the selection does, but for its search."""
    random = np.random.default_rng(seed)
    data = training_data(people(World(), TRAINED_ON, random, law))
    test = training_data(people(World(), TESTED_ON, random, law)).training
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


def covariate_shifts(
    count: int, seed: int, law: Law = additive, development: int = 0
) -> list[Shift]:
    """Draw worlds at random, score 2,000 clients of each, and see what came of them.

    Parameters
    ----------
    count : int
        How many worlds.
    seed : int
        Of the worlds and their clients.
    law : callable
        Of which base.
    development : int
        Seed of the clients whom the scorer was made from.
    """
    scorer, reference = developed(law, development)
    random = np.random.default_rng(seed)
    usual = one_shift(scorer, reference, World(), random, law)
    return [
        replace(
            one_shift(scorer, reference, drawn_world(random, law), random, law),
            at_development=(usual.low, usual.high),
        )
        for _ in range(count)
    ]


def drawn_world(random: np.random.Generator, law: Law = additive) -> World:
    """Draw a world: five facts shift at once, in the crossed base six."""
    world = World(
        score=random.uniform(0.4, 0.7),
        credit=random.uniform(12.0, 13.0),
        renting=random.uniform(0.1, 0.7),
        no_age=random.uniform(0.05, 0.5),
        no_score=random.uniform(0.02, 0.4),
    )
    if law is additive:
        return world
    return replace(world, youngest=random.uniform(18.0, 45.0))


def one_shift(
    scorer: Scorer,
    reference: ReferenceFigures,
    world: World,
    random: np.random.Generator,
    law: Law = additive,
) -> Shift:
    table = people(world, CLIENTS, random, law)
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
