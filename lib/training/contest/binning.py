"""LightGBM on bins that are made once a fold and used by every trial."""

from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from lightgbm import LGBMClassifier


def binned(
    estimator: LGBMClassifier,
    encoded: npt.NDArray[np.float64],
    defaulted: npt.NDArray[np.int8],
    categories: int,
) -> lightgbm.Dataset:
    """Sort encoded clients into LightGBM's bins, and forget the values.

    Parameters
    ----------
    estimator : LGBMClassifier
        Says how to bin.
    encoded : ndarray of float, shape (n, k)
        Encoded clients.
    defaulted : ndarray of 0 or 1, shape (n,)
        1 where the client did not repay.
    categories : int
        How many of the columns, the last ones, are categories.
    """
    columns = encoded.shape[1]
    return lightgbm.Dataset(
        encoded,
        defaulted,
        categorical_feature=list(range(columns - categories, columns)),
        params=_parameters(estimator),
        free_raw_data=True,
    ).construct()


def train(estimator: LGBMClassifier, data: lightgbm.Dataset) -> lightgbm.Booster:
    """Grow the trees that `estimator.fit` would grow on the same clients."""
    return lightgbm.train(
        _parameters(estimator),
        data,
        num_boost_round=estimator.n_estimators,
        keep_training_booster=True,  # else it is written as text and read again
    )


def _parameters(estimator: LGBMClassifier) -> dict[str, Any]:
    given = estimator.get_params()
    ours = ("n_estimators", "class_weight", "importance_type", "objective", "n_jobs")
    wanted = {name: value for name, value in given.items() if name not in ours}
    return {**wanted, "objective": "binary"}
