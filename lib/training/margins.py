"""A pipeline's raw log-odds, before calibration."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier

from lib.training.data import Clients


def fit(pipeline: Pipeline, clients: Clients) -> Pipeline:
    """Fit the pipeline, telling LightGBM which of its columns are categories."""
    parameters: dict[str, Any] = {}
    if isinstance(pipeline.named_steps["estimate"], LGBMClassifier):
        first = len(clients.numeric)
        columns = list(range(first, first + len(clients.categorical)))
        parameters["estimate__categorical_feature"] = columns
    return pipeline.fit(clients.features, clients.defaulted, **parameters)


def margins(pipeline: Pipeline, features: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Give each client's raw log-odds of default; a dummy has nothing to say: 0."""
    estimator = pipeline.named_steps["estimate"]
    if isinstance(estimator, DummyClassifier):
        return np.zeros(len(features))
    encoded = pipeline.named_steps["encode"].transform(features)
    if isinstance(estimator, LGBMClassifier):
        return np.asarray(estimator.booster_.predict(encoded, raw_score=True))
    return np.asarray(estimator.decision_function(encoded))
