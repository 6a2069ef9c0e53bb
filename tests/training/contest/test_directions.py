"""A larger value of a feature with a direction never moves the risk the other way."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.decision import CostMatrix
from lib.features.description import Direction, Effect
from lib.scoring.scorer import Scorer
from lib.training.contest.blending import blend
from lib.training.contest.candidates import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned
from lib.training.packaging import package
from tests.training.conftest import describe, make_clients, write_and_load

BY_NAME = {one.name: one for one in CANDIDATES}
# Small leaves and large steps, so that there is much to hold.
PARAMETERS = {
    "lightgbm": {
        "learning_rate": 0.2,
        "num_leaves": 16,
        "min_child_samples": 5,
        "n_estimators": 60,
    },
    "logistic_regression": {"C": 1.0},
}
EFFECTS = {"external_score": Effect.LOWERS, "late_share": Effect.RAISES, "income": Effect.LOWERS}
# Tree by tree and term by term, sums are rounded.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def scorers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Scorer]:
    """Boosted trees, a logistic regression and their blend, each held to the directions."""
    frame = make_clients(800)
    # Against the direction that is declared: who holds to it must not follow the data.
    frame["income"] = frame["income"] * (1 + frame["target"])
    data = write_and_load(tmp_path_factory.mktemp("directions"), frame)
    catalogue = {
        name: row.model_copy(
            update={"direction": Direction(EFFECTS[name], "So it is") if name in EFFECTS else None}
        )
        for name, row in describe(frame).items()
    }
    free = Contest(data.training, assign_folds(data.training.defaulted, 3, 0), CostMatrix(), seed=0)
    data = replace(data, catalogue=catalogue).held_to_signs()
    contest = replace(free, clients=data.training)
    tuned = []
    for name, parameters in PARAMETERS.items():
        evidence = contest.judge(BY_NAME[name], parameters)
        tuned.append(Tuned(BY_NAME[name], evidence.parameters, evidence, 1, 0, 0.0))
    told = {one.candidate.name: one for one in (*tuned, *blend(tuned, contest))}
    return {name: package(one, data, CostMatrix(), 0) for name, one in told.items()}


def moved(scorer: Scorer, clients: list[dict], name: str, values: np.ndarray) -> np.ndarray:
    """Give the log-odds of each client at each value of a feature, shape (clients, values)."""
    matrix = np.repeat(scorer.encode(clients), len(values), axis=0)
    matrix[:, scorer.features.index(name)] = np.tile(values, len(clients))
    return scorer.log_odds(matrix).reshape(len(clients), len(values))


VALUES = st.floats(-1e6, 1e6)
CLIENTS = st.fixed_dictionaries(
    {
        "external_score": st.none() | st.floats(-5, 5),
        "late_share": st.none() | st.floats(0, 1),
        "income": st.none() | st.floats(0, 1e6),
        "owns_car": st.sampled_from([None, 0.0, 1.0]),
        "housing": st.sampled_from([None, "owns", "rents", "lodges", "a boat"]),
    }
)


@pytest.mark.parametrize("kind", ["lightgbm", "logistic_regression", "blend"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(client=CLIENTS, name=st.sampled_from(sorted(EFFECTS)), low=VALUES, high=VALUES)
def test_a_larger_value_never_moves_the_risk_the_other_way(scorers, kind, client, name, low, high):
    told = moved(scorers[kind], [client], name, np.sort([low, high]))[0]
    assert int(EFFECTS[name]) * (told[1] - told[0]) >= -ROUNDING


@pytest.mark.parametrize("kind", ["lightgbm", "logistic_regression", "blend"])
@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_nor_does_any_step_of_a_sweep(scorers, kind, name):
    frame = make_clients(200, seed=1)
    names = scorers[kind].features
    clients = frame[list(names)].astype(object).where(frame[list(names)].notna(), None)
    low, high = frame[name].min(), frame[name].max()
    sweep = np.linspace(low - (high - low), high + (high - low), 100)
    told = moved(scorers[kind], clients.to_dict("records"), name, sweep)
    assert (int(EFFECTS[name]) * np.diff(told, axis=1) >= -ROUNDING).all()


@pytest.mark.parametrize("kind", ["lightgbm", "logistic_regression", "blend"])
def test_what_is_held_still_tells_clients_apart(scorers, kind):
    told = moved(scorers[kind], [{"housing": "owns"}], "external_score", np.array([-2.0, 2.0]))[0]
    assert told[0] - told[1] > 1


def test_who_is_free_follows_the_data(tmp_path):
    """The same clients without the directions: more income raises the risk, as was made."""
    frame = make_clients(800)
    frame["income"] = frame["income"] * (1 + frame["target"])
    data = write_and_load(tmp_path, frame)
    contest = Contest(
        data.training, assign_folds(data.training.defaulted, 3, 0), CostMatrix(), seed=0
    )
    for name, parameters in PARAMETERS.items():
        evidence = contest.judge(BY_NAME[name], parameters)
        one = Tuned(BY_NAME[name], evidence.parameters, evidence, 1, 0, 0.0)
        scorer = package(one, data, CostMatrix(), 0)
        told = moved(scorer, [{"housing": "owns"}], "income", np.array([1e4, 1e5]))[0]
        assert told[1] > told[0]
