"""Credits at other lenders, as the credit bureau reports them: table ``bureau``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import (
    BUREAU_WINDOWS,
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    LAST_24_MONTHS,
)
from lib.features.expressions import (
    CLIENT,
    ago,
    at_least_zero,
    different,
    exact,
    flag,
    known_flag,
    number,
    only,
    ratio,
    ratio_of_sums,
    sum_of,
    within_days,
)

# The bureau writes "no end" as an end tens of years away, and has a few ends before 1950.
MOST_PLAUSIBLE_DAYS = 14_610

KINDS = {
    "consumer_credits": "Consumer credit",
    "credit_cards": "Credit card",
    "car_loans": "Car loan",
    "mortgages": "Mortgage",
    "microloans": "Microloan",
}


def bureau_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client's credits at other lenders."""
    credits_elsewhere = with_terms(tables["bureau"])
    summary = credits_elsewhere.group_by(CLIENT).aggregate(
        **how_many(credits_elsewhere),
        **how_long_ago(credits_elsewhere),
        **what_is_owed(credits_elsewhere),
        **how_much_is_left(credits_elsewhere),
        **what_is_overdue(credits_elsewhere),
        **how_they_end(credits_elsewhere),
    )
    return with_ratios(summary)


def with_terms(bureau: ir.Table) -> ir.Table:
    """Add to each credit whether it runs, its amounts, and its ends where they are plausible."""
    planned_end, end = number(bureau.DAYS_CREDIT_ENDDATE), number(bureau.DAYS_ENDDATE_FACT)
    return bureau.mutate(
        runs=bureau.CREDIT_ACTIVE == "Active",
        is_card=bureau.CREDIT_TYPE == "Credit card",
        is_consumer=bureau.CREDIT_TYPE == "Consumer credit",
        planned_end=only(planned_end.abs() <= MOST_PLAUSIBLE_DAYS, planned_end),
        end=only(end.abs() <= MOST_PLAUSIBLE_DAYS, end),
        amount=exact(bureau.AMT_CREDIT_SUM),
        debt=at_least_zero(exact(bureau.AMT_CREDIT_SUM_DEBT)),
        # What the bureau calls the limit is what of it is not used: with the debt it makes it up.
        spare_limit=at_least_zero(exact(bureau.AMT_CREDIT_SUM_LIMIT)),
        overdue=exact(bureau.AMT_CREDIT_SUM_OVERDUE),
    )


def how_many(t: ir.Table) -> dict[str, ir.Value]:
    """Count credits: all, running, closed, recent, by kind."""
    return {
        **{
            f"number_of_credits_elsewhere{w.suffix}": flag(within_days(w, t.DAYS_CREDIT)).sum()
            for w in BUREAU_WINDOWS
        },
        **{
            f"number_of_{kind}_elsewhere": flag(kind_name == t.CREDIT_TYPE).sum()
            for kind, kind_name in KINDS.items()
        },
        "number_of_running_credits_elsewhere": flag(t.runs).sum(),
        "number_of_closed_credits_elsewhere": flag(t.CREDIT_ACTIVE == "Closed").sum(),
        "number_of_sold_credits_elsewhere": flag(t.CREDIT_ACTIVE.isin(["Sold", "Bad debt"])).sum(),
        "number_of_running_cards_elsewhere": flag(t.runs & t.is_card).sum(),
        "number_of_kinds_of_credit_elsewhere": different(t.CREDIT_TYPE),
        "share_of_credits_elsewhere_running": flag(t.runs).mean(),
        "share_of_consumer_credits_elsewhere": flag(t.is_consumer).mean(),
    }


def how_long_ago(t: ir.Table) -> dict[str, ir.Value]:
    """Measure how old credits are."""
    age, news = ago(t.DAYS_CREDIT), ago(t.DAYS_CREDIT_UPDATE)
    return {
        "months_since_first_credit_elsewhere": age.max() / DAYS_PER_MONTH,
        "months_since_last_credit_elsewhere": age.min() / DAYS_PER_MONTH,
        "mean_age_of_credits_elsewhere": age.mean() / DAYS_PER_YEAR,
        "mean_age_of_running_credits_elsewhere": only(t.runs, age).mean() / DAYS_PER_YEAR,
        "months_since_last_consumer_credit_elsewhere": only(t.is_consumer, age).min()
        / DAYS_PER_MONTH,
        "months_since_last_card_elsewhere": only(t.is_card, age).min() / DAYS_PER_MONTH,
        "months_since_last_news_elsewhere": news.min() / DAYS_PER_MONTH,
    }


