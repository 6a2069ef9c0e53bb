"""Features of ``credit_card_balance``: the months of cards with us."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    LAST_6_MONTHS,
    WHOLE_HISTORY,
    Window,
)
from tests.benchmarks.oracle.arithmetic import (
    CLIENT,
    in_steps,
    months_within,
    ratio,
    ratio_of_totals,
    totals,
)
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_6_MONTHS)
NEEDED = {
    "credit_card_balance": [
        CLIENT,
        "SK_ID_PREV",
        "MONTHS_BALANCE",
        "AMT_BALANCE",
        "AMT_CREDIT_LIMIT_ACTUAL",
        "AMT_DRAWINGS_ATM_CURRENT",
        "AMT_DRAWINGS_CURRENT",
        "AMT_INST_MIN_REGULARITY",
        "AMT_PAYMENT_TOTAL_CURRENT",
        "CNT_DRAWINGS_ATM_CURRENT",
        "CNT_INSTALMENT_MATURE_CUM",
        "SK_DPD",
    ]
}
MONEY = [column for column in NEEDED["credit_card_balance"] if column.startswith("AMT_")]


def credit_card_features(folder: Path) -> pd.DataFrame:
    """Describe how each client used cards with us."""
    months = read_table(folder, "credit_card_balance", NEEDED["credit_card_balance"])
    t = with_use(months.assign(**in_steps(months[MONEY])))
    blocks = [in_a_window(t, window) for window in WINDOWS]
    return with_trends(pd.concat([*blocks, whole_history(t), last_month(t)], axis=1))


def with_use(t: pd.DataFrame) -> pd.DataFrame:
    """Add the balance owed and its share of the limit; no cash drawn is 0, not unknown."""
    balance = t["AMT_BALANCE"].clip(lower=0)
    cash = t["AMT_DRAWINGS_ATM_CURRENT"].fillna(0)
    use = ratio(balance, t["AMT_CREDIT_LIMIT_ACTUAL"])
    return t.assign(
        balance=balance,
        use=use,
        cash=cash,
        withdrawals=t["CNT_DRAWINGS_ATM_CURRENT"].fillna(0),
        has_balance=balance > 0,
        over_the_limit=use > 1,
        with_cash=cash > 0,
        past_due=t["SK_DPD"] > 0,
        below_minimum=t["AMT_PAYMENT_TOTAL_CURRENT"] < t["AMT_INST_MIN_REGULARITY"],
        months_ago=-t["MONTHS_BALANCE"],
    )


def in_a_window(t: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Measure use, withdrawals, payments and lateness over the months of a window."""
    inside = months_within(window, t)
    features = inside.groupby(CLIENT).agg(
        number_of_card_months=("use", "size"),
        mean_card_use=("use", "mean"),
        highest_card_use=("use", "max"),
        mean_card_balance=("balance", "mean"),
        share_of_card_months_with_a_balance=("has_balance", "mean"),
        share_of_card_months_over_the_limit=("over_the_limit", "mean"),
        mean_monthly_card_spending=("AMT_DRAWINGS_CURRENT", "mean"),
        mean_monthly_cash_withdrawn=("cash", "mean"),
        mean_number_of_cash_withdrawals=("withdrawals", "mean"),
        share_of_card_months_with_cash_withdrawals=("with_cash", "mean"),
        mean_monthly_card_payment=("AMT_PAYMENT_TOTAL_CURRENT", "mean"),
        share_of_card_months_past_due=("past_due", "mean"),
        most_days_a_card_was_past_due=("SK_DPD", "max"),
    )
    asked = inside[inside["AMT_INST_MIN_REGULARITY"] > 0]
    asked = asked[asked["AMT_PAYMENT_TOTAL_CURRENT"].notna()]
    return features.assign(
        share_of_card_spending_in_cash=ratio_of_totals(inside, "cash", "AMT_DRAWINGS_CURRENT"),
        share_of_card_months_paid_below_minimum=asked.groupby(CLIENT)["below_minimum"].mean(),
        card_payments_to_minimum=ratio_of_totals(
            asked, "AMT_PAYMENT_TOTAL_CURRENT", "AMT_INST_MIN_REGULARITY"
        ),
    ).add_suffix(window.suffix)


def whole_history(t: pd.DataFrame) -> pd.DataFrame:
    """Measure how long cards have been held and what they allowed."""
    features = t.groupby(CLIENT).agg(
        number_of_cards_with_us=("SK_ID_PREV", "nunique"),
        months_since_first_card_month=("months_ago", "max"),
        highest_card_limit=("AMT_CREDIT_LIMIT_ACTUAL", "max"),
        highest_card_balance=("balance", "max"),
        most_card_instalments_paid=("CNT_INSTALMENT_MATURE_CUM", "max"),
    )
    spending = t[t["AMT_DRAWINGS_CURRENT"] > 0].groupby(CLIENT)["months_ago"].min()
    return features.assign(months_since_last_card_spending=spending)


def last_month(t: pd.DataFrame) -> pd.DataFrame:
    """Add up the cards in the client's last month on record, each once."""
    newest = t.groupby(CLIENT)["MONTHS_BALANCE"].transform("max")
    card = [CLIENT, "SK_ID_PREV"]
    highest = t.groupby(card)["AMT_CREDIT_LIMIT_ACTUAL"].max().rename("highest")
    now = (
        t[t["MONTHS_BALANCE"] == newest]
        .groupby(card)
        .agg(limit=("AMT_CREDIT_LIMIT_ACTUAL", "max"), balance=("balance", "max"))
    )
    cards = now.join(highest).reset_index()
    sums = {"limit": "last_card_limit", "balance": "last_card_balance"}
    return totals(cards, sums).assign(
        last_card_use=ratio_of_totals(cards, "balance", "limit"),
        cut_in_card_limit=ratio_of_totals(cards, "limit", "highest"),
    )


def with_trends(t: pd.DataFrame) -> pd.DataFrame:
    """Compare the last 6 months with the whole history."""
    use, spending = "mean_card_use", "mean_monthly_card_spending"
    recent = LAST_6_MONTHS.suffix
    return t.assign(
        rise_in_card_use=t[use + recent] - t[use],
        rise_in_card_spending=ratio(t[spending + recent], t[spending]),
    )
