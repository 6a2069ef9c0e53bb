"""credit_card_balance: the months of earlier cards, and the payments that went with them."""

import numpy as np

from lib.tables.synthetic.clients import Clients
from lib.tables.synthetic.latent import Floats, mixed
from lib.tables.synthetic.marginals import Coded, Columns, counts_of, numbers
from lib.tables.synthetic.repayment import payments
from lib.tables.synthetic.sequences import counting, rank_scores

_TABLE = "credit_card_balance"
_MORE_MONTHS = 1.21  # of those who have a card at all


def card_months(
    rng: np.random.Generator, clients: Clients, previous: Columns, lateness: Floats
) -> Columns:
    """Draw the months of one card for each client who was granted one."""
    card, client = _cards(clients, previous)
    days = np.asarray(previous["DAYS_DECISION"], dtype=np.float64)[card]
    drawn = counts_of(f"{_TABLE} per loan", mixed(rng, [(0.9, rank_scores(-days))]))
    months = np.minimum(96, np.round(_MORE_MONTHS * drawn).astype(np.int64))
    row = np.repeat(np.arange(len(card)), months)
    use = mixed(rng, [(0.50, clients.risk[client])])  # how far the card is drawn on
    used = mixed(rng, [(0.87, use[row])])
    columns: Columns = {
        "SK_ID_PREV": np.asarray(previous["SK_ID_PREV"])[card][row],
        "SK_ID_CURR": np.asarray(previous["SK_ID_CURR"])[card][row],
        "MONTHS_BALANCE": counting(months) - months[row],
        **_balances(rng, used, clients.risk[client], row),
        **_drawings(rng, used, len(card), row),
        **_overdue(rng, lateness[client][row]),
    }
    return columns | _instalments(rng, columns, counting(months))


def _cards(clients: Clients, previous: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the granted cards, the first of each client, and their clients."""
    kind, status = previous["NAME_CONTRACT_TYPE"], previous["NAME_CONTRACT_STATUS"]
    assert isinstance(kind, Coded)  # noqa: S101
    assert isinstance(status, Coded)  # noqa: S101
    granted = np.flatnonzero(kind.equals("Revolving loans") & status.equals("Approved"))
    owner = np.searchsorted(clients.client_id, np.asarray(previous["SK_ID_CURR"])[granted])
    client, first = np.unique(owner, return_index=True)
    return granted[first], client


def _of(name: str, score: Floats) -> Floats:
    return numbers(f"{_TABLE}.{name}").of(score)


def _balances(
    rng: np.random.Generator, used: Floats, risk: Floats, row: np.ndarray
) -> dict[str, Floats]:
    limit = np.round(_of("AMT_CREDIT_LIMIT_ACTUAL", mixed(rng, [(-0.15, risk)])) / 4500) * 4500
    balance = np.round(_of("AMT_BALANCE", used), 2)
    limits = limit[row]
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


def _drawings(
    rng: np.random.Generator, used: Floats, cards: int, row: np.ndarray
) -> dict[str, Floats]:
    """Draw what was drawn; of some cards only the total is known."""
    untold = (rng.random(cards) < 0.215)[row]
    cash_score, goods_score = (mixed(rng, [(0.30, used)]) for _ in range(2))
    cash = np.round(_of("AMT_DRAWINGS_ATM_CURRENT", cash_score) / 450) * 450
    goods = np.round(_of("AMT_DRAWINGS_POS_CURRENT", goods_score), 2)
    other_score = rng.standard_normal(len(row))
    other = np.round(_of("AMT_DRAWINGS_OTHER_CURRENT", other_score), 2)
    counts = {
        kind: np.round(_of(f"CNT_DRAWINGS_{kind}_CURRENT", score))
        for kind, score in (("ATM", cash_score), ("POS", goods_score), ("OTHER", other_score))
    }
    parts = {"ATM": cash, "POS": goods, "OTHER": other}
    total, times = sum(parts.values()), sum(counts.values())
    columns = {
        "AMT_DRAWINGS_CURRENT": np.where(untold, 0.0, total),
        "CNT_DRAWINGS_CURRENT": np.where(untold, 0.0, times),
    }
    for kind in parts:
        columns[f"AMT_DRAWINGS_{kind}_CURRENT"] = np.where(untold, np.nan, parts[kind])
        columns[f"CNT_DRAWINGS_{kind}_CURRENT"] = np.where(untold, np.nan, counts[kind])
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


def _instalments(rng: np.random.Generator, columns: Columns, step: np.ndarray) -> Columns:
    balance = np.asarray(columns["AMT_BALANCE"])
    size = len(balance)
    missing = rng.random(size) < 0.0708
    least = np.where(balance > 0, np.round(np.maximum(balance * 0.05, 225.0), 2), 0.0)
    paying = mixed(rng, [(0.7, rank_scores(balance + rng.random(size)))])
    total = numbers(f"{_TABLE}.AMT_PAYMENT_TOTAL_CURRENT").by_rank(paying)
    untold = (total <= 0) & (rng.random(size) < 0.39)
    paid = np.where(total > 0, total, _of("AMT_PAYMENT_CURRENT", rng.standard_normal(size)))
    mature = np.where(balance > 0, step, np.minimum(step, 6))
    return {
        "AMT_INST_MIN_REGULARITY": np.where(missing, np.nan, least),
        "AMT_PAYMENT_CURRENT": np.where(untold, np.nan, np.round(paid, 2)),
        "AMT_PAYMENT_TOTAL_CURRENT": np.round(total, 2),
        "CNT_INSTALMENT_MATURE_CUM": np.where(missing, np.nan, mature),
    }


def card_payments(rng: np.random.Generator, cards: Columns, lateness: Floats) -> Columns:
    """Draw one payment a month of each card, as installments_payments has them: version 0."""
    month = np.asarray(cards["MONTHS_BALANCE"])
    least = np.nan_to_num(np.asarray(cards["AMT_INST_MIN_REGULARITY"]))
    size = len(month)
    due = np.minimum(-1.0, np.round(30.44 * month + rng.integers(0, 28, size)))
    owed = np.maximum(0.045, np.where(least > 0, least, np.round(rng.exponential(900, size), 2)))
    return {
        "SK_ID_PREV": cards["SK_ID_PREV"],
        "SK_ID_CURR": cards["SK_ID_CURR"],
        "NUM_INSTALMENT_VERSION": np.zeros(size),
        "NUM_INSTALMENT_NUMBER": 97 + month,
        "DAYS_INSTALMENT": due,
        "AMT_INSTALMENT": owed,
        **payments(rng, due, owed, lateness),
    }
