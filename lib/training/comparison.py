"""The candidates side by side."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.decision import CostMatrix
from lib.training.metrics import Judged, metrics
from lib.training.search import Tuned


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
        `candidate`, its labels and `imbalance`, `chosen`, `business_cost` with its
        `standard_error` and the cheapest and dearest fold, the other metrics, `trials`, `seconds`
        and `parameters` as JSON.
    """
    rows = [_row(one, one is winner, defaulted, costs) for one in tuned]
    return pd.DataFrame(rows).sort_values("business_cost", kind="stable", ignore_index=True)


def _row(
    one: Tuned, chosen: bool, defaulted: npt.NDArray[np.int8], costs: CostMatrix
) -> dict[str, Any]:
    evidence = one.evidence
    figures = metrics(Judged.at(defaulted, evidence.default_probability, evidence.threshold), costs)
    return {
        "candidate": one.candidate.name,
        "french": one.candidate.french,
        "english": one.candidate.english,
        "imbalance": one.candidate.imbalance,
        "chosen": chosen,
        "business_cost": evidence.cost,
        "standard_error": evidence.standard_error,
        "cheapest_fold": float(evidence.fold_costs.min()),
        "dearest_fold": float(evidence.fold_costs.max()),
        **{name: value for name, value in figures.items() if name != "business_cost"},
        "trials": one.trials,
        "seconds": one.seconds,
        "parameters": json.dumps(dict(one.parameters)),
    }
