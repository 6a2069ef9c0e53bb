"""How numbers of clients become heights of bars: counts or shares, evenly or by their logarithm."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.dashboard.charts import round_counts, round_ticks
from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.languages import Language

Floats = npt.NDArray[np.float64]

# On a logarithmic scale no client has no height, and a single one must have some.
LOG_FLOOR = 0.5


@dataclass(frozen=True)
class Measure:
    """What the height of a bar says.

    Parameters
    ----------
    total : int
        Clients that all bars make up.
    in_shares : bool
        Ticks are shares of them, not counts.
    is_log : bool
        Heights are logarithms.
    """

    total: int
    in_shares: bool = False
    is_log: bool = False

    def heights(self, counts: npt.ArrayLike) -> Floats:
        """Give the heights of bars of so many clients.

        Examples
        --------
        >>> Measure(10).heights([0, 5]).tolist()
        [0.0, 5.0]
        >>> Measure(100, is_log=True).heights([0, 50]).tolist()
        [0.0, 2.0]
        """
        given = np.asarray(counts, dtype=float)
        if not self.is_log:
            return given
        return np.log10(np.maximum(given, LOG_FLOOR) / LOG_FLOOR)

    def ticks(self, top: int, language: Language) -> dict[float, str]:
        """Give heights to be labelled up to so many clients, each with its label.

        Examples
        --------
        >>> Measure(10, in_shares=True).ticks(5, "en")
        {0.0: '0%', 1.0: '10%', 2.0: '20%', 3.0: '30%', 4.0: '40%', 5.0: '50%'}
        """
        whole = self.total if self.in_shares else 1
        if self.is_log:
            shown = [10.0**power for power in range(-6, 9)]
            steps = np.array([one for one in shown if 1 <= one * whole <= top])
        else:
            steps = round_ticks(0.0, top / whole) if self.in_shares else round_counts(top)
        places = self.heights(steps * whole).tolist()
        return {
            place: self._write(step, language)
            for place, step in zip(places, steps.tolist(), strict=True)
        }

    def _write(self, step: float, language: Language) -> str:
        if not self.in_shares:
            return write_number(step, language)
        percent = step * 100
        digits = next((n for n in range(4) if abs(round(percent, n) - percent) < 1e-9), 4)
        return write_percent(step, language, digits)
