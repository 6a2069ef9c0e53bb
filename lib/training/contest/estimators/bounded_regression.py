"""A logistic regression whose coefficients may be held to a sign."""

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

from lib.scoring.encoder import Floats

MOST_ITERATIONS = 2000
# Where the steepest slope of the loss per client is below it, the minimum is found: what is left
# moves a client's log-odds by less than 0.001.
STEEPEST = 1e-6


class BoundedRegression(ClassifierMixin, BaseEstimator):
    """Minimises what scikit-learn's LogisticRegression does, within bounds (Byrd et al., 1995).

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    balanced : bool
        Whether both outcomes weigh the same.
    signs : sequence of int, optional
        For each of the first columns 1 where its coefficient must not be negative, -1 where it
        must not be positive, 0 where it is free; the columns after them are free.
    random_state : int, optional
        Nothing is random here.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([1, 0, 1, 0])
    >>> bool(BoundedRegression().fit(X, y).coef_[0, 0] < 0)
    True
    >>> BoundedRegression(signs=[1]).fit(X, y).coef_.tolist()
    [[0.0]]
    """

    def __init__(
        self,
        C: float = 1.0,  # noqa: N803 - scikit-learn's name
        balanced: bool = False,
        signs: tuple[int, ...] = (),
        random_state: int | None = None,
    ) -> None:
        self.C = C
        self.balanced = balanced
        self.signs = signs
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Find the coefficients."""
        # Reading the matrix is what takes time: as float32 it is half as much.
        matrix, outcome = np.ascontiguousarray(X, dtype=np.float32), np.asarray(y, dtype=float)
        self.classes_ = np.array([0, 1])
        clients, columns = matrix.shape
        weight = np.ones(clients)
        if self.balanced:
            weight = clients / 2 / np.where(outcome == 1, outcome.sum(), (1 - outcome).sum())

        def loss(point: Floats) -> tuple[float, Floats]:
            slopes = point[:-1]
            log_odds = (matrix @ slopes.astype(np.float32)).astype(float) + point[-1]
            value = weight @ (np.logaddexp(0, log_odds) - outcome * log_odds)
            error = weight * (expit(log_odds) - outcome)
            along = (error.astype(np.float32) @ matrix).astype(float)
            gradient = np.append(along + slopes / self.C, error.sum())
            return float(value + slopes @ slopes / (2 * self.C)) / clients, gradient / clients

        ends = {1: (0.0, np.inf), -1: (-np.inf, 0.0), 0: (-np.inf, np.inf)}
        free = (0,) * (columns + 1 - len(self.signs))
        bounds = [ends[int(sign)] for sign in (*self.signs, *free)]
        found = minimize(
            loss,
            np.zeros(columns + 1),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": MOST_ITERATIONS, "maxcor": 20, "ftol": 0.0, "gtol": STEEPEST},
        )
        self.coef_, self.intercept_ = found.x[None, :-1], found.x[-1:]
        self.n_features_in_ = columns
        return self

    def decision_function(self, X: npt.ArrayLike) -> Floats:
        """Give the log-odds."""
        return np.asarray(X, dtype=float) @ self.coef_[0] + self.intercept_[0]

    def predict_proba(self, X: npt.ArrayLike) -> Floats:
        """Give the probability of each outcome."""
        log_odds = self.decision_function(X)
        return np.column_stack([expit(-log_odds), expit(log_odds)])
