"""What the model knows: the values that it has seen, and how much of a client it must be told."""

from collections.abc import Mapping
from math import ceil

import numpy as np
import pandas as pd

# Among so many clients who have a value, one lies beyond each end. A client has hundreds of values,
# so that about 4 in 100 clients like those seen have one beyond (20,000 clients, 381 features).
BEYOND_EACH_END = 1.5e-4

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


def within_seen(features: pd.DataFrame, seen: Ranges) -> pd.DataFrame:
    """Put in place of each number the nearest one seen; categories stay as they are."""
    nearest = {
        name: features[name].astype(float).clip(low, high) for name, (low, high) in seen.items()
    }
    return features.assign(**nearest)
