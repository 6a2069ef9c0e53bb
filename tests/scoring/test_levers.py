"""Over all of a simulation: more income, a longer employment, or less credit over the same duration
never raises the risk that a model held to directions gives."""

from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.decision import CostMatrix
from lib.features.catalogue import CATALOGUE
from lib.features.description import Unit
from lib.features.one_client import DerivedFeatures
from lib.scoring.changes import with_changes
from lib.scoring.encoder import Features, Floats
from lib.scoring.scorer import Scorer
from lib.training.packaging import package
from tests.scoring.world import CANDIDATES, training_data, tuned

SWEEPS = 10_000
SWEEPS_A_CLIENT = 50
ROUNDING = 1e-9  # log-odds: a sum of a thousand terms differs by less between two computers
PARAMETERS = {
    "lightgbm": {"n_estimators": 150, "num_leaves": 15, "min_child_samples": 5},
    "logistic": {"C": 0.1},
}


@dataclass(frozen=True)
class Sweeper:
    """A scorer, and clients whose levers are moved."""

    scorer: Scorer
    follow: DerivedFeatures
    clients: list[Features]

    def rises(self, client: Features, lever: str, shares: Floats) -> Floats:
        """Say by how much each move of a lever raises a client's log-odds."""
        values = moves(client, lever, shares)
        changed = with_changes(client, values, self.follow)
        known = {name: client[name] for name in self.scorer.features}
        among = {name: new.tolist() for name, new in changed.items() if name in known}
        rows = [{name: new[row] for name, new in among.items()} for row in range(len(shares))]
        matrix = self.scorer.encode([known, *({**known, **blank(row)} for row in rows)])
        log_odds = self.scorer.log_odds(matrix)
        return log_odds[1:] - log_odds[0]


def blank(row: dict[str, float]) -> Features:
    """Write what is missing as a request does."""
    return {name: None if isnan(value) else value for name, value in row.items()}


def moves(client: Features, lever: str, shares: Floats) -> dict[str, Floats]:
    """Give what a client changes, from hardly anything (0) to very much (1)."""
    left = 1 - 0.99 * shares
    if lever == "more income":
        return {"income_total": client["income_total"] * (1 + 9 * shares)}
    if lever == "less credit":
        return {name: client[name] * left for name in ("credit_amount", "annuity_amount")}
    longer = client["employment_years"] + shares * (
        client["age_years"] - client["employment_years"]
    )
    of_life = longer / client["age_years"]
    return {"employment_years": longer, "employment_share_of_life": of_life}


NEEDED = {
    "more income": ["income_total"],
    "less credit": ["credit_amount", "annuity_amount"],
    "longer employment": ["employment_years", "age_years"],
}


def can_move(client: Features, lever: str) -> bool:
    """Say whether what a lever starts from is known, and there is room to move it."""
    known = [client[name] for name in NEEDED[lever]]
    return all(value is not None and value >= 0 for value in known) and (
        lever != "longer employment" or client["age_years"] > client["employment_years"]
    )


@pytest.fixture(scope="module", params=sorted(PARAMETERS))
def sweeper(request: pytest.FixtureRequest, features_by_duckdb: Path) -> Sweeper:
    """A model of every feature that a held model may use."""
    table = pq.read_table(features_by_duckdb)
    numbers = [n for n, row in CATALOGUE.items() if row.unit is not Unit.CATEGORY]
    names = [n for n in numbers if table[n].null_count < table.num_rows]
    data = training_data(table, names, ["education", "income_type"], CATALOGUE).held_to_signs()
    candidate = CANDIDATES[request.param]
    scorer = package(tuned(candidate, data, PARAMETERS[request.param]), data, CostMatrix(), seed=0)
    clients = table.drop_columns(["client_id", "target"]).to_pylist()
    return Sweeper(scorer, DerivedFeatures(scorer.feature_code.derived), clients)


def test_in_ten_thousand_sweeps_no_lever_raises_the_risk(sweeper: Sweeper) -> None:
    random = np.random.default_rng(12)
    made, moved, worst = 0, dict.fromkeys(NEEDED, False), 0.0
    while made < SWEEPS:
        client = sweeper.clients[random.integers(len(sweeper.clients))]
        lever = list(NEEDED)[random.integers(len(NEEDED))]
        if can_move(client, lever):
            rises = sweeper.rises(client, lever, random.random(SWEEPS_A_CLIENT))
            worst = max(worst, rises.max())
            moved[lever] |= bool(rises.min() < -ROUNDING)
            made += SWEEPS_A_CLIENT
    assert worst <= ROUNDING
    # Levers that move nothing would raise nothing either; but a coefficient may be held at 0.
    assert moved["more income"]
    assert moved["less credit"]


@settings(max_examples=50, deadline=None)
@given(who=st.integers(0), lever=st.sampled_from(list(NEEDED)), share=st.floats(0, 1))
def test_however_little_or_much_one_client_moves(sweeper, who, lever, share) -> None:
    client = sweeper.clients[who % len(sweeper.clients)]
    if can_move(client, lever):
        assert sweeper.rises(client, lever, np.array([share])).max() <= ROUNDING


def test_a_model_that_is_free_is_found_out(sweeper: Sweeper) -> None:
    """The sweeps tell a model that is not held from one that is."""
    random = np.random.default_rng(12)
    turned = replace(
        sweeper,
        scorer=replace(
            sweeper.scorer,
            calibration=replace(
                sweeper.scorer.calibration, slope=-sweeper.scorer.calibration.slope
            ),
        ),
    )
    rises = [
        turned.rises(client, "more income", random.random(5)).max()
        for client in turned.clients[:40]
        if can_move(client, "more income")
    ]
    assert max(rises) > ROUNDING
