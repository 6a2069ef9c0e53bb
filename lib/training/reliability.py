"""Whether the probabilities mean what they say."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

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

    Examples
    --------
    >>> low, high = wilson([0.5], [100])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.4], [0.6])
    """
    share, of = np.asarray(rate, dtype=float), np.asarray(clients, dtype=float)
    centre = (share + Z95**2 / (2 * of)) / (1 + Z95**2 / of)
    half = Z95 * np.sqrt(share * (1 - share) / of + (Z95 / (2 * of)) ** 2) / (1 + Z95**2 / of)
    # At a rate of 0 or 1 rounding may put the end past the rate itself.
    return np.minimum(centre - half, share), np.maximum(centre + half, share)
