"""How earlier credits and cards were paid back: their months, and their payments."""

import numpy as np
from scipy.special import ndtr, ndtri

from lib.synthetic.application import Clients
from lib.synthetic.marginals import (
    DAYS_A_MONTH,
    Coded,
    Columns,
    coded,
    counts_of,
    counts_of_each,
    numbers,
)
from lib.synthetic.scores import Bools, Floats, Ints, counting, mixed, rank_scores

_STATES = (
    "Active",
    "Completed",
    "Signed",
    "Demand",
    "Returned to the store",
    "Approved",
    "Amortized debt",
)
_CARD_TABLE = "credit_card_balance"
_NO_LIMIT = 0.1938  # share of months
_ENDED = 0.1  # share of the cards that have no months of late
_SHORTER = 0.04  # than the rows a client say: the full table is shorter than they make it
_PAID_IN_PARTS = 0.12  # share of card payments


class Loans:
    """The approved cash and consumer credits of a block, and how long each was on the books.

    Parameters
    ----------
    rng : numpy.random.Generator
    clients : Clients
    previous : Columns
        Their earlier applications.
    lateness : ndarray of float
        Each client's habit of paying late, a standard normal score.
    """

    def __init__(
        self, rng: np.random.Generator, clients: Clients, previous: Columns, lateness: Floats
    ) -> None:
        kind, status = (coded(previous, f"NAME_CONTRACT_{of}") for of in ("TYPE", "STATUS"))
        term = kind.equals("Cash loans") | kind.equals("Consumer loans")
        chosen = np.flatnonzero(status.equals("Approved") & term)
        self.number = np.asarray(previous["SK_ID_PREV"])[chosen]
        self.client_id = np.asarray(previous["SK_ID_CURR"])[chosen]
        self.days = np.asarray(previous["DAYS_DECISION"], dtype=np.float64)[chosen]
        self.payments = np.asarray(previous["CNT_PAYMENT"], dtype=np.float64)[chosen]
        self.annuity = np.asarray(previous["AMT_ANNUITY"], dtype=np.float64)[chosen]
        owner = np.searchsorted(clients.client_id, self.client_id)
        self.risk, self.lateness = clients.risk[owner], lateness[owner]
        self.age = np.maximum(1, np.floor(-self.days / DAYS_A_MONTH)).astype(np.int64)
        # the old have had the time; those who had but one loan have had it for some months
        first = np.diff(self.client_id, prepend=-1) > 0
        score = mixed(rng, [(-0.17, self.risk), (0.45, rank_scores(self.age))])
        score += np.where(first, 0.35, -0.13)
        self.months = np.minimum(counts_of("POS_CASH_balance per loan", score), self.age)


def monthly_balances(rng: np.random.Generator, loans: Loans) -> Columns:
    """Draw the months of each loan, from its first on."""
    row = np.repeat(np.arange(len(loans.months)), loans.months)
    step = counting(loans.months)
    month = -np.minimum(loans.age[row] + 1, 96) + step
    agreed = np.maximum(loans.payments[row], step)
    last = step == loans.months[row] - 1
    done = last & (month < -1) & (rng.random(len(row)) < 0.93)
    agreed = np.where(done, np.maximum(1.0, step), agreed)
    missing = rng.random(len(row)) < 0.0028
    late = mixed(rng, [(0.42, loans.lateness[row])])
    overdue = numbers("POS_CASH_balance.SK_DPD").of(late)
    return {
        "SK_ID_PREV": loans.number[row],
        "SK_ID_CURR": loans.client_id[row],
        "MONTHS_BALANCE": month,
        "CNT_INSTALMENT": np.where(missing, np.nan, agreed),
        "CNT_INSTALMENT_FUTURE": np.where(missing, np.nan, np.where(done, 0.0, agreed - step)),
        "NAME_CONTRACT_STATUS": _states(rng, done, step),
        "SK_DPD": np.round(overdue),
        "SK_DPD_DEF": np.round(numbers("POS_CASH_balance.SK_DPD_DEF").of(late)),
    }


