"""previous_application: what the clients asked of us before, and what came of it."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.clients import Clients
from lib.synthetic.latent import Floats, mixed
from lib.synthetic.marginals import (
    Categories,
    Coded,
    Columns,
    categories,
    counts_of_each,
    numbers,
    with_days_code,
    without_rows,
)
from lib.synthetic.outcomes import (
    CASH,
    CONSUMER,
    REVOLVING,
    days_of_decision,
    granted_anyway,
    kinds_of_credit,
    outcomes,
)
from lib.synthetic.products import products

_TABLE = "previous_application"
_FEWER = 0.977  # than rounded counts give


def earlier_applications(rng: np.random.Generator, clients: Clients, first_id: int) -> Columns:
    """Draw the earlier applications of a block of clients; numbers from `first_id` on."""
    owner = _owners(rng, clients)
    risk, size = clients.risk[owner], len(owner)
    first = np.diff(owner, prepend=-1) > 0
    in_train = clients.in_train[owner]
    kind = kinds_of_credit(rng, first, in_train)
    refusable = mixed(rng, [(0.40, clients.risk)])[owner]
    granted = granted_anyway(rng, owner, kind, first, in_train)
    status = outcomes(rng, kind, refusable, granted)
    habit = mixed(rng, [(0.22, clients.risk)])[owner]
    days = days_of_decision(mixed(rng, [(0.55, habit)]), kind, status, first)
    columns: Columns = {
        "SK_ID_PREV": first_id + rng.permutation(size),
        "SK_ID_CURR": clients.client_id[owner],
        "NAME_CONTRACT_TYPE": kind,
        "NAME_CONTRACT_STATUS": status,
        "DAYS_DECISION": days,
        **_unbound(rng, risk),
        **_amounts(rng, clients, owner, kind, status),
        **_dates(rng, kind, status, days),
    }
    no_offer = np.isnan(np.asarray(columns["AMT_ANNUITY"]))
    return columns | products(rng, kind, status, no_offer)


def _of(name: str, score: Floats) -> Floats:
    return numbers(f"{_TABLE}.{name}").of(score)


def _category(name: str) -> Categories:
    return categories(f"{_TABLE}.{name}")


def _owners(rng: np.random.Generator, clients: Clients) -> npt.NDArray[np.int64]:
    counts = counts_of_each(_TABLE, mixed(rng, [(0.03, clients.risk)]), clients.in_train)
    counts = np.floor(counts * _FEWER + rng.random(len(clients))).astype(np.int64)
    counts[rng.random(len(clients)) < without_rows(_TABLE, clients.in_train)] = 0
    return np.repeat(np.arange(len(clients)), counts)


def _unbound(rng: np.random.Generator, risk: Floats) -> Columns:
    size = len(risk)
    columns: Columns = {
        name: _category(name).of(rng.standard_normal(size))
        for name in (
            "WEEKDAY_APPR_PROCESS_START",
            "FLAG_LAST_APPL_PER_CONTRACT",
            "NAME_CLIENT_TYPE",
            "NAME_TYPE_SUITE",
        )
    }
    suite = columns["NAME_TYPE_SUITE"]
    assert isinstance(suite, Coded)  # noqa: S101
    columns["NAME_TYPE_SUITE"] = suite.without(rng.random(size) < 0.494)
    hour = _of("HOUR_APPR_PROCESS_START", mixed(rng, [(-0.09, risk)]))
    columns["HOUR_APPR_PROCESS_START"] = np.round(hour)
    columns["NFLAG_LAST_APPL_IN_DAY"] = (rng.random(size) < 0.9967).astype(np.float64)
    return columns


def _amounts(
    rng: np.random.Generator,
    clients: Clients,
    owner: npt.NDArray[np.int64],
    kind: Coded,
    status: Coded,
) -> Columns:
    """Draw what was asked for and granted; nothing was named where no offer came about."""
    size, risk = len(owner), clients.risk[owner]
    means = clients.scores["AMT_CREDIT"][owner]
    wanted = mixed(rng, [(0.35, means), (-0.1, risk)]) + 1.3 * kind.equals(CASH)
    nothing = status.equals("Canceled") | (status.equals("Refused") & (rng.random(size) < 0.2))
    price = numbers(f"{_TABLE}.AMT_GOODS_PRICE").by_rank(wanted)
    price = np.round(np.maximum(price, 4500.0), 2)
    credit = np.round(price * np.clip(rng.normal(1.06, 0.10, size), 0.75, 1.4), 1)
    kept = np.maximum(0.0, credit)
    payments = np.clip(
        np.round(_of("CNT_PAYMENT", mixed(rng, [(0.45, wanted / 1.2), (0.05, risk)])) / 6) * 6,
        4,
        60,
    )
    revolving = kind.equals(REVOLVING)
    payments = np.where(revolving, 0.0, payments)
    annuity = np.where(
        revolving,
        np.round(credit * 0.05, 1),
        np.round(credit / np.maximum(payments, 4) * rng.uniform(1.05, 1.45, size), 2),
    )
    down, rate = _down_payment(rng, kind, price, risk)
    interest = rng.random(size) < 0.00415
    return {
        "AMT_APPLICATION": np.where(nothing, 0.0, price),
        "AMT_CREDIT": np.where(nothing & (rng.random(size) < 0.88), 0.0, kept),
        "AMT_ANNUITY": np.where(nothing, np.nan, annuity),
        "AMT_GOODS_PRICE": np.where(nothing, np.nan, price),
        "CNT_PAYMENT": np.where(nothing, np.nan, payments),
        "AMT_DOWN_PAYMENT": np.where(nothing, np.nan, down),
        "RATE_DOWN_PAYMENT": np.where(nothing, np.nan, rate),
        "RATE_INTEREST_PRIMARY": np.where(
            interest, _of("RATE_INTEREST_PRIMARY", rng.standard_normal(size)), np.nan
        ),
        "RATE_INTEREST_PRIVILEGED": np.where(
            interest, _of("RATE_INTEREST_PRIVILEGED", rng.standard_normal(size)), np.nan
        ),
    }


def _down_payment(
    rng: np.random.Generator, kind: Coded, price: Floats, risk: Floats
) -> tuple[Floats, Floats]:
    size = len(price)
    asked = kind.equals(CONSUMER) | (rng.random(size) < 0.16)
    rate = np.clip(_of("RATE_DOWN_PAYMENT", mixed(rng, [(-0.15, risk)])), 0, 0.9)
    return np.where(asked, np.round(rate * price, 1), np.nan), np.where(asked, rate, np.nan)


def _dates(rng: np.random.Generator, kind: Coded, status: Coded, days: Floats) -> Columns:
    """Draw the dates of what was approved; those still ahead or unknown are 365243."""
    size = len(days)
    approved = status.equals("Approved") & (rng.random(size) < 0.959)
    first = days + rng.integers(14, 45, size)
    length = np.round(_of("CNT_PAYMENT", rng.standard_normal(size)) / 2) * 60 + 120
    planned = first + length
    last = np.minimum(planned, first + length * rng.uniform(0.5, 1.05, size))
    running = (last >= -30) | (rng.random(size) < 0.03)
    revolving = kind.equals(REVOLVING)
    drawn = revolving & (rng.random(size) < 0.60)
    ends = {
        "DAYS_FIRST_DRAWING": with_days_code(
            np.minimum(-1, days + rng.integers(0, 90, size)), ~drawn
        ),
        "DAYS_FIRST_DUE": with_days_code(first, (first >= 0) | (revolving & ~drawn)),
        "DAYS_LAST_DUE_1ST_VERSION": with_days_code(planned, revolving),
        "DAYS_LAST_DUE": with_days_code(last, running | revolving),
        "DAYS_TERMINATION": with_days_code(last + rng.integers(2, 20, size), running | revolving),
    }
    insured = (rng.random(size) < 0.338).astype(np.float64)
    dated: Columns = {
        name: np.where(approved, np.round(value), np.nan) for name, value in ends.items()
    }
    return dated | {"NFLAG_INSURED_ON_APPROVAL": np.where(approved, insured, np.nan)}
