"""The choice between candidates: the best, or the simplest that does as well.

Rivals decide about the same clients, so their costs are compared client by client: what is hard for
both cancels out, and the standard error is that of the difference. Of a cost that few clients
decide that is still much, and the cheapest of many is lucky besides. So the cost rules out only who
is surely dearer, and among the others the log loss, whose noise is far smaller, tells whose
probabilities are worse. Of those that are left, which are the same for all one can tell (one
standard error; Breiman et al., 1984), the simplest is taken, if it costs at most 0.5 % more than
the one whose log loss is lowest.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from lib.decision import Costs
from lib.training.contest.objective import CrossFitted
from lib.training.contest.search import Tuned
from lib.training.evidence.metrics import Judged, metrics

Floats = npt.NDArray[np.float64]


# Who is surely dearer than the cheapest: at this level in all comparisons together.
LEVEL = 0.05
# What simplicity may cost at most, as a share of the best rival's cost.
MOST_GIVEN_AWAY = 0.005


class Difference(NamedTuple):
    """How much more something costs per client than its cheapest rival; 0 for that one itself."""

    mean: float
    standard_error: float

    @property
    def indistinguishable(self) -> bool:
        """Whether the difference is within one standard error."""
        return self.within(1.0)

    def within(self, errors: float) -> bool:
        """Say whether the difference is within so many standard errors."""
        return self.mean <= errors * self.standard_error


def to_the_cheapest(client_costs: Sequence[Floats]) -> list[Difference]:
    """Compare each rival with the cheapest one.

    Parameters
    ----------
    client_costs : sequence of ndarray of float, shape (n,)
        What each client costs; one array a rival, the same clients in the same order.

    Examples
    --------
    >>> sure, bold = np.array([1.0, 1.0, 1.0, 0.0]), np.array([0.0, 0.0, 10.0, 0.0])
    >>> [d.indistinguishable for d in to_the_cheapest([sure, bold])]
    [True, True]
    >>> [d.indistinguishable for d in to_the_cheapest([sure, sure + 1])]
    [True, False]
    """
    cheapest = min(client_costs, key=lambda costs: costs.mean())
    return [_difference(costs - cheapest) for costs in client_costs]


def as_good(evidence: Sequence[CrossFitted]) -> list[bool]:
    """Say which rivals do as well as the best, for all one can tell.

    The cost leaves those that are not surely dearer than the cheapest: a one-sided test at the 5 %
    level, shared by all comparisons (Bonferroni; multiple comparisons with the best, Hsu, 1984). Of
    these the one with the lowest log loss is the best. As good are those whose log loss and cost
    are within one standard error of the best one's, and whose cost is at most 0.5 % above its.
    """
    sure = float(norm.isf(LEVEL / max(1, len(evidence) - 1)))
    stay = [
        one
        for one, told in enumerate(to_the_cheapest([one.client_costs for one in evidence]))
        if told.within(sure)
    ]
    best = evidence[min(stay, key=lambda one: evidence[one].log_loss)]
    most = MOST_GIVEN_AWAY * best.cost

    def is_as_good(one: CrossFitted) -> bool:
        loss = _difference(one.client_losses - best.client_losses)
        cost = _difference(one.client_costs - best.client_costs)
        return loss.indistinguishable and cost.indistinguishable and cost.mean <= most

    return [one in stay and is_as_good(evidence[one]) for one in range(len(evidence))]


def choose(tuned: Sequence[Tuned], one_standard_error: bool) -> Tuned:
    """Choose the best candidate, or the simplest that does as well.

    Parameters
    ----------
    tuned : sequence of Tuned
        The candidates at their best.
    one_standard_error : bool
        Whether simplicity and log loss count where the cost does not tell, see `as_good`; else the
        cheapest is taken. Of equals the simpler wins in any case, then the lower log loss.
    """
    evidence = [one.evidence for one in tuned]
    lowest = min(one.client_costs.mean() for one in evidence)
    rivals = (
        as_good(evidence)
        if one_standard_error
        else [one.client_costs.mean() <= lowest for one in evidence]
    )
    return min(
        (one for one, is_rival in zip(tuned, rivals, strict=True) if is_rival),
        key=lambda one: (one.candidate.complexity, one.evidence.log_loss),
    )


def compare(
    tuned: Sequence[Tuned],
    chosen: Collection[str],
    defaulted: npt.NDArray[np.int8],
    costs: Costs,
) -> pd.DataFrame:
    """Put the candidates in a table, cheapest first.

    Every figure comes from out-of-fold probabilities with cross-fitted thresholds.

    Returns
    -------
    DataFrame
        `candidate`, its labels, `imbalance` and `complexity`, on how many `clients` it was judged,
        `chosen`, `business_cost` with its `standard_error` and the cheapest and dearest fold, its
        paired `difference` to the cheapest candidate with `difference_standard_error`, the other
        metrics, `trials` (and how many were `pruned`), `seconds` and `parameters` as JSON.
    """
    differences = to_the_cheapest([one.evidence.client_costs for one in tuned])
    rows = [
        {"chosen": one.candidate.name in chosen, **_row(one, difference, defaulted, costs)}
        for one, difference in zip(tuned, differences, strict=True)
    ]
    return pd.DataFrame(rows).sort_values("business_cost", kind="stable", ignore_index=True)


def _row(
    one: Tuned, difference: Difference, defaulted: npt.NDArray[np.int8], costs: Costs
) -> dict[str, Any]:
    evidence = one.evidence
    figures = metrics(Judged.at(defaulted, evidence.default_probability, evidence.threshold), costs)
    return {
        "candidate": one.candidate.name,
        "french": one.candidate.french,
        "english": one.candidate.english,
        "imbalance": one.candidate.imbalance,
        "complexity": one.candidate.complexity,
        "clients": len(defaulted),
        **figures,
        "standard_error": evidence.standard_error,
        "cheapest_fold": float(evidence.fold_costs.min()),
        "dearest_fold": float(evidence.fold_costs.max()),
        "difference": difference.mean,
        "difference_standard_error": difference.standard_error,
        "trials": one.trials,
        "pruned": one.pruned,
        "seconds": one.seconds,
        "parameters": json.dumps(dict(one.parameters)),
    }


def _difference(paired: Floats) -> Difference:
    error = paired.std(ddof=1) / np.sqrt(len(paired)) if len(paired) > 1 else 0.0
    return Difference(float(paired.mean()), float(error))
