"""How good decisions and probabilities are, each figure with its interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lib.decision import Costs, client_costs, refuses

Floats = npt.NDArray[np.float64]

REPETITIONS = 1000


@dataclass(frozen=True)
class Judged:
    """Clients with their outcome, probability and decision, ranked once for every metric.

    Parameters
    ----------
    defaulted : ndarray of 0 or 1, shape (n,)
        1 where the client did not repay.
    default_probability : ndarray of float, shape (n,)
        In [0, 1].
    refused : ndarray of bool, shape (n,)
        The decisions.
    """

    defaulted: npt.NDArray[np.int8]
    default_probability: Floats
    refused: npt.NDArray[np.bool_]

    @classmethod
    def at(
        cls, defaulted: npt.ArrayLike, default_probability: npt.ArrayLike, threshold: npt.ArrayLike
    ) -> "Judged":
        """Decide by a threshold, or by one for each client."""
        probability = np.asarray(default_probability, dtype=float)
        return cls(
            np.asarray(defaulted, dtype=np.int8), probability, refuses(probability, threshold)
        )

    @cached_property
    def ranks(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Places of the clients from the riskiest down, and where clients of one probability end.

        Clients of equal probability enter together.
        """
        order = np.argsort(-self.default_probability, kind="stable")
        falls = np.diff(self.default_probability[order]) < 0
        return order, np.r_[np.flatnonzero(falls), len(order) - 1]

    @cached_property
    def kinds(self) -> npt.NDArray[np.intp]:
        """Number of the kind that each client is of: see `_Counts`."""
        return (self.defaulted + 2 * self.refused).astype(np.intp)

    @cached_property
    def squared_errors(self) -> Floats:
        """Squared distance of each probability from the outcome."""
        return (self.default_probability - self.defaulted) ** 2

    @property
    def riskiest_first(self) -> "Judged":
        """The same clients in the order of their ranks."""
        order, _ = self.ranks
        return Judged(self.defaulted[order], self.default_probability[order], self.refused[order])


class _Counts(NamedTuple):
    """How many clients of each kind there are; weighted, so not whole."""

    bad: float
    good: float
    caught: float
    refused_good: float

    @classmethod
    def of(cls, kinds: npt.NDArray[np.intp], weight: Floats) -> "_Counts":
        # Axes: refused, defaulted.
        count = np.bincount(kinds, weight, 4).reshape(2, 2)
        good, bad = count.sum(axis=0).tolist()
        refused_good, caught = count[1].tolist()
        return cls(bad, good, caught, refused_good)

    @property
    def clients(self) -> float:
        return self.bad + self.good


def metrics(judged: Judged, costs: Costs, weights: Floats | None = None) -> dict[str, float]:
    """Compute every figure of the report.

    Parameters
    ----------
    judged : Judged
        Outcomes, probabilities, decisions.
    costs : CostMatrix or ClientCosts
        What wrong decisions cost.
    weights : ndarray of float, shape (n,), optional
        How often each client counts.

    Returns
    -------
    dict of str to float
        `business_cost`, also at threshold 0.5, of granting all and of refusing all; `auc`,
        `average_precision`, `ks`, `brier`; `accuracy`, `recall`, `precision`, `f2`, `grant_rate`.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> figures = metrics(Judged.at([0, 0, 1], [0.1, 0.6, 0.8], 0.5), CostMatrix(10, 1))
    >>> figures["auc"], figures["recall"], figures["precision"]
    (1.0, 1.0, 0.5)
    """
    weight = np.ones(len(judged.defaulted)) if weights is None else weights
    return _weighted(judged, _wrong(judged, costs), weight)


def _weighted(judged: Judged, wrong: Mapping[str, Floats], weight: Floats) -> dict[str, float]:
    """Compute every figure where each client counts so often; the bootstrap sets it."""
    counts = _Counts.of(judged.kinds, weight)
    return {
        **{name: float(weight @ each) / counts.clients for name, each in wrong.items()},
        **_ranking(judged, weight),
        **_decisions(counts),
        "brier": float((weight * judged.squared_errors).sum()) / counts.clients,
    }


def intervals(
    judged: Judged,
    costs: Costs,
    seed: int,
    repetitions: int = REPETITIONS,
    level: float = 0.95,
) -> dict[str, tuple[float, float]]:
    """Give each metric's bootstrap percentile interval.

    Clients are drawn with replacement; decisions and probabilities stay as they are.

    Returns
    -------
    dict of str to (float, float)
        The same names as `metrics`.
    """
    # A drawn client is any client: in the order of ranks, memory is read from end to end.
    ranked = judged.riskiest_first
    wrong = _wrong(ranked, costs.only(judged.ranks[0]))
    draws = [_weighted(ranked, wrong, weights) for weights in _drawn(ranked, seed, repetitions)]
    tail = (1 - level) / 2
    values = np.array([list(draw.values()) for draw in draws])
    low, high = np.quantile(values, [tail, 1 - tail], axis=0).tolist()
    return dict(zip(draws[0], zip(low, high, strict=True), strict=True))


def _drawn(judged: Judged, seed: int, repetitions: int) -> Iterator[Floats]:
    """Say for each repetition how often each client is drawn; both outcomes occur."""
    random = np.random.default_rng(seed)
    clients = len(judged.defaulted)
    for _ in range(repetitions):
        drawn = random.integers(0, clients, clients)
        weights = np.bincount(drawn, minlength=clients).astype(float)
        if 0 < (weights * judged.defaulted).sum() < clients:
            yield weights


def _wrong(judged: Judged, costs: Costs) -> dict[str, Floats]:
    """Give what the decision on each client costs, by way to decide."""
    everyone = np.ones(len(judged.defaulted), dtype=bool)
    ways = {
        "business_cost": judged.refused,
        "business_cost_at_half": refuses(judged.default_probability, 0.5),
        "business_cost_granting_all": ~everyone,
        "business_cost_refusing_all": everyone,
    }
    return {name: client_costs(judged.defaulted, way, costs) for name, way in ways.items()}


def _ranking(judged: Judged, weight: Floats) -> dict[str, float]:
    order, ends = judged.ranks
    ranked, bad = weight[order], (weight * judged.defaulted)[order]
    flagged, flagged_bad = np.cumsum(ranked)[ends], np.cumsum(bad)[ends]
    caught = flagged_bad / flagged_bad[-1]
    alarms = (flagged - flagged_bad) / (flagged[-1] - flagged_bad[-1])
    precision = np.divide(flagged_bad, flagged, out=np.ones_like(flagged), where=flagged > 0)
    # Summed shares may end a rounding error above 1.
    return {
        "auc": min(1.0, float(np.trapezoid(np.r_[0, caught], np.r_[0, alarms]))),
        "average_precision": min(1.0, float((np.diff(caught, prepend=0) * precision).sum())),
        "ks": float(np.abs(caught - alarms).max()),
    }


def _decisions(counts: _Counts) -> dict[str, float]:
    missed, kept = counts.bad - counts.caught, counts.good - counts.refused_good
    refused = counts.caught + counts.refused_good
    # Who refuses nobody has no precision; 0 like scikit-learn's zero_division.
    return {
        "accuracy": (counts.caught + kept) / counts.clients,
        "recall": counts.caught / counts.bad,
        "precision": counts.caught / refused if refused else 0.0,
        "f2": 5 * counts.caught / (4 * counts.bad + refused),
        "grant_rate": (missed + kept) / counts.clients,
    }