def _states(rng: np.random.Generator, done: Bools, step: Ints) -> Coded:
    draw = rng.random(len(done))
    codes = np.where(done, 1, np.where((step == 0) & (draw < 0.085), 2, 0))
    rare = np.digitize(draw, (1 - 0.0022, 1 - 0.0014, 1 - 0.00075, 1 - 0.00028))
    return Coded(np.where((rare > 0) & ~done, rare + 2, codes), _STATES)


def loan_payments(rng: np.random.Generator, loans: Loans) -> Columns:
    """Draw the payments of each loan's instalments that were due before the application."""
    due_so_far = np.maximum(1, loans.months - (rng.random(len(loans.months)) < 0.6))
    row = np.repeat(np.arange(len(due_so_far)), due_so_far)
    step = counting(due_so_far)
    due = np.minimum(-1.0, loans.days[row] + 30 + 30 * step)
    version = 1 + (rng.random(len(row)) < 0.09) * rng.geometric(0.5, len(row))
    owed = np.round(loans.annuity[row] * np.where(rng.random(len(row)) < 0.06, 0.45, 1.0), 2)
    return {
        "SK_ID_PREV": loans.number[row],
        "SK_ID_CURR": loans.client_id[row],
        "NUM_INSTALMENT_VERSION": version.astype(np.float64),
        "NUM_INSTALMENT_NUMBER": step + 1,
        "DAYS_INSTALMENT": due,
        "AMT_INSTALMENT": owed,
        **payments(rng, due, owed, loans.lateness[row]),
    }


def payments(rng: np.random.Generator, due: Floats, owed: Floats, lateness: Floats) -> Columns:
    """Draw when each instalment was paid and how much of it; some were not paid at all."""
    late = np.round(numbers("installments_payments.DAYS_LATE").of(mixed(rng, [(0.36, lateness)])))
    ratio = numbers("installments_payments.PAY_RATIO").of(mixed(rng, [(-0.40, lateness)]))
    unpaid = rng.random(len(due)) < 0.0002
    paid = np.where(np.abs(ratio - 1) < 0.02, owed, np.round(owed * np.minimum(ratio, 6), 2))
    return {
        "DAYS_ENTRY_PAYMENT": np.where(unpaid, np.nan, np.minimum(-1, due + late)),
        "AMT_PAYMENT": np.where(unpaid, np.nan, paid),
    }


def card_months(
    rng: np.random.Generator, clients: Clients, previous: Columns, lateness: Floats
) -> Columns:
    """Draw the months of one card for each client who was granted one."""
    card, client = _cards(clients, previous)
    days = np.asarray(previous["DAYS_DECISION"], dtype=np.float64)[card]
    age = mixed(rng, [(0.9, rank_scores(-days))]) - _SHORTER
    months = np.minimum(96, counts_of_each(_CARD_TABLE, age, clients.in_train[client]))
    row = np.repeat(np.arange(len(card)), months)
    ended = np.where(rng.random(len(card)) < _ENDED, rng.random(len(card)), 0.0)
    ended = np.floor(ended * (97 - months)).astype(np.int64)  # months ago
    use = mixed(rng, [(0.50, clients.risk[client])])  # how far the card is drawn on
    used = mixed(rng, [(0.87, use[row])])
    columns: Columns = {
        "SK_ID_PREV": np.asarray(previous["SK_ID_PREV"])[card][row],
        "SK_ID_CURR": np.asarray(previous["SK_ID_CURR"])[card][row],
        "MONTHS_BALANCE": counting(months) - (months + ended)[row],
        **_balances(rng, used, clients.risk[client], months, row),
        **_drawings(rng, used, months, row),
        **_overdue(rng, lateness[client][row]),
    }
    return columns | _instalments(rng, columns, counting(months))


