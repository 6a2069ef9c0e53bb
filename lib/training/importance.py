"""What the model looks at: what each feature adds to the log-odds of the test clients."""

from dataclasses import dataclass

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

CLIENTS = 2000


@dataclass(frozen=True)
class Explained:
    """Clients with what each feature adds to their log-odds.

    Attributes
    ----------
    features : DataFrame, shape (n, k)
        The clients' values.
    contributions : DataFrame, shape (n, k)
        SHAP values, in log-odds of the default probability; above 0 pushes towards refusal.
    """

    features: pd.DataFrame
    contributions: pd.DataFrame


def explain(selection: Selection, clients: int = CLIENTS) -> Explained:
    """Explain the winner's probabilities of (at most so many of) the test clients."""
    features = selection.data.test.features.iloc[:clients]
    by_client = contributions(selection.pipeline, features) * selection.calibration.slope
    return Explained(features, by_client)


def contributions(pipeline: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
    """Give each feature's SHAP value for each client, in units of the margin.

    LightGBM by its own exact algorithm, forests by shap's; linear models by coefficient times
    distance from the mean, which is exact for them; a dummy looks at nothing.

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


def importance(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Rank features by the mean size of their contribution.

    Returns
    -------
    DataFrame
        `feature`, its labels `french` and `english`, `family`, `mean_contribution` in log-odds of
        the default probability; largest first.
    """
    size = explained.contributions.abs().mean().sort_values(ascending=False, kind="stable")
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


def importance_by_family(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Rank families by the mean size of what their features add together.

    Within a client the contributions of one family are summed first: two features that say the
    opposite of each other cancel out.

    Returns
    -------
    DataFrame
        `family`, `features` (how many the model knows), `mean_contribution`; largest first.
    """
    family = pd.Series({n: str(catalogue[n].family) for n in explained.contributions})
    together = explained.contributions.T.groupby(family).sum().T
    table = pd.DataFrame(
        {
            "features": family.value_counts(),
            "mean_contribution": together.abs().mean(),
        }
    )
    ranked = table.sort_values("mean_contribution", ascending=False, kind="stable")
    return ranked.reset_index(names="family")


def _summed_by_feature(
    by_column: npt.NDArray[np.float64], sources: list[str], features: pd.DataFrame
) -> pd.DataFrame:
    position = {name: i for i, name in enumerate(features.columns)}
    total = np.zeros((len(by_column), len(position)))
    np.add.at(total.T, [position[name] for name in sources], by_column.T)
    return pd.DataFrame(total, index=features.index, columns=features.columns)
