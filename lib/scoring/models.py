"""The kinds of model that a scorer holds, and the calibration of what they give.

A model gives each client a margin, and what each feature adds to it. Calibration makes the margin
the log-odds of default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from lib.decision import InvalidInput

if TYPE_CHECKING:
    import lightgbm

Floats = npt.NDArray[np.float64]

# Requests run side by side: one thread each, or they would fight for the cores.
ONE_THREAD: dict[str, Any] = {"num_threads": 1}


@dataclass(frozen=True)
class Calibration:
    """A straight line from margin to log-odds (Platt, 1999).

    Because it is a line, what a feature adds to the margin, times the slope, is what it adds to
    the log-odds: reasons stay exact after calibration.

    Parameters
    ----------
    slope : float
        Log-odds per unit of margin; finite.
    intercept : float
        Log-odds at margin 0; finite.

    Examples
    --------
    >>> Calibration(slope=2.0, intercept=-1.0).log_odds(np.array([0.5])).tolist()
    [0.0]
    """

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        for name in ("slope", "intercept"):
            if not isfinite(getattr(self, name)):
                raise InvalidInput(
                    f"calibration {name}", "it is a finite number", "select the model again"
                )

    def log_odds(self, margins: Floats) -> Floats:
        """Give the log-odds of default at each margin."""
        return self.slope * margins + self.intercept

    def probabilities(self, margins: Floats) -> Floats:
        """Give the default probability in [0, 1] at each margin."""
        return sigmoid(self.log_odds(margins))


def sigmoid(log_odds: Floats) -> Floats:
    """Give the probability that belongs to each log-odds, without overflow.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)


class Model(Protocol):
    """What a scorer needs of a model. A margin is the model's log-odds before calibration."""

    @property
    def base_margin(self) -> float:
        """Margin to which contributions are added."""
        ...

    def margins(self, matrix: Floats) -> Floats:
        """Give the margin of each row, shape (n,)."""
        ...

    def contributions(self, matrix: Floats) -> Floats:
        """Say what each feature adds to the base margin, shape (n, k)."""
        ...

    def margins_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give both, with nothing worked out twice."""
        ...

    def to_plain(self) -> dict[str, Any]:
        """Give the model as plain values, without a booster's text."""
        ...


@dataclass(frozen=True)
class ConstantModel:
    """The same margin for everyone: a baseline.

    Examples
    --------
    >>> ConstantModel().margins(np.zeros((2, 3))).tolist()
    [0.0, 0.0]
    """

    base_margin: float = 0.0

    def margins(self, matrix: Floats) -> Floats:
        """Give the constant for each row."""
        return np.full(len(matrix), self.base_margin)

    def contributions(self, matrix: Floats) -> Floats:
        """Say that no feature adds anything."""
        return np.zeros(matrix.shape)

    def margins_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give both."""
        return self.margins(matrix), self.contributions(matrix)

    def to_plain(self) -> dict[str, Any]:
        """Give the model as plain values."""
        return {"kind": "constant", "base_margin": self.base_margin}


@dataclass(frozen=True)
class BoosterModel:
    """LightGBM's trees; their contributions are exact SHAP values (Lundberg et al., 2020).

    Parameters
    ----------
    text : str
        The booster as LightGBM writes it.
    """

    text: str

    @cached_property
    def booster(self) -> "lightgbm.Booster":
        """The booster, read once."""
        # It takes a second and more to import, and the service's supervisor has no need of it.
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    @cached_property
    def base_margin(self) -> float:
        """Mean margin over the rows that the trees were grown on, as a sampler left them."""
        anyone = np.zeros((1, self.booster.num_feature()))
        return float(self._predict(anyone, pred_contrib=True)[0, -1])

    def margins(self, matrix: Floats) -> Floats:
        """Give the sum of the trees for each row."""
        if not len(matrix):
            return np.empty(0)
        return self._predict(matrix, raw_score=True)

    def contributions(self, matrix: Floats) -> Floats:
        """Give the trees' SHAP values."""
        if not len(matrix):
            return np.empty(matrix.shape)
        return self._predict(matrix, pred_contrib=True)[:, :-1]

    def margins_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give both: the trees' sum is no sum of SHAP values to the last bit, and takes little."""
        return self.margins(matrix), self.contributions(matrix)

    def to_plain(self) -> dict[str, Any]:
        """Give what the text does not hold: the kind."""
        return {"kind": "booster"}

    def _predict(self, matrix: Floats, **what: bool) -> Floats:
        return np.asarray(self.booster.predict(matrix, **what, **ONE_THREAD))