def _cards(clients: Clients, previous: Columns) -> tuple[Ints, Ints]:
    """Return the rows of the granted cards, the first of each client, and their clients."""
    kind, status = (coded(previous, f"NAME_CONTRACT_{of}") for of in ("TYPE", "STATUS"))
    granted = np.flatnonzero(kind.equals("Revolving loans") & status.equals("Approved"))
    owner = np.searchsorted(clients.client_id, np.asarray(previous["SK_ID_CURR"])[granted])
    client, first = np.unique(owner, return_index=True)
    return granted[first], client


def _of(name: str, score: Floats) -> Floats:
    return numbers(f"{_CARD_TABLE}.{name}").of(score)


def _balances(
    rng: np.random.Generator, used: Floats, risk: Floats, months: Ints, row: Ints
) -> dict[str, Floats]:
    limits = _limits(rng, risk, months)[row] * _open(rng, months)
    balance = np.round(_of("AMT_BALANCE", used), 2)
    balance = np.where(
        limits > 0,
        np.minimum(balance, 1.15 * limits),
        np.where(balance > 0, balance * 0.1, balance),
    )
    principal = np.where(balance > 0, np.round(balance * 0.965, 2), balance)
    total = np.where(rng.random(len(row)) < 0.985, balance, 0.0)
    return {
        "AMT_BALANCE": balance,
        "AMT_CREDIT_LIMIT_ACTUAL": limits,
        "AMT_RECEIVABLE_PRINCIPAL": principal,
        "AMT_RECIVABLE": total,
        "AMT_TOTAL_RECEIVABLE": total,
    }


def _limits(rng: np.random.Generator, risk: Floats, months: Ints) -> Floats:
    """Draw what each card allows at first."""
    level = ndtr(mixed(rng, [(-0.15, risk)]))
    limit = _of("AMT_CREDIT_LIMIT_ACTUAL", ndtri(_NO_LIMIT + (1 - _NO_LIMIT) * level))
    return np.maximum(4500.0, np.round(limit / 4500) * 4500)


def _open(rng: np.random.Generator, months: Ints) -> Bools:
    """Mark the months in which a card may still be drawn on; of some the limit went to nothing."""
    closed_at = np.where(rng.random(len(months)) < 2 * _NO_LIMIT, rng.random(len(months)), 1.0)
    return counting(months) <= np.repeat(closed_at * months, months)


def _drawings(rng: np.random.Generator, used: Floats, months: Ints, row: Ints) -> dict[str, Floats]:
    """Draw what was drawn; of some cards, young ones mostly, only the total is known."""
    unreported = (rng.random(len(months)) < np.where(months < 22, 0.44, 0.14))[row]
    cash_score, goods_score = (mixed(rng, [(weight, used)]) for weight in (0.30, 0.30))
    cash = np.round(_of("AMT_DRAWINGS_ATM_CURRENT", cash_score) / 450) * 450
    goods = np.round(_of("AMT_DRAWINGS_POS_CURRENT", goods_score), 2)
    other_score = rng.standard_normal(len(row))
    other = np.round(_of("AMT_DRAWINGS_OTHER_CURRENT", other_score), 2)
    counts = {
        kind: np.ceil(_of(f"CNT_DRAWINGS_{kind}_CURRENT", score))
        for kind, score in (("ATM", cash_score), ("POS", goods_score), ("OTHER", other_score))
    }
    parts = {"ATM": cash, "POS": goods, "OTHER": other}
    total, times = sum(parts.values()), sum(counts.values())
    columns = {
        "AMT_DRAWINGS_CURRENT": np.where(unreported, 0.0, total),
        "CNT_DRAWINGS_CURRENT": np.where(unreported, 0.0, times),
    }
    for kind in parts:
        columns[f"AMT_DRAWINGS_{kind}_CURRENT"] = np.where(unreported, np.nan, parts[kind])
        columns[f"CNT_DRAWINGS_{kind}_CURRENT"] = np.where(unreported, np.nan, counts[kind])
    return columns


