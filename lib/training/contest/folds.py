"""The folds: on all but one a candidate is fitted, on that one its margins are taken."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import StratifiedKFold

from lib.decision import InvalidInput
from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import Model
from lib.training.contest.candidates import Candidate, Sample
from lib.training.contest.encoding import encoded, fit_encoder
from lib.training.contest.estimators.kind import EstimatorKind, Grown, Parameters
from lib.training.data import Clients, Outcomes

# Matrices of so many validation clients are kept for later trials; larger ones take more memory
# than time.
MOST_KEPT = 20_000

# What candidates have in common that are prepared alike.
Preparation = tuple[type[EstimatorKind], Sample | None]


def assign_folds(defaulted: Outcomes, folds: int, seed: int) -> npt.NDArray[np.int_]:
    """Give every client one of the stratified folds that all candidates share.

    Raises
    ------
    InvalidInput
        If there are fewer than two folds, or a fold would have no client of one outcome.

    Examples
    --------
    >>> outcomes = np.array([0, 0, 0, 0, 1, 1], dtype=np.int8)
    >>> sorted(assign_folds(outcomes, folds=2, seed=0).tolist())
    [0, 0, 0, 1, 1, 1]
    """
    if folds < 2:
        raise InvalidInput(f"folds {folds}", "there are at least two", "take 5, say")
    rarest = int(np.bincount(defaulted, minlength=2).min())
    if rarest < folds:
        raise InvalidInput(
            f"{rarest} training clients of the rarer outcome, {folds} folds",
            "every fold has clients of both outcomes",
            "give more clients or fewer folds",
        )
    fold_of = np.empty(len(defaulted), dtype=int)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (_, validation) in enumerate(splitter.split(np.zeros(len(defaulted)), defaulted)):
        fold_of[validation] = fold
    return fold_of


@dataclass(frozen=True)
class Prepared:
    """Clients to fit a candidate on, sampled and encoded.

    Attributes
    ----------
    encode : ColumnTransformer
        The encoder, fitted on them.
    data : object
        They, as the candidate's kind of estimator takes them.
    """

    encode: ColumnTransformer
    data: Any


@dataclass(frozen=True)
class Fitted:
    """A fitted candidate.

    Attributes
    ----------
    kind : EstimatorKind
        Its kind of estimator.
    encode : ColumnTransformer
        The fitted encoder.
    estimator : object
        What `EstimatorKind.fit` has given.
    """

    kind: EstimatorKind
    encode: ColumnTransformer
    estimator: Any

    def read(self) -> tuple[Encoder, Model]:
        """Read it into what a scorer holds."""
        return self.kind.read(self.encode, self.estimator)

    def margins(self, features: pd.DataFrame) -> Floats:
        """Give the margins that the libraries themselves compute."""
        return self.kind.margins(self.estimator, self.encode.transform(features))


def prepare(
    candidate: Candidate,
    clients: Clients,
    estimator: BaseEstimator,
    seed: int,
    rows: npt.NDArray[np.int_] | None = None,
) -> Prepared:
    """Sample and encode clients; what the encoder learns, it learns from them.

    `rows` are the places of those who are meant, all where it is left out: of whom nobody is
    sampled, no copy is made.
    """
    places = np.arange(len(clients)) if rows is None else rows
    features, defaulted = clients.features, clients.defaulted[places]
    if candidate.sample:
        sampler = candidate.sample(seed)
        features, defaulted = sampler.fit_resample(features.iloc[places], defaulted)
        places = np.arange(len(features))
    encode = candidate.kind.encode(clients.numeric, clients.categorical)
    fit_encoder(encode, features, places)
    categories = len(clients.categorical)
    matrix = encoded(encode, features, places)
    data = candidate.kind.prepare(estimator, matrix, defaulted, categories)
    return Prepared(encode, data)


def make(
    candidate: Candidate, clients: Clients, parameters: Parameters, seed: int
) -> BaseEstimator:
    """Give a candidate's unfitted estimator, held to the signs of the features."""
    estimator = candidate.kind.make(parameters, seed)
    candidate.kind.held_to(estimator, clients.column_signs, len(clients.numeric))
    return estimator


