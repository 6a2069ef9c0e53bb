"""Features of ``bureau``: credits elsewhere."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    LAST_24_MONTHS,
    LAST_36_MONTHS,
    WHOLE_HISTORY,
)
from tests.benchmarks.oracle.arithmetic import (
    CLIENT,
    days_within,
    in_steps,
    ratio,
    ratio_of_totals,
    totals,
)
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_12_MONTHS, LAST_24_MONTHS)
RECENT = (LAST_6_MONTHS, LAST_12_MONTHS, LAST_24_MONTHS, LAST_36_MONTHS)
NEEDED = {
    "bureau": [
        CLIENT,
        "CREDIT_ACTIVE",
        "CREDIT_TYPE",
        "DAYS_CREDIT",
        "CREDIT_DAY_OVERDUE",
        "DAYS_CREDIT_ENDDATE",
        "DAYS_ENDDATE_FACT",
        "AMT_CREDIT_MAX_OVERDUE",
        "CNT_CREDIT_PROLONG",
        "AMT_CREDIT_SUM",
        "AMT_CREDIT_SUM_DEBT",
        "AMT_CREDIT_SUM_LIMIT",
        "AMT_CREDIT_SUM_OVERDUE",
        "DAYS_CREDIT_UPDATE",
        "AMT_ANNUITY",
    ]
}
KINDS = {
    "consumer_credits": "Consumer credit",
    "credit_cards": "Credit card",
    "car_loans": "Car loan",
    "mortgages": "Mortgage",
    "microloans": "Microloan",
}
MONEY = [
    "AMT_CREDIT_SUM",
    "AMT_CREDIT_SUM_DEBT",
    "AMT_CREDIT_SUM_LIMIT",
    "AMT_CREDIT_SUM_OVERDUE",
    "AMT_ANNUITY",
]
# An end further away than 40 years stands for "none".
FURTHEST_END = 40 * DAYS_PER_YEAR


def bureau_features(folder: Path) -> pd.DataFrame:
    """Describe each client's credits elsewhere."""
    credits_elsewhere = with_terms(read_table(folder, "bureau", NEEDED["bureau"]))
    running = credits_elsewhere[credits_elsewhere["runs"]]
    features = pd.concat(
        [
            counts(credits_elsewhere),
            recent(credits_elsewhere),
            ages(credits_elsewhere, running),
            amounts(credits_elsewhere),
            owed(credits_elsewhere, running),
            left(credits_elsewhere, running),
            overdue(credits_elsewhere),
            ends(credits_elsewhere, running),
        ],
        axis=1,
    )
    return with_ratios(features)


def with_terms(t: pd.DataFrame) -> pd.DataFrame:
    """Add what a credit is, how old it is, and its ends in months where they are plausible."""
    plausible = {
        column: t[column].where(t[column].abs() <= FURTHEST_END)
        for column in ("DAYS_CREDIT_ENDDATE", "DAYS_ENDDATE_FACT")
    }
    planned_end, end = plausible.values()
    runs, overdue = t["CREDIT_ACTIVE"] == "Active", t["CREDIT_DAY_OVERDUE"] > 0
    planned_days = planned_end - t["DAYS_CREDIT"]
    money = in_steps(t[MONEY])
    debt, unused = (
        money[column].clip(lower=0) for column in ("AMT_CREDIT_SUM_DEBT", "AMT_CREDIT_SUM_LIMIT")
    )
    return t.assign(
        **money,
        runs=runs,
        is_closed=t["CREDIT_ACTIVE"] == "Closed",
        is_sold=t["CREDIT_ACTIVE"].isin(["Sold", "Bad debt"]),
        is_card=t["CREDIT_TYPE"] == "Credit card",
        is_consumer=t["CREDIT_TYPE"] == "Consumer credit",
        is_running_card=runs & (t["CREDIT_TYPE"] == "Credit card"),
        is_overdue=overdue,
        was_overdue=overdue | (t["AMT_CREDIT_MAX_OVERDUE"] > 0),
        age=-t["DAYS_CREDIT"] / DAYS_PER_MONTH,
        news=-t["DAYS_CREDIT_UPDATE"] / DAYS_PER_MONTH,
        months_left=planned_end / DAYS_PER_MONTH,
        months_since_end=-end / DAYS_PER_MONTH,
        planned_years=planned_days.where(planned_days >= 0) / DAYS_PER_YEAR,
        months_early=(planned_end - end) / DAYS_PER_MONTH,
        debt=debt,
        debt_within=debt.clip(upper=money["AMT_CREDIT_SUM"]),
        overdue_within=money["AMT_CREDIT_SUM_OVERDUE"].clip(upper=debt),
        unused=unused,
        whole_limit=debt + unused,
    )


