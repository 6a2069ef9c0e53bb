"""Features of ``bureau`` that say what is owed, what is overdue, and when credits end."""

import pandas as pd

from lib.features.catalogue.windows import LAST_24_MONTHS
from tests.benchmarks.oracle.arithmetic import CLIENT, days_within, ratio, ratio_of_totals, totals


def amounts(t: pd.DataFrame) -> pd.DataFrame:
    """Measure how large credits are."""
    return t.groupby(CLIENT).agg(
        mean_amount_of_credits_elsewhere=("AMT_CREDIT_SUM", "mean"),
        largest_credit_elsewhere=("AMT_CREDIT_SUM", "max"),
    )


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


def left(running: pd.DataFrame) -> pd.DataFrame:
    """Compare what is owed with what was granted and with what is overdue."""
    cards = running[running["is_card"]]
    return pd.DataFrame(
        {
            "debt_to_credit_elsewhere": ratio_of_totals(running, "debt", "AMT_CREDIT_SUM"),
            "card_debt_to_card_amount_elsewhere": ratio_of_totals(cards, "debt", "AMT_CREDIT_SUM"),
            "card_debt_to_card_limit_elsewhere": ratio_of_totals(cards, "debt", "whole_limit"),
            "overdue_to_debt_elsewhere": ratio_of_totals(running, "AMT_CREDIT_SUM_OVERDUE", "debt"),
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
