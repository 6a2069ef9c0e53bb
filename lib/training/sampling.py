"""Other clients to learn from: fewer good ones, or synthetic defaults besides the real ones.

Samplers come before the encoder, see the training part of a fold only, and never touch the clients
that are judged.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTENC
from imblearn.under_sampling import RandomUnderSampler
from pandas.api.types import is_numeric_dtype

from lib.decision import InvalidInput

Outcomes = npt.NDArray[np.int8]

DEFAULTS_PER_GOOD = 0.3
NEIGHBOURS = 5
# Neighbours are sought among pairs of defaults, so their number is bounded.
MOST_PARENTS = 5000


def under_sampling(seed: int) -> RandomUnderSampler:
    """Leave out good clients, drawn at random, until there are as many as defaults."""
    return RandomUnderSampler(random_state=seed)


def over_sampling(seed: int) -> FunctionSampler:
    """Add synthetic defaults by SMOTE-NC (Chawla et al., 2002), missing values included."""
    return FunctionSampler(func=add_defaults, validate=False, kw_args={"seed": seed})


def add_defaults(
    features: pd.DataFrame, defaulted: Outcomes, seed: int
) -> tuple[pd.DataFrame, Outcomes]:
    """Put synthetic defaults between real ones that resemble each other.

    Whether a number is missing counts as one more category, by which SMOTE-NC's neighbours vote:
    else a value that is there would tell real clients from synthetic ones.

    Parameters
    ----------
    features : DataFrame, shape (n, k)
        Numbers and categories, missing values allowed.
    defaulted : ndarray of 0 or 1, shape (n,)
        1 where the client did not repay.
    seed : int
        Fixes parents and neighbours.

    Returns
    -------
    features, defaulted
        All clients as they are, then the synthetic ones: 3 defaults for 10 good clients in all.

    Raises
    ------
    InvalidInput
        If there are fewer than two defaults.
    """
    defaults = np.flatnonzero(defaulted == 1)
    goods = np.flatnonzero(defaulted == 0)
    wanted = int(DEFAULTS_PER_GOOD * len(goods)) - len(defaults)
    if len(defaults) < 2:
        raise InvalidInput(
            f"{len(defaults)} defaults", "SMOTE-NC needs two at least", "give more clients"
        )
    if wanted <= 0:
        return features, defaulted
    random = np.random.default_rng(seed)
    parents = np.sort(random.permutation(defaults)[:MOST_PARENTS])
    numbers, categories = _in_kinds(features)
    sampler = SMOTENC(
        categorical_features=[numbers.shape[1] + i for i in range(categories.shape[1])],
        sampling_strategy={1: len(parents) + wanted},
        k_neighbors=min(NEIGHBOURS, len(parents) - 1),
        random_state=seed,
    )
    kept = np.concatenate([goods, parents])
    table = np.column_stack([numbers, categories])[kept]
    grown, _ = sampler.fit_resample(table, defaulted[kept])
    synthetic = _as_features(grown[len(kept) :], features)
    return (
        pd.concat([features, synthetic], ignore_index=True),
        np.concatenate([defaulted, np.ones(wanted, dtype=defaulted.dtype)]),
    )


def _in_kinds(
    features: pd.DataFrame,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give filled numbers; missing flags and categories' codes. Each kind has a constant column.

    SMOTE-NC wants one column of either kind at least.
    """
    numeric = _numeric(features)
    values = features[numeric].to_numpy(dtype=float)
    missing = np.isnan(values)
    centre = features[numeric].median().fillna(0).to_numpy(dtype=float)
    codes = [features[name].factorize()[0] for name in features.columns.difference(numeric, False)]
    constant = np.zeros((len(features), 1))
    return (
        np.column_stack([constant, np.where(missing, centre, values)]),
        np.column_stack([constant, missing, *codes]).astype(float),
    )


def _as_features(rows: npt.NDArray[np.float64], features: pd.DataFrame) -> pd.DataFrame:
    """Undo `_in_kinds`."""
    numeric = _numeric(features)
    count = len(numeric)
    numbers, missing = rows[:, 1 : 1 + count], rows[:, 2 + count : 2 + 2 * count]
    columns: dict[str, object] = dict(
        zip(numeric, np.where(missing == 1, np.nan, numbers).T, strict=True)
    )
    names = features.columns.difference(numeric, sort=False)
    for name, codes in zip(names, rows[:, 2 + 2 * count :].T.astype(int), strict=True):
        _, known = features[name].factorize()
        # The code of a missing category is -1, which takes the last place.
        columns[name] = known.append(pd.Index([None], dtype=known.dtype)).take(codes)
    return pd.DataFrame(columns)[list(features.columns)].astype(features.dtypes)


def _numeric(features: pd.DataFrame) -> list[str]:
    return [name for name in features if is_numeric_dtype(features[name])]
