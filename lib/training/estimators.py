"""The estimators that compete, each with its search space and a sensible start."""

from typing import Any

import optuna
from imblearn.ensemble import BalancedRandomForestClassifier
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from lib.training.candidate import Parameters

# Folds run side by side: each estimator has one thread, and rounding cannot differ between runs.
THREADS = 1

LOGISTIC_DEFAULTS = {"C": 0.01}

FOREST_DEFAULTS = {"max_leaf_nodes": 64, "max_features": 0.2, "min_samples_leaf": 20}

LIGHTGBM_DEFAULTS = {
    "n_estimators": 150,
    "learning_rate": 0.05,
    "num_leaves": 12,
    "min_child_samples": 80,
    "colsample_bytree": 0.5,
    "subsample": 0.8,
    "reg_lambda": 10.0,
}

# Where good clients are left out, few clients remain to fill a leaf.
FEW_CLIENTS_DEFAULTS = {**LIGHTGBM_DEFAULTS, "min_child_samples": 20}


def dummy(parameters: Parameters, seed: int) -> DummyClassifier:
    """Give the estimator that knows the default rate and nothing else."""
    return DummyClassifier()


def logistic_regression(parameters: Parameters, seed: int) -> LogisticRegression:
    """Give a logistic regression."""
    return LogisticRegression(**parameters, max_iter=2000, random_state=seed)


def weighted_logistic_regression(parameters: Parameters, seed: int) -> LogisticRegression:
    """Give a logistic regression to which both outcomes weigh the same."""
    return logistic_regression({**parameters, "class_weight": "balanced"}, seed)


def logistic_space(trial: optuna.Trial) -> dict[str, Any]:
    """Draw a logistic regression's hyper-parameters."""
    return {"C": trial.suggest_float("C", 1e-4, 10.0, log=True)}


def balanced_forest(parameters: Parameters, seed: int) -> BalancedRandomForestClassifier:
    """Give a forest whose trees each see as many good clients as defaults (Chen et al., 2004)."""
    return BalancedRandomForestClassifier(
        **parameters, n_estimators=150, n_jobs=THREADS, random_state=seed
    )


def forest_space(trial: optuna.Trial) -> dict[str, Any]:
    """Draw a forest's hyper-parameters; few leaves, since reasons are told while a person waits."""
    return {
        "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 16, 128, log=True),
        "max_features": trial.suggest_float("max_features", 0.05, 0.6),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 100, log=True),
    }


def lightgbm(parameters: Parameters, seed: int) -> LGBMClassifier:
    """Give LightGBM, with all that shapes its bins fixed: they are then made once a fold."""
    return LGBMClassifier(
        **parameters,
        subsample_freq=1,
        random_state=seed,
        deterministic=True,
        force_col_wise=True,
        feature_pre_filter=False,  # else the bins would depend on min_child_samples
        max_bin=63,  # a quarter of the default: histograms are what training spends its time on
        num_threads=THREADS,
        verbosity=-1,
    )


def weighted_lightgbm(parameters: Parameters, seed: int) -> LGBMClassifier:
    """Give LightGBM, to which both outcomes weigh the same; weights by itself leave bins alone."""
    return lightgbm({**parameters, "is_unbalance": True}, seed)


def lightgbm_space(trial: optuna.Trial) -> dict[str, Any]:
    """Draw LightGBM's hyper-parameters."""
    return {
        "n_estimators": trial.suggest_int("n_estimators", 60, 300, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 4, 48, log=True),
        "min_child_samples": trial.suggest_int("min_child_samples", 20, 300, log=True),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.2, 0.9),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.1, 100.0, log=True),
    }
