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
from sklearn.neighbors import NearestNeighbors

from lib.decision import InvalidInput

Floats = npt.NDArray[np.float64]
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

    Each number counts by how far defaults differ in it: else those who resemble each other would be
    those with the same largest amount. A synthetic default misses the numbers that the real one
    misses which it resembles most: else a number that is there would tell synthetic clients from
    real ones.

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
    units = _units(numbers[parents])
    scaled = numbers / units
    sampler = SMOTENC(
        categorical_features=[numbers.shape[1] + i for i in range(categories.shape[1])],
        sampling_strategy={1: len(parents) + wanted},
        k_neighbors=min(NEIGHBOURS, len(parents) - 1),
        random_state=seed,
    )
    # Good clients only say how many defaults there may be: no more of them than needed are copied.
    kept = np.concatenate([goods[: len(parents) + wanted], parents])
    table = np.column_stack([scaled, categories])[kept]
    made = sampler.fit_resample(table, defaulted[kept])[0][len(kept) :]
    resembled = features.iloc[parents[_nearest(made, scaled[parents])]]
    made[:, : len(units)] *= units
    return (
        pd.concat([features, _as_features(made, features, resembled)], ignore_index=True),
        np.concatenate([defaulted, np.ones(wanted, dtype=defaulted.dtype)]),
    )


def _in_kinds(features: pd.DataFrame) -> tuple[Floats, Floats]:
    """Give filled numbers and the categories' codes, each with a constant column in front.

    SMOTE-NC wants one column of either kind at least.
    """
    numeric = _numeric(features)
    values = features[numeric].fillna(features[numeric].median()).fillna(0)
    codes = [features[name].factorize()[0] for name in _categorical(features)]
    constant = np.zeros(len(features))
    return (
        np.column_stack([constant, values.to_numpy(dtype=float)]),
        np.column_stack([constant, *codes]).astype(float),
    )


def _units(parents: Floats) -> Floats:
    """Give each number's standard deviation, as the nearest power of two.

    Dividing and multiplying by it rounds nothing: what neighbours have in common, a synthetic
    default has to the last digit, and no digit tells it from them.
    """
    spread = parents.std(axis=0)
    return np.exp2(np.round(np.log2(np.where(spread > 0, spread, 1.0))))


def _nearest(made: Floats, parents: Floats) -> npt.NDArray[np.int64]:
    """Find the real default that each synthetic one resembles most, by its numbers."""
    index = NearestNeighbors(n_neighbors=1).fit(parents)
    return index.kneighbors(made[:, : parents.shape[1]], return_distance=False)[:, 0]


def _as_features(made: Floats, features: pd.DataFrame, resembled: pd.DataFrame) -> pd.DataFrame:
    """Undo `_in_kinds`; numbers are missing where they are for the client that is resembled."""
    numeric, categorical = _numeric(features), _categorical(features)
    numbers = made[:, 1 : 1 + len(numeric)]
    missing = resembled[numeric].isna().to_numpy()
    columns: dict[str, object] = dict(
        zip(numeric, np.where(missing, np.nan, numbers).T, strict=True)
    )
    for name, codes in zip(categorical, made[:, 2 + len(numeric) :].T.astype(int), strict=True):
        known = pd.Index(features[name].factorize()[1])
        # The code of a missing category is -1, which takes the last place.
        columns[name] = known.append(pd.Index([None], dtype=known.dtype)).take(codes)
    return pd.DataFrame(columns)[list(features)].astype(features.dtypes)


def _numeric(features: pd.DataFrame) -> list[str]:
    return [name for name in features.columns if is_numeric_dtype(features[name])]


def _categorical(features: pd.DataFrame) -> list[str]:
    return [name for name in features.columns if not is_numeric_dtype(features[name])]
