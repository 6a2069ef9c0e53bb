"""The last judgement: what the winner saves against every other way to decide.

All ways decide about the same test clients. Nothing is chosen here.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.decision import cost_curve, cost_difference, refuses
from lib.training.calibration import calibrate
from lib.training.candidate import Candidate
from lib.training.candidates import CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.search import Tuned
from lib.training.data import assign_folds
from lib.training.margins import fit, margins
from lib.training.selection import Selection

BASELINE = "logistic_regression_under_sampling"

Decisions = npt.NDArray[np.bool_]


def judge(selection: Selection, candidates: Sequence[Candidate] = CANDIDATES) -> pd.DataFrame:
    """Compare the winner with the other ways to decide, on the test clients.

    Runner-up and baseline are fitted, calibrated and given a threshold on the training clients, as
    the winner was.

    Parameters
    ----------
    selection : Selection
        From `select`.
    candidates : sequence of Candidate
        Who competed; the baseline is among them.

    Returns
    -------
    DataFrame
        One row a rival: `against` (``runner_up``, ``baseline``, ``half``, ``granting_all``,
        ``refusing_all``), its name `english`, its `cost` per client, and what the winner costs less
        that: `difference`, with the ends `low` and `high` of its paired 95% bootstrap interval.
        Below 0 the winner costs less. A winner without a runner-up has no such row.
    """
    test = selection.data.test
    winner = refuses(selection.test_set["default_probability"], selection.threshold)
    rows = []
    for against, english, refused in _rivals(selection, candidates):
        told = cost_difference(test.defaulted, winner, refused, selection.costs, selection.seed)
        rows.append(
            {
                "against": against,
                "english": english,
                "cost": told.other_cost,
                "difference": told.difference,
                "low": told.low,
                "high": told.high,
            }
        )
    return pd.DataFrame(rows)


def contest_of(selection: Selection) -> Contest:
    """Give the contest that the selection won: the same clients, folds, costs and seed."""
    training = selection.data.training
    folds = len(selection.winner.evidence.fold_costs)
    fold_of = assign_folds(training.defaulted, folds, selection.seed)
    return Contest(training, fold_of, selection.costs, selection.seed)


def decisions_of(selection: Selection, one: Tuned) -> Decisions:
    """Fit another candidate as the winner was fitted, and let it decide about the test clients."""
    training, test = selection.data.training, selection.data.test
    calibration = calibrate(one.evidence.margins, training.defaulted)
    out_of_fold = calibration.probabilities(one.evidence.margins)
    threshold = cost_curve(training.defaulted, out_of_fold, selection.costs).best_threshold
    pipeline = one.candidate.build(
        training.numeric, training.categorical, one.parameters, selection.seed
    )
    fit(pipeline, training)
    return refuses(calibration.probabilities(margins(pipeline, test.features)), threshold)


def _rivals(
    selection: Selection, candidates: Sequence[Candidate]
) -> list[tuple[str, str, Decisions]]:
    probability = selection.test_set["default_probability"].to_numpy()
    everyone = np.ones(len(probability), dtype=bool)
    tuned = {one.candidate.name: one for one in selection.tuned}
    others = [one for name, one in tuned.items() if name != selection.winner.candidate.name]
    return [
        *_runner_up(selection, others),
        _baseline(selection, tuned, candidates),
        ("half", "The same model, refusing from 50%", refuses(probability, 0.5)),
        ("granting_all", "Granting every credit", ~everyone),
        ("refusing_all", "Refusing every credit", everyone),
    ]


def _runner_up(selection: Selection, others: Sequence[Tuned]) -> list[tuple[str, str, Decisions]]:
    if not others:
        return []
    second = min(others, key=lambda one: one.evidence.cost)
    name = f"Runner-up: {second.candidate.english}"
    return [("runner_up", name, decisions_of(selection, second))]


def _baseline(
    selection: Selection, tuned: Mapping[str, Tuned], candidates: Sequence[Candidate]
) -> tuple[str, str, Decisions]:
    one = tuned.get(BASELINE) or _untuned(selection, candidates)
    itself = ", which is the chosen model" if one.candidate == selection.winner.candidate else ""
    name = f"Baseline: {one.candidate.english}{itself}"
    return "baseline", name, decisions_of(selection, one)


def _untuned(selection: Selection, candidates: Sequence[Candidate]) -> Tuned:
    """Judge the baseline by its default hyper-parameters: the search had no trial left for it."""
    (baseline,) = (one for one in candidates if one.name == BASELINE)
    evidence = contest_of(selection).judge(baseline, baseline.defaults)
    return Tuned(baseline, baseline.defaults, evidence, trials=0, pruned=0, seconds=0.0)
