"""Features of ``previous_application``: what the client asked of us before."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    DAYS_PER_MONTH,
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    LAST_24_MONTHS,
    WHOLE_HISTORY,
    Window,
)
from tests.benchmarks.oracle.arithmetic import (
    CLIENT,
    days_within,
    in_steps,
    ratio_of_totals,
    totals,
    yes_no,
)
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_12_MONTHS)
NEEDED = {
    "previous_application": [
        CLIENT,
        "SK_ID_PREV",
        "NAME_CONTRACT_TYPE",
        "AMT_ANNUITY",
        "AMT_APPLICATION",
        "AMT_CREDIT",
        "AMT_DOWN_PAYMENT",
        "RATE_DOWN_PAYMENT",
        "NAME_CONTRACT_STATUS",
        "DAYS_DECISION",
        "CODE_REJECT_REASON",
        "NAME_CLIENT_TYPE",
        "NAME_GOODS_CATEGORY",
        "NAME_PRODUCT_TYPE",
        "CHANNEL_TYPE",
        "CNT_PAYMENT",
        "NAME_YIELD_GROUP",
        "DAYS_FIRST_DUE",
        "DAYS_LAST_DUE_1ST_VERSION",
        "DAYS_LAST_DUE",
        "DAYS_TERMINATION",
        "NFLAG_INSURED_ON_APPROVAL",
    ]
}
REFUSALS = {
    "number_of_refusals_by_rule": ["HC"],
    "number_of_refusals_by_limit": ["LIMIT"],
    "number_of_refusals_by_score": ["SCO", "SCOFR"],
    "number_of_refusals_by_verification": ["VERIF"],
}
SHARES = {
    "share_of_cash_loans_before": ("NAME_CONTRACT_TYPE", "Cash loans"),
    "share_of_purchase_loans_before": ("NAME_CONTRACT_TYPE", "Consumer loans"),
    "share_of_card_applications_before": ("NAME_CONTRACT_TYPE", "Revolving loans"),
    "share_of_offers_accepted_before": ("NAME_PRODUCT_TYPE", "x-sell"),
    "share_of_walk_in_applications": ("NAME_PRODUCT_TYPE", "walk-in"),
    "share_of_applications_as_a_new_client": ("NAME_CLIENT_TYPE", "New"),
    "share_of_applications_in_our_offices": ("CHANNEL_TYPE", "Credit and cash offices"),
    "share_of_applications_by_phone": ("CHANNEL_TYPE", "Contact center"),
    "share_of_applications_for_mobile_phones": ("NAME_GOODS_CATEGORY", "Mobile"),
}


def previous_application_features(folder: Path) -> pd.DataFrame:
    """Describe each client's previous applications."""
    t = with_terms(read_table(folder, "previous_application", NEEDED["previous_application"]))
    in_order = t[t["DAYS_DECISION"].notna()].sort_values(["DAYS_DECISION", "SK_ID_PREV"])
    return pd.concat(
        [
            outcomes(t),
            *(in_a_window(t, window) for window in WINDOWS),
            *(of_the_last(in_order, count) for count in (1, 3, 5)),
            last(in_order.groupby(CLIENT).tail(1).set_index(CLIENT)),
            times(t),
            asked(t),
            granted(t[t["approved"]]),
            products(t),
            running(t, t[t["runs"]]),
        ],
        axis=1,
    )


