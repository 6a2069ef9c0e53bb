"""Who competes: an imbalance method and an estimator, with the space in which it is tuned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from lib.training.encoding import for_linear_model, for_trees

Parameters = Mapping[str, Any]
Space = Callable[[optuna.Trial], dict[str, Any]]
Build = Callable[[Sequence[str], Sequence[str], Parameters, int], Pipeline]


@dataclass(frozen=True)
class Candidate:
    """One competitor for the scorer's place.

    Parameters
    ----------
    name : str
        Identifier in snake_case; studies are stored under it.
    french, english : str
        How people name it.
    imbalance : str
        How it meets the rarity of defaults: ``none``, ``class_weights``, ``under_sampling``, ...
    build : callable
        Numeric features, categorical features, hyper-parameters and seed → unfitted pipeline of
        library classes, with the steps ``encode``, perhaps ``sample``, and ``estimate``.
    space : callable, optional
        Optuna trial → hyper-parameters; without it there is nothing to tune.
    defaults : mapping
        Hyper-parameters of the first trial: a sensible start.
    """

    name: str
    french: str
    english: str
    imbalance: str
    build: Build
    space: Space | None = None
    defaults: Parameters = field(default_factory=dict)


def _dummy(
    numeric: Sequence[str], categorical: Sequence[str], parameters: Parameters, seed: int
) -> Pipeline:
    return Pipeline([("encode", for_trees(numeric, categorical)), ("estimate", DummyClassifier())])


def _logistic_regression(
    numeric: Sequence[str], categorical: Sequence[str], parameters: Parameters, seed: int
) -> Pipeline:
    return Pipeline(
        [
            ("encode", for_linear_model(numeric, categorical)),
            ("sample", RandomUnderSampler(random_state=seed)),
            ("estimate", LogisticRegression(**parameters, max_iter=1000, random_state=seed)),
        ]
    )


def _logistic_regression_space(trial: optuna.Trial) -> dict[str, Any]:
    return {"C": trial.suggest_float("C", 1e-4, 10.0, log=True)}


def _lightgbm(
    numeric: Sequence[str], categorical: Sequence[str], parameters: Parameters, seed: int
) -> Pipeline:
    estimator = LGBMClassifier(
        **parameters,
        class_weight="balanced",
        subsample_freq=1,
        random_state=seed,
        deterministic=True,
        force_col_wise=True,
        max_bin=63,  # a quarter of the default: histograms are what training spends its time on
        num_threads=1,  # the folds run side by side
        verbosity=-1,
    )
    return Pipeline([("encode", for_trees(numeric, categorical)), ("estimate", estimator)])


def _lightgbm_space(trial: optuna.Trial) -> dict[str, Any]:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 60, 300, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 4, 48, log=True),
        "min_child_samples": trial.suggest_int("min_child_samples", 20, 300, log=True),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.2, 0.9),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.1, 100.0, log=True),
    }


LIGHTGBM_DEFAULTS = {
    "n_estimators": 150,
    "learning_rate": 0.05,
    "num_leaves": 12,
    "min_child_samples": 80,
    "colsample_bytree": 0.5,
    "subsample": 0.8,
    "reg_lambda": 10.0,
}

# From the simplest to the least simple: of candidates that cost the same, the first wins.
CANDIDATES: tuple[Candidate, ...] = (
    Candidate(
        name="dummy",
        french="Taux de défaut moyen",
        english="Average default rate",
        imbalance="none",
        build=_dummy,
    ),
    Candidate(
        name="logistic_regression_under_sampling",
        french="Régression logistique, sous-échantillonnage",
        english="Logistic regression, under-sampling",
        imbalance="under_sampling",
        build=_logistic_regression,
        space=_logistic_regression_space,
        defaults={"C": 0.01},
    ),
    Candidate(
        name="lightgbm_class_weights",
        french="LightGBM, poids de classe",
        english="LightGBM, class weights",
        imbalance="class_weights",
        build=_lightgbm,
        space=_lightgbm_space,
        defaults=LIGHTGBM_DEFAULTS,
    ),
)
