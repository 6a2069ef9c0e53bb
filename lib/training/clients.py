"""Clients whose outcome is known, with what the model may know about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Clients:
    """Clients whose outcome is known.

    Attributes
    ----------
    client_id : ndarray of int, shape (n,)
        Their numbers.
    features : DataFrame, shape (n, k)
        What the model may know: `numeric` columns, then `categorical` ones.
    defaulted : ndarray of int, shape (n,)
        1 where the client did not repay.
    withheld : DataFrame, shape (n, j)
        What the model may not know (protected attributes), kept for the audit.
    numeric, categorical : tuple of str
        Names of the features, in the model's order.
    """

    client_id: npt.NDArray[np.int64]
    features: pd.DataFrame
    defaulted: npt.NDArray[np.int8]
    withheld: pd.DataFrame
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.client_id)

    def keep(self, names: Iterable[str]) -> "Clients":
        """Keep some of the features; the others are forgotten."""
        kept = set(names)
        numeric = tuple(name for name in self.numeric if name in kept)
        categorical = tuple(name for name in self.categorical if name in kept)
        features = self.features[[*numeric, *categorical]]
        return replace(self, features=features, numeric=numeric, categorical=categorical)

    def only(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int_]) -> "Clients":
        """Keep some of the clients, by mask or position."""
        return Clients(
            self.client_id[rows],
            self.features.iloc[rows] if rows.dtype != bool else self.features[rows],
            self.defaulted[rows],
            self.withheld.iloc[rows] if rows.dtype != bool else self.withheld[rows],
            self.numeric,
            self.categorical,
        )
