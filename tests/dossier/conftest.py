"""A scorer of the small world, with a card that says something everywhere, as evidence."""

from dataclasses import replace

import pytest

from lib.dossier.facts import Evidence
from lib.dossier.recorded import Recorded
from lib.scoring.card import CalibrationFigures
from tests.scoring.world import clients, make_scorer

RECORDED = Recorded(
    first="2026-01-05T08:00:00.000Z",
    last="2026-11-20T17:30:00.000Z",
    scores=1234,
    refusals=345,
    under_review=67,
    simulations=89,
    decisions=40,
    overrides=7,
    granted_against=5,
    looks=321,
    forgotten=2,
    entries=1686,
    faults=0,
)
CALIBRATION = CalibrationFigures(
    slope=0.93,
    slope_low=0.81,
    slope_high=1.05,
    mean_distance=0.0123,
    mean_distance_by_chance=0.0045,
    mean_probability=0.21,
    default_rate=0.2,
)


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    scorer = make_scorer("lightgbm", clients(400, seed=1))
    card = scorer.card.model_copy(update={"calibration": CALIBRATION, "least_known": 0.65})
    return Evidence(replace(scorer, card=card), "credit_scorer:a1", RECORDED, 1827, "2026-11-26")
