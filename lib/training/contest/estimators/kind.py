"""What a kind of estimator must tell about itself, to compete and to be served."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import optuna
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import Model
from lib.training.contest.encoding import Singles, for_trees

Parameters = Mapping[str, Any]
Outcomes = npt.NDArray[np.int8]


class Grown(Protocol):
    """An estimator that was improved round by round while others watched."""

    @property
    def best_rounds(self) -> int:
        """After so many rounds the log loss of those who watched was lowest."""
        ...

    def at(self, rounds: int) -> Any:
        """Give what predicts after so many rounds, as `EstimatorKind.fit` would."""
        ...


class EstimatorKind(ABC):
    """How estimators of one kind are made, tuned, fitted, and read into a scorer's model.

    Attributes
    ----------
    complexity : int
        How hard it is to explain and to run; of candidates that cost the same the lowest wins.
    defaults : mapping
        Hyper-parameters of the first trial: a sensible start. None means nothing to tune.
    prepares_once : bool
        Whether what `prepare` gives serves every trial, and is worth its memory.
    holds_signs : bool
        Whether it never moves the risk against a sign that it is held to, see `held_to`.
    """

    complexity: ClassVar[int] = 0
    prepares_once: ClassVar[bool] = False
    holds_signs: ClassVar[bool] = True
    defaults: Parameters = MappingProxyType({})

    def encode(self, numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
        """Give an unfitted encoder; the categories are the last of its columns."""
        return for_trees(numeric, categorical)

    @abstractmethod
    def make(self, parameters: Parameters, seed: int) -> BaseEstimator:
        """Give an unfitted estimator of scikit-learn's interface."""

    def space(self, trial: optuna.Trial) -> dict[str, Any]:
        """Draw hyper-parameters."""
        return {}

    def held_to(self, estimator: BaseEstimator, signs: tuple[int, ...], numbers: int) -> None:
        """Hold an unfitted estimator to a sign a feature: numbers come first, 0 leaves free."""
        return

    def prepare(self, estimator: BaseEstimator, X: Singles, y: Outcomes, categories: int) -> Any:
        """Give encoded clients as `fit` takes them; the last columns are the categories."""
        return X, y

    def fit(self, estimator: BaseEstimator, prepared: Any) -> Any:
        """Fit the estimator, and give what then predicts."""
        X, y = prepared
        return estimator.fit(X, y)

    def grows(self, parameters: Parameters) -> bool:
        """Say whether these hyper-parameters leave open how often the estimator is improved.

        The clients of the validation folds then tell, see `grow`; how often is a hyper-parameter
        like the others, found along the way.
        """
        return False

    def grow(self, estimator: BaseEstimator, prepared: Any, X: Floats, y: Outcomes) -> Grown:
        """Fit the estimator for as long as it gets better on these clients, which are others."""
        raise NotImplementedError

    def settle(self, parameters: Parameters, rounds: int) -> Parameters:
        """Complete hyper-parameters that left the number of rounds open."""
        return parameters

    def for_more_clients(self, parameters: Parameters, ratio: float) -> Parameters:
        """Give the hyper-parameters for `ratio` times as many clients to learn from."""
        return parameters

    @abstractmethod
    def margins(self, fitted: Any, X: Floats) -> Floats:
        """Give the margins of encoded clients as the library says them, shape (n,).

        The higher, the riskier. The scorer's own margins are held against them.
        """

    @abstractmethod
    def read(self, encode: ColumnTransformer, fitted: Any) -> tuple[Encoder, Model]:
        """Read what was fitted into the encoder and the model of a scorer."""

    def claimed(self, margins: Floats) -> Floats:
        """Give the probabilities that the estimator claims before calibration."""
        return np.asarray(expit(margins))
