"""Features of ``POS_CASH_balance``: the months of purchase and cash loans with us."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    LAST_3_MONTHS,
    LAST_12_MONTHS,
    WHOLE_HISTORY,
    Window,
)
from tests.benchmarks.oracle.arithmetic import CLIENT, months_within, ratio_of_totals, totals
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_12_MONTHS)
NEEDED = {
    "POS_CASH_balance": [
        CLIENT,
        "SK_ID_PREV",
        "MONTHS_BALANCE",
        "CNT_INSTALMENT",
        "CNT_INSTALMENT_FUTURE",
        "NAME_CONTRACT_STATUS",
        "SK_DPD",
        "SK_DPD_DEF",
    ]
}


def pos_cash_features(folder: Path) -> pd.DataFrame:
    """Describe each client's loans with us, by month and by loan."""
    months = read_table(folder, "POS_CASH_balance", NEEDED["POS_CASH_balance"])
    months = months.assign(
        past_due=months["SK_DPD"] > 0,
        well_past_due=months["SK_DPD_DEF"] > 0,
        months_ago=-months["MONTHS_BALANCE"],
    )
    blocks = [in_a_window(months, window) for window in WINDOWS]
    return pd.concat([*blocks, whole_history(months), of_the_loans(last_states(months))], axis=1)


def in_a_window(months: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Measure days past due; ``SK_DPD_DEF`` leaves small debts aside: what is "notable"."""
    features = (
        months_within(window, months)
        .groupby(CLIENT)
        .agg(
            number_of_loan_months=("past_due", "size"),
            share_of_loan_months_past_due=("past_due", "mean"),
            share_of_loan_months_well_past_due=("well_past_due", "mean"),
            most_days_a_loan_was_past_due=("SK_DPD", "max"),
            most_days_a_loan_was_well_past_due=("SK_DPD_DEF", "max"),
            mean_days_loans_were_past_due=("SK_DPD_DEF", "mean"),
        )
    )
    return features.add_suffix(window.suffix)


def whole_history(months: pd.DataFrame) -> pd.DataFrame:
    """Measure how long loans have been followed and when one was last past due."""
    features = months.groupby(CLIENT).agg(
        months_since_first_loan_month=("months_ago", "max"),
        months_since_last_loan_month=("months_ago", "min"),
    )
    last = months[months["past_due"]].groupby(CLIENT)["months_ago"].min()
    return features.assign(months_since_a_loan_was_past_due=last)


def last_states(months: pd.DataFrame) -> pd.DataFrame:
    """Give each loan once, in its last month, with its longest schedule.

    If that month is there more than once, one "completed" is enough, and the least is left.
    """
    status = months["NAME_CONTRACT_STATUS"]
    months = months.assign(completed=status == "Completed", active=status == "Active")
    loans = months.groupby("SK_ID_PREV")
    span = loans.agg(first_month=("MONTHS_BALANCE", "min"), longest=("CNT_INSTALMENT", "max"))
    last = months[months["MONTHS_BALANCE"] == loans["MONTHS_BALANCE"].transform("max")]
    states = last.groupby("SK_ID_PREV").agg(
        **{CLIENT: (CLIENT, "first")},
        MONTHS_BALANCE=("MONTHS_BALANCE", "first"),
        completed=("completed", "any"),
        active=("active", "any"),
        left=("CNT_INSTALMENT_FUTURE", "min"),
        planned=("CNT_INSTALMENT", "min"),
    )
    return states.join(span)


def of_the_loans(t: pd.DataFrame) -> pd.DataFrame:
    """Describe the loans by their last state; one that was last seen long ago does not run."""
    t = t.assign(
        shortened=t["planned"] < t["longest"],
        early=t["MONTHS_BALANCE"] - t["first_month"] < t["longest"] - 1,
    )
    features = t.groupby(CLIENT).agg(
        number_of_loans_with_us=("completed", "size"),
        number_of_completed_loans_with_us=("completed", "sum"),
        share_of_completed_loans_with_us=("completed", "mean"),
        mean_number_of_payments_of_loans=("longest", "mean"),
        share_of_loans_with_a_shortened_schedule=("shortened", "mean"),
    )
    running = months_within(LAST_3_MONTHS, t[t["active"] & ~t["completed"] & (t["left"] > 0)])
    return features.assign(
        number_of_running_loans_with_us=running.groupby(CLIENT).size(),
        share_of_loans_completed_early=t[t["completed"]].groupby(CLIENT)["early"].mean(),
        number_of_payments_left=totals(running, {"left": "left"}, t[CLIENT])["left"],
        share_of_payments_left=ratio_of_totals(
            running.assign(left=running["left"].clip(upper=running["planned"])), "left", "planned"
        ),
    )
