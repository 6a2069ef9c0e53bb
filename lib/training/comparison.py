"""The candidates side by side, and the choice between them."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.decision import CostMatrix
from lib.training.metrics import Judged, metrics
from lib.training.one_standard_error import Difference, to_the_cheapest
from lib.training.search import Tuned


def choose(tuned: Sequence[Tuned], one_standard_error: bool) -> Tuned:
    """Choose the cheapest candidate, or the simplest that is indistinguishable from it.

    Parameters
    ----------
    tuned : sequence of Tuned
        The candidates at their best.
    one_standard_error : bool
        Whether simplicity counts where the cost differs by one standard error at most. Of equals
        the simpler wins in any case.
    """
    differences = to_the_cheapest([one.evidence.client_costs for one in tuned])
    rivals = [
        one
        for one, difference in zip(tuned, differences, strict=True)
        if (difference.indistinguishable if one_standard_error else difference.mean <= 0)
    ]
    return min(rivals, key=lambda one: (one.candidate.complexity, one.evidence.cost))


def compare(
    tuned: Sequence[Tuned],
    winner: Tuned,
    defaulted: npt.NDArray[np.int8],
    costs: CostMatrix,
) -> pd.DataFrame:
    """Put the candidates in a table, cheapest first.

    Every figure comes from out-of-fold probabilities with cross-fitted thresholds.

    Returns
    -------
    DataFrame
        `candidate`, its labels, `imbalance` and `complexity`, `chosen`, `business_cost` with its
        `standard_error` and the cheapest and dearest fold, its paired `difference` to the cheapest
        candidate with `difference_standard_error`, the other metrics, `trials` (and how many were
        `pruned`), `seconds` and `parameters` as JSON.
    """
    differences = to_the_cheapest([one.evidence.client_costs for one in tuned])
    rows = [
        _row(one, one is winner, difference, defaulted, costs)
        for one, difference in zip(tuned, differences, strict=True)
    ]
    return pd.DataFrame(rows).sort_values("business_cost", kind="stable", ignore_index=True)


def _row(
    one: Tuned,
    chosen: bool,
    difference: Difference,
    defaulted: npt.NDArray[np.int8],
    costs: CostMatrix,
) -> dict[str, Any]:
    evidence = one.evidence
    figures = metrics(Judged.at(defaulted, evidence.default_probability, evidence.threshold), costs)
    return {
        "candidate": one.candidate.name,
        "french": one.candidate.french,
        "english": one.candidate.english,
        "imbalance": one.candidate.imbalance,
        "complexity": one.candidate.complexity,
        "chosen": chosen,
        "business_cost": evidence.cost,
        "standard_error": evidence.standard_error,
        "cheapest_fold": float(evidence.fold_costs.min()),
        "dearest_fold": float(evidence.fold_costs.max()),
        "difference": difference.mean,
        "difference_standard_error": difference.standard_error,
        **{name: value for name, value in figures.items() if name != "business_cost"},
        "trials": one.trials,
        "pruned": one.pruned,
        "seconds": one.seconds,
        "parameters": json.dumps(dict(one.parameters)),
    }
