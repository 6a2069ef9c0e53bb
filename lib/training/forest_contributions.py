"""What each feature adds to a forest's votes."""

import warnings

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier

with warnings.catch_warnings():
    # shap 0.51, when it is imported, calls what matplotlib is about to drop.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

Floats = npt.NDArray[np.float64]


def forest_contributions(forest: RandomForestClassifier, encoded: Floats) -> Floats:
    """Give the exact SHAP values of the votes for default (Lundberg et al., 2020), shape (n, k)."""
    return np.asarray(shap.TreeExplainer(forest).shap_values(encoded))[:, :, 1]