def with_terms(t: pd.DataFrame) -> pd.DataFrame:
    """Add the outcome, what was asked and granted, and what the credit cost a year."""
    status = t["NAME_CONTRACT_STATUS"]
    payments = t["CNT_PAYMENT"].where(t["CNT_PAYMENT"] > 0)
    credit = t["AMT_CREDIT"].where(t["AMT_CREDIT"] > 0)
    interest = t["AMT_ANNUITY"] * payments / credit - 1
    amount_asked = t["AMT_APPLICATION"].where(t["AMT_APPLICATION"] > 0)
    rate = t["NAME_YIELD_GROUP"]
    low = rate.isin(["low_normal", "low_action"]).astype("float64").where(rate.notna())
    money = t[["AMT_CREDIT", "AMT_ANNUITY", "AMT_DOWN_PAYMENT"]]
    months_left = t["DAYS_LAST_DUE_1ST_VERSION"] / DAYS_PER_MONTH
    payments_left = months_left.clip(lower=0).clip(upper=payments).where(payments.notna())
    schedule = pd.DataFrame(
        {"to_pay": t["AMT_ANNUITY"] * payments, "left_to_pay": t["AMT_ANNUITY"] * payments_left}
    )
    return t.assign(
        **in_steps(money),
        **in_steps(schedule),
        approved=status == "Approved",
        refused=status == "Refused",
        cancelled=status == "Canceled",
        unused=status == "Unused offer",
        runs=(status == "Approved") & t["DAYS_FIRST_DUE"].notna() & t["DAYS_TERMINATION"].isna(),
        payments=payments,
        at_high_rate=yes_no(rate, "high"),
        at_low_rate=low,
        yearly_interest=interest / payments * 12,
        asked=amount_asked,
        granted_to_asked=t["AMT_CREDIT"] / amount_asked,
        months_ago=-t["DAYS_DECISION"] / DAYS_PER_MONTH,
        months_since_end=-t["DAYS_TERMINATION"] / DAYS_PER_MONTH,
        months_left=months_left,
        months_early=(t["DAYS_LAST_DUE_1ST_VERSION"] - t["DAYS_LAST_DUE"]) / DAYS_PER_MONTH,
    )


def outcomes(t: pd.DataFrame) -> pd.DataFrame:
    """Count applications without a credit, by reason."""
    reasons = {name: t["CODE_REJECT_REASON"].isin(codes) for name, codes in REFUSALS.items()}
    flags = pd.DataFrame(
        {
            "number_of_cancelled_applications": t["cancelled"],
            "number_of_unused_offers": t["unused"],
            **reasons,
        }
    )
    return flags.groupby(t[CLIENT]).sum()


