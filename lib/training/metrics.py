"""How good decisions and probabilities are, each figure with its interval."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.decision import CostMatrix, refuses

Floats = npt.NDArray[np.float64]


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


def metrics(judged: Judged, costs: CostMatrix, weights: Floats | None = None) -> dict[str, float]:
    """Compute every figure of the report.

    Parameters
    ----------
    judged : Judged
        Outcomes, probabilities, decisions.
    costs : CostMatrix
        What wrong decisions cost.
    weights : ndarray of float, shape (n,), optional
        How often each client counts; the bootstrap sets it.

    Returns
    -------
    dict of str to float
        `business_cost`, also at threshold 0.5, of granting all and of refusing all; `auc`,
        `average_precision`, `ks`, `brier`; `accuracy`, `recall`, `precision`, `f2`, `grant_rate`.

    Examples
    --------
    >>> figures = metrics(Judged.at([0, 0, 1], [0.1, 0.6, 0.8], 0.5), CostMatrix(10, 1))
    >>> figures["auc"], figures["recall"], figures["precision"]
    (1.0, 1.0, 0.5)
    """
    weight = np.ones(len(judged.defaulted)) if weights is None else weights
    bad, good = weight * judged.defaulted, weight * (1 - judged.defaulted)
    return {
        **_costs(judged, costs, bad, good),
        **_ranking(judged.default_probability, bad, good),
        **_decisions(judged.refused, bad, good),
        "brier": float(
            (weight * (judged.default_probability - judged.defaulted) ** 2).sum() / weight.sum()
        ),
    }


def intervals(
    judged: Judged, costs: CostMatrix, seed: int, repetitions: int = 500, level: float = 0.95
) -> dict[str, tuple[float, float]]:
    """Give each metric's bootstrap percentile interval.

    Clients are drawn with replacement; decisions and probabilities stay as they are.

    Returns
    -------
    dict of str to (float, float)
        The same names as `metrics`.
    """
    random = np.random.default_rng(seed)
    clients = len(judged.defaulted)
    draws = []
    for _ in range(repetitions):
        drawn = random.integers(0, clients, clients)
        weights = np.bincount(drawn, minlength=clients).astype(float)
        if 0 < (weights * judged.defaulted).sum() < weights.sum():
            draws.append(metrics(judged, costs, weights))
    tail = 100 * (1 - level) / 2
    return {
        name: tuple(float(v) for v in np.percentile([d[name] for d in draws], [tail, 100 - tail]))
        for name in draws[0]
    }


def _costs(judged: Judged, costs: CostMatrix, bad: Floats, good: Floats) -> dict[str, float]:
    clients = bad.sum() + good.sum()

    def mean_cost(refused: npt.NDArray[np.bool_]) -> float:
        wrong = (
            costs.missed_default * bad[~refused].sum() + costs.refused_good * good[refused].sum()
        )
        return float(wrong / clients)

    return {
        "business_cost": mean_cost(judged.refused),
        "business_cost_at_half": mean_cost(refuses(judged.default_probability, 0.5)),
        "business_cost_granting_all": float(costs.missed_default * bad.sum() / clients),
        "business_cost_refusing_all": float(costs.refused_good * good.sum() / clients),
    }


def _ranking(probability: Floats, bad: Floats, good: Floats) -> dict[str, float]:
    # From the riskiest down; clients of equal probability enter together.
    distinct, group = np.unique(-probability, return_inverse=True)
    caught = np.cumsum(np.bincount(group, bad, len(distinct))) / bad.sum()
    alarms = np.cumsum(np.bincount(group, good, len(distinct))) / good.sum()
    flagged_bad, flagged_good = caught * bad.sum(), alarms * good.sum()
    flagged = flagged_bad + flagged_good
    precision = np.divide(flagged_bad, flagged, out=np.ones_like(flagged), where=flagged > 0)
    return {
        "auc": float(np.trapezoid(np.r_[0, caught], np.r_[0, alarms])),
        "average_precision": float((np.diff(np.r_[0, caught]) * precision).sum()),
        "ks": float(np.abs(caught - alarms).max()),
    }


def _decisions(refused: npt.NDArray[np.bool_], bad: Floats, good: Floats) -> dict[str, float]:
    caught, missed = bad[refused].sum(), bad[~refused].sum()
    lost, kept = good[refused].sum(), good[~refused].sum()
    f2_parts = 5 * caught + 4 * missed + lost
    return {
        "accuracy": float((caught + kept) / (caught + missed + lost + kept)),
        "recall": float(caught / (caught + missed)),
        # Who refuses nobody has no precision; 0 like scikit-learn's zero_division.
        "precision": float(caught / (caught + lost)) if caught + lost else 0.0,
        "f2": float(5 * caught / f2_parts) if f2_parts else 0.0,
        "grant_rate": float((missed + kept) / (caught + missed + lost + kept)),
    }
