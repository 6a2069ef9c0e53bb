"""The columns about the client's building: numbers that go together and are missing together."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.each_table import each_table, missing_shares
from lib.synthetic.latent import Floats, mixed
from lib.synthetic.marginals import Coded, categories, numbers
from lib.tables.schema import TABLES

Bools = npt.NDArray[np.bool_]

_WITH_SIZE = {  # how closely a measure follows the building's total area
    "LIVINGAREA": 0.93,
    "APARTMENTS": 0.9,
    "LIVINGAPARTMENTS": 0.88,
    "ELEVATORS": 0.75,
    "FLOORSMAX": 0.6,
    "BASEMENTAREA": 0.6,
    "ENTRANCES": 0.5,
    "LANDAREA": 0.45,
    "FLOORSMIN": 0.45,
    "COMMONAREA": 0.45,
}
_SAME = 0.985  # correlation of a measure's mean, mode and median with what they measure


def building(
    rng: np.random.Generator, risk: Floats, scores: dict[str, Floats], in_train: Bools
) -> dict[str, Floats | Coded]:
    """Draw the 47 columns.

    A building that little is known of lacks the rarely known columns first: those missing often
    are missing wherever those missing seldom are.
    """
    size = scores["TOTALAREA_MODE"]
    unknown = mixed(rng, [(numbers("TOTALAREA_MODE").missing_loading, risk)])
    level = np.empty(len(risk))
    for _, rows in each_table(in_train):
        level[rows] = _levels(unknown[rows])
    measured: dict[str, Floats] = {}
    columns: dict[str, Floats | Coded] = {}
    for name, column in TABLES["application_test"].columns.items():
        if not name.endswith(("_AVG", "_MODE", "_MEDI")):
            continue
        if column.values:
            marginal = categories(name)
            coded = marginal.of(mixed(rng, [(marginal.loading, risk)]))
            columns[name] = coded.without(level < missing_shares(name, in_train))
            continue
        measure = name.rsplit("_", 1)[0]
        if measure not in measured:
            measured[measure] = _measure(rng, measure, risk, size)
        score = size if name == "TOTALAREA_MODE" else mixed(rng, [(_SAME, measured[measure])])
        value = np.round(numbers(name).of(score), 4)
        columns[name] = np.where(level < missing_shares(name, in_train), np.nan, value)
    return columns


def _levels(unknown: Floats) -> Floats:
    level = np.empty(len(unknown))
    level[np.argsort(-unknown, kind="stable")] = np.arange(len(unknown)) + 0.5
    return level / max(1, len(unknown))


def _measure(rng: np.random.Generator, measure: str, risk: Floats, size: Floats) -> Floats:
    if measure == "TOTALAREA":
        return size
    wanted = numbers(f"{measure}_AVG").loading
    with_size, of_size = _WITH_SIZE.get(measure, 0.1), numbers("TOTALAREA_MODE").loading
    weights = np.linalg.solve(np.array([[1, of_size], [of_size, 1]]), np.array([with_size, wanted]))
    return mixed(rng, [(weights[0], size), (weights[1], risk)])
