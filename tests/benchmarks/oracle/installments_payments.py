"""Features of ``installments_payments``: how instalments were paid."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    DAYS_PER_MONTH,
    LAST_3_MONTHS,
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    WHOLE_HISTORY,
    Window,
)
from tests.benchmarks.oracle.arithmetic import CLIENT, days_within, in_steps, ratio, totals
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_3_MONTHS, LAST_6_MONTHS, LAST_12_MONTHS)
NEEDED = {
    "installments_payments": [
        CLIENT,
        "SK_ID_PREV",
        "NUM_INSTALMENT_VERSION",
        "NUM_INSTALMENT_NUMBER",
        "DAYS_INSTALMENT",
        "DAYS_ENTRY_PAYMENT",
        "AMT_INSTALMENT",
        "AMT_PAYMENT",
    ]
}
INSTALMENT = [CLIENT, "SK_ID_PREV", "NUM_INSTALMENT_NUMBER", "NUM_INSTALMENT_VERSION"]


def installments_features(folder: Path) -> pd.DataFrame:
    """Describe how each client paid instalments."""
    payments = read_table(folder, "installments_payments", NEEDED["installments_payments"])
    payments = payments.assign(**in_steps(payments[["AMT_INSTALMENT", "AMT_PAYMENT"]]))
    t = with_lateness(one_row_an_instalment(payments))
    del payments
    blocks = [in_a_window(t, window) for window in WINDOWS]
    return with_rises(pd.concat([*blocks, whole_history(t), last_credit(t)], axis=1))


def one_row_an_instalment(payments: pd.DataFrame) -> pd.DataFrame:
    """Bring together the parts in which an instalment was paid; the last one settles it."""
    parts = payments.groupby(INSTALMENT, sort=False, dropna=False)
    return parts.agg(
        due_on=("DAYS_INSTALMENT", "max"),
        paid_on=("DAYS_ENTRY_PAYMENT", "max"),
        due=("AMT_INSTALMENT", "max"),
        paid=("AMT_PAYMENT", "sum"),
    ).reset_index()


def with_lateness(t: pd.DataFrame) -> pd.DataFrame:
    """Add days late (to the application where nothing was paid yet) and the amount short."""
    delay = t["paid_on"].fillna(0) - t["due_on"]
    short = (t["due"] - t["paid"]).clip(lower=0)
    return t.assign(
        days_late=delay.clip(lower=0),
        days_early=(-delay).clip(lower=0),
        short=short,
        is_late=delay > 0,
        is_well_late=delay > 30,
        is_short=short > 0.01 * t["due"],
        is_unpaid=t["paid_on"].isna(),
        is_changed=t["NUM_INSTALMENT_VERSION"] > 1,
        is_of_a_card=t["NUM_INSTALMENT_VERSION"] == 0,
        months_ago=-t["due_on"] / DAYS_PER_MONTH,
    )


def in_a_window(t: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Measure lateness and amounts short over the instalments due in a window."""
    inside = days_within(window, t, "due_on")
    features = inside.groupby(CLIENT).agg(
        number_of_instalments=("due_on", "size"),
        share_of_instalments_paid_late=("is_late", "mean"),
        mean_days_instalments_were_late=("days_late", "mean"),
        mean_days_instalments_were_early=("days_early", "mean"),
        share_of_instalments_paid_short=("is_short", "mean"),
        most_days_an_instalment_was_late=("days_late", "max"),
    )
    sums = totals(inside, {"short": "short", "due": "due"})
    features["share_of_amounts_due_not_paid"] = ratio(sums["short"], sums["due"])
    return features.add_suffix(window.suffix)


def whole_history(t: pd.DataFrame) -> pd.DataFrame:
    """Take the worst instalment, when lateness last happened, and changes of schedule."""
    features = t.groupby(CLIENT).agg(
        largest_amount_short_in_an_instalment=("short", "max"),
        mean_instalment=("due", "mean"),
        largest_instalment=("due", "max"),
        number_of_instalments_well_late=("is_well_late", "sum"),
        number_of_instalments_not_paid=("is_unpaid", "sum"),
        months_since_first_instalment=("months_ago", "max"),
        months_since_last_instalment=("months_ago", "min"),
        number_of_credits_with_instalments=("SK_ID_PREV", "nunique"),
        highest_schedule_version=("NUM_INSTALMENT_VERSION", "max"),
        share_of_instalments_on_a_changed_schedule=("is_changed", "mean"),
        share_of_instalments_on_a_card=("is_of_a_card", "mean"),
    )
    last_late = t[t["is_late"]].groupby(CLIENT)["months_ago"].min()
    last_year = days_within(LAST_12_MONTHS, t, "due_on")
    name = "amount_short_in_instalments"
    short = [
        totals(t, {"short": name}),
        totals(last_year, {"short": name + LAST_12_MONTHS.suffix}, t[CLIENT]),
    ]
    return pd.concat([features.assign(months_since_last_late_instalment=last_late), *short], axis=1)


def last_credit(t: pd.DataFrame) -> pd.DataFrame:
    """Measure how the credit that began last was repaid; both, where two began on its day."""
    began = t.groupby([CLIENT, "SK_ID_PREV"])["due_on"].transform("min")
    last = t[began == began.groupby(t[CLIENT]).transform("max")]
    features = (
        last[last["due_on"].notna()]
        .groupby(CLIENT)
        .agg(
            share_of_instalments_of_last_credit_paid_late=("is_late", "mean"),
            mean_days_instalments_of_last_credit_were_late=("days_late", "mean"),
            most_days_an_instalment_of_last_credit_was_late=("days_late", "max"),
        )
    )
    sums = totals(last, {"short": "short", "due": "due"})
    return features.assign(paid_share_of_last_credit=1 - ratio(sums["short"], sums["due"]))


def with_rises(t: pd.DataFrame) -> pd.DataFrame:
    """Compare the last 12 months with the whole history."""
    recent = LAST_12_MONTHS.suffix
    late, days = "share_of_instalments_paid_late", "mean_days_instalments_were_late"
    return t.assign(
        rise_in_late_instalments=t[late + recent] - t[late],
        rise_in_days_late=t[days + recent] - t[days],
    )
