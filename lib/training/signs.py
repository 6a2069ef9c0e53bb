"""Whether each feature pushes the way that one would expect."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from lib.training.data import Catalogue
from lib.training.expectation import Direction, Expectation
from lib.training.expectations import EXPECTATIONS
from lib.training.importance import Explained, importance

# Below this rank correlation a feature goes up and down: it has no direction.
LEAST_CORRELATION = 0.2
OVER_LAST_MONTHS = re.compile(r"_last_\d+_months$")


class Verdict(StrEnum):
    """What the comparison with the expectation says."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NO_DIRECTION = "no single direction"
    NO_EXPECTATION = "nothing expected"
    NO_ORDER = "a category"


def check_signs(
    explained: Explained,
    catalogue: Catalogue,
    expectations: Sequence[Expectation] = EXPECTATIONS,
) -> pd.DataFrame:
    """Hold each feature's direction against the expected one.

    The direction found is Spearman's rank correlation of a feature's value with its contribution,
    over the clients who have a value.

    Parameters
    ----------
    explained : Explained
        From `explain`.
    catalogue : mapping of str to FeatureDescription
        How the features are called.
    expectations : sequence of Expectation
        What is expected of which features.

    Returns
    -------
    DataFrame
        One row a feature, the weightiest first: `feature`, `english`, `mean_contribution`,
        `expected` (Direction or None), `reason`, `correlation` in [-1, 1], missing where values or
        contributions are all the same or have no order, and `verdict`.
    """
    known = {name: one for one in expectations for name in one.features}
    rows = []
    for row in importance(explained, catalogue).itertuples():
        expectation = expectation_of(row.feature, known)
        values = explained.features[row.feature]
        correlation = rank_correlation(values, explained.contributions[row.feature])
        rows.append(
            {
                "feature": row.feature,
                "english": row.english,
                "mean_contribution": row.mean_contribution,
                "expected": expectation.direction if expectation else None,
                "reason": expectation.reason if expectation else "",
                "correlation": correlation,
                "verdict": _verdict(values, expectation, correlation),
            }
        )
    return pd.DataFrame(rows)


def expectation_of(feature: str, expected: Mapping[str, Expectation]) -> Expectation | None:
    """Find the expectation of a feature, or of the one that it is a variant of.

    Examples
    --------
    >>> one = Expectation(Direction.RAISES, "why", ("mean_card_use",))
    >>> expectation_of("mean_card_use_last_6_months", {"mean_card_use": one}) is one
    True
    """
    return expected.get(feature) or expected.get(OVER_LAST_MONTHS.sub("", feature))


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


def _verdict(values: pd.Series, expectation: Expectation | None, correlation: float) -> Verdict:
    if not is_numeric_dtype(values):
        return Verdict.NO_ORDER
    if expectation is None:
        return Verdict.NO_EXPECTATION
    if not abs(correlation) >= LEAST_CORRELATION:
        return Verdict.NO_DIRECTION
    found = Direction(int(np.sign(correlation)))
    return Verdict.AGREES if found is expectation.direction else Verdict.DISAGREES
