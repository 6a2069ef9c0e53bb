"""Builds the small world that the tests of scoring, portfolio and serving live in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.decision import CostMatrix, LenderTerms
from lib.features.compiling import compile_features
from lib.features.description import Family, FeatureDescription, Purpose, Text, Unit
from lib.features.one_client import CompiledFeatures
from lib.scoring.card import (
    CandidateFigures,
    GroupFigures,
    ModelCard,
    MoneyFigures,
    RivalFigures,
    WayFigures,
    WithholdingFigures,
)
from lib.scoring.models import Calibration
from lib.scoring.scorer import Scorer
from lib.training.contest.candidates import Candidate
from lib.training.contest.estimators.balanced_forest import BalancedForest
from lib.training.contest.estimators.dummy import Dummy
from lib.training.contest.estimators.lightgbm import LightGBM
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.objective import CrossFitted
from lib.training.contest.search import Tuned
from lib.training.data import Clients, TrainingData
from lib.training.packaging import package

NUMBERS = ["age_years", "credit_amount", "external_score", "never_given", "owns_car"]
CATEGORIES = ["contract", "housing"]
FEATURES = ["contract", *NUMBERS, "housing"]  # in neither encoder's order, on purpose
# A client of whom everything is known that clients have, and nothing is unusual.
USUAL = {
    "age_years": 40.0,
    "contract": "cash",
    "credit_amount": 250_000.0,
    "external_score": 0.5,
    "owns_car": 1.0,
    "housing": "owns",
}


def described(name: str, unit: Unit, fact: str | None = None, **more: object) -> FeatureDescription:
    """Give the catalogue's row of one feature, which tells a fact of its own by default."""
    words = name.replace("_", " ")
    return FeatureDescription(
        name=name,
        label=Text(f"{words} (fr)", words),
        unit=unit,
        family=Family.IDENTITY,
        source="application_train",
        fact=fact or name,
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
        described("gender", Unit.CATEGORY, attribute="gender", protected=True),
        described("housing", Unit.CATEGORY, fact="property"),
        described("never_given", Unit.COUNT),
        described("owns_car", Unit.YES_NO, fact="property"),
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


def training_data(
    table: pa.Table,
    numbers: Sequence[str] = NUMBERS,
    categories: Sequence[str] = CATEGORIES,
    catalogue: Mapping[str, FeatureDescription] = CATALOGUE,
) -> TrainingData:
    """Take the clients of a table whose outcome is known to learn from, and nobody to test on."""
    known = table.filter(pc.field("target").is_valid())
    clients = Clients(
        client_id=known["client_id"].to_numpy(),
        features=known.select([*numbers, *categories]).to_pandas(),
        defaulted=known["target"].to_numpy().astype(np.int8),
        withheld=known.select([]).to_pandas(),
        numeric=tuple(numbers),
        categorical=tuple(categories),
    )
    nobody = clients.only(np.arange(0))
    return TrainingData(clients, nobody, (), "abc123", catalogue)


def tuned(
    candidate: Candidate, data: TrainingData, parameters: Mapping[str, Any] | None = None
) -> Tuned:
    """Give a candidate as the search does, with out-of-fold margins that say nothing."""
    nothing = np.zeros(len(data.training))
    evidence = CrossFitted(nothing, nothing, nothing, nothing, 0.0, np.zeros(2), nothing)
    chosen = candidate.defaults if parameters is None else parameters
    return Tuned(candidate, chosen, evidence, trials=1, pruned=0, seconds=0.0)


CANDIDATES = {
    kind: Candidate(kind, f"modèle {kind}", f"{kind} model", "none", estimator)
    for kind, estimator in (
        ("dummy", Dummy()),
        ("logistic", Logistic()),
        ("lightgbm", LightGBM(balanced=True)),
        ("forest", BalancedForest()),
    )
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "dummy": {},
    "logistic": {"C": 1.0},
    "lightgbm": {"n_estimators": 60, "num_leaves": 7, "min_child_samples": 20},
    "forest": {"max_leaf_nodes": 16},
}


def make_scorer(kind: str, table: pa.Table) -> Scorer:
    """Train a candidate of a kind on this world, with a calibration and a card that are known."""
    data = training_data(table)
    scorer = package(tuned(CANDIDATES[kind], data, PARAMETERS[kind]), data, CostMatrix(), seed=1)
    return replace(scorer, calibration=Calibration(0.9, -1.3), card=model_card(kind))


def group(name: str, missed_default_rate: float | None) -> GroupFigures:
    """Give the audit's row of one group; nobody defaulted where the rate is None."""
    rates = {
        "grant_rate": 0.7,
        "false_refusal_rate": 0.2,
        "missed_default_rate": missed_default_rate,
        "default_rate": 0.1,
    }
    ends = {f"{rate}_{end}": at for rate, at in rates.items() for end in ("low", "high")}
    return GroupFigures(
        attribute="gender",
        attribute_english="Gender",
        group=name,
        clients=135,
        **rates,
        **ends,
        mean_probability=0.1,
        calibration_error=0.02,
    )


def money_figures() -> MoneyFigures:
    """Give what decisions about the test clients might cost."""
    figures = {
        "scorer": ("<The> model", 9_000.0, 8_000.0, 10_000.0, 0.0, 0.0, 0.0),
        "granting_all": ("Granting all", 12_000.0, 9_500.0, 14_500.0, -3e3, -5e3, -1e3),
    }
    names = list(WayFigures.model_fields)
    return MoneyFigures(
        terms=LenderTerms(0.5, 0.05),
        currency="EUR",
        clients=270,
        mean_amount=123_456.0,
        ways=tuple(
            WayFigures(**dict(zip(names, (way, *row), strict=True))) for way, row in figures.items()
        ),
    )


def model_card(kind: str) -> ModelCard:
    """Give a card that says something everywhere."""
    return ModelCard(
        candidate=kind,
        label=Text(f"modèle {kind}", f"{kind} model"),
        created="2026-01-02T03:04:05+00:00",
        threshold=0.15,
        costs=CostMatrix(10, 1),
        metrics={"auc": 0.75, "business_cost": 0.55},
        intervals={"auc": (0.7, 0.8), "business_cost": (0.5, 0.6)},
        cross_fitted={"business_cost": 0.56},
        candidates=(
            CandidateFigures(
                candidate=kind,
                english=f"{kind} model",
                business_cost=0.56,
                standard_error=0.01,
                auc=0.74,
                chosen=True,
            ),
        ),
        rivals=(
            RivalFigures(
                against="granting_all",
                english="Granting <every> credit",
                cost=2.0,
                difference=-1.45,
                low=-1.6,
                high=-1.3,
            ),
        ),
        fairness=(group("Woman", 0.3), group("Man", None)),
        protected_attributes=("gender",),
        excluded_features=("gender",),
        price_of_withholding=WithholdingFigures(
            cost=0.56, other_cost=0.55, difference=0.01, low=-0.01, high=0.03
        ),
        money=money_figures(),
        clients_trained_on=1080,
        clients_tested_on=270,
        base_rate=0.2,
        period="2019 to 2021",
        limits=("Only clients who were given a credit have an outcome.",),
        intended_use=("Helps a manager decide.",),
        seed=1,
        data_fingerprint="abc123",
        versions={"lightgbm": "4.7.0"},
    )
