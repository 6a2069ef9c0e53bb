"""The estimator that knows the default rate and nothing else: what any other must beat."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import ConstantModel
from lib.training.contest.estimators.kind import EstimatorKind, Parameters


class Dummy(EstimatorKind):
    """The same margin for everyone; calibration makes it the default rate. It uses no feature."""

    def make(self, parameters: Parameters, seed: int) -> BaseEstimator:
        """Give scikit-learn's dummy."""
        return DummyClassifier()

    def margins(self, fitted: DummyClassifier, X: Floats) -> Floats:
        """Give 0 for everyone: a dummy has nothing to say."""
        return np.zeros(len(X))

    def read(
        self, encode: ColumnTransformer, fitted: DummyClassifier
    ) -> tuple[Encoder, ConstantModel]:
        """Give a model without features: it has no reasons to give."""
        return Encoder((), {}), ConstantModel()