@dataclass(frozen=True)
class NumberTerm:
    """What a number adds to a linear margin: a line, and a constant where it is missing.

    A value beyond `low` or `high` counts as the nearest of both, where they are given.
    """

    slope: float
    intercept: float
    if_missing: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class NumberTerms:
    """The terms of several numbers, an array of each part, shape (k,).

    Examples
    --------
    >>> terms = NumberTerms.of([NumberTerm(2.0, 1.0, 0.5, low=0.0, high=10.0)])
    >>> terms(np.array([[-5.0], [3.0], [1e9], [np.nan]])).ravel().tolist()
    [1.0, 7.0, 21.0, 0.5]
    """

    slope: Floats
    intercept: Floats
    if_missing: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, terms: Sequence[NumberTerm]) -> Self:
        """Put terms side by side."""
        return cls(
            np.array([term.slope for term in terms]),
            np.array([term.intercept for term in terms]),
            np.array([term.if_missing for term in terms]),
            np.array([-np.inf if term.low is None else term.low for term in terms]),
            np.array([np.inf if term.high is None else term.high for term in terms]),
        )

    def __call__(self, values: Floats) -> Floats:
        """Give the term of each value, shape (n, k)."""
        seen = np.clip(values, self.low, self.high)
        seen *= self.slope
        seen += self.intercept
        return np.where(np.isnan(values), self.if_missing, seen)


@dataclass(frozen=True)
class CategoryTerm:
    """What a category adds to a linear margin: `weights` by code, and a constant where missing.

    Any other code adds nothing.
    """

    weights: tuple[float, ...]
    if_missing: float = 0.0


@dataclass(frozen=True)
class CategoryTerms:
    """The terms of several categories, looked up at once.

    Parameters
    ----------
    table : ndarray of float, shape (k, most codes + 2)
        What each code adds; in the last place but one a missing value, in the last an unknown code.

    Examples
    --------
    >>> terms = CategoryTerms.of([CategoryTerm((0.1, 0.2), 0.3), CategoryTerm((0.4,))])
    >>> terms(np.array([[1.0, 0.0], [-1.0, -1.0], [np.nan, np.nan]])).tolist()
    [[0.2, 0.4], [0.0, 0.0], [0.3, 0.0]]
    """

    table: Floats

    @classmethod
    def of(cls, terms: Sequence[CategoryTerm]) -> Self:
        """Put terms one below the other."""
        most = max((len(term.weights) for term in terms), default=0)
        table = np.zeros((len(terms), most + 2))
        for row, term in zip(table, terms, strict=True):
            row[: len(term.weights)] = term.weights
            row[-2] = term.if_missing
        return cls(table)

    def __call__(self, codes: Floats) -> Floats:
        """Give the term of each code, shape (n, k)."""
        # Code -1 (unknown) takes the last place, which holds the nothing.
        places = np.where(np.isnan(codes), -2, codes).astype(np.int64)
        return self.table[np.arange(len(self.table)), places]


