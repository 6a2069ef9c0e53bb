"""Whether the probabilities mean what they say."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Z95 = 1.959963984540054


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
    lower, upper = _wilson(table["observed"].to_numpy(), table["clients"].to_numpy())
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


def _wilson(
    rate: npt.NDArray[np.float64], clients: npt.NDArray[np.int_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    centre = (rate + Z95**2 / (2 * clients)) / (1 + Z95**2 / clients)
    half = Z95 * np.sqrt(rate * (1 - rate) / clients + (Z95 / (2 * clients)) ** 2)
    half = half / (1 + Z95**2 / clients)
    # At a rate of 0 or 1 rounding may put the end past the rate itself.
    return np.minimum(centre - half, rate), np.maximum(centre + half, rate)