def what_is_owed(t: ir.Table) -> dict[str, ir.Value]:
    """Add up amounts borrowed and still owed."""
    return {
        "debt_elsewhere": sum_of(t.runs, t.debt),
        "largest_debt_elsewhere": only(t.runs, t.debt).max(),
        "debt_on_consumer_credits_elsewhere": sum_of(t.runs & t.is_consumer, t.debt),
        "debt_on_cards_elsewhere": sum_of(t.runs & t.is_card, t.debt),
        "amount_of_running_credits_elsewhere": sum_of(t.runs, t.amount),
        "amount_of_running_cards_elsewhere": sum_of(t.runs & t.is_card, t.amount),
        "unused_limit_elsewhere": sum_of(t.runs & t.is_card, t.spare_limit),
        "mean_amount_of_credits_elsewhere": t.amount.mean(),
        "largest_credit_elsewhere": t.amount.max(),
        "annuities_elsewhere": sum_of(t.runs, exact(t.AMT_ANNUITY)),
    }


def how_much_is_left(t: ir.Table) -> dict[str, ir.Value]:
    """Compare debts with amounts, limits and what is overdue, each over the same credits."""
    running_cards = t.runs & t.is_card
    return {
        "debt_to_credit_elsewhere": ratio_of_sums(t.runs, t.debt, t.amount),
        "card_debt_to_card_amount_elsewhere": ratio_of_sums(running_cards, t.debt, t.amount),
        "card_debt_to_card_limit_elsewhere": ratio_of_sums(
            running_cards, t.debt, t.debt + t.spare_limit
        ),
        "overdue_to_debt_elsewhere": ratio_of_sums(t.runs, t.overdue, t.debt),
    }


def what_is_overdue(t: ir.Table) -> dict[str, ir.Value]:
    """Measure what is and what was overdue."""
    was_overdue = (t.AMT_CREDIT_MAX_OVERDUE > 0) | (t.CREDIT_DAY_OVERDUE > 0)
    recent, end = within_days(LAST_24_MONTHS, t.DAYS_CREDIT), LAST_24_MONTHS.suffix
    return {
        "number_of_credits_overdue_elsewhere": flag(t.CREDIT_DAY_OVERDUE > 0).sum(),
        "amount_overdue_elsewhere": t.overdue.sum(),
        "longest_overdue_elsewhere": number(t.CREDIT_DAY_OVERDUE).max(),
        "largest_overdue_ever_elsewhere": number(t.AMT_CREDIT_MAX_OVERDUE).max(),
        f"largest_overdue_ever_elsewhere{end}": only(recent, t.AMT_CREDIT_MAX_OVERDUE).max(),
        "share_of_credits_ever_overdue_elsewhere": flag(was_overdue).mean(),
        f"share_of_credits_ever_overdue_elsewhere{end}": only(recent, flag(was_overdue)).mean(),
        "number_of_prolongations_elsewhere": number(t.CNT_CREDIT_PROLONG).sum(),
    }


def how_they_end(t: ir.Table) -> dict[str, ir.Value]:
    """Compare planned and real ends."""
    left = only(t.runs & (t.planned_end > 0), t.planned_end)
    planned = t.planned_end - number(t.DAYS_CREDIT)
    early = t.planned_end - t.end
    return {
        "longest_remaining_duration_elsewhere": left.max() / DAYS_PER_MONTH,
        "mean_remaining_duration_elsewhere": left.mean() / DAYS_PER_MONTH,
        # An end before the start is a slip of the pen.
        "mean_planned_duration_elsewhere": only(planned >= 0, planned).mean() / DAYS_PER_YEAR,
        "share_of_running_credits_past_their_end_elsewhere": only(
            t.runs, known_flag(t.planned_end < 0)
        ).mean(),
        "mean_months_repaid_early_elsewhere": early.mean() / DAYS_PER_MONTH,
        "share_of_credits_repaid_early_elsewhere": known_flag(early >= DAYS_PER_MONTH).mean(),
        "share_of_credits_repaid_after_their_end_elsewhere": known_flag(
            early <= -DAYS_PER_MONTH
        ).mean(),
        "months_since_last_closed_credit_elsewhere": ago(t.end).min() / DAYS_PER_MONTH,
    }


def with_ratios(summary: ir.Table) -> ir.Table:
    """Add how often credits are taken."""
    between = (
        summary.months_since_first_credit_elsewhere - summary.months_since_last_credit_elsewhere
    )
    return summary.mutate(
        mean_months_between_credits_elsewhere=ratio(
            between, summary.number_of_credits_elsewhere - 1
        ),
        share_of_credits_elsewhere_taken_last_12_months=ratio(
            summary.number_of_credits_elsewhere_last_12_months,
            summary.number_of_credits_elsewhere,
        ),
    )
