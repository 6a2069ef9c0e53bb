"""The clients who are most like one of them, and what became of their credits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lib.portfolio.conditions import Condition, Kind, quoted, where_clause
from lib.portfolio.file import PortfolioFile, State
from lib.portfolio.likeness import Scale, distance_from, weightiest

Row = dict[str, Any]


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


def nearest(
    file: PortfolioFile,
    client: Row,
    weights: Mapping[str, float],
    conditions: Sequence[Condition],
    count: int,
    columns: Sequence[str],
) -> Neighbours:
    """Find the nearest clients: see `Portfolio.similar`."""
    kinds = file.kinds()
    scales = _scales(file, weights, kinds)
    distance, values = distance_from(client, scales)
    where, more = where_clause(conditions, kinds)
    found = file.ask(
        f"client_id, {distance} AS distance",
        f"WHERE client_id <> ? AND {where} ORDER BY distance, client_id LIMIT ?",
        [*values, client["client_id"], *more, count],
    ).to_pylist()
    known = _rows(file, [row["client_id"] for row in found], columns)
    return Neighbours(
        [{**known[row["client_id"]], "distance": row["distance"]} for row in found],
        [scale.name for scale in scales],
    )


def _rows(file: PortfolioFile, ids: Sequence[int], columns: Sequence[str]) -> dict[int, Row]:
    shown = ", ".join(quoted(name) for name in columns)
    found = file.ask(shown, "WHERE client_id IN (SELECT unnest(?))", [list(ids)])
    return {row["client_id"]: row for row in found.to_pylist()}


def _scales(
    file: PortfolioFile, weights: Mapping[str, float], kinds: Mapping[str, Kind]
) -> list[Scale]:
    names = weightiest(weights, list(kinds))
    numbers = tuple(name for name in names if kinds[name] is Kind.NUMBER)
    spreads = _spreads(file, file.state(), numbers)
    return [
        Scale(name, weights[name], spreads.get(name))
        for name in names
        if spreads.get(name) != 0 or kinds[name] is Kind.CATEGORY
    ]


@lru_cache(maxsize=4)
def _spreads(file: PortfolioFile, state: State, names: tuple[str, ...]) -> dict[str, float]:
    """Measure the range of each number over all clients, once for each file at the path.

    From the 5th to the 95th percentile; from end to end where those two are one, as in a flag that
    is rarely set; 0 where there is but one value.
    """
    if not names:
        return {}
    columns = ", ".join(
        f"quantile_cont({name}, [0.0, 0.05, 0.95, 1.0]) AS {name}" for name in map(quoted, names)
    )
    (row,) = file.ask(columns, "", []).to_pylist()
    ends = {name: row[name] or [0.0] * 4 for name in names}
    return {name: (high - low) or (last - first) for name, (first, low, high, last) in ends.items()}