def in_a_window(t: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Count applications decided in a window, and the shares approved and refused."""
    by_client = days_within(window, t, "DAYS_DECISION").groupby(CLIENT)
    features = by_client.agg(
        number_of_previous_applications=("approved", "size"),
        number_of_approved_applications=("approved", "sum"),
        number_of_refused_applications=("refused", "sum"),
        share_of_approved_applications=("approved", "mean"),
        share_of_refused_applications=("refused", "mean"),
    )
    return features.add_suffix(window.suffix)


def of_the_last(in_order: pd.DataFrame, count: int) -> pd.DataFrame:
    """Give the shares approved and refused of a client's last applications."""
    shares = in_order.groupby(CLIENT).tail(count).groupby(CLIENT)[["approved", "refused"]].mean()
    if count == 1:
        return shares.add_prefix("last_application_was_")
    return shares.add_prefix("share_of_").add_suffix(f"_applications_last_{count}")


def last(t: pd.DataFrame) -> pd.DataFrame:
    """Describe each client's last application; of two of one day, that of the larger number."""
    product = t["NAME_CONTRACT_TYPE"]
    return pd.DataFrame(
        {
            "last_application_was_for_cash": yes_no(product, "Cash loans"),
            "last_application_was_for_a_purchase": yes_no(product, "Consumer loans"),
            "last_application_was_for_a_card": yes_no(product, "Revolving loans"),
            "amount_of_last_application": t["asked"],
            "duration_of_last_application": t["payments"],
        }
    )


def times(t: pd.DataFrame) -> pd.DataFrame:
    """Measure how long ago applications were."""
    features = t.groupby(CLIENT).agg(
        months_since_last_previous_application=("months_ago", "min"),
        months_since_first_previous_application=("months_ago", "max"),
        mean_months_since_previous_applications=("months_ago", "mean"),
    )
    return features.assign(
        months_since_last_approval=t[t["approved"]].groupby(CLIENT)["months_ago"].min(),
        months_since_last_refusal=t[t["refused"]].groupby(CLIENT)["months_ago"].min(),
    )


def asked(t: pd.DataFrame) -> pd.DataFrame:
    """Measure what was asked for."""
    features = t.groupby(CLIENT).agg(
        mean_amount_asked_before=("asked", "mean"),
        largest_amount_asked_before=("asked", "max"),
    )
    refused = t[t["refused"]].groupby(CLIENT)["asked"].mean()
    return features.assign(mean_amount_refused_before=refused)


def granted(approved: pd.DataFrame) -> pd.DataFrame:
    """Measure what was granted, what was paid up front, at which price and for how long."""
    interest = {
        name: rows.groupby(CLIENT)["yearly_interest"].mean()
        for name, rows in {
            "mean_yearly_interest_of_cash_loans_before": approved[
                approved["NAME_CONTRACT_TYPE"] == "Cash loans"
            ],
            "mean_yearly_interest_of_purchase_loans_before": approved[
                approved["NAME_CONTRACT_TYPE"] == "Consumer loans"
            ],
            **{
                f"mean_yearly_interest_before{window.suffix}": days_within(
                    window, approved, "DAYS_DECISION"
                )
                for window in (LAST_6_MONTHS, LAST_12_MONTHS, LAST_24_MONTHS)
            },
        }.items()
    }
    features = approved.groupby(CLIENT).agg(
        lowest_yearly_interest_before=("yearly_interest", "min"),
        mean_amount_granted_before=("AMT_CREDIT", "mean"),
        largest_amount_granted_before=("AMT_CREDIT", "max"),
        mean_previous_annuity=("AMT_ANNUITY", "mean"),
        largest_previous_annuity=("AMT_ANNUITY", "max"),
        mean_granted_to_asked=("granted_to_asked", "mean"),
        lowest_granted_to_asked=("granted_to_asked", "min"),
        mean_yearly_interest_before=("yearly_interest", "mean"),
        highest_yearly_interest_before=("yearly_interest", "max"),
        mean_previous_duration=("payments", "mean"),
        longest_previous_duration=("payments", "max"),
        mean_down_payment_share=("RATE_DOWN_PAYMENT", "mean"),
        largest_down_payment_share=("RATE_DOWN_PAYMENT", "max"),
        mean_down_payment=("AMT_DOWN_PAYMENT", "mean"),
        share_of_previous_credits_insured=("NFLAG_INSURED_ON_APPROVAL", "mean"),
        share_of_previous_credits_at_high_rate=("at_high_rate", "mean"),
        share_of_previous_credits_at_low_rate=("at_low_rate", "mean"),
        months_since_last_credit_with_us_ended=("months_since_end", "min"),
        mean_months_ended_early_with_us=("months_early", "mean"),
    )
    return features.assign(**interest)


def products(t: pd.DataFrame) -> pd.DataFrame:
    """Give the share of each product among the applications where it is known."""
    flags = {name: yes_no(t[column], value) for name, (column, value) in SHARES.items()}
    return pd.DataFrame(flags).groupby(t[CLIENT]).mean()


def running(t: pd.DataFrame, still: pd.DataFrame) -> pd.DataFrame:
    """Add up the credits with us that still run: 0 where a client has applied but none runs."""
    sums = {
        "AMT_CREDIT": "amount_of_running_credits_with_us",
        "AMT_ANNUITY": "annuities_of_running_credits_with_us",
        "left_to_pay": "remaining_debt_with_us",
    }
    by_client = still.groupby(CLIENT)
    return totals(still, sums, t[CLIENT]).assign(
        repaid_share_of_running_credits_with_us=1 - ratio_of_totals(still, "left_to_pay", "to_pay"),
        number_of_running_credits_with_us=by_client.size(),
        longest_remaining_duration_with_us=still[still["months_left"] > 0]
        .groupby(CLIENT)["months_left"]
        .max(),
    )
