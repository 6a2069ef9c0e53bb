"""Whether a scorer's risk ever rises with more income, a longer employment or less credit.

``python -m tests.benchmarks.levers STORE PORTFOLIO`` pulls random levers of random clients, as
`/what_if` does, on the latest scorer of a BentoML store.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from lib.features.one_client import DerivedFeatures
from lib.scoring.changes import with_changes
from lib.scoring.encoder import Features, Floats
from lib.scoring.scorer import Scorer
from tests.benchmarks.service_inprocess import load_scorer

SWEEPS = 10_000
STEPS = 5  # of a sweep, after the client as is
# As much may the order of additions change of log-odds.
ROUNDING = 1e-9
# By which factor of its own value a feature may become another: at the end of a sweep.
MOST, LEAST = 10.0, 0.1


@dataclass(frozen=True)
class Lever:
    """What a person can move for the better: some features, all by the same factor."""

    name: str
    features: tuple[str, ...]
    farthest: float

    def factors(self, shares: Floats) -> Floats:
        """Give the factor at each share of the way, in order."""
        return 1 + np.sort(shares, axis=-1) * (self.farthest - 1)


LEVERS = (
    Lever("more income", ("income_total",), MOST),
    Lever("longer employment", ("employment_years",), MOST),
    Lever("less credit, same duration", ("credit_amount", "annuity_amount"), LEAST),
)


@dataclass(frozen=True)
class Sweeps:
    """A lever of n clients, pulled farther and farther.

    Attributes
    ----------
    lever : str
    client_id : ndarray of int, shape (n,)
    log_odds : ndarray of float, shape (n, STEPS + 1)
        Of default: as the client is, then at each step.
    """

    lever: str
    client_id: npt.NDArray[np.int64]
    log_odds: Floats

    @property
    def rises(self) -> Floats:
        """The most by which the log-odds rise from one step to the next, shape (n,)."""
        return np.diff(self.log_odds).max(axis=1)

    @property
    def raised(self) -> npt.NDArray[np.int64]:
        """Clients whose risk rises somewhere on the way."""
        return self.client_id[self.rises > ROUNDING]

    @property
    def moved(self) -> npt.NDArray[np.int64]:
        """Clients whose risk changes at all."""
        return self.client_id[np.ptp(self.log_odds, axis=1) > ROUNDING]

    def __str__(self) -> str:
        return (
            f"{self.lever}: {len(self.client_id)} sweeps, {len(self.moved)} move the risk,"
            f" {len(self.raised)} raise it (largest rise {max(self.rises.max(), 0.0):.2g} log-odds)"
        )


def random_sweeps(
    scorer: Scorer, follow: DerivedFeatures, clients: pa.Table, count: int, seed: int
) -> list[Sweeps]:
    """Pull each lever of as many random clients, of those who have what it moves."""
    random = np.random.default_rng(seed)
    each = -(-count // len(LEVERS))
    return [sweeps_of(lever, scorer, follow, clients, each, random) for lever in LEVERS]


def sweeps_of(
    lever: Lever,
    scorer: Scorer,
    follow: DerivedFeatures,
    clients: pa.Table,
    count: int,
    random: np.random.Generator,
) -> Sweeps:
    """Pull one lever of random clients."""
    owns = [clients[name].to_numpy() > 0 for name in lever.features]
    drawn = random.choice(np.flatnonzero(np.all(owns, axis=0)), count)
    rows = clients.take(np.repeat(drawn, STEPS + 1))
    shares = np.column_stack([np.zeros(count), random.random((count, STEPS))])
    factors = lever.factors(shares).ravel()
    moved = {name: pa.array(rows[name].to_numpy() * factors) for name in lever.features}
    rows = with_columns(rows, moved)
    derived = follow(rows).drop_columns("client_id")
    rows = with_columns(rows, {name: derived[name] for name in derived.column_names})
    log_odds = scorer.log_odds(scorer.encode_frame(rows)).reshape(count, STEPS + 1)
    return Sweeps(lever.name, clients["client_id"].to_numpy()[drawn], log_odds)


def with_columns(table: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    """Give a table with other columns in the place of its own."""
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def log_odds_of(
    scorer: Scorer, follow: DerivedFeatures, client: Features, lever: Lever, factors: Floats
) -> Floats:
    """Score one client as is and at each factor, with what follows, step by step as `/what_if`."""
    values = {name: float(client[name] or 0.0) * factors for name in lever.features}
    changed = with_changes(client, values, follow)
    rows: list[dict[str, Any]] = [dict(client)]
    rows += [
        {**client, **{name: number(column[step]) for name, column in changed.items()}}
        for step in range(len(factors))
    ]
    known = [{name: row.get(name) for name in scorer.features} for row in rows]
    return scorer.log_odds(scorer.encode(known))


def number(value: float) -> float | None:
    """Give a number as a request carries it: NaN is none."""
    return None if np.isnan(value) else float(value)


def main() -> None:
    """Report on the latest scorer of a store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path, help="BentoML's folder, such as .bentoml")
    parser.add_argument("portfolio", type=Path, help="clients with their features")
    parser.add_argument("--sweeps", type=int, default=SWEEPS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    scorer, tag = load_scorer(options.store)
    follow = DerivedFeatures(scorer.feature_code.derived)
    clients = pq.read_table(options.portfolio)
    print(tag)  # noqa: T201 - a command line
    for sweeps in random_sweeps(scorer, follow, clients, options.sweeps, options.seed):
        print(sweeps)  # noqa: T201


if __name__ == "__main__":
    main()