def _overdue(rng: np.random.Generator, lateness: Floats) -> dict[str, Floats | Coded]:
    late = mixed(rng, [(0.05, lateness)])
    draw = rng.random(len(late))
    codes = np.where(draw < 0.9588, 0, np.where(draw < 0.9972, 1, np.where(draw < 0.9999, 2, 3)))
    return {
        "SK_DPD": np.round(_of("SK_DPD", late)),
        "SK_DPD_DEF": np.round(_of("SK_DPD_DEF", late)),
        "NAME_CONTRACT_STATUS": Coded(codes, ("Active", "Completed", "Signed", "Sent proposal")),
    }


def _instalments(rng: np.random.Generator, columns: Columns, step: Ints) -> Columns:
    balance = np.asarray(columns["AMT_BALANCE"])
    size = len(balance)
    missing = rng.random(size) < 0.0708
    least = np.where(balance > 0, np.round(np.maximum(balance * 0.05, 225.0), 2), 0.0)
    paying = mixed(rng, [(0.7, rank_scores(balance + rng.random(size)))])
    total = numbers(f"{_CARD_TABLE}.AMT_PAYMENT_TOTAL_CURRENT").by_rank(paying)
    unreported = (total <= 0) & (rng.random(size) < 0.348)
    paid = np.where(total > 0, total, _of("AMT_PAYMENT_CURRENT", rng.standard_normal(size)))
    mature = np.where(balance > 0, step, np.minimum(step, 6))
    return {
        "AMT_INST_MIN_REGULARITY": np.where(missing, np.nan, least),
        "AMT_PAYMENT_CURRENT": np.where(unreported, np.nan, np.round(paid, 2)),
        "AMT_PAYMENT_TOTAL_CURRENT": np.round(total, 2),
        "CNT_INSTALMENT_MATURE_CUM": np.where(missing, np.nan, mature),
    }


def card_payments(rng: np.random.Generator, cards: Columns, lateness: Floats) -> Columns:
    """Draw one payment a month of each card, as installments_payments has them: version 0."""
    loan = np.asarray(cards["SK_ID_PREV"])
    month = np.asarray(cards["MONTHS_BALANCE"])
    least = np.nan_to_num(np.asarray(cards["AMT_INST_MIN_REGULARITY"]))
    size = len(month)
    starts = np.flatnonzero(np.diff(loan, prepend=-1) != 0)
    lengths = np.diff(starts, append=size)
    before = np.where(rng.random(len(starts)) < 0.25, rng.integers(0, 90, len(starts)), 0)
    number = 1 + counting(lengths) + np.repeat(before, lengths)
    row, part = _parts(rng, size)
    due = np.minimum(-1.0, np.round(DAYS_A_MONTH * month + rng.integers(0, 28, size)))
    owed = np.maximum(0.045, np.where(least > 0, least, np.round(rng.exponential(900, size), 2)))
    paid = payments(rng, due[row], owed[row], lateness[row])
    return {
        "SK_ID_PREV": loan[row],
        "SK_ID_CURR": np.asarray(cards["SK_ID_CURR"])[row],
        "NUM_INSTALMENT_VERSION": np.zeros(len(row)),
        "NUM_INSTALMENT_NUMBER": number[row],
        "DAYS_INSTALMENT": due[row],
        "AMT_INSTALMENT": owed[row],
        "DAYS_ENTRY_PAYMENT": paid["DAYS_ENTRY_PAYMENT"],
        "AMT_PAYMENT": np.round(np.asarray(paid["AMT_PAYMENT"]) * part, 2),
    }


def _parts(rng: np.random.Generator, size: int) -> tuple[Ints, Floats]:
    """Split some payments in two: return the row and the share of each."""
    times = 1 + (rng.random(size) < _PAID_IN_PARTS)
    row = np.repeat(np.arange(size), times)
    one = np.where(times == 2, rng.random(size), 1.0)[row]
    return row, np.where(counting(times) == 0, one, 1.0 - one)
