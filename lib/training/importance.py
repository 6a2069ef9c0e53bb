"""What the model looks at: the mean size of each feature's contribution."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier

from lib.training.data import Catalogue
from lib.training.encoding import source_features
from lib.training.forest_contributions import forest_contributions
from lib.training.selection import Selection


def contributions(pipeline: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
    """Give each feature's SHAP value for each client, in units of the margin.

    Trees by LightGBM's own exact algorithm, a forest's by shap's; linear models by coefficient
    times distance from the mean, which is exact for them; a dummy looks at nothing.

    Returns
    -------
    DataFrame, shape (n, k)
        Columns are the features.
    """
    estimator = pipeline.named_steps["estimate"]
    if isinstance(estimator, DummyClassifier):
        return pd.DataFrame(0.0, index=features.index, columns=features.columns)
    encode = pipeline.named_steps["encode"]
    encoded = encode.transform(features)
    if isinstance(estimator, LGBMClassifier):
        by_column = np.asarray(estimator.booster_.predict(encoded, pred_contrib=True))[:, :-1]
    elif isinstance(estimator, BalancedRandomForestClassifier):
        by_column = forest_contributions(estimator, encoded)
    else:
        by_column = (encoded - encoded.mean(axis=0)) * estimator.coef_[0]
    return _summed_by_feature(by_column, source_features(encode), features)


def importance(selection: Selection, catalogue: Catalogue, clients: int = 1000) -> pd.DataFrame:
    """Rank features by the mean size of their contribution, over (some of) the test clients.

    Returns
    -------
    DataFrame
        `feature`, its labels `french` and `english`, `family`, `mean_contribution` in log-odds of
        the default probability; largest first.
    """
    features = selection.data.test.features.iloc[:clients]
    by_client = contributions(selection.pipeline, features) * selection.calibration.slope
    size = by_client.abs().mean().sort_values(ascending=False, kind="stable")
    described = [catalogue[name] for name in size.index]
    return pd.DataFrame(
        {
            "feature": size.index,
            "french": [row.label.fr for row in described],
            "english": [row.label.en for row in described],
            "family": [str(row.family) for row in described],
            "mean_contribution": size.to_numpy(),
        }
    )


def _summed_by_feature(
    by_column: npt.NDArray[np.float64], sources: list[str], features: pd.DataFrame
) -> pd.DataFrame:
    position = {name: i for i, name in enumerate(features.columns)}
    total = np.zeros((len(by_column), len(position)))
    np.add.at(total.T, [position[name] for name in sources], by_column.T)
    return pd.DataFrame(total, index=features.index, columns=features.columns)
