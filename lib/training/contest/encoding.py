"""From a client's features to the numbers that an estimator reads; learned inside the folds.

What an encoder has learned is read out of it as the scorer's own `Encoder`, which needs no
scikit-learn.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from lib.decision import InvalidInput
from lib.scoring.encoder import Codes, Encoder, Floats
from lib.scoring.models import CategoryTerm, LinearModel, NumberTerm

UNKNOWN = -1.0
# Between these quantiles a linear model has seen enough clients to draw a line through them.
SEEN = (0.01, 0.99)
# So many clients tell medians, percentiles and categories.
MOST_LEARNED_FROM = 50_000
# So many clients are encoded at a time.
BLOCK = 20_000

Singles = npt.NDArray[np.float32]


def for_trees(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """Pass numbers through and give each category a number; missing stays missing.

    Columns leave in the order numbers, categories, so the categories are the last ones.

    Examples
    --------
    >>> import pandas as pd
    >>> clients = pd.DataFrame({"housing": ["own", None, "rent"], "income": [2.0, 1.0, None]})
    >>> for_trees(["income"], ["housing"]).fit_transform(clients)
    array([[ 2.,  0.],
           [ 1., nan],
           [nan,  1.]])
    """
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=np.nan
    )
    return ColumnTransformer(
        [
            ("numbers", "passthrough", list(numeric)),
            ("categories", ordinal, list(categorical)),
        ]
    )


class Clipper(BaseEstimator, TransformerMixin):
    """Takes a value beyond the 1st or the 99th percentile seen for the nearest of both.

    Examples
    --------
    >>> values = np.arange(101.0).reshape(-1, 1)
    >>> Clipper().fit(values).transform([[-7.0], [50.0], [1e9], [np.nan]]).ravel().tolist()
    [1.0, 50.0, 99.0, nan]
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the bounds of each column; one without any value has none."""
        columns = np.asarray(X, dtype=float)
        self.low_ = np.full(columns.shape[1], -np.inf)
        self.high_ = np.full(columns.shape[1], np.inf)
        for index, column in enumerate(columns.T):
            given = column[~np.isnan(column)]
            if len(given):
                self.low_[index], self.high_[index] = np.quantile(given, SEEN)
        return self

    def transform(self, X: Any) -> Floats:
        """Clip."""
        return np.clip(np.asarray(X, dtype=float), self.low_, self.high_)


class ValueScaler(StandardScaler):
    """Standardises the columns that hold values; the indicators after them stay 0 and 1.

    Few clients lack what nearly all give. An indicator of one client in a thousand has a deviation
    of 0.03: divided by it, it is 30 for that client, and the penalty on coefficients hardly keeps
    a handful of clients from deciding what the lack weighs.

    Parameters
    ----------
    values : int
        How many columns, the first ones, hold values.

    Examples
    --------
    >>> ValueScaler(values=1).fit_transform([[0.0, 0.0], [0.0, 0.0], [3.0, 1.0], [5.0, 0.0]])[2]
    array([0.47140452, 1.        ])
    """

    def __init__(self, values: int) -> None:
        super().__init__()
        self.values = values

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the values' means and deviations."""
        super().fit(X, y, sample_weight)
        self.mean_[self.values :] = 0.0
        self.scale_[self.values :] = 1.0
        return self


def for_linear_model(
    numeric: Sequence[str] | Sequence[int], categorical: Sequence[str] | Sequence[int]
) -> ColumnTransformer:
    """Clip, fill and scale numbers, say which were missing, and give each category a column.

    Columns are named, or numbered where clients come as a matrix.

    Examples
    --------
    >>> import pandas as pd
    >>> clients = pd.DataFrame({"housing": ["own", None, "rent"], "income": [2.0, 1.0, None]})
    >>> for_linear_model(["income"], ["housing"]).fit_transform(clients).shape  # value, missing, 3
    (3, 5)
    """
    numbers = Pipeline(
        [
            ("clip", Clipper()),
            (
                "impute",
                SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            ),
            ("scale", ValueScaler(values=len(numeric))),
        ]
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [("numbers", numbers, list(numeric)), ("categories", one_hot, list(categorical))]
    )