def fit(candidate: Candidate, clients: Clients, parameters: Parameters, seed: int) -> Fitted:
    """Fit a candidate on clients, with these hyper-parameters."""
    estimator = make(candidate, clients, parameters, seed)
    prepared = prepare(candidate, clients, estimator, seed)
    return Fitted(candidate.kind, prepared.encode, candidate.kind.fit(estimator, prepared.data))


@dataclass(frozen=True)
class Fold:
    """A fold with the features that were chosen without it.

    Parameters
    ----------
    clients : Clients
        All training clients.
    validation : ndarray of bool, shape (n,)
        Which of them are this fold's own; candidates are fitted on the others.
    names : tuple of str
        The features that may be used.
    seed : int
        Fixes samplers and estimators.
    """

    clients: Clients
    validation: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    seed: int
    _prepared: dict[Preparation, Prepared] = field(default_factory=dict, repr=False)
    _matrices: dict[Preparation, Floats] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> pa.Table:
        """The validation clients as a scorer reads them."""
        return self._known.only(self.validation).table

    @property
    def _known(self) -> Clients:
        return self.clients.keep(self.names)

    def margins(self, candidate: Candidate, parameters: Parameters) -> Floats:
        """Fit a candidate on the other folds and give its margins on this one's clients.

        They are those of the scorer that the fitted candidate becomes.
        """
        kind = candidate.kind
        estimator = make(candidate, self._known, parameters, self.seed)
        prepared = self.prepared(candidate, estimator)
        return self.margins_of(candidate, prepared, kind.fit(estimator, prepared.data))

    def grown(self, candidate: Candidate, parameters: Parameters) -> "GrownOnFold":
        """Fit a candidate on the other folds for as long as this one's clients gain by it."""
        kind = candidate.kind
        estimator = make(candidate, self._known, parameters, self.seed)
        prepared = self.prepared(candidate, estimator)
        X = self._matrices.get(_preparation(candidate))
        if X is None:
            own = np.flatnonzero(self.validation)
            X = encoded(prepared.encode, self._known.features, own).astype(float)
        grown = kind.grow(estimator, prepared.data, X, self.clients.defaulted[self.validation])
        return GrownOnFold(self, candidate, prepared, grown)

    def margins_of(self, candidate: Candidate, prepared: Prepared, estimator: Any) -> Floats:
        """Give the margins of this fold's clients that a fitted estimator's scorer would give."""
        kind = candidate.kind
        encoder, model = Fitted(kind, prepared.encode, estimator).read()
        matrix = self._matrices.get(_preparation(candidate))
        if matrix is None:
            matrix = encoder.encode_frame(self.table)
        if kind.prepares_once and len(matrix) <= MOST_KEPT:
            self._matrices[_preparation(candidate)] = matrix
        return model.margins(matrix)

    def prepared(self, candidate: Candidate, estimator: BaseEstimator) -> Prepared:
        """Give the clients of the other folds, sampled and encoded; of some kinds they are kept."""
        kept = self._prepared.get(_preparation(candidate))
        if kept:
            return kept
        others = np.flatnonzero(~self.validation)
        prepared = prepare(candidate, self._known, estimator, self.seed, others)
        if candidate.kind.prepares_once:
            self._prepared[_preparation(candidate)] = prepared
        return prepared


@dataclass(frozen=True)
class GrownOnFold:
    """A candidate that was fitted round by round while the fold's own clients watched."""

    fold: Fold
    candidate: Candidate
    prepared: Prepared
    grown: Grown

    def margins(self, rounds: int | None = None) -> Floats:
        """Give the fold's margins after so many rounds, or after those that suit it best."""
        estimator = self.grown.at(rounds or self.grown.best_rounds)
        return self.fold.margins_of(self.candidate, self.prepared, estimator)


def _preparation(candidate: Candidate) -> Preparation:
    return type(candidate.kind), candidate.sample
