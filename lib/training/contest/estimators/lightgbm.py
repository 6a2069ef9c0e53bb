"""LightGBM's boosted trees, grown on bins that are made once a fold and used by every trial."""

from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import optuna
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import ONE_THREAD, BoosterModel
from lib.training.contest.encoding import read_ordinal
from lib.training.contest.estimators.kind import EstimatorKind, Outcomes, Parameters

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

# LightGBM reads its seed as a signed number of 32 bits.
SEEDS = 2**31


@dataclass(frozen=True)
class LightGBM(EstimatorKind):
    """LightGBM, with all that shapes its bins fixed: they then serve every trial.

    Parameters
    ----------
    balanced : bool
        Whether both outcomes weigh the same; weights by LightGBM itself leave the bins alone.
    defaults : mapping
        Hyper-parameters of the first trial.
    """

    complexity = 2
    prepares_once = True  # bins take a byte a value

    balanced: bool = False
    defaults: Parameters = field(default_factory=lambda: LIGHTGBM_DEFAULTS)

    def make(self, parameters: Parameters, seed: int) -> LGBMClassifier:
        """Give an unfitted LGBMClassifier."""
        return LGBMClassifier(
            **parameters,
            is_unbalance=self.balanced,
            subsample_freq=1,
            random_state=seed % SEEDS,
            deterministic=True,
            force_col_wise=True,
            feature_pre_filter=False,  # else the bins would depend on min_child_samples
            max_bin=63,  # a quarter of the default: histograms are what training spends time on
            num_threads=1,  # folds run side by side, and rounding cannot differ between runs
            verbosity=-1,
        )

    def space(self, trial: optuna.Trial) -> dict[str, Any]:
        """Draw size and number of the trees, and what keeps them from learning by heart."""
        return {
            "n_estimators": trial.suggest_int("n_estimators", 60, 300, log=True),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 48, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 20, 300, log=True),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.2, 0.9),
            "subsample": trial.suggest_float("subsample", 0.5, 1.0),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.1, 100.0, log=True),
        }

    def prepare(
        self, estimator: LGBMClassifier, X: Floats, y: Outcomes, categories: int
    ) -> lightgbm.Dataset:
        """Sort the clients into LightGBM's bins, and forget their values."""
        columns = X.shape[1]
        return lightgbm.Dataset(
            X,
            y,
            categorical_feature=list(range(columns - categories, columns)),
            params=_booster_parameters(estimator),
            free_raw_data=True,
        ).construct()

    def fit(self, estimator: LGBMClassifier, prepared: lightgbm.Dataset) -> lightgbm.Booster:
        """Grow the trees that `estimator.fit` would grow on the same clients."""
        return lightgbm.train(
            _booster_parameters(estimator),
            prepared,
            num_boost_round=estimator.n_estimators,
            keep_training_booster=True,  # else it is written as text and read again
        )

    def margins(self, fitted: lightgbm.Booster, X: Floats) -> Floats:
        """Give the log-odds: the sum of the trees."""
        return np.asarray(fitted.predict(X, raw_score=True, **ONE_THREAD))

    def read(
        self, encode: ColumnTransformer, fitted: lightgbm.Booster
    ) -> tuple[Encoder, BoosterModel]:
        """Give the trees as LightGBM writes them."""
        return read_ordinal(encode), BoosterModel(fitted.model_to_string())


def _booster_parameters(estimator: LGBMClassifier) -> dict[str, Any]:
    """Give the parameters of an estimator as LightGBM's own functions take them."""
    given = estimator.get_params()
    wrapper_only = ("n_estimators", "class_weight", "importance_type", "objective", "n_jobs")
    wanted = {name: value for name, value in given.items() if name not in wrapper_only}
    return {**wanted, "objective": "binary"}
