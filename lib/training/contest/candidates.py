"""Who competes: each candidate is a way to meet the rarity of defaults, and an estimator.

To add a candidate, add an entry to `CANDIDATES`; a new kind of estimator is a file of
`lib.training.contest.estimators`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import optuna
from sklearn.base import BaseEstimator

from lib.training.contest.estimators.balanced_forest import BalancedForest
from lib.training.contest.estimators.dummy import Dummy
from lib.training.contest.estimators.kind import EstimatorKind, Parameters
from lib.training.contest.estimators.lightgbm import FEW_CLIENTS_DEFAULTS, LightGBM
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.sampling import over_sampling, under_sampling

Sample = Callable[[int], BaseEstimator]

# By this every other is measured: what most lenders have.
BASELINE = "logistic_regression_under_sampling"


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
    kind : EstimatorKind
        How its estimator is made, tuned, fitted and served.
    sample : callable, optional
        Seed → unfitted sampler, which changes the clients that are learned from.
    """

    name: str
    french: str
    english: str
    imbalance: str
    kind: EstimatorKind
    sample: Sample | None = None

    @property
    def defaults(self) -> Parameters:
        """Hyper-parameters of the first trial: a sensible start."""
        return self.kind.defaults

    @property
    def space(self) -> Callable[[optuna.Trial], dict[str, Any]] | None:
        """From an Optuna trial to hyper-parameters; None where there is nothing to tune."""
        return self.kind.space if self.kind.defaults else None

    @property
    def complexity(self) -> int:
        """How hard it is to explain and to run; of equal candidates the lowest wins."""
        return self.kind.complexity


# In the order in which they are tried first: a short search sees one of each kind that matters,
# and the shortest one the baseline.
CANDIDATES: tuple[Candidate, ...] = (
    Candidate(
        name=BASELINE,
        french="Régression logistique, sous-échantillonnage",
        english="Logistic regression, under-sampling",
        imbalance="under_sampling",
        kind=Logistic(),
        sample=under_sampling,
    ),
    Candidate(
        name="dummy",
        french="Taux de défaut moyen",
        english="Average default rate",
        imbalance="none",
        kind=Dummy(),
    ),
    Candidate(
        name="lightgbm",
        french="LightGBM",
        english="LightGBM",
        imbalance="none",
        kind=LightGBM(),
    ),
    Candidate(
        name="logistic_regression",
        french="Régression logistique",
        english="Logistic regression",
        imbalance="none",
        kind=Logistic(),
    ),
    Candidate(
        name="lightgbm_class_weights",
        french="LightGBM, poids de classe",
        english="LightGBM, class weights",
        imbalance="class_weights",
        kind=LightGBM(balanced=True),
    ),
    Candidate(
        name="logistic_regression_class_weights",
        french="Régression logistique, poids de classe",
        english="Logistic regression, class weights",
        imbalance="class_weights",
        kind=Logistic(balanced=True),
    ),
    Candidate(
        name="balanced_random_forest",
        french="Forêt aléatoire équilibrée",
        english="Balanced random forest",
        imbalance="under_sampling",
        kind=BalancedForest(),
    ),
    Candidate(
        name="lightgbm_under_sampling",
        french="LightGBM, sous-échantillonnage",
        english="LightGBM, under-sampling",
        imbalance="under_sampling",
        kind=LightGBM(defaults=FEW_CLIENTS_DEFAULTS),
        sample=under_sampling,
    ),
    Candidate(
        name="logistic_regression_smote_nc",
        french="Régression logistique, SMOTE-NC",
        english="Logistic regression, SMOTE-NC",
        imbalance="over_sampling",
        kind=Logistic(),
        sample=over_sampling,
    ),
    Candidate(
        name="lightgbm_smote_nc",
        french="LightGBM, SMOTE-NC",
        english="LightGBM, SMOTE-NC",
        imbalance="over_sampling",
        kind=LightGBM(),
        sample=over_sampling,
    ),
)
