"""The application tables: the clients, their hidden risk, and what they tell when they apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from lib.synthetic.calibration import relations
from lib.synthetic.fitting import as_each_table, each_table, highest, missing_shares, most_of_each
from lib.synthetic.marginals import (
    Categories,
    Coded,
    Columns,
    categories,
    coded,
    numbers,
    rank_correlations,
    with_days_code,
)
from lib.synthetic.scores import BOUND, RISK_SHARE, Bools, Floats, Ints, mixed
from lib.tables.schema import TABLES

_PENSIONER_SHARE = 0.1821
_OLD = -0.78  # correlation of "is a pensioner" with DAYS_BIRTH
_COUPLES = ("Married", "Civil marriage")
_OF_CHILDREN = 0.6  # how far the size of a family is its children: the rest makes couples
_STEPS = {  # amounts come in round numbers
    "AMT_INCOME_TOTAL": 4500.0,
    "AMT_GOODS_PRICE": 4500.0,
    "AMT_CREDIT": 0.5,
    "AMT_ANNUITY": 4.5,
}

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
_BENT = (
    "AMT_CREDIT",
    "AMT_INCOME_TOTAL",
    "REGION_POPULATION_RELATIVE",
    "DAYS_LAST_PHONE_CHANGE",
    "DAYS_REGISTRATION",
    "TOTALAREA_MODE",
)
_GRID = 4000


@dataclass(frozen=True)
class Clients:
    """What the history tables need to know of a block of clients."""

    client_id: Ints
    in_train: Bools
    risk: Floats
    unknown_to_bureau: Floats  # score: the highest have no credit elsewhere
    scores: dict[str, Floats]  # of the core columns

    def __len__(self) -> int:
        return len(self.client_id)


def draw_clients(
    rng: np.random.Generator, client_id: Ints, in_train: Bools
) -> tuple[Clients, Columns]:
    """Draw clients and all columns of their applications, TARGET too."""
    names, root = _core()
    drawn = rng.standard_normal((len(client_id), len(names) + 1)) @ root.T
    scores = {name: drawn[:, position] for position, name in enumerate(names)}
    risk = drawn[:, -1]
    unknown = mixed(rng, [(numbers("EXT_SOURCE_3").missing_loading, risk)])
    clients = Clients(client_id, in_train, risk, unknown, scores)
    columns: Columns = {
        "SK_ID_CURR": client_id,
        **_plain_columns(rng, clients),
        **building(rng, risk, scores, in_train),
    }
    columns |= _work(rng, clients)
    columns |= _credit(clients, columns)
    columns |= _household(rng, clients, columns)
    columns |= _bureau_knowledge(rng, clients, columns)
    columns |= as_each_table(rng, columns, in_train)
    columns |= _consistent(columns)
    liability = RISK_SHARE * risk + np.sqrt(1 - RISK_SHARE**2) * rng.standard_normal(len(risk))
    in_default = liability + bends(columns) > BOUND
    return clients, columns | {"TARGET": in_default.astype(np.int64)}


@cache
def _core() -> tuple[tuple[str, ...], Floats]:
    """Return the core columns and a root of their correlation matrix, the risk last."""
    names, ranks = rank_correlations()
    matrix = np.eye(len(names) + 1)
    marginals = [categories(name) if _is_category(name) else numbers(name) for name in names]
    order = np.array([marginal.order for marginal in marginals])
    untied = ranks / np.outer(order, order)  # ties hide some of what scores have in common
    untied = np.where(np.abs(untied) < 0.9, untied, ranks)
    matrix[:-1, :-1] = 2 * np.sin(np.pi / 6 * untied)  # from rank to linear correlation
    np.fill_diagonal(matrix, 1.0)
    loadings = [marginal.loading for marginal in marginals]
    matrix[-1, :-1] = matrix[:-1, -1] = loadings
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 1e-6))  # the nearest that is one
    return names, root / np.linalg.norm(root, axis=1, keepdims=True)


def _is_category(name: str) -> bool:
    try:
        categories(name)
    except KeyError:
        return False
    return True


def _plain_columns(rng: np.random.Generator, clients: Clients) -> Columns:
    """Draw the columns that nothing but the risk and the core's correlations bind."""
    columns: Columns = {}
    for name, column in TABLES["application_test"].columns.items():
        if name == "SK_ID_CURR" or name.endswith(("_AVG", "_MODE", "_MEDI")):
            continue
        marginal = categories(name) if _is_category(name) else numbers(name)
        score = clients.scores.get(name)
        if score is None:
            score = mixed(rng, [(marginal.loading, clients.risk)])
        absent = _absent(rng, name, marginal.missing_loading, clients)
        if isinstance(marginal, Categories):
            drawn = marginal.of(score).without(absent)
            columns[name] = drawn if column.values else _as_numbers(drawn)
        else:
            value = marginal.of(score)
            step = _STEPS.get(name, 1.0 if column.unit in ("days", "years", "hour") else 0.0)
            value = np.round(value / step) * step if step else value
            columns[name] = np.where(absent, np.nan, value)
    return columns


def _as_numbers(drawn: Coded) -> Floats:
    """Turn categories that are numbers into numbers, missing into NaN."""
    values = np.array([*map(float, drawn.values), np.nan])
    return values[drawn.codes]


def _absent(rng: np.random.Generator, name: str, loading: float, clients: Clients) -> Bools:
    return most_of_each(name, mixed(rng, [(loading, clients.risk)]), clients.in_train)