@dataclass(frozen=True)
class LinearModel:
    """A logistic regression as a sum of one term a feature.

    One-hot and missing-indicator columns are summed into the term of the feature that they come
    from. Less its mean over clients, a term is the exact SHAP value for independent features
    (Lundberg & Lee, 2017); the scorer subtracts the means.

    Parameters
    ----------
    intercept : float
        Margin where every term is 0.
    terms : tuple of NumberTerm or CategoryTerm
        In the order of the matrix' columns.
    """

    intercept: float
    terms: tuple[NumberTerm | CategoryTerm, ...]

    @property
    def base_margin(self) -> float:
        """Margin where every term is 0."""
        return self.intercept

    def margins(self, matrix: Floats) -> Floats:
        """Give the sum of the terms for each row."""
        return self.margins_and_contributions(matrix)[0]

    def contributions(self, matrix: Floats) -> Floats:
        """Give the terms."""
        values = np.empty(matrix.shape)
        for places, terms in (self._numbers, self._categories):
            values[:, places] = terms(matrix[:, places])
        return values

    def margins_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give both, the terms worked out once."""
        terms = self.contributions(matrix)
        return self.intercept + terms.sum(axis=1), terms

    @cached_property
    def _numbers(self) -> tuple[npt.NDArray[np.intp], NumberTerms]:
        """Places and terms of the numbers, all at once: one by one they take 2 ms a client."""
        numbers = {i: term for i, term in enumerate(self.terms) if isinstance(term, NumberTerm)}
        return np.array(list(numbers), dtype=np.intp), NumberTerms.of(list(numbers.values()))

    @cached_property
    def _categories(self) -> tuple[npt.NDArray[np.intp], CategoryTerms]:
        found = {i: term for i, term in enumerate(self.terms) if isinstance(term, CategoryTerm)}
        return np.array(list(found), dtype=np.intp), CategoryTerms.of(list(found.values()))

    def to_plain(self) -> dict[str, Any]:
        """Give the model as plain values."""
        return {
            "kind": "linear",
            "intercept": self.intercept,
            "terms": [vars(term) for term in self.terms],
        }


class Weights(NamedTuple):
    """How much the margin of either model counts in a blend; neither below 0.

    Examples
    --------
    >>> Weights(boosted=0.75, linear=0.25, intercept=1.0).sum(np.array([4.0]), np.array([8.0]))
    array([6.])
    """

    boosted: float
    linear: float
    intercept: float = 0.0

    def sum(self, boosted: Floats, linear: Floats) -> Floats:
        """Give the blend's margins, from those of both models."""
        return self.boosted * boosted + self.linear * linear + self.intercept


@dataclass(frozen=True)
class BlendModel:
    """The weighted sum of boosted trees and a linear model on the same matrix.

    Margins add, so what a feature adds to the blend is the same sum of what it adds to both.

    Parameters
    ----------
    boosted, linear : BoosterModel, LinearModel
        The models that are blended.
    weights : Weights
        How much either counts.
    """

    boosted: BoosterModel
    linear: LinearModel
    weights: Weights

    @property
    def text(self) -> str:
        """The trees as LightGBM writes them."""
        return self.boosted.text

    @property
    def base_margin(self) -> float:
        """Weighted sum of both base margins."""
        bases = (np.array(model.base_margin) for model in (self.boosted, self.linear))
        return float(self.weights.sum(*bases))

    def margins(self, matrix: Floats) -> Floats:
        """Give the weighted sum of both margins for each row."""
        return self.weights.sum(self.boosted.margins(matrix), self.linear.margins(matrix))

    def contributions(self, matrix: Floats) -> Floats:
        """Give the weighted sum of what each feature adds to both margins."""
        of_members = self.weights._replace(intercept=0.0)  # it is in the base margin
        return of_members.sum(self.boosted.contributions(matrix), self.linear.contributions(matrix))

    def margins_and_contributions(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Give the weighted sums of both."""
        margins, contributions = zip(
            self.boosted.margins_and_contributions(matrix),
            self.linear.margins_and_contributions(matrix),
            strict=True,
        )
        of_members = self.weights._replace(intercept=0.0)  # it is in the base margin
        return self.weights.sum(*margins), of_members.sum(*contributions)

    def to_plain(self) -> dict[str, Any]:
        """Give what the trees' text does not hold."""
        return {
            "kind": "blend",
            "linear": self.linear.to_plain(),
            "weights": self.weights._asdict(),
        }


def model_from_plain(plain: Mapping[str, Any], booster_text: str | None) -> Model:
    """Build the model that `to_plain` has described."""
    if plain["kind"] == "booster":
        return BoosterModel(booster_text or "")
    if plain["kind"] == "linear":
        return _linear_from_plain(plain)
    if plain["kind"] == "blend":
        return BlendModel(
            BoosterModel(booster_text or ""),
            _linear_from_plain(plain["linear"]),
            Weights(**plain["weights"]),
        )
    return ConstantModel(plain["base_margin"])


def _linear_from_plain(plain: Mapping[str, Any]) -> LinearModel:
    return LinearModel(
        plain["intercept"],
        tuple(_term_from_plain(term) for term in plain["terms"]),
    )


def _term_from_plain(plain: Mapping[str, Any]) -> NumberTerm | CategoryTerm:
    if "weights" in plain:
        return CategoryTerm(**{**plain, "weights": tuple(plain["weights"])})
    return NumberTerm(**plain)
