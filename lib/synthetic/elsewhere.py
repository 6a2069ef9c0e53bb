"""bureau and bureau_balance: the clients' credits elsewhere, and their months."""

import numpy as np
from scipy.special import ndtr

from lib.synthetic.application import Clients
from lib.synthetic.fitting import highest, missing_share
from lib.synthetic.marginals import (
    DAYS_A_MONTH,
    Coded,
    Columns,
    categories,
    counts_of,
    counts_of_each,
    numbers,
    without_rows,
)
from lib.synthetic.scores import Bools, Floats, Ints, counting, mixed, rank_scores

_MORE = 1.05  # than rounded counts give
# The full bureau_balance has 13 % more months than the clients make that its lengths were measured
# on. So more clients have months, and credits somewhat more of them: total and lengths both hold.
_MORE_REPORTED = 1.05
_LONGER_IN_TEST, _LONGER_IN_TRAIN = 0.5, 0.12
_BY_CLIENT_IN_TEST, _BY_CLIENT_IN_TRAIN = 0.25, 0.8
_WITH_AGE = 0.92
_STATES = ("C", "X", "0", "1", "2", "3", "4", "5")
_LATE_STATES = (0.792, 0.848, 0.872, 0.887)  # of late months, up to state 1, 2, 3, 4


def credits_elsewhere(rng: np.random.Generator, clients: Clients, first_id: int) -> Columns:
    """Draw the credits of a block of clients; numbers from `first_id` on."""
    owner = _owners(rng, clients)
    risk, size = clients.risk[owner], len(owner)
    habit = mixed(rng, [(0.42, clients.risk)])[owner]  # borrowing often and of late
    wealth = mixed(rng, [(0.4, clients.scores["AMT_INCOME_TOTAL"])])[owner]
    recent = mixed(rng, [(0.60, habit)])
    days = np.round(numbers("bureau.DAYS_CREDIT").of(recent))
    active = highest(mixed(rng, [(0.62, recent), (0.14, risk)]), 0.3638)
    kind = _kinds(rng, active)
    planned = _planned_end(rng, days, active, kind)
    amount_score = mixed(rng, [(0.35, wealth), (0.35, _size_of(kind))])
    amount = np.round(numbers("bureau.AMT_CREDIT_SUM").of(amount_score), 1)
    status = Coded(np.where(active, 0, 1), ("Active", "Closed", "Sold"))
    status = status.where(rng.random(size) < 0.00366, "Sold")
    columns: Columns = {
        "SK_ID_CURR": clients.client_id[owner],
        "SK_ID_BUREAU": first_id + rng.permutation(size),
        "CREDIT_ACTIVE": status,
        "CREDIT_CURRENCY": categories("bureau.CREDIT_CURRENCY").of(rng.standard_normal(size)),
        "DAYS_CREDIT": days,
        "DAYS_CREDIT_ENDDATE": _absent(rng, "DAYS_CREDIT_ENDDATE", planned),
        "DAYS_ENDDATE_FACT": np.where(active, np.nan, _actual_end(rng, days, planned)),
        "AMT_CREDIT_SUM": amount,
        "AMT_CREDIT_SUM_DEBT": _debt(rng, amount_score, active, days, planned, risk),
        "CREDIT_TYPE": kind,
        "DAYS_CREDIT_UPDATE": _update(rng, days, active),
    }
    for name, loading in (
        ("CREDIT_DAY_OVERDUE", 0.2),
        ("AMT_CREDIT_MAX_OVERDUE", 0.17),
        ("CNT_CREDIT_PROLONG", 0.05),
        ("AMT_CREDIT_SUM_LIMIT", -0.05),
        ("AMT_CREDIT_SUM_OVERDUE", 0.2),
        ("AMT_ANNUITY", 0.0),
    ):
        values = numbers(f"bureau.{name}").of(mixed(rng, [(loading, risk)]))
        exact = np.round(values) if name.startswith("C") else np.round(values, 2)
        columns[name] = _absent(rng, name, exact)
    return columns


def months_elsewhere(rng: np.random.Generator, clients: Clients, bureau: Columns) -> Columns:
    """Draw the months of the credits whose months the bureau reports."""
    known = _with_months(rng, clients, bureau)
    age = np.floor(-np.asarray(bureau["DAYS_CREDIT"])[known] / DAYS_A_MONTH).astype(np.int64)
    number = np.asarray(bureau["SK_ID_BUREAU"])[known]
    place = np.searchsorted(clients.client_id, np.asarray(bureau["SK_ID_CURR"])[known])
    months = _months_kept(rng, clients, place, age)
    late_habit = mixed(rng, [(0.26, clients.risk)])[place]
    row = np.repeat(np.arange(len(months)), months)
    step = counting(months)
    last = np.where(rng.random(len(months)) < 0.9, 0, np.minimum(age + 1 - months, 12))
    since = last[row] + step
    return {
        "SK_ID_BUREAU": number[row],
        "MONTHS_BALANCE": -np.minimum(since, 96),
        "STATUS": _states(rng, months, late_habit[row]),
    }


