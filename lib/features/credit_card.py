"""Monthly states of credit cards with us: table ``credit_card_balance``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import CARD_WINDOWS, LAST_6_MONTHS, Window
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
    within_months,
)


def credit_card_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client used credit cards with us."""
    t = with_use(tables["credit_card_balance"])
    summary = t.group_by(CLIENT).aggregate(
        **{
            name: expression
            for window in CARD_WINDOWS
            for name, expression in {
                **use_of_the_limit(t, window),
                **withdrawals(t, window),
                **payments(t, window),
                **lateness(t, window),
            }.items()
        },
        **history(t),
    )
    joined = summary.left_join(last_month(t), CLIENT).drop(f"{CLIENT}_right")
    return with_trend(joined)


def with_use(months: ir.Table) -> ir.Table:
    """Add the balance owed and its share of the limit."""
    balance = at_least_zero(exact(months.AMT_BALANCE))
    return months.mutate(
        balance=balance,
        card_limit=number(months.AMT_CREDIT_LIMIT_ACTUAL),
        use=ratio(balance, months.AMT_CREDIT_LIMIT_ACTUAL),
        drawn=exact(months.AMT_DRAWINGS_CURRENT),
        cash=exact(months.AMT_DRAWINGS_ATM_CURRENT).fill_null(0.0),
        minimum=exact(months.AMT_INST_MIN_REGULARITY),
        payment=exact(months.AMT_PAYMENT_TOTAL_CURRENT),
    )


def use_of_the_limit(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure the balance against the limit."""
    inside, end = within_months(window, t.MONTHS_BALANCE), window.suffix
    return {
        f"number_of_card_months{end}": flag(inside).sum(),
        f"mean_card_use{end}": only(inside, exact(t.use)).mean(),
        f"highest_card_use{end}": only(inside, t.use).max(),
        f"mean_card_balance{end}": only(inside, t.balance).mean(),
        f"share_of_card_months_with_a_balance{end}": only(inside, flag(t.balance > 0)).mean(),
        f"share_of_card_months_over_the_limit{end}": only(inside, flag(t.use > 1)).mean(),
    }


def withdrawals(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure what was drawn, and how much of it in cash."""
    inside, end = within_months(window, t.MONTHS_BALANCE), window.suffix
    return {
        f"mean_monthly_card_spending{end}": only(inside, t.drawn).mean(),
        f"mean_monthly_cash_withdrawn{end}": only(inside, t.cash).mean(),
        f"mean_number_of_cash_withdrawals{end}": only(
            inside, number(t.CNT_DRAWINGS_ATM_CURRENT).fill_null(0.0)
        ).mean(),
        f"share_of_card_spending_in_cash{end}": ratio_of_sums(inside, t.cash, t.drawn),
        f"share_of_card_months_with_cash_withdrawals{end}": only(inside, flag(t.cash > 0)).mean(),
    }


def payments(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure payments against the minimum asked and against the balance."""
    inside, end = within_months(window, t.MONTHS_BALANCE), window.suffix
    asked = inside & (t.minimum > 0)
    return {
        f"mean_monthly_card_payment{end}": only(inside, t.payment).mean(),
        f"share_of_card_months_paid_below_minimum{end}": only(
            asked, known_flag(t.payment < t.minimum)
        ).mean(),
        f"card_payments_to_minimum{end}": ratio_of_sums(asked, t.payment, t.minimum),
    }


def lateness(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure days past due."""
    inside, end = within_months(window, t.MONTHS_BALANCE), window.suffix
    return {
        f"share_of_card_months_past_due{end}": only(inside, flag(t.SK_DPD > 0)).mean(),
        f"most_days_a_card_was_past_due{end}": only(inside, t.SK_DPD).max(),
    }


def history(t: ir.Table) -> dict[str, ir.Value]:
    """Measure how long cards have been held and what they allowed."""
    months_ago = ago(t.MONTHS_BALANCE)
    return {
        "number_of_cards_with_us": different(t.SK_ID_PREV),
        "months_since_first_card_month": months_ago.max(),
        "months_since_last_card_spending": only(t.drawn > 0, months_ago).min(),
        "highest_card_limit": t.card_limit.max(),
        "highest_card_balance": t.balance.max(),
        "most_card_instalments_paid": number(t.CNT_INSTALMENT_MATURE_CUM).max(),
    }


def last_month(t: ir.Table) -> ir.Table:
    """Describe the client's cards in the last month that is known.

    A card is compared with its own highest limit, and counts once even if the month has two rows.
    """
    newest = t.group_by(CLIENT).aggregate(newest=t.MONTHS_BALANCE.max())
    months = t.inner_join(newest, CLIENT)
    now = months.newest == months.MONTHS_BALANCE
    cards = months.group_by([CLIENT, "SK_ID_PREV"]).aggregate(
        limit_now=only(now, months.card_limit).max(),
        balance_now=only(now, months.balance).max(),
        highest_limit=months.card_limit.max(),
    )
    held = cards.limit_now.notnull()
    return cards.group_by(CLIENT).aggregate(
        last_card_limit=cards.limit_now.sum(),
        last_card_balance=cards.balance_now.sum(),
        cut_in_card_limit=ratio_of_sums(held, cards.limit_now, cards.highest_limit),
        last_card_use=ratio_of_sums(held, cards.balance_now, cards.limit_now),
    )


def with_trend(summary: ir.Table) -> ir.Table:
    """Add the last 6 months against all."""
    recent = LAST_6_MONTHS.suffix
    return summary.mutate(
        rise_in_card_use=summary[f"mean_card_use{recent}"] - summary.mean_card_use,
        rise_in_card_spending=ratio(
            summary[f"mean_monthly_card_spending{recent}"], summary.mean_monthly_card_spending
        ),
    )
