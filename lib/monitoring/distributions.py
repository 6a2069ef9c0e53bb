"""Whether clients are still like those of the reference: by feature, and by default probability."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import chi2, false_discovery_control

from lib.scoring.card import Distribution

Floats = npt.NDArray[np.float64]

# Put into every cell where one of two samples has an empty one: a logarithm of 0 is infinite.
HALF_A_CLIENT = 0.5
# Cells in which fewer clients are expected are tested together.
FEWEST_EXPECTED = 5.0


def population_stability_index(reference: npt.ArrayLike, counts: npt.ArrayLike) -> float:
    """Give how far shares have moved: the population stability index (Siddiqi, 2006).

    It is the sum over cells of (q - p) ln(q / p), where p and q are the shares of both samples. It
    is the same whichever sample is called the reference, and 0 where shares are equal. Where a
    sample has an empty cell, half a client is added to each cell of both.

    Parameters
    ----------
    reference, counts : array_like of float, shape (k,)
        Clients in each cell, 0 or more, of the reference and of now; neither is empty.

    Returns
    -------
    float
        0 or more.

    Examples
    --------
    >>> round(population_stability_index([100, 100], [150, 50]), 4)
    0.2747
    """
    before, now = _paired(reference, counts)
    if (before == 0).any() or (now == 0).any():
        before, now = before + HALF_A_CLIENT, now + HALF_A_CLIENT
    p, q = before / before.sum(), now / now.sum()
    return float(np.sum((q - p) * np.log(q / p)))


def homogeneity_p_value(reference: npt.ArrayLike, counts: npt.ArrayLike) -> float:
    """Give how often chance alone would part two samples so far: the chi-square test (Pearson).

    Both samples have drawn from one population under the hypothesis (Pearson, 1911). Cells in which
    fewer than five clients of the smaller sample are expected are put together (Cochran, 1954): one
    client with a rare value is no evidence.

    Parameters
    ----------
    reference, counts : array_like of float, shape (k,)
        Clients in each cell, 0 or more, of the reference and of now; neither is empty.

    Returns
    -------
    float
        In [0, 1]; 1 where there is one cell only.

    Examples
    --------
    >>> round(homogeneity_p_value([100, 100], [110, 90]), 4)
    0.3167
    >>> homogeneity_p_value([1000, 0], [1000, 1])
    1.0
    """
    table = _joined(np.array(_paired(reference, counts)))
    if table.shape[1] < 2:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return float(chi2.sf(statistic, table.shape[1] - 1))


def _paired(reference: npt.ArrayLike, counts: npt.ArrayLike) -> tuple[Floats, Floats]:
    before, now = np.asarray(reference, dtype=float), np.asarray(counts, dtype=float)
    occurring = (before + now) > 0
    return before[occurring], now[occurring]


def _joined(table: Floats) -> Floats:
    """Put the cells of a table of two rows together in which too few clients are expected."""
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    rare = int((expected < FEWEST_EXPECTED).sum())
    if rare and expected[:rare].sum() < FEWEST_EXPECTED:
        rare += 1  # together they are still too few
    return np.column_stack([table[:, :rare].sum(axis=1), table[:, rare:]]) if rare else table


def count_as(reference: Distribution, column: pa.ChunkedArray | pa.Array) -> Distribution:
    """Count values in the bins or categories of a reference.

    Parameters
    ----------
    reference : Distribution
        Whose bins or categories.
    column : Array
        Values of the same feature, numbers or texts; null or NaN where missing.

    Examples
    --------
    >>> before = Distribution(name="housing", categories=("owns", "rents"), counts=(3, 1))
    >>> now = count_as(before, pa.array(["rents", None, "a boat"]))
    >>> now.counts, now.missing, now.unseen
    ((0, 1), 1, 1)
    """
    if reference.categories:
        known = pa.array(reference.categories, pa.string())
        place = pc.index_in(column.cast(pa.string()), value_set=known).drop_null()
        given, cells = len(column) - column.null_count, len(reference.categories)
        counts = np.bincount(place.to_numpy(), minlength=cells)
        missing, unseen = column.null_count, given - len(place)
    else:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        bins = np.searchsorted(np.array(reference.edges), values)
        empty = np.isnan(values)
        counts = np.bincount(bins[~empty], minlength=len(reference.counts))
        missing, unseen = int(empty.sum()), 0
    return reference.model_copy(
        update={"counts": tuple(counts.tolist()), "missing": missing, "unseen": unseen}
    )


def cells_of(distribution: Distribution) -> Floats:
    """Give the clients in each cell, shape (k + 2,): missing and unseen values are cells too."""
    return np.array([*distribution.counts, distribution.missing, distribution.unseen], dtype=float)


def drift(
    reference: Iterable[Distribution], columns: Mapping[str, pa.ChunkedArray]
) -> pd.DataFrame:
    """Hold the values of each feature against the reference.

    Parameters
    ----------
    reference : iterable of Distribution
        Of each feature.
    columns : mapping of str to ChunkedArray
        Values of now, by feature; a feature that is not there is missing of everybody.

    Returns
    -------
    DataFrame
        One row a feature, the farthest first: `feature`, `clients`, `psi`, `p_value` (in [0, 1],
        adjusted for all features together; Benjamini and Hochberg, 1995), `missing` and `unseen`
        with `missing_before` and `unseen_before`, shares in [0, 1].
    """
    clients = max((len(column) for column in columns.values()), default=0)
    nobody = pa.chunked_array([pa.nulls(clients)])
    rows = [
        _drift_of(before, count_as(before, columns.get(before.name, nobody)))
        for before in reference
    ]
    table = pd.DataFrame(
        rows,
        columns=[
            "feature",
            "clients",
            "psi",
            "p_value",
            "missing",
            "missing_before",
            "unseen",
            "unseen_before",
        ],
    )
    if len(table):
        table["p_value"] = false_discovery_control(table["p_value"])
    return table.sort_values("psi", ascending=False, kind="stable", ignore_index=True)


def _drift_of(before: Distribution, now: Distribution) -> tuple[str | float, ...]:
    cells, cells_before = cells_of(now), cells_of(before)
    clients, clients_before = cells.sum(), cells_before.sum()
    return (
        before.name,
        int(clients),
        population_stability_index(cells_before, cells),
        homogeneity_p_value(cells_before, cells),
        now.missing / clients,
        before.missing / clients_before,
        now.unseen / clients,
        before.unseen / clients_before,
    )
