"""Monthly states of purchase and cash loans with us: table ``POS_CASH_balance``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import LAST_3_MONTHS, POS_CASH_WINDOWS, Window
from lib.features.expressions import (
    CLIENT,
    ago,
    different,
    exact,
    flag,
    number,
    only,
    ratio_of_sums,
    sum_of,
    within_months,
)

# A loan whose last month is longer ago no longer runs, whatever that month said.
RECENT = LAST_3_MONTHS


def pos_cash_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe the months of each client's purchase and cash loans with us."""
    months = tables["POS_CASH_balance"]
    summary = months.group_by(CLIENT).aggregate(
        **{
            name: expression
            for window in POS_CASH_WINDOWS
            for name, expression in lateness(months, window).items()
        },
        **history(months),
    )
    loans = of_the_loans(last_state(months))
    return summary.left_join(loans, CLIENT).drop(f"{CLIENT}_right")


def lateness(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure days past due over the months of a window.

    ``SK_DPD_DEF`` leaves small debts aside: those are the days that matter.
    """
    inside, end = within_months(window, t.MONTHS_BALANCE), window.suffix
    return {
        f"number_of_loan_months{end}": flag(inside).sum(),
        f"share_of_loan_months_past_due{end}": only(inside, flag(t.SK_DPD > 0)).mean(),
        f"share_of_loan_months_well_past_due{end}": only(inside, flag(t.SK_DPD_DEF > 0)).mean(),
        f"most_days_a_loan_was_past_due{end}": only(inside, t.SK_DPD).max(),
        f"most_days_a_loan_was_well_past_due{end}": only(inside, t.SK_DPD_DEF).max(),
        f"mean_days_loans_were_past_due{end}": only(inside, t.SK_DPD_DEF).mean(),
    }


def history(t: ir.Table) -> dict[str, ir.Value]:
    """Measure how long loans have been followed and when one was last past due."""
    months_ago = ago(t.MONTHS_BALANCE)
    return {
        "months_since_first_loan_month": months_ago.max(),
        "months_since_last_loan_month": months_ago.min(),
        "months_since_a_loan_was_past_due": only(t.SK_DPD > 0, months_ago).min(),
    }


def last_state(months: ir.Table) -> ir.Table:
    """Give each loan in its last month, against its longest schedule.

    Where the last month has several rows, the loan is completed if one of them says so, and what
    is left and planned is the least that they say.
    """
    loan = [CLIENT, "SK_ID_PREV"]
    spans = months.group_by(loan).aggregate(
        last_month=months.MONTHS_BALANCE.max(),
        first_month=months.MONTHS_BALANCE.min(),
        longest=exact(months.CNT_INSTALMENT).max(),
    )
    states = months.select(
        client=months[CLIENT],
        loan=months.SK_ID_PREV,
        month=months.MONTHS_BALANCE,
        completed=flag(months.NAME_CONTRACT_STATUS == "Completed"),
        active=flag(months.NAME_CONTRACT_STATUS == "Active"),
        left=exact(months.CNT_INSTALMENT_FUTURE),
        planned=exact(months.CNT_INSTALMENT),
    )
    same = [states.client == spans[CLIENT], states.loan == spans.SK_ID_PREV]
    last = spans.inner_join(states, [*same, states.month == spans.last_month])
    return last.group_by([*loan, "last_month", "first_month", "longest"]).aggregate(
        completed=last.completed.max(),
        active=last.active.max(),
        left=last.left.min(),
        planned=last.planned.min(),
    )


def of_the_loans(t: ir.Table) -> ir.Table:
    """Describe the loans by their last state."""
    completed = t.completed > 0
    recent = within_months(RECENT, t.last_month)
    runs = (t.active > 0) & ~completed & (t.left > 0) & recent
    early = number(t.last_month - t.first_month) < t.longest - 1
    return t.group_by(CLIENT).aggregate(
        number_of_loans_with_us=different(t.SK_ID_PREV),
        number_of_completed_loans_with_us=t.completed.sum(),
        share_of_completed_loans_with_us=t.completed.mean(),
        number_of_running_loans_with_us=flag(runs).sum(),
        mean_number_of_payments_of_loans=t.longest.mean(),
        share_of_loans_with_a_shortened_schedule=flag(t.planned < t.longest).mean(),
        share_of_loans_completed_early=only(completed, flag(early)).mean(),
        number_of_payments_left=sum_of(runs, t.left),
        share_of_payments_left=ratio_of_sums(runs, t.left, t.planned),
    )