def counts(t: pd.DataFrame) -> pd.DataFrame:
    """Count credits by state and kind."""
    kinds = {kind: t["CREDIT_TYPE"] == name for kind, name in KINDS.items()}
    by_kind = pd.DataFrame(kinds).groupby(t[CLIENT]).sum()
    by_state = t.groupby(CLIENT).agg(
        number_of_running_credits_elsewhere=("runs", "sum"),
        number_of_closed_credits_elsewhere=("is_closed", "sum"),
        number_of_sold_credits_elsewhere=("is_sold", "sum"),
        number_of_running_cards_elsewhere=("is_running_card", "sum"),
        number_of_kinds_of_credit_elsewhere=("CREDIT_TYPE", "nunique"),
        share_of_credits_elsewhere_running=("runs", "mean"),
        share_of_consumer_credits_elsewhere=("is_consumer", "mean"),
    )
    named = by_kind.add_prefix("number_of_").add_suffix("_elsewhere")
    return pd.concat([named, by_state], axis=1)


def recent(t: pd.DataFrame) -> pd.DataFrame:
    """Count credits taken in each window."""
    return pd.DataFrame(
        {
            f"number_of_credits_elsewhere{window.suffix}": days_within(window, t, "DAYS_CREDIT")
            .groupby(CLIENT)
            .size()
            for window in WINDOWS
        },
        index=t[CLIENT].unique(),
    ).fillna(0)


