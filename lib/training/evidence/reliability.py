"""Whether the probabilities mean what they say, before and after calibration."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from lib.decision import Z95
from lib.scoring.card import CalibrationFigures, CalibrationLine

Floats = npt.NDArray[np.float64]

STAGES = ("before", "after")
# Log-odds beyond these are those of rounding.
LEAST_PROBABILITY = 1e-9
# Harrell's places for three knots, as shares of the clients.
KNOTS = (0.1, 0.5, 0.9)
# Outcomes are drawn so often to see what chance alone would do.
DRAWS = 200


def calibration_of(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, seed: int
) -> CalibrationFigures:
    """Measure the calibration of a scorer's probabilities on clients who had no say in it.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay; both occur.
    default_probability : array_like of float, shape (n,)
        In [0, 1].
    seed : int
        Fixes the outcomes that are drawn to see what chance would do.
    """
    outcome = np.asarray(defaulted, dtype=int)
    probability = np.asarray(default_probability, dtype=float)
    random = np.random.default_rng(seed)
    drawn = (random.random(len(probability)) < probability for _ in range(DRAWS))
    by_chance = [mean_distance(one, probability) for one in drawn if 0 < one.sum() < len(one)]
    return CalibrationFigures(
        **_slope(outcome, probability),
        mean_distance=mean_distance(outcome, probability),
        mean_distance_by_chance=float(np.mean(by_chance)) if by_chance else None,
        mean_probability=float(probability.mean()),
        default_rate=float(outcome.mean()),
    )


def mean_distance(defaulted: npt.ArrayLike, default_probability: npt.ArrayLike) -> float:
    """Give the integrated calibration index (Austin and Steyerberg, 2019).

    It is the mean distance between each client's probability and the smoothed default rate of
    clients with that probability. The curve is a logistic regression on a restricted cubic spline
    of the log-odds with three knots (Harrell, 2015). Groups of equal size would add the chance of
    each group: about a point among 4,000 clients, however exact the probabilities are.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay; both occur.
    default_probability : array_like of float, shape (n,)
        In [0, 1].

    Examples
    --------
    >>> round(mean_distance([0, 0, 0, 1], [0.5] * 4), 3)
    0.25
    """
    probability = np.asarray(default_probability, dtype=float)
    outcome = np.asarray(defaulted, dtype=int)
    spline = _spline(_log_odds(probability))
    if spline is None:
        return float(np.abs(probability - outcome.mean()).mean())
    smoothed = _logistic(spline, outcome).predict_proba(spline)[:, 1]
    return float(np.abs(probability - smoothed).mean())


def calibration_line(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike
) -> CalibrationLine | None:
    """Fit the line of Cox (1958) to clients who had no say in the probabilities.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        In [0, 1].

    Returns
    -------
    CalibrationLine or None
        None where all probabilities are equal, or all outcomes.

    Examples
    --------
    >>> line = calibration_line([0, 0, 0, 1, 0, 1, 1, 1], [0.25] * 4 + [0.75] * 4)
    >>> abs(round(line.intercept, 3)), round(line.slope, 3)
    (0.0, 1.0)
    """
    outcome = np.asarray(defaulted, dtype=int)
    log_odds = _log_odds(np.asarray(default_probability, dtype=float))[:, None]
    if np.ptp(log_odds) == 0 or np.ptp(outcome) == 0:
        return None
    fitted = _logistic(log_odds, outcome)
    expected = fitted.predict_proba(log_odds)[:, 1]
    design = np.column_stack([np.ones(len(outcome)), log_odds])
    information = design.T @ (design * (expected * (1 - expected))[:, None])
    spread = np.linalg.pinv(information, hermitian=True)
    return CalibrationLine(
        intercept=float(fitted.intercept_[0]),
        slope=float(fitted.coef_[0, 0]),
        intercept_variance=float(spread[0, 0]),
        slope_variance=float(spread[1, 1]),
        covariance=float(spread[0, 1]),
    )


def _slope(outcome: npt.NDArray[np.int_], probability: Floats) -> dict[str, float]:
    """Give the slope with its Wald interval; nothing where all probabilities are equal."""
    line = calibration_line(outcome, probability)
    if line is None:
        return {}
    half = float(Z95 * np.sqrt(line.slope_variance))
    return {"slope": line.slope, "slope_low": line.slope - half, "slope_high": line.slope + half}


def _logistic(design: Floats, outcome: npt.NDArray[np.int_]) -> LogisticRegression:
    return LogisticRegression(C=np.inf, solver="newton-cholesky").fit(design, outcome)


def _log_odds(probability: Floats) -> Floats:
    return np.asarray(logit(np.clip(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)))


def _spline(log_odds: Floats) -> Floats | None:
    """Give the log-odds and their bend between three knots; None where all are equal."""
    if np.ptp(log_odds) == 0:
        return None
    left, middle, right = np.quantile(log_odds, KNOTS)
    if not left < middle < right:
        return log_odds[:, None]

    def beyond(knot: float) -> Floats:
        return np.maximum(log_odds - knot, 0) ** 3

    bend = (
        beyond(left)
        - beyond(middle) * (right - left) / (right - middle)
        + beyond(right) * (middle - left) / (right - middle)
    )
    return np.column_stack([log_odds, bend / (right - left) ** 2])


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
