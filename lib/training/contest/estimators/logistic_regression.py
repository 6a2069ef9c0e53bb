"""Logistic regressions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import optuna
from sklearn.compose import ColumnTransformer

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import LinearModel
from lib.training.contest.encoding import for_linear_model, read_linear
from lib.training.contest.estimators.bounded_regression import BoundedRegression
from lib.training.contest.estimators.kind import EstimatorKind, Parameters

DEFAULTS = {"C": 0.003}


@dataclass(frozen=True)
class Logistic(EstimatorKind):
    """Logistic regressions with an L2 penalty.

    Parameters
    ----------
    balanced : bool
        Whether both outcomes weigh the same.
    defaults : mapping
        Hyper-parameters of the first trial.
    """

    complexity = 1

    balanced: bool = False
    defaults: Parameters = field(default_factory=lambda: DEFAULTS)

    def encode(self, numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
        """Clip, fill and scale numbers, say which were missing, and give each category a column."""
        return for_linear_model(numeric, categorical)

    def make(self, parameters: Parameters, seed: int) -> BoundedRegression:
        """Give an unfitted logistic regression."""
        return BoundedRegression(**parameters, balanced=self.balanced, random_state=seed)

    def held_to(self, estimator: BoundedRegression, signs: tuple[int, ...], numbers: int) -> None:
        """Hold the coefficients of the numbers to the signs; indicators of a lack stay free."""
        if any(signs):
            estimator.set_params(signs=signs[:numbers])

    def space(self, trial: optuna.Trial) -> dict[str, Any]:
        """Draw the inverse strength of the penalty."""
        return {"C": trial.suggest_float("C", 3e-4, 0.1, log=True)}

    def margins(self, fitted: BoundedRegression, X: Floats) -> Floats:
        """Give the log-odds."""
        return np.asarray(fitted.decision_function(X))

    def read(
        self, encode: ColumnTransformer, fitted: BoundedRegression
    ) -> tuple[Encoder, LinearModel]:
        """Give one term a feature: one-hot and indicator columns are summed into it."""
        return read_linear(encode, fitted.coef_[0], float(fitted.intercept_[0]))
