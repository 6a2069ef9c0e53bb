"""What calibration changes: how true the probabilities are before and after it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.training.reliability import expected_calibration_error, reliability

STAGES = ("before", "after")


def calibration_evidence(
    defaulted: npt.ArrayLike, before: npt.ArrayLike, after: npt.ArrayLike
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure out-of-fold probabilities before and after calibration.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    before, after : array_like of float, shape (n,)
        Probabilities as the estimator claims them, and as calibration gives them, cross-fitted.

    Returns
    -------
    figures : DataFrame
        Rows `before` and `after`: `brier` (mean squared error; Brier, 1950),
        `expected_calibration_error`, `mean_probability` and `default_rate`.
    curves : DataFrame
        Reliability in ten groups of equal size, with the column `stage`.

    Examples
    --------
    >>> figures, _ = calibration_evidence([0, 0, 0, 1], [0.5] * 4, [0.25] * 4)
    >>> figures["expected_calibration_error"].to_dict()
    {'before': 0.25, 'after': 0.0}
    """
    outcome = np.asarray(defaulted, dtype=float)
    rows, curves = {}, []
    for stage, probability in zip(STAGES, (before, after), strict=True):
        claimed = np.asarray(probability, dtype=float)
        rows[stage] = {
            "brier": float(((claimed - outcome) ** 2).mean()),
            "expected_calibration_error": expected_calibration_error(outcome, claimed),
            "mean_probability": float(claimed.mean()),
            "default_rate": float(outcome.mean()),
        }
        curves.append(reliability(outcome, claimed).assign(stage=stage))
    return pd.DataFrame.from_dict(rows, orient="index"), pd.concat(curves, ignore_index=True)
