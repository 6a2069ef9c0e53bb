"""The smallest changes that would turn a refusal into a grant (recourse: Ustun et al., 2019).

Only changes that a person can picture: a few features, each by a round share of its own value. The
finer steps are for single features, as the combinations of several are many. And only the way by
which the lender expects less risk: nobody is advised to earn less, or to borrow more, whatever the
model would make of it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from lib.decision import refuses
from lib.features.description import Effect, FeatureDescription, Unit
from lib.features.one_client import DerivedFeatures
from lib.scoring.changes import with_changes
from lib.scoring.encoder import Features, Floats
from lib.scoring.scorer import Scorer

# How many features change together, and the step in which each does.
STEPS = {1: 0.01, 2: 0.05, 3: 0.1}
# As many changes are tried at a time.
BATCH = 1000
SECONDS = 0.8


@dataclass(frozen=True)
class Option:
    """A change that leads to a grant.

    Attributes
    ----------
    shares : mapping of str to float
        By how much each feature changes, as a share of its own value: -0.1 is a tenth less.
    values : mapping of str to float
        The new values.
    default_probability : float
        With them.
    """

    shares: Mapping[str, float]
    values: Mapping[str, float]
    default_probability: float


@dataclass(frozen=True)
class Search:
    """What a search has found.

    Attributes
    ----------
    options : list of Option
        The smallest change for each choice of features, smallest first; all change equally many.
    complete : bool
        False where time ran out before everything within the bounds was tried.
    """

    options: list[Option]
    complete: bool


def amounts_of(client: Features, names: Sequence[str], scorer: Scorer) -> dict[str, float]:
    """Give the amounts among the features, with the client's values: they change by shares."""
    return {
        name: float(value)
        for name in names
        if scorer.catalogue[name].unit is Unit.AMOUNT and (value := client.get(name))
    }


def find_recourse(
    scorer: Scorer,
    follow: DerivedFeatures,
    client: Features,
    amounts: Mapping[str, float],
    largest_change: float,
    seconds: float = SECONDS,
) -> Search:
    """Search all changes within bounds, those of one feature first, then of two, of three.

    Parameters
    ----------
    scorer : Scorer
        Decides.
    follow : DerivedFeatures
        Works out what follows from a change.
    client : mapping of str to float, str or None
        The features as they are.
    amounts : mapping of str to float
        Features that may change, and their values now.
    largest_change : float
        The most by which each may change, as a share of its value.
    seconds : float
        No batch of changes is begun after it.

    Returns
    -------
    Search
        The same each time, unless time runs out.
    """
    end = time.monotonic() + seconds
    effects = np.array([effect_of(scorer.catalogue[name]) for name in amounts])
    for together in range(1, min(len(amounts), max(STEPS)) + 1):
        found: dict[tuple[str, ...], Option] = {}
        shares = changes_of(len(amounts), together, largest_change)
        shares = shares[(shares * effects <= 0).all(axis=1)]
        for start in range(0, len(shares), BATCH):
            if time.monotonic() > end:
                return Search(list(found.values()), complete=False)
            for option in _grants(scorer, follow, client, amounts, shares[start : start + BATCH]):
                found.setdefault(tuple(option.shares), option)
        if found:
            return Search(list(found.values()), complete=True)
    return Search([], complete=True)


def effect_of(feature: FeatureDescription) -> int:
    """Tell which way more of a feature should move the risk: 1 up, -1 down, 0 where nobody says."""
    if feature.direction is None:
        return 0
    return 1 if feature.direction.effect is Effect.RAISES else -1


def changes_of(count: int, together: int, largest_change: float) -> Floats:
    """List the changes of so many of `count` features together, the smallest sum first.

    Returns
    -------
    ndarray of float, shape (n, count)
        The share by which each feature changes; 0 where it does not.

    Examples
    --------
    >>> changes_of(2, 1, 0.01).tolist()
    [[-0.01, 0.0], [0.01, 0.0], [0.0, -0.01], [0.0, 0.01]]
    """
    step = STEPS[together]
    most = int(largest_change / step + 1e-9)
    levels = [round(sign * n * step, 4) for n in range(1, most + 1) for sign in (-1, 1)]
    steps = np.array(list(product(levels, repeat=together))).reshape(-1, together)
    shares = np.zeros((0, count))
    for places in combinations(range(count), together):
        more = np.zeros((len(steps), count))
        more[:, places] = steps
        shares = np.concatenate([shares, more])
    # Rounded, or the same sum of other terms could be another float.
    sizes = np.abs(shares).sum(axis=1).round(9)
    return shares[np.argsort(sizes, kind="stable")]


def _grants(
    scorer: Scorer,
    follow: DerivedFeatures,
    client: Features,
    amounts: Mapping[str, float],
    shares: Floats,
) -> Iterator[Option]:
    names, own = list(amounts), np.array(list(amounts.values()))
    # In hundredths, as amounts are paid; what does not change stays as it is.
    values = np.where(shares == 0, own, np.round(own * (1 + shares), 2))
    changed = with_changes(client, dict(zip(names, values.T, strict=True)), follow)
    known = {name: client[name] for name in scorer.features if name in client}
    matrix = np.repeat(scorer.encode([known]), len(shares), axis=0)
    for place, name in enumerate(scorer.features):
        if name in changed:
            matrix[:, place] = changed[name]
    probabilities = scorer.default_probabilities(scorer.encoder.nearest_seen(matrix))
    for row in np.flatnonzero(~refuses(probabilities, scorer.threshold)).tolist():
        places = np.flatnonzero(shares[row]).tolist()
        yield Option(
            shares={names[place]: float(shares[row, place]) for place in places},
            values={names[place]: float(values[row, place]) for place in places},
            default_probability=float(probabilities[row]),
        )
