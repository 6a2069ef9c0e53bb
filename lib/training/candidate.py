"""What a competitor is: a way to meet the rarity of defaults, and an estimator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer

from lib.training.encoding import for_trees

Parameters = Mapping[str, Any]
Space = Callable[[optuna.Trial], dict[str, Any]]
Encode = Callable[[Sequence[str], Sequence[str]], ColumnTransformer]
Sample = Callable[[int], BaseEstimator]
Estimate = Callable[[Parameters, int], BaseEstimator]


@dataclass(frozen=True)
class Candidate:
    """One competitor for the scorer's place.

    Parameters
    ----------
    name : str
        Identifier in snake_case; studies are stored under it.
    french, english : str
        How people name it.
    imbalance : str
        How it meets the rarity of defaults: ``none``, ``class_weights``, ``under_sampling``, ...
    estimate : callable
        Hyper-parameters and seed → unfitted estimator.
    encode : callable
        Numeric and categorical features → unfitted encoder.
    sample : callable, optional
        Seed → unfitted sampler, which changes the clients that are learned from.
    space : callable, optional
        Optuna trial → hyper-parameters; without it there is nothing to tune.
    defaults : mapping
        Hyper-parameters of the first trial: a sensible start.
    complexity : int
        How hard it is to explain and to run; of candidates that cost the same the lowest wins.
    """

    name: str
    french: str
    english: str
    imbalance: str
    estimate: Estimate
    encode: Encode = for_trees
    sample: Sample | None = None
    space: Space | None = None
    defaults: Parameters = field(default_factory=dict)
    complexity: int = 0

    def build(
        self, numeric: Sequence[str], categorical: Sequence[str], parameters: Parameters, seed: int
    ) -> Pipeline:
        """Give an unfitted pipeline of library classes: perhaps `sample`, `encode`, `estimate`."""
        sample = [("sample", self.sample(seed))] if self.sample else []
        return Pipeline(
            [
                *sample,
                ("encode", self.encode(numeric, categorical)),
                ("estimate", self.estimate(parameters, seed)),
            ]
        )
