"""Default rates that do not simply rise or fall with a column.

Clients who ask for a middling credit default more often than those who ask for little or for much.
A hidden risk that shows through noise makes only rates that rise or fall; what is left is added
here to the liability of each fifth of such a column.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from lib.synthetic.calibration import relations
from lib.synthetic.latent import RISK_SHARE, Floats
from lib.synthetic.marginals import Columns, numbers

_BENT = (
    "AMT_CREDIT",
    "AMT_INCOME_TOTAL",
    "REGION_POPULATION_RELATIVE",
    "DAYS_LAST_PHONE_CHANGE",
    "DAYS_REGISTRATION",
    "TOTALAREA_MODE",
)
_GRID = 4000


def bends(columns: Columns) -> Floats:
    """Compute what to add to each client's liability.

    Parameters
    ----------
    columns : mapping of str to array
        Of the application, as they are written.

    Returns
    -------
    ndarray of float
        In standard deviations of the liability; most within 0.2.
    """
    return np.sum([_bend(name, columns) for name in _BENT], axis=0)


def _bend(name: str, columns: Mapping[str, object]) -> Floats:
    values = np.asarray(columns[name], dtype=np.float64)
    fifth = np.searchsorted(relations("default_rates")[name]["edges"], values)
    return np.where(np.isnan(values), 0.0, _steps(name)[np.minimum(fifth, 4)])


@cache
def _steps(name: str) -> Floats:
    """Compare each fifth's default rate with the one that the column's loading alone gives."""
    reference = relations("default_rates")[name]
    rates, clients = np.array(reference["rates"]), np.array(reference["clients"])
    shares = clients / clients.sum()
    levels = (np.arange(_GRID) + 0.5) / _GRID
    correlation = numbers(name).loading * RISK_SHARE
    bound = -ndtri(shares @ rates)
    chances = ndtr((correlation * ndtri(levels) - bound) / np.sqrt(1 - correlation**2))
    fifth = np.searchsorted(np.cumsum(shares)[:-1], levels)
    expected = np.bincount(fifth, chances) / np.bincount(fifth)
    return ndtri(rates) - ndtri(expected)
