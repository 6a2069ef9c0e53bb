"""The few formulas that the comparisons share."""

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def auc(values: Floats, is_bad: npt.NDArray[np.bool_]) -> float:
    """Compute the chance that a bad client has the higher value; ties count half.

    Examples
    --------
    >>> auc(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True]))
    0.875
    """
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    bad = np.bincount(place, is_bad, len(size))
    good = size - bad
    below = np.cumsum(good) - good
    pairs = bad.sum() * good.sum()
    return float(np.sum(bad * (below + good / 2)) / pairs) if pairs else float("nan")


def auc_error(auc: float, bad: float, good: float) -> float:
    """Compute the standard error of an AUC (Hanley & McNeil 1982).

    Examples
    --------
    >>> round(auc_error(0.65, bad=350, good=3950), 4)
    0.0165
    """
    both_bad, both_good = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (bad - 1) * (both_bad - auc**2) + (good - 1) * (both_good - auc**2)
    return float(np.sqrt(max(0.0, variance) / max(1.0, bad * good)))


def share_error(share: float, number: float) -> float:
    """Compute the standard error of a share.

    Examples
    --------
    >>> share_error(0.5, 100)
    0.05
    """
    inside = min(1.0, max(0.0, share))
    return float(np.sqrt(inside * (1 - inside) / max(1.0, number)))


def arrays(table: ir.Table) -> dict[str, Floats]:
    """Fetch columns of numbers; null is NaN."""
    fetched = table.to_pyarrow()
    return {
        name: fetched[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in fetched.column_names
    }
