"""What outcomes say: cost, ranking and its fall since development, and whether probabilities held.

All figures are of clients whose outcome is known. Where only granted clients have one, these are
other clients than those of the development: what was expected of the same clients is the fair
comparison (`lib.monitoring.expected`).
"""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from model_diagnostics.calibration import compute_bias
from scipy.stats import beta, chi2, false_discovery_control, norm

from lib.decision import Z95, Costs, InvalidInput, client_costs, mean_interval
from lib.features.description import name_bands
from lib.monitoring.expected import Estimate

Floats = npt.NDArray[np.float64]

# Groups of the test of Hosmer and Lemeshow: the usual tenths of the clients.
GROUPS = 10
# Into so many parts a number is divided to look for bias.
SEGMENTS = 5
# Where fewer defaults were to be expected, a segment without any would look surely misjudged.
FEWEST_EXPECTED_DEFAULTS = 5.0


def realised_cost(
    defaulted: npt.ArrayLike, refused: npt.ArrayLike, costs: Costs, seed: int = 0
) -> Estimate:
    """Give the business cost of decisions, with the bootstrap interval of drawing such clients.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    refused : array_like of bool, shape (n,)
        The decisions.
    costs : CostMatrix or ClientCosts
        What the wrong ones cost.
    seed : int
        Fixes the draws.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> realised_cost([1, 0, 0, 0], [True, True, False, False], CostMatrix(10, 1)).value
    0.25
    """
    each = client_costs(defaulted, refused, costs)
    return Estimate(float(each.mean()), *mean_interval(each, seed))


def auc_with_error(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike
) -> tuple[float, float]:
    """Give the area under the ROC curve with its standard error (DeLong et al., 1988).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay; two clients at least of each.
    default_probability : array_like of float, shape (n,)
        What they are ranked by.

    Returns
    -------
    auc : float
        In [0, 1].
    error : float
        Its standard error.

    Raises
    ------
    InvalidInput
        If fewer than two clients have one of the outcomes.

    Examples
    --------
    >>> auc, error = auc_with_error([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.8])
    >>> auc, round(error, 4)
    (0.75, 0.3536)
    """
    outcome = np.asarray(defaulted).astype(bool)
    _require_both(outcome)
    probability = np.asarray(default_probability, dtype=float)
    bad, good = probability[outcome], probability[~outcome]
    of_bad = _share_above(good, bad)
    of_good = 1 - _share_above(bad, good)
    variance = of_bad.var(ddof=1) / len(bad) + of_good.var(ddof=1) / len(good)
    return float(of_bad.mean()), sqrt(float(variance))


def _require_both(outcome: npt.NDArray[np.bool_]) -> None:
    if min(outcome.sum(), (~outcome).sum()) < 2:
        raise InvalidInput(
            f"{int(outcome.sum())} defaults of {len(outcome)} outcomes",
            "a ranking is judged by two clients at least of either outcome",
            "wait for more outcomes",
        )


def _share_above(others: Floats, values: Floats) -> Floats:
    """Give for each value the share of the others that lies below, equals by half."""
    ordered = np.sort(others)
    below, up_to = np.searchsorted(ordered, values), np.searchsorted(ordered, values, "right")
    share: Floats = (below + up_to) / 2 / len(others)
    return share


def realised_auc(defaulted: npt.ArrayLike, default_probability: npt.ArrayLike) -> Estimate:
    """Give the area under the ROC curve with its 95 % interval; parameters as `auc_with_error`."""
    auc, error = auc_with_error(defaulted, default_probability)
    return Estimate(auc, max(auc - Z95 * error, 0.0), min(auc + Z95 * error, 1.0))


def auc_fall_p_value(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, auc_of_development: float
) -> float:
    """Test whether clients are ranked worse than at the development.

    It is the test of the supervisors' validation instructions (European Central Bank, 2019,
    Instructions for reporting the validation results of internal models, 2.5.4.1): the AUC of the
    development is taken as known, and the statistic is its distance to that of now in standard
    errors of the latter. The supervisors take the error from the Mann-Whitney statistic; it is
    estimated here as by DeLong et al. (1988).

    Parameters
    ----------
    defaulted, default_probability
        As of `auc_with_error`.
    auc_of_development : float
        In [0, 1].

    Returns
    -------
    float
        How often chance alone would let it fall so far, in [0, 1].

    Examples
    --------
    >>> round(auc_fall_p_value([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.8], 0.75), 4)
    0.5
    """
    auc, error = auc_with_error(defaulted, default_probability)
    if error == 0:
        return float(auc >= auc_of_development)
    return float(norm.sf((auc_of_development - auc) / error))


