"""From a client's features to the numbers that an estimator reads; learned inside the folds."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler


def for_trees(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """Pass numbers through and give each category a number; missing stays missing.

    Columns leave in the order numbers, categories, so the categories are the last ones.

    Examples
    --------
    >>> import pandas as pd
    >>> clients = pd.DataFrame({"housing": ["own", None, "rent"], "income": [2.0, 1.0, None]})
    >>> for_trees(["income"], ["housing"]).fit_transform(clients)
    array([[ 2.,  0.],
           [ 1., nan],
           [nan,  1.]])
    """
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=np.nan
    )
    return ColumnTransformer(
        [
            ("numbers", "passthrough", list(numeric)),
            ("categories", ordinal, list(categorical)),
        ]
    )


class ValueScaler(StandardScaler):
    """Standardises the columns that hold values; the indicators after them stay 0 and 1.

    Few clients lack what nearly all give. An indicator of one client in a thousand has a deviation
    of 0.03: divided by it, it is 30 for that client, and the penalty on coefficients hardly keeps
    a handful of clients from deciding what the lack weighs.

    Parameters
    ----------
    values : int
        How many columns, the first ones, hold values.

    Examples
    --------
    >>> ValueScaler(values=1).fit_transform([[0.0, 0.0], [0.0, 0.0], [3.0, 1.0], [5.0, 0.0]])[2]
    array([0.47140452, 1.        ])
    """

    def __init__(self, values: int) -> None:
        super().__init__()
        self.values = values

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: N803 (sklearn's)
        """Learn the values' means and deviations."""
        super().fit(X, y, sample_weight)
        self.mean_[self.values :] = 0.0
        self.scale_[self.values :] = 1.0
        return self


def for_linear_model(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """Fill and scale numbers, say which were missing, and give each category a column.

    Examples
    --------
    >>> import pandas as pd
    >>> clients = pd.DataFrame({"housing": ["own", None, "rent"], "income": [2.0, 1.0, None]})
    >>> for_linear_model(["income"], ["housing"]).fit_transform(clients).shape  # value, missing, 3
    (3, 5)
    """
    numbers = Pipeline(
        [
            (
                "impute",
                SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            ),
            ("scale", ValueScaler(values=len(numeric))),
        ]
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [("numbers", numbers, list(numeric)), ("categories", one_hot, list(categorical))]
    )


def source_features(encode: ColumnTransformer) -> list[str]:
    """Say for each encoded column which feature it comes from, so that effects can be summed back.

    Examples
    --------
    >>> import pandas as pd
    >>> clients = pd.DataFrame({"housing": ["own", "rent"], "income": [2.0, None]})
    >>> source_features(for_linear_model(["income"], ["housing"]).fit(clients))
    ['income', 'income', 'housing', 'housing']
    """
    columns: list[str] = []
    for name, step, features in encode.transformers_:
        if name == "numbers":
            columns += features
            if isinstance(step, Pipeline):
                columns += [features[i] for i in step.named_steps["impute"].indicator_.features_]
        elif isinstance(step, OneHotEncoder):
            columns += [
                f for f, kinds in zip(features, step.categories_, strict=True) for _ in kinds
            ]
        else:
            columns += features
    return columns
