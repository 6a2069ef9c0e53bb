"""What the model knows: the values that it has seen, and how much of a client it must be told."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.decision import Z95
from lib.scoring.encoder import Floats
from lib.scoring.review import share_by_importance
from lib.scoring.scorer import Scorer
from lib.training.data import Clients

# Among so many clients who have a value, one lies beyond each end. A client has hundreds of values,
# so that about 4 in 100 clients like those seen have one beyond (20,000 clients, 381 features).
BEYOND_EACH_END = 1.5e-4

# What so many of the training clients have, nearly every client has.
NEARLY_EVERY = 0.99

# Of each client so many copies are judged, of which other features are hidden.
COPIES = 8
# Copies of which about as much is known are judged together, unless they are too few to tell.
BAND = 0.05
FEWEST_COPIES = 100
# Mean probability and observed rate agree if they may, with 95 % confidence, be so close.
TOLERANCE = 0.01
# At least so many of the clients as they are, with the gaps that clients have, are not flagged.
NOT_FLAGGED = 0.99

Ranges = Mapping[str, tuple[float, float]]


def seen_ranges(numbers: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Find the lowest and the highest value that clients have of each feature, but for a few.

    Parameters
    ----------
    numbers : DataFrame, shape (n, k)
        Features of the training clients; NaN where missing.

    Returns
    -------
    dict of str to (float, float)
        The ends are values of clients: the extreme ones among few clients, and with every 6,667
        clients more one farther in, so that a lonely extreme does not count as seen. Features
        without any value have none.

    Examples
    --------
    >>> seen_ranges(pd.DataFrame({"income": [3.0, 1.0, None, 2.0], "debt": [None] * 4}))
    {'income': (1.0, 3.0)}
    """
    ranges = {}
    for name in numbers.columns:
        column = numbers[name].to_numpy(dtype=float)
        values = column[~np.isnan(column)]
        if len(values):
            place = ceil(len(values) * BEYOND_EACH_END) - 1
            ordered = np.partition(values, [place, len(values) - 1 - place])
            ranges[name] = (float(ordered[place]), float(ordered[-1 - place]))
    return ranges


def medians_of_complete(numbers: pd.DataFrame) -> dict[str, float]:
    """Give the median of each feature that no client lacks.

    Examples
    --------
    >>> medians_of_complete(pd.DataFrame({"income": [3.0, 1.0], "debt": [None, 1.0]}))
    {'income': 2.0}
    """
    complete = numbers.columns[numbers.notna().all()]
    return {str(name): float(numbers[name].astype(float).median()) for name in complete}


def within_seen(features: pd.DataFrame, seen: Ranges, medians: Mapping[str, float]) -> pd.DataFrame:
    """Put in place of each number the nearest one seen, and of a missing one the median if any.

    Categories stay as they are.
    """
    nearest = {
        name: features[name].astype(float).clip(low, high) for name, (low, high) in seen.items()
    }
    return features.assign(**nearest).fillna(dict(medians))


def expected_features(features: pd.DataFrame) -> tuple[str, ...]:
    """Name the features that nearly every client has a value of.

    Examples
    --------
    >>> expected_features(pd.DataFrame({"income": [3.0, 1.0], "debt": [None, 1.0]}))
    ('income',)
    """
    given = features.notna().mean()
    return tuple(given.index[given >= NEARLY_EVERY])


def with_least_known(scorer: Scorer, clients: Clients, seed: int) -> Scorer:
    """Find how much must be known of a client for the scorer to be calibrated, and say it.

    Features are hidden from clients whom the scorer has not learned from: one by one and table by
    table, in copies of which more or less stays. The level is the lowest share known down to which
    mean probability and observed rate agree.

    Parameters
    ----------
    scorer : Scorer
        With its calibration.
    clients : Clients
        Whose outcome is known.
    seed : int
        Fixes what is hidden.

    Returns
    -------
    Scorer
        The same, whose card tells `least_known`.
    """
    if not len(clients) or not scorer.encoder.expected:
        return scorer
    given = scorer.encoder.frame_as_given(clients.table)
    has_value = ~clients.features[[*scorer.features]].isna().to_numpy()
    random = np.random.default_rng(seed)
    known, probability = [], []
    for copy in range(COPIES):
        stays = _stay(scorer, len(clients), random, by_table=copy % 2 == 1)
        known.append(_known(scorer, has_value & stays))
        hidden = np.where(stays, given, _missing(scorer))
        probability.append(scorer.default_probabilities(scorer.encoder.nearest_seen(hidden)))
    outcome = np.tile(clients.defaulted, COPIES)
    level = lowest_agreeing(np.concatenate(known), np.concatenate(probability), outcome)
    usual = float(np.quantile(_known(scorer, has_value), 1 - NOT_FLAGGED))
    card = scorer.card.model_copy(update={"least_known": min(level, usual)})
    return replace(scorer, card=card)


def lowest_agreeing(known: Floats, probability: Floats, defaulted: npt.NDArray[np.int8]) -> float:
    """Go down from what is known wholly as long as mean probability and observed rate agree.

    Parameters
    ----------
    known : ndarray of float, shape (n,)
        Share known, in [0, 1].
    probability : ndarray of float, shape (n,)
        Default probabilities told.
    defaulted : ndarray of int, shape (n,)
        1 where the client did not repay.

    Returns
    -------
    float
        The lower end of the last band of `known` where both agree; 0 where they do everywhere.
    """
    bands = round(1 / BAND)
    band_of = np.minimum((known * bands).astype(int), bands - 1)
    for band in range(bands - 1, -1, -1):
        off = (probability - defaulted)[band_of == band]
        if len(off) < FEWEST_COPIES:
            continue
        noise = Z95 * float(off.std()) / np.sqrt(len(off))
        if abs(float(off.mean())) > TOLERANCE + noise:
            return round((band + 1) * BAND, 2)
    return 0.0


def _stay(
    scorer: Scorer, count: int, random: np.random.Generator, *, by_table: bool
) -> npt.NDArray[np.bool_]:
    """Draw which features of each client stay, shape (n, k): a share of its own of each."""
    share = random.random((count, 1))
    one_by_one = random.random((count, len(scorer.features))) < share
    if not by_table:
        return one_by_one
    tables, of_feature = np.unique(
        [scorer.catalogue[name].source for name in scorer.features], return_inverse=True
    )
    whole = random.random((count, len(tables))) < share
    # Nobody is scored without an application: of it, single features are left out.
    of_application = tables[of_feature] == "application_train"
    return np.where(of_application, one_by_one, whole[:, of_feature])


def _known(scorer: Scorer, has_value: npt.NDArray[np.bool_]) -> Floats:
    places = [scorer.features.index(name) for name in scorer.encoder.expected]
    return share_by_importance(scorer, has_value[:, places])


def _missing(scorer: Scorer) -> Floats:
    """Give what stands for a missing value in each column, shape (k,)."""
    codes = scorer.encoder.codes
    return np.array([codes[name].missing if name in codes else np.nan for name in scorer.features])
