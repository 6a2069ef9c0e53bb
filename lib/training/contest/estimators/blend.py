"""The mean of boosted trees and a logistic regression, each brought to log-odds.

Trees see what bends and interacts, a line what rises steadily beyond the few clients of a leaf;
their mean errs less than either. Margins add, so the reasons of the mean are exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import BlendModel, Calibration
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
SLOPE, INTERCEPT = "slope", "intercept"


class Members(BaseEstimator):
    """What is blended, unfitted.

    Parameters
    ----------
    boosted, linear : BaseEstimator
        The estimators.
    calibrations : tuple of Calibration
        From the margin of each to log-odds.
    """

    def __init__(
        self,
        boosted: BaseEstimator,
        linear: BaseEstimator,
        calibrations: tuple[Calibration, Calibration],
    ) -> None:
        self.boosted = boosted
        self.linear = linear
        self.calibrations = calibrations


@dataclass(frozen=True)
class FittedMembers:
    """What is blended, fitted; the linear one reads the trees' matrix through `encode`."""

    boosted: Any
    encode: ColumnTransformer
    linear: Any
    calibrations: tuple[Calibration, Calibration]


@dataclass(frozen=True)
class Blend(EstimatorKind):
    """Boosted trees and a logistic regression with hyper-parameters that were found for each alone.

    Its hyper-parameters are theirs, ``boosted_…`` and ``linear_…``, with slope and intercept of
    the line that brings each margin to log-odds.

    Parameters
    ----------
    boosted, linear : LightGBM, Logistic
        The kinds that are blended.
    """

    complexity = 3

    boosted: LightGBM
    linear: Logistic

    def parameters(
        self,
        boosted: Parameters,
        linear: Parameters,
        calibrations: tuple[Calibration, Calibration],
    ) -> Parameters:
        """Write the hyper-parameters of both as those of the blend."""
        lines = [vars(calibration) for calibration in calibrations]
        return {
            f"{member}_{name}": value
            for member, told in (
                (BOOSTED, {**boosted, **lines[0]}),
                (LINEAR, {**linear, **lines[1]}),
            )
            for name, value in told.items()
        }

    def make(self, parameters: Parameters, seed: int) -> Members:
        """Give both unfitted estimators."""
        (boosted, of_boosted), (linear, of_linear) = (
            _of(parameters, member) for member in (BOOSTED, LINEAR)
        )
        return Members(
            self.boosted.make(boosted, seed),
            self.linear.make(linear, seed),
            (of_boosted, of_linear),
        )

    def held_to(self, estimator: Members, signs: tuple[int, ...], numbers: int) -> None:
        """Hold both to the signs: so is their mean."""
        self.boosted.held_to(estimator.boosted, signs, numbers)
        self.linear.held_to(estimator.linear, signs, numbers)

    def for_more_clients(self, parameters: Parameters, ratio: float) -> Parameters:
        """Give both hyper-parameters for more clients."""
        (boosted, of_boosted), (linear, of_linear) = (
            _of(parameters, member) for member in (BOOSTED, LINEAR)
        )
        return self.parameters(
            self.boosted.for_more_clients(boosted, ratio),
            self.linear.for_more_clients(linear, ratio),
            (of_boosted, of_linear),
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
            estimator.calibrations,
        )

    def margins(self, fitted: FittedMembers, X: Floats) -> Floats:
        """Give the mean of both log-odds."""
        own = (
            self.boosted.margins(fitted.boosted, X),
            self.linear.margins(fitted.linear, fitted.encode.transform(X)),
        )
        lines = fitted.calibrations
        return np.mean([line.log_odds(m) for line, m in zip(lines, own, strict=True)], axis=0)

    def read(self, encode: ColumnTransformer, fitted: FittedMembers) -> tuple[Encoder, BlendModel]:
        """Read both; they share the trees' encoder."""
        encoder, boosted = self.boosted.read(encode, fitted.boosted)
        weights, intercept = fitted.linear.coef_[0], float(fitted.linear.intercept_[0])
        _, linear = read_linear(fitted.encode, weights, intercept)
        return encoder, BlendModel(boosted, linear, fitted.calibrations)


def _of(parameters: Parameters, member: str) -> tuple[dict[str, Any], Calibration]:
    """Give the hyper-parameters of a member, and the line that brings its margin to log-odds."""
    own = {
        name.removeprefix(f"{member}_"): value
        for name, value in parameters.items()
        if name.startswith(f"{member}_")
    }
    return own, Calibration(own.pop(SLOPE), own.pop(INTERCEPT))
