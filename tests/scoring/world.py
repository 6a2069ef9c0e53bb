"""Builds the small world that the tests of scoring, portfolio and serving live in."""

from functools import cache

import numpy as np
import pyarrow as pa
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline as SklearnPipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from lib.features.compiling import compile_features
from lib.features.description import Family, FeatureDescription, Purpose, Text, Unit
from lib.features.one_client import CompiledFeatures
from lib.scoring.card import ModelCard

NUMBERS = ["age_years", "credit_amount", "external_score", "never_given", "owns_car"]
CATEGORIES = ["contract", "housing"]
FEATURES = ["contract", *NUMBERS, "housing"]  # in neither encoder's order, on purpose


def described(name: str, unit: Unit, **more: object) -> FeatureDescription:
    """Give the catalogue's row of one feature."""
    words = name.replace("_", " ")
    return FeatureDescription(
        name=name,
        label=Text(f"{words} (fr)", words),
        unit=unit,
        family=Family.IDENTITY,
        source="application_train",
        fact=name,
        purpose=Purpose.SITUATION,
        **more,
    )


CATALOGUE = {
    row.name: row
    for row in (
        described("age_years", Unit.YEARS),
        described("contract", Unit.CATEGORY, categories={"cash": Text("prêt", "cash loan")}),
        described("credit_amount", Unit.AMOUNT, changeable=True, advisable=True),
        described("external_score", Unit.SCORE),
        described("gender", Unit.CATEGORY, protected=True),
        described("housing", Unit.CATEGORY),
        described("never_given", Unit.COUNT),
        described("owns_car", Unit.YES_NO),
    )
}


@cache
def feature_code() -> CompiledFeatures:
    """Give the code of the real features, which share a few names with this world's."""
    return compile_features()


def clients(count: int, seed: int) -> pa.Table:
    """Give clients whose default depends on external score, credit, housing and a missing age."""
    random = np.random.default_rng(seed)
    score = random.beta(4, 3, count)
    credit = random.lognormal(12.5, 0.6, count)
    age = random.uniform(21, 69, count)
    no_age = random.random(count) < 0.2
    housing = random.choice(["owns", "rents", "with parents"], count, p=[0.6, 0.3, 0.1])
    no_housing = random.random(count) < 0.1
    log_odds = -1.5 - 4 * (score - 0.5) + 0.5 * (housing == "rents") + 0.8 * no_age
    target = random.random(count) < 1 / (1 + np.exp(-log_odds - 0.4 * (np.log(credit) - 12.5)))
    unknown = np.arange(count) % 10 == 9
    table = pa.table(
        {
            "client_id": pa.array(100_001 + np.arange(count), pa.int64()),
            "target": pa.array(target.astype(np.int8), mask=unknown),
            "age_years": pa.array(age, mask=no_age),
            "contract": pa.array(random.choice(["cash", "revolving"], count)),
            "credit_amount": pa.array(credit),
            "external_score": pa.array(score, mask=random.random(count) < 0.3),
            "gender": pa.array(random.choice(["F", "M"], count)),
            "housing": pa.array(housing, mask=no_housing),
            "never_given": pa.nulls(count, pa.float64()),
            "owns_car": pa.array((random.random(count) < 0.4).astype(float)),
        }
    )
    # DuckDB may declare that a column misses nothing.
    index = table.column_names.index("owns_car")
    return table.cast(table.schema.set(index, table.schema.field(index).with_nullable(False)))


def pipeline(kind: str) -> Pipeline:
    """Give an unfitted pipeline with the steps that notebook 02 uses."""
    if kind in ("lightgbm", "forest"):
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
        trees = LGBMClassifier(
            n_estimators=60, num_leaves=7, class_weight="balanced", verbosity=-1, n_jobs=1
        )
        forest = BalancedRandomForestClassifier(n_estimators=20, max_leaf_nodes=16, random_state=1)
        return Pipeline([("encode", encode), ("estimate", trees if kind == "lightgbm" else forest)])
    numbers = SklearnPipeline(
        [
            (
                "fill",
                SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            ),
            ("scale", StandardScaler()),
        ]
    )
    encode = ColumnTransformer(
        [
            ("numbers", numbers, NUMBERS),
            ("categories", OneHotEncoder(handle_unknown="ignore"), CATEGORIES),
        ]
    )
    if kind == "dummy":
        return Pipeline([("encode", encode), ("estimate", DummyClassifier())])
    return Pipeline(
        [
            ("encode", encode),
            ("sample", RandomUnderSampler(random_state=1)),
            ("estimate", LogisticRegression(max_iter=1000)),
        ]
    )


def group(name: str, missed_default_rate: float | None) -> dict[str, object]:
    """Give the audit's row of one group; nobody defaulted where the rate is None."""
    rates = {
        "grant_rate": 0.7,
        "false_refusal_rate": 0.2,
        "missed_default_rate": missed_default_rate,
        "default_rate": 0.1,
    }
    ends = {f"{rate}_{end}": at for rate, at in rates.items() for end in ("low", "high")}
    return {
        "attribute": "gender",
        "attribute_english": "Gender",
        "group": name,
        "clients": 135,
        **rates,
        **ends,
        "mean_probability": 0.1,
        "calibration_error": 0.02,
    }


def selection(kind: str) -> dict[str, object]:
    """Give what notebook 02 writes beside the pipeline."""
    return {
        "candidate": kind,
        "threshold": 0.15,
        "costs": {"missed_default": 10, "refused_good": 1},
        "calibration": {"slope": 0.9, "intercept": -1.3},
        "features": FEATURES,
        "categorical": CATEGORIES,
        "metrics": {"auc": 0.75, "business_cost": 0.55},
        "intervals": {"auc": [0.7, 0.8], "business_cost": [0.5, 0.6]},
        "label": {"fr": f"modèle {kind}", "en": f"{kind} model"},
        "candidates": [
            {
                "candidate": kind,
                "english": f"{kind} model",
                "business_cost": 0.56,
                "standard_error": 0.01,
                "auc": 0.74,
                "chosen": True,
            }
        ],
        "rivals": [
            {
                "against": "granting_all",
                "english": "Granting <every> credit",
                "cost": 2.0,
                "difference": -1.45,
                "low": -1.6,
                "high": -1.3,
            }
        ],
        "fairness": [group("Woman", 0.3), group("Man", None)],
        "price_of_withholding": {
            "cost": 0.56,
            "other_cost": 0.55,
            "difference": 0.01,
            "low": -0.01,
            "high": 0.03,
        },
        "excluded_features": ["gender"],
        "period": "2019 to 2021",
        "limits": ["Only clients who were given a credit have an outcome."],
        "intended_use": ["Helps a manager decide."],
        "clients_tested_on": 270,
        "cross_fitted": {"business_cost": 0.56},
        "clients_trained_on": 1080,
        "base_rate": 0.2,
        "data_fingerprint": "abc123",
        "versions": {"lightgbm": "4.7.0"},
        "seed": 1,
        "created": "2026-01-02T03:04:05+00:00",
    }


def model_card(kind: str) -> ModelCard:
    """Give the card of a selection."""
    plain = selection(kind)
    return ModelCard.model_validate({n: plain[n] for n in ModelCard.model_fields if n in plain})