def _work(rng: np.random.Generator, clients: Clients) -> Columns:
    """Draw pensioners first: what they have no employer for is missing together."""
    birth, risk = clients.scores["DAYS_BIRTH"], clients.risk
    marginal = numbers("DAYS_EMPLOYED")
    shared = float(np.corrcoef(birth, risk)[0, 1]) if len(risk) > 2 else 0.0
    # both correlations as wanted, though age and risk are correlated themselves
    weights = np.linalg.solve(
        np.array([[1, shared], [shared, 1]]), np.array([_OLD, marginal.missing_loading])
    )
    pensioner = highest(mixed(rng, [(weights[0], birth), (weights[1], risk)]), _PENSIONER_SHARE)
    income, employer = categories("NAME_INCOME_TYPE"), categories("ORGANIZATION_TYPE")
    job = categories("OCCUPATION_TYPE")
    others_missing = (job.missing - _PENSIONER_SHARE) / (1 - _PENSIONER_SHARE)
    working_for = employer.restricted("XNA").of(mixed(rng, [(employer.loading, risk)]))
    no_job = pensioner | (rng.random(len(risk)) < others_missing)
    birth_day = numbers("DAYS_BIRTH").of(birth)
    employed = np.maximum(
        np.round(marginal.of(clients.scores["DAYS_EMPLOYED"])), np.round(birth_day) + 16 * 365
    )
    kinds = income.restricted("Pensioner").of(mixed(rng, [(0.9 * income.loading, risk)]))
    return {
        "DAYS_EMPLOYED": with_days_code(np.minimum(employed, -1), pensioner),
        "NAME_INCOME_TYPE": kinds.where(pensioner, "Pensioner"),
        "ORGANIZATION_TYPE": working_for.where(pensioner, "XNA"),
        "OCCUPATION_TYPE": job.of(mixed(rng, [(job.loading, risk)])).without(no_job),
        "FLAG_EMP_PHONE": np.where(pensioner, 0.0, 1.0),
        "FLAG_DOCUMENT_6": (pensioner & (rng.random(len(risk)) < 0.478)).astype(np.float64),
    }


def _credit(clients: Clients, columns: Columns) -> Columns:
    """Keep price and yearly payment in a sensible relation to the credit."""
    credit, goods = np.asarray(columns["AMT_CREDIT"]), np.asarray(columns["AMT_GOODS_PRICE"])
    annuity = np.asarray(columns["AMT_ANNUITY"])
    lowest = np.ceil(credit / 1.45 / 4500) * 4500
    return {
        "AMT_GOODS_PRICE": np.clip(goods, lowest, np.maximum(lowest, credit)),
        "AMT_ANNUITY": np.clip(annuity, np.round(credit / 45), np.round(credit / 7)),
    }


def _household(rng: np.random.Generator, clients: Clients, columns: Columns) -> Columns:
    """Draw couples first: they are what makes a family larger than its children alone."""
    children = np.asarray(columns["CNT_CHILDREN"])
    scores = clients.scores
    status = categories("NAME_FAMILY_STATUS")
    besides = scores["CNT_FAM_MEMBERS"] - _OF_CHILDREN * scores["CNT_CHILDREN"]
    couple = highest(besides, sum(status.share(value) for value in _COUPLES))
    alone = [value for value in status.values if value not in _COUPLES]
    shown = mixed(rng, [(status.loading, clients.risk)])
    pair, single = status.restricted(*alone).of(shown), status.restricted(*_COUPLES).of(shown)
    codes = np.where(couple, pair.codes, single.codes + len(pair.values))
    age = numbers("OWN_CAR_AGE").of(clients.scores["OWN_CAR_AGE"])
    return {
        "NAME_FAMILY_STATUS": Coded(codes, pair.values + single.values),
        "CNT_FAM_MEMBERS": children + 1 + couple,
        "OWN_CAR_AGE": np.where(coded(columns, "FLAG_OWN_CAR").equals("Y"), np.round(age), np.nan),
    }


def _consistent(columns: Columns) -> Columns:
    """Keep goods no dearer than the credit, and a parent with the children."""
    goods, credit = (np.asarray(columns[name]) for name in ("AMT_GOODS_PRICE", "AMT_CREDIT"))
    members, children = (np.asarray(columns[f"CNT_{of}"]) for of in ("FAM_MEMBERS", "CHILDREN"))
    return {
        "AMT_GOODS_PRICE": np.minimum(goods, credit),
        "CNT_FAM_MEMBERS": np.maximum(members, children + 1),
    }


def _bureau_knowledge(rng: np.random.Generator, clients: Clients, columns: Columns) -> Columns:
    """Whoever the bureau does not know has no third score and no counted enquiries."""
    knowledge: Columns = {}
    for name in ("EXT_SOURCE_3", *(c for c in columns if c.startswith("AMT_REQ_CREDIT_BUREAU"))):
        marginal = categories(name) if _is_category(name) else numbers(name)
        score = clients.scores.get(name)
        if score is None:
            score = mixed(rng, [(marginal.loading, clients.risk)])
        if isinstance(marginal, Categories):
            value = _as_numbers(marginal.of(score))
        else:
            value = marginal.of(score)
        value = value if name == "EXT_SOURCE_3" else np.round(value)
        knowledge[name] = np.where(
            most_of_each(name, clients.unknown_to_bureau, clients.in_train), np.nan, value
        )
    return knowledge


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
            drawn = marginal.of(mixed(rng, [(marginal.loading, risk)]))
            columns[name] = drawn.without(level < missing_shares(name, in_train))
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
