"""From a model's margin to the log-odds of default."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt

from lib.decision import InvalidInput

Floats = npt.NDArray[np.float64]


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


def sigmoid(log_odds: Floats) -> Floats:
    """Give the probability that belongs to each log-odds, without overflow.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
