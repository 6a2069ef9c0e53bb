"""The smallest changes that would turn a refusal into a grant (recourse: Ustun et al., 2019).

Only changes that a person can picture: a few features, each by a round share of its own value. The
finer steps are for single features, as the combinations of several are many.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from lib.decision import refuses
from lib.features.catalogue.description import Unit
from lib.features.derived import DerivedFeatures
from lib.scoring.changes import with_changes
from lib.scoring.encoder import Features, Floats
from lib.scoring.scorer import Scorer

# How many features change together, and the step in which each does.
STEPS = {1: 0.01, 2: 0.05, 3: 0.1}
# As many changes are tried at a time.
BATCH = 400
SECONDS = 0.8


@dataclass(frozen=True)
class Change:
    """Some features changed, each by a share of its own value: -0.1 is a tenth less."""

    shares: Mapping[str, float]

    @property
    def size(self) -> float:
        """Sum of the shares, without their signs."""
        return round(sum(abs(share) for share in self.shares.values()), 9)


@dataclass(frozen=True)
class Option:
    """A change that leads to a grant.

    Attributes
    ----------
    change : Change
        By how much.
    values : mapping of str to float
        The new values.
    default_probability : float
        With them.
    """

    change: Change
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
    for together in range(1, min(len(amounts), max(STEPS)) + 1):
        found: dict[tuple[str, ...], Option] = {}
        changes = changes_of(amounts, together, largest_change)
        for start in range(0, len(changes), BATCH):
            if time.monotonic() > end:
                return Search(_smallest_first(found), complete=False)
            for option in _grants(scorer, follow, client, amounts, changes[start : start + BATCH]):
                found.setdefault(tuple(option.change.shares), option)
        if found:
            return Search(_smallest_first(found), complete=True)
    return Search([], complete=True)


def changes_of(amounts: Mapping[str, float], together: int, largest_change: float) -> list[Change]:
    """List the changes of so many features together, the smallest first.

    Examples
    --------
    >>> [change.shares for change in changes_of({"credit": 900.0}, 1, 0.02)]
    [{'credit': -0.01}, {'credit': 0.01}, {'credit': -0.02}, {'credit': 0.02}]
    """
    step = STEPS[together]
    most = int(largest_change / step + 1e-9)
    shares = [round(sign * n * step, 4) for n in range(1, most + 1) for sign in (-1, 1)]
    changes = [
        Change(dict(zip(names, chosen, strict=True)))
        for names in combinations(amounts, together)
        for chosen in product(shares, repeat=together)
    ]
    return sorted(changes, key=lambda change: change.size)


def _grants(
    scorer: Scorer,
    follow: DerivedFeatures,
    client: Features,
    amounts: Mapping[str, float],
    changes: Sequence[Change],
) -> Iterator[Option]:
    values = {name: _new_values(name, own, changes) for name, own in amounts.items()}
    own = {name: client[name] for name in scorer.features if name in client}
    matrix = np.repeat(scorer.encode([own]), len(changes), axis=0)
    places = {name: place for place, name in enumerate(scorer.features)}
    for name, column in with_changes(client, values, follow).items():
        if name in places:
            matrix[:, places[name]] = column
    probabilities = scorer.default_probabilities(matrix)
    for row in np.flatnonzero(~refuses(probabilities, scorer.threshold)).tolist():
        change = changes[row]
        new = {name: float(values[name][row]) for name in change.shares}
        yield Option(change, new, float(probabilities[row]))


def _new_values(name: str, own: float, changes: Sequence[Change]) -> Floats:
    """Give the values of one amount, in hundredths; its own where it does not change."""
    return np.array(
        [
            round(own * (1 + change.shares[name]), 2) if name in change.shares else own
            for change in changes
        ]
    )


def _smallest_first(found: Mapping[tuple[str, ...], Option]) -> list[Option]:
    return sorted(found.values(), key=lambda option: option.change.size)
