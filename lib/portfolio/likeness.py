"""How far clients are from one of them, in what drives the score.

Gower's distance (1971): a weighted mean over features of differences from 0 to 1. Each weight is
the feature's importance, its mean absolute SHAP contribution. Numbers differ by their distance over
the range from the 5th to the 95th percentile of all clients, at most 1; categories by 0 or 1. A
missing value is like another missing one and unlike every value: that someone has no external score
says something, too.

DuckDB works it out at each question, for every client or for those of the clusters nearest to this
one (`alike.py`): the distances are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.portfolio.groups import Row, quoted

# The weights fall off quickly: more features would cost time and change the order little.
MOST_FEATURES = 30


@dataclass(frozen=True)
class Neighbours:
    """Clients like another.

    Attributes
    ----------
    rows : list of dict
        The nearest first, with `distance` in [0, 1].
    compared_on : list of str
        Features that the distance is made of, the weightiest first.
    """

    rows: list[Row]
    compared_on: list[str]


@dataclass(frozen=True)
class Scale:
    """A feature that counts.

    Parameters
    ----------
    name : str
    weight : float
        Above 0.
    spread : float or None
        Range that a number's differences are measured in, see `lib.portfolio.comparison`; None for
        a category.
    """

    name: str
    weight: float
    spread: float | None


def weightiest(weights: Mapping[str, float], known: Sequence[str]) -> list[str]:
    """Name the features that count, the weightiest first.

    Examples
    --------
    >>> weightiest({"debt": 0.1, "age": 0.0, "income": 0.3, "not stored": 1.0}, ["age", "debt",
    ...     "income"])
    ['income', 'debt']
    """
    given = [name for name in weights if weights[name] > 0 and name in known]
    return sorted(given, key=lambda name: (-weights[name], name))[:MOST_FEATURES]


def distance_from(
    client: Mapping[str, object], scales: Sequence[Scale]
) -> tuple[str, list[object]]:
    """Write the distance from a client as SQL.

    Returns
    -------
    tuple of str and list
        An expression in [0, 1], and the parameters for its question marks.

    Examples
    --------
    >>> distance_from({"age": 40.0}, [Scale("age", 2.0, 25.0)])
    ('(2.0 * coalesce(least(abs("age" - ?) / 25.0, 1.0), 1.0)) / 2.0', [40.0])
    """
    terms, values = [], []
    for scale in scales:
        name, value = quoted(scale.name), client.get(scale.name)
        if value is None:
            term = f"({name} IS NOT NULL)::DOUBLE"
        elif scale.spread is None:
            term = f"({name} IS DISTINCT FROM ?)::DOUBLE"
        else:
            term = f"coalesce(least(abs({name} - ?) / {scale.spread!r}, 1.0), 1.0)"
        terms.append(f"{scale.weight!r} * {term}")
        values += [] if value is None else [value]
    total = sum(scale.weight for scale in scales)
    return (f"({' + '.join(terms)}) / {total!r}" if terms else "0.0"), values
