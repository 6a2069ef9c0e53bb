"""A search to be killed: ``python -m tests.training.hanging_search FOLDER``; it hangs."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lib.decision import CostMatrix
from lib.training import CANDIDATES, Candidate
from lib.training.contest import Contest
from lib.training.data import assign_folds
from lib.training.search import Tuned, search
from lib.training.study import sqlite_storage
from tests.training.conftest import make_clients, write_and_load

RIVALS = CANDIDATES[1:3]
FATAL_TRIAL = 3
LONG = 600


def search_in(folder: Path, candidates: Sequence[Candidate], trials: int) -> list[Tuned]:
    """Search among the small lender's clients, in the study of a folder."""
    training = write_and_load(folder, make_clients(600)).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    contest = Contest(training, fold_of, CostMatrix(10, 1), seed=0)
    return search(contest, candidates, sqlite_storage(folder), "study", trials)


def hanging(candidate: Candidate) -> Candidate:
    """Let a candidate say so and hang when its third trial has begun."""
    begun: list[object] = []

    def estimate(parameters, seed):
        if parameters not in begun:
            begun.append(parameters)
        if len(begun) == FATAL_TRIAL:
            sys.stdout.write("hanging\n")
            sys.stdout.flush()
            time.sleep(LONG)
        return candidate.estimate(parameters, seed)

    return replace(candidate, estimate=estimate)


if __name__ == "__main__":
    search_in(Path(sys.argv[1]), [hanging(one) for one in RIVALS], trials=20)
