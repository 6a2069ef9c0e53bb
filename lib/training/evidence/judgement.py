"""The last judgement: what the winner saves against every other way to decide.

All ways decide about the same test clients. Nothing is chosen here.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.decision import cost_difference, refuses
from lib.scoring.card import Against, RivalFigures
from lib.training.contest.candidates import BASELINE, CANDIDATES
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned, judge_again
from lib.training.data import Outcomes
from lib.training.packaging import package
from lib.training.selection import Selection

Decisions = npt.NDArray[np.bool_]
Rival = tuple[Against, str, Decisions]


def judge(selection: Selection) -> pd.DataFrame:
    """Compare the winner with the other ways to decide, on the test clients.

    Runner-up and baseline are fitted, calibrated and given a threshold on the training clients, as
    the winner was.

    Returns
    -------
    DataFrame
        One row a rival, with the columns of `RivalFigures`. A winner without a runner-up has no
        such row.
    """
    defaulted = selection.data.test.defaulted
    probability = selection.test_set["default_probability"].to_numpy()
    winner = refuses(probability, selection.threshold)
    everyone = np.ones(len(probability), dtype=bool)
    rivals: list[Rival] = [
        *_runner_up(selection),
        _baseline(selection, winner),
        ("half", "The same model, refusing from 50%", refuses(probability, 0.5)),
        ("granting_all", "Granting every credit", ~everyone),
        ("refusing_all", "Refusing every credit", everyone),
    ]
    return pd.DataFrame(
        [_figures(selection, defaulted, winner, rival).model_dump() for rival in rivals]
    )


def contest_of(selection: Selection) -> Contest:
    """Give the contest that the selection won: the same clients, folds, costs and seed."""
    training = selection.data.training
    folds = len(selection.winner.evidence.fold_costs)
    fold_of = assign_folds(training.defaulted, folds, selection.seed)
    return Contest(training, fold_of, selection.chosen_by, selection.seed)


def decisions_of(selection: Selection, one: Tuned) -> Decisions:
    """Make a scorer of another candidate, as of the winner, and let it decide on the test set."""
    scorer = package(one, selection.data, selection.chosen_by, selection.seed)
    matrix = scorer.encode_frame(selection.data.test.table)
    return refuses(scorer.default_probabilities(matrix), scorer.threshold)


def _figures(
    selection: Selection, defaulted: Outcomes, winner: Decisions, rival: Rival
) -> RivalFigures:
    against, english, refused = rival
    difference = cost_difference(defaulted, winner, refused, selection.judged_by, selection.seed)
    return RivalFigures(
        against=against,
        english=english,
        cost=difference.other_cost,
        difference=difference.difference,
        low=difference.low,
        high=difference.high,
    )


def _runner_up(selection: Selection) -> list[Rival]:
    winner = selection.winner.candidate.name
    others = [one for one in selection.tuned if one.candidate.name != winner]
    if not others:
        return []
    second = min(others, key=lambda one: one.evidence.cost)
    english = f"Runner-up: {second.candidate.english}"
    return [("runner_up", english, decisions_of(selection, second))]


def _baseline(selection: Selection, winner: Decisions) -> Rival:
    if selection.winner.candidate.name == BASELINE:
        english = selection.winner.candidate.english
        return "baseline", f"Baseline: {english}, which is the chosen model", winner
    one = _tuned_baseline(selection) or _untuned_baseline(selection)
    return "baseline", f"Baseline: {one.candidate.english}", decisions_of(selection, one)


def _tuned_baseline(selection: Selection) -> Tuned | None:
    """Give the baseline as it was tuned; who was among fewer clients is judged on all."""
    tuned, searched = (
        next((one for one in those if one.candidate.name == BASELINE), None)
        for those in (selection.tuned, selection.searched)
    )
    return tuned or (searched and judge_again(searched, contest_of(selection)))


def _untuned_baseline(selection: Selection) -> Tuned:
    """Judge the baseline by its default hyper-parameters: the search had no trial left for it."""
    baseline = next(one for one in CANDIDATES if one.name == BASELINE)
    evidence = contest_of(selection).judge(baseline, baseline.defaults)
    return Tuned(baseline, evidence.parameters, evidence, trials=0, pruned=0, seconds=0.0)
