"""Features that know too much: known perhaps only after the decision, they would not be there then.

A feature is suspicious if alone it ranks clients better than any honest one could, or if it marks a
good part of the defaults with near certainty. Rates by value are learned on one half of the clients
and judged on the other, so rare values do not look wise by chance.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.metrics import roc_auc_score

from lib.training.data import Clients

# The best external scores alone reach 0.65 to 0.70.
SUSPICIOUS_AUC = 0.85
NEARLY_CERTAIN = 0.9
SUSPICIOUS_SHARE = 0.05

GROUPS = 20
ENOUGH_CLIENTS = 50_000

COLUMNS = ("feature", "auc", "marked_defaults")


def suspicious_features(clients: Clients) -> pd.DataFrame:
    """List the features that may leak the outcome.

    Parameters
    ----------
    clients : Clients
        Training clients; of many, 50,000 at even distances are looked at.

    Returns
    -------
    DataFrame
        `feature`, its own `auc`, and `marked_defaults`: the share of all defaults that have a value
        of it with which 90 % or more default. The most suspicious first; empty if there are none,
        or if a single client of one outcome leaves nothing to judge by.
    """
    step = -(-len(clients) // ENOUGH_CLIENTS)
    looked_at = clients.only(np.arange(0, len(clients), step))
    if np.bincount(looked_at.defaulted, minlength=2).min() < 2:
        return pd.DataFrame(columns=list(COLUMNS))
    known = _half_with_both_outcomes(looked_at.defaulted)
    rows = []
    for name in looked_at.features:
        groups = _groups(looked_at.features[name], known)
        rows.append((name, *_knowledge(groups, looked_at.defaulted, known)))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    suspicious = (table["auc"] >= SUSPICIOUS_AUC) | (table["marked_defaults"] >= SUSPICIOUS_SHARE)
    return table[suspicious].sort_values("auc", ascending=False, kind="stable", ignore_index=True)


def _half_with_both_outcomes(defaulted: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Take every second good client and every second default."""
    half = np.zeros(len(defaulted), dtype=bool)
    for outcome in (0, 1):
        half[np.flatnonzero(defaulted == outcome)[::2]] = True
    return half


def _groups(column: pd.Series, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Sort values into groups, at most 20 for numbers; missing is a group of its own."""
    if not is_numeric_dtype(column):
        return column.factorize()[0] + 1
    values = column.to_numpy(dtype=float)
    missing = np.isnan(values)
    if missing[known].all():
        return (~missing).astype(np.int64)
    edges = np.unique(np.quantile(values[known & ~missing], np.linspace(0, 1, GROUPS + 1)))
    return np.where(missing, 0, 1 + np.searchsorted(edges, values))


def _knowledge(
    groups: npt.NDArray[np.int64],
    defaulted: npt.NDArray[np.int8],
    known: npt.NDArray[np.bool_],
) -> tuple[float, float]:
    """Give AUC and share of marked defaults, on the half that the rates were not learned on."""
    size = int(groups.max()) + 1
    clients = np.bincount(groups[known], minlength=size)
    defaults = np.bincount(groups[known], defaulted[known], minlength=size)
    # One average client more in each group, or a value seen once would be certain.
    rate = (defaults + defaulted[known].mean()) / (clients + 1)
    claimed, outcome = rate[groups[~known]], defaulted[~known]
    marked = (claimed >= NEARLY_CERTAIN) & (outcome == 1)
    return float(roc_auc_score(outcome, claimed)), float(marked.sum() / outcome.sum())
