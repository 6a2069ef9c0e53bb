"""A scorer of a few real features, for the tests of what follows from them."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from lib.decision import CostMatrix
from lib.features.catalogue import CATALOGUE
from lib.scoring.models import Calibration
from lib.scoring.scorer import Scorer
from lib.training.packaging import package
from tests.scoring.world import CANDIDATES, model_card, training_data, tuned

NUMBERS = [
    *("annuity_amount", "annuity_to_income", "credit_amount", "credit_to_goods_price"),
    *("credit_to_income", "credit_with_debt_elsewhere_to_income", "employment_years"),
    *("external_score_2", "implied_duration_months", "income_total", "mean_external_score"),
]
CATEGORIES = ["education"]
TREES = {"n_estimators": 40, "num_leaves": 5}


def real_scorer(features: Path) -> Scorer:
    """Train on a file of real features, and package what comes of it."""
    data = training_data(pq.read_table(features), NUMBERS, CATEGORIES, CATALOGUE)
    scorer = package(tuned(CANDIDATES["lightgbm"], data, TREES), data, CostMatrix(), seed=0)
    card = model_card("lightgbm").model_copy(update={"threshold": 0.12})
    return replace(scorer, calibration=Calibration(1.0, 0.0), card=card)