def ages(t: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Measure how long ago credits were taken."""
    features = t.groupby(CLIENT).agg(
        months_since_first_credit_elsewhere=("age", "max"),
        months_since_last_credit_elsewhere=("age", "min"),
        mean_age_of_credits_elsewhere=("age", "mean"),
        months_since_last_news_elsewhere=("news", "min"),
        months_since_last_closed_credit_elsewhere=("months_since_end", "min"),
    )
    return features.assign(
        mean_age_of_credits_elsewhere=features["mean_age_of_credits_elsewhere"] / 12,
        months_since_last_running_credit_elsewhere=running.groupby(CLIENT)["age"].min(),
        mean_age_of_running_credits_elsewhere=running.groupby(CLIENT)["age"].mean() / 12,
        months_since_last_consumer_credit_elsewhere=t[t["is_consumer"]]
        .groupby(CLIENT)["age"]
        .min(),
        months_since_last_card_elsewhere=t[t["is_card"]].groupby(CLIENT)["age"].min(),
    )


def amounts(t: pd.DataFrame) -> pd.DataFrame:
    """Measure how large credits are."""
    features = t.groupby(CLIENT).agg(
        mean_amount_of_credits_elsewhere=("AMT_CREDIT_SUM", "mean"),
        largest_credit_elsewhere=("AMT_CREDIT_SUM", "max"),
    )
    parts = {
        **{
            (f"amount_of_{kind}_elsewhere", f"amount_overdue_on_{kind}_elsewhere"): t[
                t["CREDIT_TYPE"] == name
            ]
            for kind, name in KINDS.items()
        },
        **{
            (
                f"amount_of_credits_elsewhere{window.suffix}",
                f"amount_overdue_elsewhere{window.suffix}",
            ): days_within(window, t, "DAYS_CREDIT")
            for window in RECENT
        },
    }
    sums = [
        totals(rows, {"AMT_CREDIT_SUM": taken, "AMT_CREDIT_SUM_OVERDUE": overdue}, t[CLIENT])
        for (taken, overdue), rows in parts.items()
    ]
    return pd.concat([features, *sums], axis=1)


def owed(t: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Add up what is owed on running credits: 0 where a client has credits but none that runs."""
    sums = {
        "debt": "debt_elsewhere",
        "AMT_CREDIT_SUM": "amount_of_running_credits_elsewhere",
        "AMT_ANNUITY": "annuities_elsewhere",
    }
    on_cards = {
        "debt": "debt_on_cards_elsewhere",
        "AMT_CREDIT_SUM": "amount_of_running_cards_elsewhere",
        "unused": "unused_limit_elsewhere",
    }
    consumer, cards = running[running["is_consumer"]], running[running["is_card"]]
    largest = running.groupby(CLIENT)["debt"].max().rename("largest_debt_elsewhere")
    return pd.concat(
        [
            totals(running, sums, t[CLIENT]),
            totals(cards, on_cards, t[CLIENT]),
            totals(consumer, {"debt": "debt_on_consumer_credits_elsewhere"}, t[CLIENT]),
            largest,
        ],
        axis=1,
    )


def left(t: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Compare what is owed with what was granted and with what is overdue."""
    cards = running[running["is_card"]]
    return pd.DataFrame(
        {
            "debt_to_credit_elsewhere": ratio_of_totals(running, "debt_within", "AMT_CREDIT_SUM"),
            "debt_to_all_credits_elsewhere": ratio_of_totals(t, "debt_within", "AMT_CREDIT_SUM"),
            "card_debt_to_card_amount_elsewhere": ratio_of_totals(cards, "debt", "AMT_CREDIT_SUM"),
            "card_debt_to_card_limit_elsewhere": ratio_of_totals(cards, "debt", "whole_limit"),
            "overdue_to_debt_elsewhere": ratio_of_totals(running, "overdue_within", "debt"),
        }
    )


def overdue(t: pd.DataFrame) -> pd.DataFrame:
    """Measure what is and what was overdue."""
    features = t.groupby(CLIENT).agg(
        number_of_credits_overdue_elsewhere=("is_overdue", "sum"),
        longest_overdue_elsewhere=("CREDIT_DAY_OVERDUE", "max"),
        largest_overdue_ever_elsewhere=("AMT_CREDIT_MAX_OVERDUE", "max"),
        share_of_credits_ever_overdue_elsewhere=("was_overdue", "mean"),
        number_of_prolongations_elsewhere=("CNT_CREDIT_PROLONG", "sum"),
    )
    amount = totals(t, {"AMT_CREDIT_SUM_OVERDUE": "amount_overdue_elsewhere"})
    taken_lately = days_within(LAST_24_MONTHS, t, "DAYS_CREDIT").groupby(CLIENT)
    lately = taken_lately.agg(
        largest_overdue_ever_elsewhere=("AMT_CREDIT_MAX_OVERDUE", "max"),
        share_of_credits_ever_overdue_elsewhere=("was_overdue", "mean"),
    )
    return pd.concat([features, amount, lately.add_suffix(LAST_24_MONTHS.suffix)], axis=1)


def ends(t: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Compare planned and real ends; a month's difference is early or late."""
    ended = t[t["months_early"].notna()]
    ended = ended.assign(early=ended["months_early"] >= 1, late=ended["months_early"] <= -1)
    still = running[running["months_left"] > 0]
    with_end = running[running["months_left"].notna()]
    past = (with_end["months_left"] < 0).groupby(with_end[CLIENT]).mean()
    return pd.concat(
        [
            still.groupby(CLIENT).agg(
                longest_remaining_duration_elsewhere=("months_left", "max"),
                mean_remaining_duration_elsewhere=("months_left", "mean"),
            ),
            t.groupby(CLIENT).agg(mean_planned_duration_elsewhere=("planned_years", "mean")),
            past.rename("share_of_running_credits_past_their_end_elsewhere"),
            ended.groupby(CLIENT).agg(
                mean_months_repaid_early_elsewhere=("months_early", "mean"),
                share_of_credits_repaid_early_elsewhere=("early", "mean"),
                share_of_credits_repaid_after_their_end_elsewhere=("late", "mean"),
            ),
        ],
        axis=1,
    )


def with_ratios(t: pd.DataFrame) -> pd.DataFrame:
    """Add what compares two of the features."""
    taken = t["number_of_credits_elsewhere"]
    span = t["months_since_first_credit_elsewhere"] - t["months_since_last_credit_elsewhere"]
    return t.assign(
        mean_months_between_credits_elsewhere=ratio(span, taken - 1),
        share_of_credits_elsewhere_taken_last_12_months=ratio(
            t["number_of_credits_elsewhere_last_12_months"], taken
        ),
    )
