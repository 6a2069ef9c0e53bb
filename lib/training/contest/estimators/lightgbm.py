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
from lib.training.contest.encoding import Singles, read_ordinal
from lib.training.contest.estimators.kind import EstimatorKind, Outcomes, Parameters

# Slow and narrow: small steps, and few of the columns a tree, suit hundreds of related features.
LIGHTGBM_DEFAULTS = {
    "learning_rate": 0.03,
    "num_leaves": 14,
    "min_child_samples": 120,
    "colsample_bytree": 0.1,
    "subsample": 0.7,
    "reg_lambda": 30.0,
}
# Where good clients are left out, few clients remain to fill a leaf.
FEW_CLIENTS_DEFAULTS = {**LIGHTGBM_DEFAULTS, "min_child_samples": 40}

# As many as are grown where neither hyper-parameters nor other clients say.
TREES = 600
MOST_TREES = 1500
MOST_DEPTH = 6
# So many trees are grown in vain before no better ones are expected.
PATIENCE = 60

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
            **{"n_estimators": TREES, **parameters},
            max_depth=MOST_DEPTH,
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

    def held_to(self, estimator: LGBMClassifier, signs: tuple[int, ...], numbers: int) -> None:
        """Hold every tree to the signs."""
        if any(signs):
            estimator.set_params(monotone_constraints=list(signs))

    def space(self, trial: optuna.Trial) -> dict[str, Any]:
        """Draw the size of steps and trees, and what keeps trees from learning by heart.

        How many trees there are is not drawn: see `grow`.
        """
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.06, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 8, 32, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 40, 300, log=True),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.05, 0.4, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1.0),
            "reg_lambda": trial.suggest_float("reg_lambda", 1.0, 100.0, log=True),
        }

    def prepare(
        self, estimator: LGBMClassifier, X: Singles, y: Outcomes, categories: int
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
        booster = lightgbm.Booster(_booster_parameters(estimator), prepared)
        return _grown(booster, estimator.n_estimators)

    def grows(self, parameters: Parameters) -> bool:
        """Say that the number of trees is found along the way, unless it is given."""
        return "n_estimators" not in parameters

    def grow(
        self, estimator: LGBMClassifier, prepared: lightgbm.Dataset, X: Floats, y: Outcomes
    ) -> "GrownTrees":
        """Grow trees while they lower the log loss of other clients."""
        # As far as one outcome is rarer to them than to the trees, it weighs more.
        target = (
            0.5 if self.balanced else float(np.mean(np.asarray(prepared.get_label(), dtype=float)))
        )
        share = float(np.clip(y.mean(), 0.5 / len(y), 1 - 0.5 / len(y)))  # never none or all
        weights = np.where(y == 1, target / share, (1 - target) / (1 - share))
        given = _booster_parameters(estimator)
        trees: list[int] = []
        booster = lightgbm.train(
            given,
            prepared,
            num_boost_round=MOST_TREES,
            valid_sets=[lightgbm.Dataset(X, y, prepared, weights, params=given)],
            callbacks=[
                lightgbm.early_stopping(PATIENCE, verbose=False),
                lambda told: trees.append(told.model.current_iteration()),
            ],
            keep_training_booster=True,
        )
        return GrownTrees(booster, booster.best_iteration, tuple(trees))

    def settle(self, parameters: Parameters, rounds: int) -> Parameters:
        """Say how many trees there are."""
        return {**parameters, "n_estimators": rounds}

    def for_more_clients(self, parameters: Parameters, ratio: float) -> Parameters:
        """Grow more trees in the same proportion."""
        trees = parameters.get("n_estimators", TREES)
        return {**parameters, "n_estimators": round(trees * ratio)}

    def margins(self, fitted: lightgbm.Booster, X: Floats) -> Floats:
        """Give the log-odds: the sum of the trees."""
        return np.asarray(fitted.predict(X, raw_score=True, **ONE_THREAD))

    def read(
        self, encode: ColumnTransformer, fitted: lightgbm.Booster
    ) -> tuple[Encoder, BoosterModel]:
        """Give the trees as LightGBM writes them."""
        return read_ordinal(encode), BoosterModel(fitted.model_to_string())


@dataclass(frozen=True)
class GrownTrees:
    """A booster that can still grow, see `Grown`.

    Where nothing could be split, a round has added no tree: `trees` says how many there were after
    each round.
    """

    booster: lightgbm.Booster
    best_rounds: int
    trees: tuple[int, ...]

    def at(self, rounds: int) -> lightgbm.Booster:
        """Give the booster of the first so many rounds, which are made where they are missing."""
        if rounds <= len(self.trees):
            text = self.booster.model_to_string(num_iteration=self.trees[rounds - 1])
        else:
            # Whoever asks for other rounds asks the same booster.
            own = _grown(self.booster, rounds - len(self.trees))
            text = own.model_to_string(num_iteration=-1)
        return lightgbm.Booster(model_str=text)


def _grown(booster: lightgbm.Booster, rounds: int) -> lightgbm.Booster:
    """Improve a booster so often; of other clients and columns each time."""
    # LightGBM keeps for each thread how much it says: making anything tells it. It also tells all
    # threads on how many cores to work: another number than theirs ends the process where one of
    # them is just filling its bins.
    lightgbm.Dataset(np.zeros((1, 1)), params={"verbosity": -1, **ONE_THREAD}).construct()
    for _ in range(rounds):
        booster.update()
    return booster


def _booster_parameters(estimator: LGBMClassifier) -> dict[str, Any]:
    """Give the parameters of an estimator as LightGBM's own functions take them."""
    given = estimator.get_params()
    wrapper_only = ("n_estimators", "class_weight", "importance_type", "objective", "n_jobs")
    wanted = {name: value for name, value in given.items() if name not in wrapper_only}
    return {**wanted, "objective": "binary"}