def jeffreys_p_value(
    defaults: npt.ArrayLike, clients: npt.ArrayLike, default_probability: npt.ArrayLike
) -> Floats:
    """Test whether more clients of a grade default than was told: the Jeffreys test.

    It is the supervisors' test of a grade's probability (European Central Bank, 2019, 2.5.3.1): the
    posterior chance, from Jeffreys' prior Beta(1/2, 1/2), that the true rate is at most the
    probability told.

    Parameters
    ----------
    defaults, clients : array_like of int, shape (n,)
        Of each grade.
    default_probability : array_like of float, shape (n,)
        That was told of it on average, in [0, 1].

    Returns
    -------
    ndarray of float, shape (n,)
        In [0, 1]; small where more have defaulted than was told.

    Examples
    --------
    >>> jeffreys_p_value([0], [200], [0.01]).round(3)
    array([0.955])
    """
    came = np.asarray(defaults, dtype=float)
    repaid = np.asarray(clients, dtype=float) - came
    chance: Floats = beta.cdf(default_probability, came + 0.5, repaid + 0.5)
    return chance


def grades(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, edges: npt.ArrayLike
) -> pd.DataFrame:
    """Compare what was told and what came, grade by grade.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        In [0, 1].
    edges : array_like of float
        Of the grades, rising: those of the reference's probabilities.

    Returns
    -------
    DataFrame
        One row a grade that has clients, the safest first: `grade` (from 1), `clients`, `told` and
        `came` in [0, 1], `low` and `high` (95 % Jeffreys interval of the rate), `p_value` of
        `jeffreys_p_value`, adjusted for all grades together (Benjamini and Hochberg, 1995).

    Examples
    --------
    >>> table = grades([0, 1, 0, 1], [0.25, 0.25, 0.5, 0.75], [0.3])
    >>> table[["grade", "clients", "told", "came"]].to_dict("list")
    {'grade': [1, 2], 'clients': [2, 2], 'told': [0.25, 0.625], 'came': [0.5, 0.5]}
    """
    probability = np.asarray(default_probability, dtype=float)
    frame = pd.DataFrame(
        {
            "grade": np.searchsorted(np.asarray(edges, dtype=float), probability) + 1,
            "told": probability,
            "came": np.asarray(defaulted, dtype=float),
        }
    )
    by_grade = frame.groupby("grade").agg(
        clients=("came", "size"),
        told=("told", "mean"),
        came=("came", "mean"),
        defaults=("came", "sum"),
    )
    table = by_grade.reset_index()
    repaid = table["clients"] - table["defaults"]
    low, high = beta.ppf([[0.025], [0.975]], table["defaults"] + 0.5, repaid + 0.5)
    p_values = jeffreys_p_value(table["defaults"], table["clients"], table["told"])
    adjusted = false_discovery_control(p_values) if len(table) else p_values
    return table.assign(low=low, high=high, p_value=adjusted).drop(columns="defaults")


def hosmer_lemeshow_p_value(
    defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, groups: int = GROUPS
) -> float:
    """Test whether probabilities hold in all parts of their range (Hosmer and Lemeshow, 1980).

    Nothing was fitted on these clients, so that the statistic has as many degrees of freedom as
    there are groups (Hosmer, Lemeshow and Sturdivant, 2013, 5.2.2).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        In (0, 1).
    groups : int
        Of equal size; clients of equal probability stay together.

    Returns
    -------
    float
        In [0, 1].
    """
    probability = np.asarray(default_probability, dtype=float)
    outcome = np.asarray(defaulted, dtype=float)
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, groups + 1)))[1:-1]
    group = np.digitize(probability, edges)
    clients = np.bincount(group)
    expected = np.bincount(group, probability)
    filled = clients > 0
    clients, expected = clients[filled], expected[filled]
    came = np.bincount(group, outcome)[filled]
    statistic = ((came - expected) ** 2 / (expected * (1 - expected / clients))).sum()
    return float(chi2.sf(statistic, len(clients)))


