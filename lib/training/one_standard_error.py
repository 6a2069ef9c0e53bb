"""When two costs are the same for all one can tell (after Breiman et al., 1984).

Rivals decide the same clients, so their costs are compared client by client: what is hard for both
cancels out, and the standard error is that of the difference.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Difference(NamedTuple):
    """How much more something costs than its cheapest rival, per client.

    Attributes
    ----------
    mean, standard_error : float
        In units of one refused good client; both 0 for the cheapest itself.
    """

    mean: float
    standard_error: float

    @property
    def indistinguishable(self) -> bool:
        """Whether the difference is within one standard error."""
        return self.mean <= self.standard_error


def to_the_cheapest(client_costs: Sequence[Floats]) -> list[Difference]:
    """Compare each rival with the cheapest one.

    Parameters
    ----------
    client_costs : sequence of ndarray of float, shape (n,)
        What each client costs; one array a rival, the same clients in the same order.

    Examples
    --------
    >>> sure, bold = np.array([1.0, 1.0, 1.0, 0.0]), np.array([0.0, 0.0, 10.0, 0.0])
    >>> [d.indistinguishable for d in to_the_cheapest([sure, bold])]
    [True, True]
    >>> [d.indistinguishable for d in to_the_cheapest([sure, sure + 1])]
    [True, False]
    """
    cheapest = min(client_costs, key=lambda costs: costs.mean())
    return [_difference(costs - cheapest) for costs in client_costs]


def _difference(paired: Floats) -> Difference:
    error = paired.std(ddof=1) / np.sqrt(len(paired)) if len(paired) > 1 else 0.0
    return Difference(float(paired.mean()), float(error))
