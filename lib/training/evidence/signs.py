"""Whether each feature pushes the way that one would expect."""

from enum import StrEnum

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from lib.features.description import Direction, Effect
from lib.training.data import Catalogue
from lib.training.evidence.importance import Explained, importance

# Below this rank correlation a feature goes up and down: it has no direction.
LEAST_CORRELATION = 0.2
COLUMNS = (
    "feature",
    "english",
    "mean_contribution",
    "expected",
    "reason",
    "correlation",
    "verdict",
)


class Verdict(StrEnum):
    """What the comparison with the expectation says."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NO_DIRECTION = "no single direction"
    NO_EXPECTATION = "nothing expected"
    NO_ORDER = "a category"


def check_signs(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Hold the direction of each feature against the one that the catalogue declares.

    The direction found is Spearman's rank correlation of a feature's value with its contribution,
    over the clients who have a value.

    Parameters
    ----------
    explained : Explained
        From `explain`.
    catalogue : mapping of str to FeatureDescription
        How the features are called, and which way they should push.

    Returns
    -------
    DataFrame
        One row a feature, the weightiest first: `feature`, `english`, `mean_contribution`,
        `expected` (``raises``, ``lowers`` or None), `reason`, `correlation` in [-1, 1], missing
        where values or contributions are all the same or have no order, and `verdict`.
    """
    rows = []
    for row in importance(explained, catalogue).to_dict("records"):
        direction = catalogue[row["feature"]].direction
        values = explained.features[row["feature"]]
        correlation = rank_correlation(values, explained.contributions[row["feature"]])
        rows.append(
            {
                "feature": row["feature"],
                "english": row["english"],
                "mean_contribution": row["mean_contribution"],
                "expected": direction.effect.name.lower() if direction else None,
                "reason": direction.reason if direction else "",
                "correlation": correlation,
                "verdict": _verdict(values, direction, correlation),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rank_correlation(values: pd.Series, contributions: pd.Series) -> float:
    """Give Spearman's correlation, or NaN where one of both never changes or has no order.

    Examples
    --------
    >>> rank_correlation(pd.Series([1.0, 2.0, 9.0]), pd.Series([0.3, 0.2, 0.1]))
    -1.0
    """
    if not is_numeric_dtype(values):
        return np.nan
    given = values.notna()
    value, contribution = values[given], contributions[given]
    if value.nunique() < 2 or contribution.nunique() < 2:
        return np.nan
    return float(np.round(value.rank().corr(contribution.rank()), 12))


def _verdict(values: pd.Series, direction: Direction | None, correlation: float) -> Verdict:
    if not is_numeric_dtype(values):
        return Verdict.NO_ORDER
    if direction is None:
        return Verdict.NO_EXPECTATION
    if not abs(correlation) >= LEAST_CORRELATION:
        return Verdict.NO_DIRECTION
    found = Effect.RAISES if correlation > 0 else Effect.LOWERS
    return Verdict.AGREES if found is direction.effect else Verdict.DISAGREES