def spiegelhalter_p_value(defaulted: npt.ArrayLike, default_probability: npt.ArrayLike) -> float:
    """Test whether probabilities hold overall (Spiegelhalter, 1986), by no groups at all.

    The Brier score is held against what it would be if every probability were exactly right.

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        In (0, 1), not all of them 0.5.

    Returns
    -------
    float
        Of both sides, in [0, 1].

    Examples
    --------
    >>> round(spiegelhalter_p_value([1], [0.2]), 4)  # two standard deviations
    0.0455
    """
    probability = np.asarray(default_probability, dtype=float)
    outcome = np.asarray(defaulted, dtype=float)
    weight = 1 - 2 * probability
    spread = (probability * (1 - probability) * weight**2).sum()
    return float(2 * norm.sf(abs(((outcome - probability) * weight).sum()) / np.sqrt(spread)))


def bias_by_segment(
    defaulted: npt.ArrayLike,
    default_probability: npt.ArrayLike,
    features: Mapping[str, npt.ArrayLike],
) -> pd.DataFrame:
    """Look for kinds of clients of whom too much or too little risk was told.

    The bias is the mean of what was told less what came, by parts of each feature, with a t test
    (Fissler, Lorentzen and Mayer, 2022; their package ``model-diagnostics`` computes it).

    Parameters
    ----------
    defaulted : array_like of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : array_like of float, shape (n,)
        In [0, 1].
    features : mapping of str to array_like, shape (n,)
        By what clients are parted: categories, or numbers, in five parts; None where missing.

    Returns
    -------
    DataFrame
        One row a segment, the surest bias first: `feature`, `segment` (empty where the value is
        missing), `clients`, `bias` (above 0
        too much risk was told), `error` (standard error), `p_value`, adjusted for all segments
        together (Benjamini and Hochberg, 1995).
    """
    outcome, told = np.asarray(defaulted, dtype=float), np.asarray(default_probability, dtype=float)
    rows: list[tuple[str, str, int, float, float, float]] = []
    for name, values in features.items():
        segments = pd.Series(segments_of(values), dtype=object)
        if segments.isna().all():
            continue
        found = compute_bias(outcome, told, pl.Series(name, segments.to_list(), dtype=pl.String))
        expected = pd.Series(told).groupby(segments.fillna("")).sum()
        rows += [
            row
            for row in _bias(name, found)
            if expected.get(row[1], 0.0) >= FEWEST_EXPECTED_DEFAULTS
        ]
    columns = ["feature", "segment", "clients", "bias", "error", "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.dropna(subset="p_value")
    if len(table):
        table["p_value"] = false_discovery_control(table["p_value"])
    return table.sort_values("p_value", kind="stable", ignore_index=True)


def segments_of(values: npt.ArrayLike) -> list[str | None]:
    """Name the segment of each value: a category itself, a number the fifth of all that it is in.

    A fifth holds its upper end, not its lower one; `lib.monitoring.groups` writes it for people.

    Examples
    --------
    >>> segments_of([1.0, 2.0, 3.0, 4.0, 5.0, None])
    ['..1', '1..2', '2..3', '3..4', '4..', None]
    >>> segments_of(["owns", None])
    ['owns', None]
    """
    column = pd.Series(values)
    known = column.dropna()
    if not pd.api.types.is_numeric_dtype(known):
        return [None if pd.isna(value) else str(value) for value in column]
    edges = np.unique(np.quantile(known, np.arange(1, SEGMENTS) / SEGMENTS, method="inverted_cdf"))
    ends = [edge for edge in edges if edge < known.max()]
    names = name_bands(ends)
    place = np.searchsorted(edges[: len(ends)], column.to_numpy(dtype=float))
    return [
        None if is_missing else names[at]
        for at, is_missing in zip(place.tolist(), column.isna(), strict=True)
    ]


def _bias(name: str, found: pl.DataFrame) -> list[tuple[str, str, int, float, float, float]]:
    return [
        (
            name,
            row[name] or "",
            row["bias_count"],
            row["bias_mean"],
            row["bias_stderr"],
            np.nan if row["p_value"] is None else row["p_value"],
        )
        for row in found.to_dicts()
    ]
