"""application_train and application_test: one draw, but each with its own distributions."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.fitting import fitted, missing_share, refitted_categories
from lib.synthetic.latent import Floats
from lib.synthetic.marginals import Coded, Columns
from lib.tables.schema import TABLES

Bools = npt.NDArray[np.bool_]
_BOUND = {  # columns that others of the row decide
    "FLAG_EMP_PHONE",
    "FLAG_DOCUMENT_6",
    "FLAG_OWN_CAR",
    "NAME_INCOME_TYPE",
    "OCCUPATION_TYPE",
    "ORGANIZATION_TYPE",
}


def each_table(in_train: npt.NDArray[np.bool_]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Give the application tables with the clients of each."""
    return [("application_train", in_train), ("application_test", ~in_train)]


def missing_shares(name: str, in_train: npt.NDArray[np.bool_]) -> Floats:
    """Look it up for each client, by the application table that the client is in."""
    train, test = (missing_share(f"application_{split}", name) for split in ("train", "test"))
    return np.where(in_train, train, test)


def most_of_each(name: str, score: Floats, in_train: Bools) -> Bools:
    """Mark the highest scores: of each application table as many as it lacks values of a column."""
    marked = np.zeros(len(score), dtype=bool)
    for table, rows in each_table(in_train):
        marked[rows] = highest(score[rows], missing_share(table, name))
    return marked


def highest(score: Floats, share: float) -> Bools:
    """Mark the share with the highest scores."""
    count = round(share * len(score))
    marked = np.zeros(len(score), dtype=bool)
    if count:
        marked[np.argpartition(score, len(score) - count)[len(score) - count :]] = True
    return marked


def as_each_table(rng: np.random.Generator, columns: Columns, in_train: Bools) -> Columns:
    """Fit the columns to application_train and to application_test, which differ."""
    ties = rng.random(len(in_train))
    result: Columns = {}
    for name, column in TABLES["application_test"].columns.items():
        if name in _BOUND or column.unit == "key":
            continue
        drawn = columns[name]
        if isinstance(drawn, Coded):
            result[name] = _categories_of_each(name, drawn, ties, in_train)
            continue
        values = np.array(drawn, dtype=np.float64)
        for table, rows in each_table(in_train):
            values[rows] = fitted(table, name, values[rows], ties[rows], codes_apart=True)
        result[name] = values
    return result


def _categories_of_each(name: str, drawn: Coded, ties: Floats, in_train: Bools) -> Coded:
    codes = np.full(len(drawn.codes), -1)
    values: tuple[str, ...] = drawn.values
    for table, rows in each_table(in_train):
        part = refitted_categories(table, name, Coded(drawn.codes[rows], drawn.values), ties[rows])
        place = np.array([*(values.index(value) for value in part.values), -1])
        codes[rows] = place[part.codes]
    return Coded(codes, values)
