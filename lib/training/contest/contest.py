"""What all candidates share, and how one of them is judged."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from lib.decision import Costs
from lib.training.contest.candidates import Candidate
from lib.training.contest.estimators.kind import Parameters
from lib.training.contest.folds import Fold, GrownOnFold
from lib.training.contest.objective import CrossFitted, cost_in_hindsight, cross_fit
from lib.training.data import Clients

Floats = npt.NDArray[np.float64]

# A number of folds, not of cores: whether a trial is hopeless must not depend on the machine.
FIRST_FOLDS = 2
# So many clients tell how many features are enough, which candidates are best, and what a
# constraint costs; only the best are then judged on all.
FEW_CLIENTS = 20_000


@dataclass(frozen=True)
class Contest:
    """Clients, folds, costs, seed, and the features that each fold may use.

    Parameters
    ----------
    clients : Clients
        The training clients; nobody of the test set.
    fold_of : ndarray of int, shape (n,)
        The fold of each client.
    costs : CostMatrix or ClientCosts
        What wrong decisions cost; the one place from which the search reads it.
    seed : int
        Fixes samplers and estimators.
    names : tuple of tuple of str, optional
        Features chosen without each fold; all of them where it is left out.
    """

    clients: Clients
    fold_of: npt.NDArray[np.int_]
    costs: Costs
    seed: int
    names: tuple[tuple[str, ...], ...] | None = None

    @cached_property
    def folds(self) -> tuple[Fold, ...]:
        """The folds, with what they have prepared for later trials."""
        names = self.names or (self.clients.names,) * len(np.unique(self.fold_of))
        return tuple(
            Fold(self.clients, self.fold_of == fold, names[fold], self.seed)
            for fold in np.unique(self.fold_of)
        )

    def fewer(self, most: int = FEW_CLIENTS) -> "Contest":
        """Give the contest among so many of the clients at most, of each fold its share."""
        if len(self.clients) <= most:
            return self
        order = np.random.default_rng(self.seed).permutation(len(self.clients))
        kinds = 2 * self.fold_of + self.clients.defaulted
        share = most / len(self.clients)
        parts = [order[kinds[order] == kind] for kind in np.unique(kinds)]
        rows = np.sort(np.concatenate([part[: max(1, int(share * len(part)))] for part in parts]))
        return replace(
            self,
            clients=self.clients.only(rows),
            fold_of=self.fold_of[rows],
            costs=self.costs.only(rows),
        )

    def judge(
        self,
        candidate: Candidate,
        parameters: Parameters,
        after_first_folds: Callable[[float], None] | None = None,
    ) -> CrossFitted:
        """Say what a candidate with these hyper-parameters costs, on clients it has not seen.

        Where they leave the number of rounds open, each fold's clients say after how many their
        log loss is lowest, and all folds are judged after the mean number. It is chosen like any
        other hyper-parameter, by the clients who are then judged: what it costs looks a little
        lower than it is. The test clients have no part in it.

        Parameters
        ----------
        candidate : Candidate
            Who is judged.
        parameters : mapping
            Its hyper-parameters.
        after_first_folds : callable, optional
            Receives the mean cost in hindsight of the first two folds; what it raises ends the
            trial.

        Returns
        -------
        CrossFitted
        """
        grows = candidate.kind.grows(parameters)
        margin = np.empty(len(self.clients))
        first: list[float] = []
        grown: list[GrownOnFold] = []
        fit = Fold.grown if grows else Fold.margins
        for fold, part in zip(self.folds, self._each(fit, candidate, parameters), strict=True):
            if isinstance(part, GrownOnFold):
                grown.append(part)
            else:
                margin[fold.validation] = part
            if after_first_folds and len(first) < FIRST_FOLDS:
                own = part.margins() if isinstance(part, GrownOnFold) else part
                outcomes = self.clients.defaulted[fold.validation]
                first.append(cost_in_hindsight(own, outcomes, self.costs.only(fold.validation)))
                if len(first) == FIRST_FOLDS:
                    after_first_folds(float(np.mean(first)))
        if grown:
            rounds = max(1, round(float(np.mean([one.grown.best_rounds for one in grown]))))
            parameters = candidate.kind.settle(parameters, rounds)
            own = side_by_side([delayed(one.margins)(rounds) for one in grown])
            for fold, part in zip(self.folds, own, strict=True):
                margin[fold.validation] = part
        evidence = cross_fit(margin, self.clients.defaulted, self.fold_of, self.costs)
        return replace(evidence, parameters=parameters)

    def _each(
        self, fit: Callable[..., Any], candidate: Candidate, parameters: Parameters
    ) -> Iterator[Any]:
        for folds in (self.folds[:FIRST_FOLDS], self.folds[FIRST_FOLDS:]):
            yield from side_by_side([delayed(fit)(f, candidate, parameters) for f in folds])


def side_by_side(tasks: Sequence[tuple]) -> list:
    """Run joblib's delayed calls in threads, each on one core.

    On a busy machine that is several times faster than one after another on all cores, and
    rounding cannot differ between runs.
    """
    workers = max(1, min(len(tasks), os.cpu_count() or 1))
    with threadpool_limits(1, "blas"):
        return list(Parallel(workers, backend="threading")(tasks))
