"""A scorer of a few real features, for the tests of what follows from them."""

import json
from pathlib import Path

import joblib
import pyarrow.compute as pc
import pyarrow.parquet as pq
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OrdinalEncoder

from lib.features.catalogue import CATALOGUE
from lib.scoring.packaging import package_selection
from lib.scoring.scorer import Scorer
from tests.scoring.world import feature_code, selection

NUMBERS = [
    *("annuity_amount", "annuity_to_income", "credit_amount", "credit_to_goods_price"),
    *("credit_to_income", "credit_with_debt_elsewhere_to_income", "employment_years"),
    *("external_score_2", "implied_duration_months", "income_total", "mean_external_score"),
]
CATEGORIES = ["education"]


def real_scorer(features: Path, folder: Path) -> Scorer:
    """Train on a file of real features, and package what comes of it."""
    clients = pq.read_table(features)
    known = clients.filter(pc.field("target").is_valid())
    encode = ColumnTransformer(
        [
            ("numbers", "passthrough", NUMBERS),
            (
                "categories",
                OrdinalEncoder(
                    handle_unknown="use_encoded_value",
                    unknown_value=-1,
                    encoded_missing_value=float("nan"),
                ),
                CATEGORIES,
            ),
        ]
    )
    trees = LGBMClassifier(n_estimators=40, num_leaves=5, verbosity=-1, n_jobs=1)
    names = [*NUMBERS, *CATEGORIES]
    fitted = Pipeline([("encode", encode), ("estimate", trees)]).fit(
        known.select(names).to_pandas(), known["target"].to_numpy()
    )
    joblib.dump(fitted, folder / "pipeline.joblib")
    told = {
        **selection("lightgbm"),
        "features": names,
        "categorical": CATEGORIES,
        "calibration": {"slope": 1.0, "intercept": 0.0},
        "threshold": 0.12,
    }
    (folder / "selection.json").write_text(json.dumps(told))
    return package_selection(folder, CATALOGUE, clients, feature_code())
