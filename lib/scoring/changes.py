"""A client with other values of some features, and with what follows from them."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.description import FeatureDescription, Unit
from lib.features.one_client import DerivedFeatures
from lib.scoring.encoder import LARGEST_NUMBER, Features, Floats
from lib.scoring.possible import check_possible

Catalogue = Mapping[str, FeatureDescription]


def check_changes(changes: Mapping[str, float], catalogue: Catalogue) -> None:
    """Refuse to change what may not be changed, and values that make no sense.

    Raises
    ------
    InvalidInput
        If a feature is unknown or not changeable, or its new value is impossible.
    """
    for name, value in changes.items():
        check_changeable(name, catalogue)
        amount = catalogue[name].unit is Unit.AMOUNT
        if not 0 <= value <= LARGEST_NUMBER or (amount and not value):
            lowest = "is above 0" if amount else "is not below 0"
            raise InvalidInput(
                f"feature {name}",
                f"its value {lowest} and at most {LARGEST_NUMBER:g}",
                "give another value",
            )
    check_possible(changes, catalogue)


def check_changeable(name: str, catalogue: Catalogue) -> None:
    """Refuse a feature that the catalogue does not mark as changeable."""
    changeable = [row.name for row in catalogue.values() if row.changeable]
    if name not in changeable:
        raise InvalidInput(
            f"feature {name}",
            "it is one that may be changed in a simulation",
            f"change {', '.join(changeable)}",
        )


def with_changes(
    client: Features, values: Mapping[str, Floats], follow: DerivedFeatures
) -> dict[str, Floats]:
    """Change a client in several ways at once.

    Parameters
    ----------
    client : mapping of str to float, str or None
        The features as they are.
    values : mapping of str to ndarray of float, shape (n,)
        The n new values of each feature that changes.
    follow : DerivedFeatures
        Works out what follows from them, by the code of the features themselves.

    Returns
    -------
    dict of str to ndarray of float, shape (n,)
        `values`, and each feature that follows from one of them and takes another value; NaN
        where it is missing, and the client's own where nothing changes.
    """
    count = len(next(iter(values.values())))
    # The first row is the client as before: what differs from it has changed.
    rows = {
        name: pa.array([client.get(name)] * (count + 1), pa.float64())
        for name in follow.inputs
        if name not in values and name != "client_id"
    }
    for name, new in values.items():
        rows[name] = pa.array([client.get(name), *new.tolist()], pa.float64())
    derived = follow(pa.table(rows)).drop_columns("client_id")
    found = {name: derived[name].to_numpy() for name in derived.column_names}
    differs = {name: _differs(column[1:], column[0]) for name, column in found.items()}
    return dict(values) | {
        name: np.where(differs[name], column[1:], _number(client.get(name)))
        for name, column in found.items()
        if name in client and differs[name].any()
    }


def _differs(values: Floats, before: float) -> np.ndarray:
    return (values != before) & ~(np.isnan(values) & np.isnan(before))


def _number(value: float | str | None) -> float:
    return float("nan") if value is None else float(value)
