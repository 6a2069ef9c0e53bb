"""Monthly states of purchase and cash loans with us: table ``POS_CASH_balance``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import POS_CASH_WINDOWS, Window
from lib.features.expressions import CLIENT, different, flag, number, only, ratio, within_months


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
    months_ago = -number(t.MONTHS_BALANCE)
    return {
        "months_since_first_loan_month": months_ago.max(),
        "months_since_last_loan_month": months_ago.min(),
        "months_since_a_loan_was_past_due": only(t.SK_DPD > 0, months_ago).min(),
        "mean_number_of_payments_of_loans": number(t.CNT_INSTALMENT).mean(),
    }


def last_state(months: ir.Table) -> ir.Table:
    """Give the state of each loan in its last month, against its longest schedule."""
    last = months.group_by([CLIENT, "SK_ID_PREV"]).aggregate(
        last_month=months.MONTHS_BALANCE.max(),
        first_month=months.MONTHS_BALANCE.min(),
        longest=number(months.CNT_INSTALMENT).max(),
        shortest=number(months.CNT_INSTALMENT).min(),
    )
    states = months.select(
        loan=months.SK_ID_PREV,
        month=months.MONTHS_BALANCE,
        status=months.NAME_CONTRACT_STATUS,
        left=number(months.CNT_INSTALMENT_FUTURE),
        planned=number(months.CNT_INSTALMENT),
    )
    return last.inner_join(
        states, [states.loan == last.SK_ID_PREV, last.last_month == states.month]
    )


def of_the_loans(t: ir.Table) -> ir.Table:
    """Describe the loans by their last state."""
    completed = t.status == "Completed"
    runs = (t.status == "Active") & (t.left > 0)
    summary = t.group_by(CLIENT).aggregate(
        number_of_loans_with_us=different(t.SK_ID_PREV),
        number_of_completed_loans_with_us=flag(completed).sum(),
        share_of_completed_loans_with_us=flag(completed).mean(),
        number_of_running_loans_with_us=flag(runs).sum(),
        share_of_loans_with_a_shortened_schedule=flag(t.shortest < t.longest).mean(),
        share_of_loans_completed_early=only(
            completed, flag(number(t.last_month - t.first_month) < t.longest - 1)
        ).mean(),
        number_of_payments_left=only(runs, t.left).sum(),
        payments_planned=only(runs, t.planned).sum(),
    )
    return summary.mutate(
        number_of_payments_left=summary.number_of_payments_left.fill_null(0.0),
        share_of_payments_left=ratio(summary.number_of_payments_left, summary.payments_planned),
    ).drop("payments_planned")
