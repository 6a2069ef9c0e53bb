"""The weighted sum of the margins of boosted trees and of a logistic regression.

Trees see what bends and interacts, a line what rises steadily beyond the few clients of a leaf;
together they err less than either. Margins add, so the reasons of the sum are exact.
"""

from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import BlendModel, Weights
from lib.training.contest.encoding import (
    Singles,
    encoded,
    fit_encoder,
    for_linear_model,
    read_linear,
)
from lib.training.contest.estimators.kind import EstimatorKind, Outcomes, Parameters
from lib.training.contest.estimators.lightgbm import LightGBM
from lib.training.contest.estimators.logistic_regression import Logistic

BOOSTED, LINEAR = "boosted", "linear"
WEIGHTS = ("boosted_weight", "linear_weight", "intercept")


class Members(BaseEstimator):
    """What is blended, unfitted.

    Parameters
    ----------
    boosted, linear : BaseEstimator
        The estimators.
    weights : Weights
        How much the margin of each counts.
    """

    def __init__(self, boosted: BaseEstimator, linear: BaseEstimator, weights: Weights) -> None:
        self.boosted = boosted
        self.linear = linear
        self.weights = weights


@dataclass(frozen=True)
class FittedMembers:
    """What is blended, fitted; the linear one reads the trees' matrix through `encode`."""

    boosted: Any
    encode: ColumnTransformer
    linear: Any
    weights: Weights


@dataclass(frozen=True)
class Blend(EstimatorKind):
    """Boosted trees and a logistic regression with hyper-parameters that were found for each alone.

    Its hyper-parameters are theirs, ``boosted_…`` and ``linear_…``, and the `Weights`.

    Parameters
    ----------
    boosted, linear : LightGBM, Logistic
        The kinds that are blended.
    """

    complexity = 2  # its reasons read like those of the trees

    boosted: LightGBM
    linear: Logistic

    def parameters(self, boosted: Parameters, linear: Parameters, weights: Weights) -> Parameters:
        """Write the hyper-parameters of both, and the weights, as those of the blend."""
        own = {
            f"{member}_{name}": value
            for member, told in ((BOOSTED, boosted), (LINEAR, linear))
            for name, value in told.items()
        }
        shares = (weights.boosted, weights.linear, weights.intercept)
        return {**own, **dict(zip(WEIGHTS, shares, strict=True))}

    def make(self, parameters: Parameters, seed: int) -> Members:
        """Give both unfitted estimators."""
        return Members(
            self.boosted.make(_of(parameters, BOOSTED), seed),
            self.linear.make(_of(parameters, LINEAR), seed),
            _weights(parameters),
        )

    def held_to(self, estimator: Members, signs: tuple[int, ...], numbers: int) -> None:
        """Hold both to the signs: so is their sum, since no weight is negative."""
        self.boosted.held_to(estimator.boosted, signs, numbers)
        self.linear.held_to(estimator.linear, signs, numbers)

    def for_more_clients(self, parameters: Parameters, ratio: float) -> Parameters:
        """Give both hyper-parameters for more clients."""
        return self.parameters(
            self.boosted.for_more_clients(_of(parameters, BOOSTED), ratio),
            self.linear.for_more_clients(_of(parameters, LINEAR), ratio),
            _weights(parameters),
        )

    def prepare(self, estimator: Members, X: Singles, y: Outcomes, categories: int) -> Any:
        """Give the clients as each of both takes them."""
        bins = self.boosted.prepare(estimator.boosted, X, y, categories)
        numbers, columns = X.shape[1] - categories, range(X.shape[1])
        encode = fit_encoder(for_linear_model(columns[:numbers], columns[numbers:]), X)
        matrix = encoded(encode, X)
        return bins, encode, self.linear.prepare(estimator.linear, matrix, y, categories)

    def fit(self, estimator: Members, prepared: Any) -> FittedMembers:
        """Fit both."""
        bins, encode, matrix = prepared
        return FittedMembers(
            self.boosted.fit(estimator.boosted, bins),
            encode,
            self.linear.fit(estimator.linear, matrix),
            estimator.weights,
        )

    def margins(self, fitted: FittedMembers, X: Floats) -> Floats:
        """Give the weighted sum of both margins."""
        return fitted.weights.sum(
            self.boosted.margins(fitted.boosted, X),
            self.linear.margins(fitted.linear, fitted.encode.transform(X)),
        )

    def read(self, encode: ColumnTransformer, fitted: FittedMembers) -> tuple[Encoder, BlendModel]:
        """Read both; they share the trees' encoder."""
        encoder, boosted = self.boosted.read(encode, fitted.boosted)
        weights, intercept = fitted.linear.coef_[0], float(fitted.linear.intercept_[0])
        _, linear = read_linear(fitted.encode, weights, intercept)
        return encoder, BlendModel(boosted, linear, fitted.weights)


def _of(parameters: Parameters, member: str) -> dict[str, Any]:
    """Give the hyper-parameters of a member."""
    prefix = f"{member}_"
    return {
        name.removeprefix(prefix): value
        for name, value in parameters.items()
        if name.startswith(prefix) and name not in WEIGHTS
    }


def _weights(parameters: Parameters) -> Weights:
    """Give the weights of both members, and the intercept."""
    return Weights(*(parameters[name] for name in WEIGHTS))
