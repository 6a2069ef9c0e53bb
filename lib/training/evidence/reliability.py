"""Whether the probabilities mean what they say, before and after calibration."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

# Of the normal distribution, for intervals of 95 %.
Z95 = 1.959963984540054
STAGES = ("before", "after")


def reliability(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, groups: int = 10
) -> pd.DataFrame:
    """Compare predicted with observed default rates in groups of equal size.

    Returns
    -------
    DataFrame
        One row a group: `clients`, `predicted` and `observed` rate, and the 95 % Wilson interval of
        the observed one, `lower` to `upper`. Clients of equal probability stay together.

    Examples
    --------
    >>> reliability([0, 1, 0, 1], [0.2, 0.2, 0.7, 0.7], groups=2)["observed"].tolist()
    [0.5, 0.5]
    """
    outcome = np.asarray(defaulted, dtype=float)
    probability = np.asarray(default_probability, dtype=float)
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, groups + 1)[1:-1]))
    group = np.searchsorted(edges, probability, side="left")
    table = (
        pd.DataFrame({"group": group, "predicted": probability, "observed": outcome})
        .groupby("group")
        .agg(
            clients=("observed", "size"),
            predicted=("predicted", "mean"),
            observed=("observed", "mean"),
        )
        .reset_index(drop=True)
    )
    lower, upper = wilson(table["observed"], table["clients"])
    return table.assign(lower=lower, upper=upper)


def expected_calibration_error(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, groups: int = 10
) -> float:
    """Mean distance between predicted and observed rate over groups of equal size.

    Examples
    --------
    >>> round(expected_calibration_error([0, 1, 0, 1], [0.2, 0.2, 0.7, 0.7], groups=2), 3)
    0.25
    """
    table = reliability(defaulted, default_probability, groups)
    distance = (table["predicted"] - table["observed"]).abs()
    return float(np.average(distance, weights=table["clients"]))


def wilson(rate: npt.ArrayLike, clients: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give the 95 % interval of a rate (Wilson, 1927); its ends stay within [0, 1].

    Parameters
    ----------
    rate : array_like of float, shape (k,)
        Observed shares in [0, 1].
    clients : array_like of float, shape (k,)
        Of how many clients each; missing where there is nobody.

    Returns
    -------
    low, high : ndarray of float, shape (k,)

    Examples
    --------
    >>> low, high = wilson([0.5], [100])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.4], [0.6])
    """
    share, of = np.asarray(rate, dtype=float), np.asarray(clients, dtype=float)
    centre = (share + Z95**2 / (2 * of)) / (1 + Z95**2 / of)
    half = Z95 * np.sqrt(share * (1 - share) / of + (Z95 / (2 * of)) ** 2) / (1 + Z95**2 / of)
    # At a rate of 0 or 1 rounding may put an end past the rate itself, and out of [0, 1].
    low, high = np.minimum(centre - half, share), np.maximum(centre + half, share)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


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