def _months_kept(rng: np.random.Generator, clients: Clients, place: Ints, age: Ints) -> Ints:
    """Draw how many months of each credit are reported, at most all since it was opened."""
    longer = np.where(clients.in_train, _LONGER_IN_TRAIN, _LONGER_IN_TEST)
    by_client = np.where(clients.in_train, _BY_CLIENT_IN_TRAIN, _BY_CLIENT_IN_TEST)
    kept = longer + by_client * rng.standard_normal(len(clients))
    score = _WITH_AGE * rank_scores(age) + kept[place]
    return np.minimum(counts_of("bureau_balance per loan", score), age + 1)


def _states(rng: np.random.Generator, months: Ints, late_habit: Floats) -> Coded:
    """Draw each month's state, the last month first: closed, unknown, paid, or late."""
    row = np.repeat(np.arange(len(months)), months)
    closed_at = np.where(rng.random(len(months)) < 0.82, rng.random(len(months)) ** 0.8, 0.0)
    is_closed = counting(months) < closed_at[row] * months[row]
    unknown = rng.random(len(months))[row] < 0.445
    late = (mixed(rng, [(0.75, late_habit)]) > 1.98) & ~is_closed
    codes = np.where(is_closed, 0, np.where(unknown, 1, 2))
    codes = np.where(late, 3 + np.searchsorted(_LATE_STATES, rng.random(len(row))), codes)
    return Coded(codes, _STATES)


def _owners(rng: np.random.Generator, clients: Clients) -> Ints:
    """Return the position of its client for each credit, in order."""
    counts = counts_of_each("bureau", mixed(rng, [(-0.06, clients.risk)]), clients.in_train)
    counts = np.floor(counts * _MORE + rng.random(len(clients))).astype(np.int64)
    known = ndtr(clients.unknown_to_bureau) < 1 - without_rows("bureau", clients.in_train)
    counts = np.where(known, counts, 0)
    return np.repeat(np.arange(len(clients)), counts)


def _kinds(rng: np.random.Generator, active: Bools) -> Coded:
    marginal = categories("bureau.CREDIT_TYPE")
    kind = marginal.of(rng.standard_normal(len(active)))
    card = rng.random(len(active)) < np.where(active, 0.43, 0.122)
    consumer = kind.equals("Credit card") | kind.equals("Consumer credit")
    kind = kind.where(consumer & ~card, "Consumer credit")
    return kind.where(consumer & card, "Credit card")


def _size_of(kind: Coded) -> Floats:
    large = kind.equals("Mortgage") | kind.equals("Car loan")
    return np.where(large, 2.0, np.where(kind.equals("Microloan"), -2.0, 0.0))


def _planned_end(rng: np.random.Generator, days: Floats, active: Bools, kind: Coded) -> Floats:
    length = np.exp(rng.normal(6.1, 0.75, len(days)))
    length = np.where(kind.equals("Mortgage"), 5500.0, length)
    length = np.where(kind.equals("Credit card"), np.maximum(length, 1100.0), length)
    ends = days + np.where(active, np.maximum(length, -days + 30), length)
    endless = kind.equals("Credit card") & (rng.random(len(days)) < 0.07)
    return np.round(numbers("bureau.DAYS_CREDIT_ENDDATE").by_rank(ends + 40_000.0 * endless))


def _actual_end(rng: np.random.Generator, days: Floats, planned: Floats) -> Floats:
    length = np.clip(planned - days, 30, None) * rng.uniform(0.5, 1.02, len(days))
    latest = np.minimum(-1, -rng.exponential(90, len(days)))
    return np.round((days + length).clip(days, latest))


def _update(rng: np.random.Generator, days: Floats, active: Bools) -> Floats:
    update = np.where(active, -rng.exponential(60, len(days)), days * rng.uniform(0, 1, len(days)))
    return np.round(numbers("bureau.DAYS_CREDIT_UPDATE").by_rank(update))


def _debt(
    rng: np.random.Generator,
    amount: Floats,
    active: Bools,
    days: Floats,
    planned: Floats,
    risk: Floats,
) -> Floats:
    """Rank what is owed: most of a large, young, active credit, more by those at risk."""
    left = np.clip(planned / np.maximum(1, planned - days), 0, 1)
    owed = amount + 0.8 * left + 0.12 * risk + 0.3 * rng.standard_normal(len(days)) + 20 * active
    values = np.round(numbers("bureau.AMT_CREDIT_SUM_DEBT").by_rank(owed), 2)
    return _absent(rng, "AMT_CREDIT_SUM_DEBT", values)


def _absent(rng: np.random.Generator, name: str, values: Floats) -> Floats:
    return np.where(rng.random(len(values)) < missing_share("bureau", name), np.nan, values)


def _with_months(rng: np.random.Generator, clients: Clients, bureau: Columns) -> Bools:
    """Mark credits with months: of about a third of the train clients, of all test clients."""
    having, known = (
        1 - without_rows(table, clients.in_train) for table in ("bureau_balance", "bureau")
    )
    reported = rng.random(len(clients)) < _MORE_REPORTED * having / known
    place = np.searchsorted(clients.client_id, np.asarray(bureau["SK_ID_CURR"]))
    return reported[place] & (rng.random(len(place)) < 0.99)
