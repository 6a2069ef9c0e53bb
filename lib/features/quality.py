"""The quality of built features: how much is missing, how strong each is alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq
from scipy.stats import rankdata

from lib.features.catalogue import CATALOGUE
from lib.features.description import Unit
from lib.features.file import features_files


def area_under_curve(value: npt.ArrayLike, defaulted: npt.ArrayLike) -> float:
    """Give the chance that a client who defaulted has a higher value than one who repaid.

    Equal values count half. It is NaN unless both kinds of client are there.

    Examples
    --------
    >>> area_under_curve([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1])
    1.0
    >>> area_under_curve([1.0, 1.0], [0, 1])
    0.5
    """
    is_default = np.asarray(defaulted, dtype=bool)
    defaults, repaid = int(is_default.sum()), int((~is_default).sum())
    if not defaults or not repaid:
        return float("nan")
    ranks = rankdata(np.asarray(value, dtype=float))[is_default]
    return float((ranks.sum() - defaults * (defaults + 1) / 2) / (defaults * repaid))


def assess_features(path: Path | str) -> pd.DataFrame:
    """Measure every feature of a file, one column in memory at a time.

    Parameters
    ----------
    path : Path
        A file, or folder of files, as `write_features` writes it.

    Returns
    -------
    DataFrame
        One row a feature: ``feature``, ``label``, ``family``, ``missing_rate``, ``distinct``,
        ``auc`` (alone, among clients whose outcome and value are known; NaN for categories) and
        ``strength``, its distance from one half.
    """
    path = Path(path)
    target = (
        pq.read_table(path, columns=["target"])
        .column(0)
        .to_numpy(zero_copy_only=False)
        .astype(float)
    )
    table = pd.DataFrame(_measures(path, target))
    return table.assign(strength=(table["auc"] - 0.5).abs())


def summarise_families(assessed: pd.DataFrame) -> pd.DataFrame:
    """Sum up `assess_features` by family, in reading order."""
    return assessed.groupby("family", sort=False).agg(
        features=("feature", "size"),
        mean_missing_rate=("missing_rate", "mean"),
        strongest_alone=("strength", "max"),
    )


def _measures(path: Path, target: npt.NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    present = set(pq.read_schema(features_files(path)[0]).names)
    for name, row in CATALOGUE.items():
        if name not in present:
            continue
        values = pq.read_table(path, columns=[name]).column(0)
        yield {
            "feature": name,
            "label": row.label.en,
            "family": str(row.family),
            "missing_rate": values.null_count / max(len(values), 1),
            "distinct": len(values.drop_null().unique()),
            "auc": float("nan") if row.unit is Unit.CATEGORY else _auc_where_known(values, target),
        }


def _auc_where_known(values: Any, target: npt.NDArray[np.float64]) -> float:
    numbers = values.to_numpy(zero_copy_only=False).astype(float)
    known = ~np.isnan(numbers) & ~np.isnan(target)
    return area_under_curve(numbers[known], target[known])
