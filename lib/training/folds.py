"""One fold: clients to learn from, clients to judge, and what is prepared once for all trials."""

from collections.abc import Callable
from dataclasses import dataclass, field

import lightgbm
import numpy as np
import numpy.typing as npt
from lightgbm import LGBMClassifier

from lib.training.candidate import Candidate, Encode, Parameters, Sample
from lib.training.clients import Clients
from lib.training.contest.binning import binned, train
from lib.training.margins import estimator_margins

Floats = npt.NDArray[np.float64]
Bins = tuple[lightgbm.Dataset, Floats]


@dataclass(frozen=True)
class Encoded:
    """Clients as an estimator reads them.

    Attributes
    ----------
    learned : ndarray of float, shape (m, c)
        Those to learn from, sampled.
    outcomes : ndarray of 0 or 1, shape (m,)
        Theirs.
    judged : ndarray of float, shape (n, c)
        Those to judge, all of them.
    """

    learned: Floats
    outcomes: npt.NDArray[np.int8]
    judged: Floats


@dataclass(frozen=True)
class Fold:
    """A fold with the features that were chosen without it.

    Parameters
    ----------
    clients : Clients
        All training clients.
    judges : ndarray of bool, shape (n,)
        Which of them are this fold's own: judged here, learned from elsewhere.
    names : tuple of str
        The features that may be used.
    seed : int
        Fixes samplers and estimators.
    """

    clients: Clients
    judges: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    seed: int
    _bins: dict[tuple[Encode, Sample | None], Bins] = field(default_factory=dict, repr=False)

    def margins(self, candidate: Candidate, parameters: Parameters) -> Floats:
        """Fit a candidate on the other folds and give its margins on this one's clients."""
        estimator = candidate.estimate(parameters, self.seed)
        if isinstance(estimator, LGBMClassifier):
            data, judged = self.binned(candidate, estimator)
            return np.asarray(train(estimator, data).predict(judged, raw_score=True, num_threads=1))
        encoded = self.encoded(candidate)
        estimator.fit(encoded.learned, encoded.outcomes)
        return estimator_margins(estimator, encoded.judged)

    def encoded(self, candidate: Candidate) -> Encoded:
        """Sample and encode; what the encoder learns, it learns on the other folds."""
        learn = self.clients.keep(self.names).only(~self.judges)
        judge = self.clients.keep(self.names).only(self.judges)
        features, outcomes = learn.features, learn.defaulted
        if candidate.sample:
            features, outcomes = candidate.sample(self.seed).fit_resample(features, outcomes)
        encode = candidate.encode(learn.numeric, learn.categorical).fit(features)
        return Encoded(encode.transform(features), outcomes, encode.transform(judge.features))

    def binned(self, candidate: Candidate, estimator: LGBMClassifier) -> Bins:
        """Give the bins to learn from and the encoded clients to judge, made at the first call."""
        # Bins take a byte a value, so they are kept; other encodings are made anew each trial.
        key = (candidate.encode, candidate.sample)
        if key not in self._bins:
            encoded = self.encoded(candidate)
            categories = sum(name in self.clients.categorical for name in self.names)
            data = binned(estimator, encoded.learned, encoded.outcomes, categories)
            self._bins[key] = (data, encoded.judged)
        return self._bins[key]


def make_folds(
    clients: Clients,
    fold_of: npt.NDArray[np.int_],
    names: Callable[[int], tuple[str, ...]],
    seed: int,
) -> tuple[Fold, ...]:
    """Give the folds, each with the features that `names` gives for its number."""
    return tuple(Fold(clients, fold_of == fold, names(fold), seed) for fold in np.unique(fold_of))
