"""A search as a process: ``python -m tests.training.contest.search_process FOLDER TRIALS [hang]``.

It says ``ready``, waits for a line, and searches; to hang, it says so in its third trial.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lib.decision import CostMatrix
from lib.training import CANDIDATES, Candidate
from lib.training.contest.candidates import BASELINE
from lib.training.contest.contest import Contest
from lib.training.contest.folds import assign_folds
from lib.training.contest.search import Tuned, search
from lib.training.contest.study import sqlite_storage
from tests.training.conftest import make_clients, write_and_load

RIVALS = [one for one in CANDIDATES if one.name in (BASELINE, "lightgbm_class_weights")]
STUDY = "study"
FATAL_TRIAL = 3
LONG = 600


def contest_in(folder: Path) -> Contest:
    """Let the small lender's clients, written to a folder, be contested."""
    training = write_and_load(folder, make_clients(600)).training
    fold_of = assign_folds(training.defaulted, folds=3, seed=0)
    return Contest(training, fold_of, CostMatrix(10, 1), seed=0)


def search_in(folder: Path, trials: int, candidates: Sequence[Candidate] = RIVALS) -> list[Tuned]:
    """Search in the study of a folder."""
    return search(contest_in(folder), candidates, sqlite_storage(folder), STUDY, trials)


def hanging(candidate: Candidate) -> Candidate:
    """Let a candidate say so and hang when its third trial has begun."""
    begun: list[object] = []

    class Hanging(type(candidate.kind)):
        def make(self, parameters, seed):
            if parameters not in begun:
                begun.append(parameters)
            if len(begun) == FATAL_TRIAL:
                sys.stdout.write("hanging\n")
                sys.stdout.flush()
                time.sleep(LONG)
            return super().make(parameters, seed)

    return replace(candidate, kind=Hanging(**vars(candidate.kind)))


if __name__ == "__main__":
    given, count, *hang = sys.argv[1:]
    own = Path(given)
    contest = contest_in(own)
    url = sqlite_storage(own.parent)
    rivals = [hanging(one) for one in RIVALS] if hang else RIVALS
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    search(contest, rivals, url, STUDY, int(count))
