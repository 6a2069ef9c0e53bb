"""A pipeline's raw score, before calibration."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier

from lib.training.clients import Clients

Floats = npt.NDArray[np.float64]


def fit(pipeline: Pipeline, clients: Clients) -> Pipeline:
    """Fit the pipeline, telling LightGBM which of its columns are categories."""
    parameters: dict[str, Any] = {}
    if isinstance(pipeline.named_steps["estimate"], LGBMClassifier):
        first = len(clients.numeric)
        columns = list(range(first, first + len(clients.categorical)))
        parameters["estimate__categorical_feature"] = columns
    return pipeline.fit(clients.features, clients.defaulted, **parameters)


def margins(pipeline: Pipeline, features: pd.DataFrame) -> Floats:
    """Give each client's margin: the higher, the riskier; calibration makes it a probability."""
    estimator = pipeline.named_steps["estimate"]
    return estimator_margins(estimator, pipeline.named_steps["encode"].transform(features))


def estimator_margins(estimator: BaseEstimator, encoded: Floats) -> Floats:
    """Give the margins of encoded clients, shape (n,).

    Log-odds; of a forest the share of its votes, which its trees add up to, so that reasons do too.
    A dummy has nothing to say: 0.
    """
    if isinstance(estimator, DummyClassifier):
        return np.zeros(len(encoded))
    if isinstance(estimator, BalancedRandomForestClassifier):
        return np.asarray(estimator.predict_proba(encoded)[:, 1])
    if isinstance(estimator, LGBMClassifier):
        return np.asarray(estimator.booster_.predict(encoded, raw_score=True))
    return np.asarray(estimator.decision_function(encoded))


def uncalibrated(estimator: BaseEstimator, margin: Floats) -> Floats:
    """Give the probabilities that an estimator itself would claim; a dummy's say nothing: 0.5."""
    if isinstance(estimator, BalancedRandomForestClassifier):
        return margin
    return np.asarray(expit(margin))