def fit_encoder(
    encode: ColumnTransformer,
    clients: pd.DataFrame | Floats | Singles,
    rows: npt.NDArray[np.int_] | None = None,
) -> ColumnTransformer:
    """Fit an encoder on the clients: on so many at even distances where there are many more."""
    places = np.arange(len(clients)) if rows is None else rows
    step = max(1, len(places) // MOST_LEARNED_FROM)
    return encode.fit(_rows(clients, places[::step]))


def encoded(
    encode: ColumnTransformer,
    clients: pd.DataFrame | Floats | Singles,
    rows: npt.NDArray[np.int_] | None = None,
) -> Singles:
    """Write clients as the matrix that a model learns from, some of them at a time.

    A matrix of all of them takes half the memory of one of doubles, and no copies besides it.

    Parameters
    ----------
    encode : ColumnTransformer
        Fitted.
    clients : DataFrame or ndarray, shape (n, k)
        Their features.
    rows : ndarray of int, optional
        The places of those who are meant; all where it is left out.
    """
    places = np.arange(len(clients)) if rows is None else rows
    parts = [places[start : start + BLOCK] for start in range(0, len(places), BLOCK)]
    first = np.asarray(encode.transform(_rows(clients, parts[0])), dtype=np.float32)
    matrix = np.empty((len(places), first.shape[1]), dtype=np.float32)
    matrix[: len(first)] = first
    for start, part in enumerate(parts[1:], 1):
        matrix[start * BLOCK : start * BLOCK + len(part)] = encode.transform(_rows(clients, part))
    return matrix


def _rows(clients: pd.DataFrame | Floats | Singles, rows: Any) -> Any:
    return clients.iloc[rows] if isinstance(clients, pd.DataFrame) else clients[rows]


def read_ordinal(encode: ColumnTransformer) -> Encoder:
    """Read what `for_trees` has learned: the order of the columns, and the categories' codes."""
    order: list[str] = []
    codes: dict[str, Codes] = {}
    for block, names in _blocks(encode):
        order += names
        if isinstance(block, OrdinalEncoder):
            codes |= dict(zip(names, _ordinal_codes(block), strict=True))
        elif not _passes_through(block):
            raise _unreadable(block)
    return Encoder(tuple(order), codes)


def read_linear(
    encode: ColumnTransformer, weights: Floats, intercept: float
) -> tuple[Encoder, LinearModel]:
    """Read what `for_linear_model` has learned, with a weight for each of its columns.

    Returns
    -------
    Encoder, LinearModel
        One term a feature: one-hot and indicator columns are summed into it.
    """
    order: list[str] = []
    codes: dict[str, Codes] = {}
    terms: list[NumberTerm | CategoryTerm] = []
    for block, names in _blocks(encode):
        if isinstance(block, Pipeline):
            numbers, used = _number_terms(block, weights)
            terms += numbers
        elif isinstance(block, OneHotEncoder):
            coded, found, used = _one_hot_terms(block, weights)
            codes |= dict(zip(names, coded, strict=True))
            terms += found
        else:
            raise _unreadable(block)
        order += names
        weights = weights[used:]
    return Encoder(tuple(order), codes), LinearModel(intercept, tuple(terms))


def _blocks(encode: ColumnTransformer) -> list[tuple[Any, list[str]]]:
    """Give the fitted blocks that have columns, in the order of their output."""
    return [
        (block, list(names))
        for _, block, names in encode.transformers_
        if not (isinstance(block, str) and block == "drop") and len(names)
    ]


def _passes_through(block: Any) -> bool:
    # Once fitted, scikit-learn replaces "passthrough" by a function transformer without function.
    return block == "passthrough" or getattr(block, "func", block) is None


def _ordinal_codes(block: OrdinalEncoder) -> list[Codes]:
    unknown, missing = float(block.unknown_value), float(block.encoded_missing_value)
    return [
        Codes(
            {name: float(code) for code, name in enumerate(categories) if isinstance(name, str)},
            unknown,
            # Where training saw none missing, the encoder takes a missing value for an unknown one.
            missing if _has_missing(categories) else unknown,
        )
        for categories in block.categories_
    ]


def _number_terms(block: Pipeline, weights: Floats) -> tuple[list[NumberTerm], int]:
    """Give the terms of clipper, imputer with indicators and scaler, and the weights they use."""
    clipper, imputer, scaler = (step for _, step in block.steps)
    if not isinstance(clipper, Clipper):
        raise _unreadable(clipper)
    count = len(imputer.statistics_)
    indicated = [] if imputer.indicator_ is None else imputer.indicator_.features_.tolist()
    used = count + len(indicated)
    slopes = weights[:used] / scaler.scale_
    shifts = -slopes * scaler.mean_
    terms = []
    for index, fill in enumerate(imputer.statistics_):
        slope, present = float(slopes[index]), float(shifts[index])
        if_missing = slope * float(fill) + present
        if index in indicated:
            column = count + indicated.index(index)
            present += float(shifts[column])
            if_missing += float(slopes[column] + shifts[column])
        low, high = float(clipper.low_[index]), float(clipper.high_[index])
        bounds = (low, high) if low > -np.inf else (None, None)
        terms.append(NumberTerm(slope, present, if_missing, *bounds))
    return terms, used


def _one_hot_terms(
    block: OneHotEncoder, weights: Floats
) -> tuple[list[Codes], list[CategoryTerm], int]:
    """Give codes and terms of a one-hot encoder, and the weights they use."""
    coded, terms, used = [], [], 0
    for categories in block.categories_:
        has_missing = _has_missing(categories)
        count = len(categories) - has_missing
        known = {str(name): float(code) for code, name in enumerate(categories[:count])}
        # Where training saw none missing, a missing value is an unknown one: it adds nothing.
        coded.append(Codes(known, UNKNOWN, np.nan if has_missing else UNKNOWN))
        own = weights[used : used + len(categories)].tolist()
        terms.append(CategoryTerm(tuple(own[:count]), own[count] if has_missing else 0.0))
        used += len(categories)
    return coded, terms, used


def _has_missing(categories: Sequence[Any]) -> bool:
    # A missing value is the last of the sorted categories, as None or as NaN.
    return len(categories) > 0 and bool(pd.isna(categories[-1]))


def _unreadable(block: Any) -> InvalidInput:
    return InvalidInput(
        f"step {type(block).__name__}",
        "it is one that lib/training/contest/encoding.py reads",
        "use its encoders, or teach it to read this step",
    )
