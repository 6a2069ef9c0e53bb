"""How past instalments with us were paid: table ``installments_payments``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import (
    DAYS_PER_MONTH,
    INSTALMENT_WINDOWS,
    LAST_12_MONTHS,
    Window,
)
from lib.features.expressions import (
    CLIENT,
    ago,
    at_least_zero,
    different,
    exact,
    flag,
    number,
    only,
    ratio,
    sum_of,
    within_days,
)

# An instalment is short when more than one hundredth of it is missing: less is rounding.
SHORT_SHARE = 0.01
WELL_LATE_DAYS = 30


def installments_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client paid past instalments."""
    t = with_lateness(one_row_an_instalment(tables["installments_payments"]))
    summary = t.group_by(CLIENT).aggregate(
        **{
            name: expression
            for window in INSTALMENT_WINDOWS
            for name, expression in how_they_were_paid(t, window).items()
        },
        **worst_and_last(t),
        **schedules(t),
    )
    return with_trend(summary)


def one_row_an_instalment(payments: ir.Table) -> ir.Table:
    """Bring together the parts in which an instalment was paid.

    Parts are added up per instalment and then per client, in the order of hash tables.
    """
    instalment = [CLIENT, "SK_ID_PREV", "NUM_INSTALMENT_NUMBER", "NUM_INSTALMENT_VERSION"]
    return payments.group_by(instalment).aggregate(
        due_on=number(payments.DAYS_INSTALMENT).max(),
        paid_on=number(payments.DAYS_ENTRY_PAYMENT).max(),
        due=exact(payments.AMT_INSTALMENT).max(),
        paid=exact(payments.AMT_PAYMENT).fill_null(0.0).sum(),
    )


def with_lateness(instalments: ir.Table) -> ir.Table:
    """Add days late (to the application, where nothing was paid yet) and the amount short."""
    late = instalments.paid_on.fill_null(0.0) - instalments.due_on
    return instalments.mutate(
        days_late=at_least_zero(late),
        days_early=at_least_zero(-late),
        short=at_least_zero(instalments.due - instalments.paid),
    )


def how_they_were_paid(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Measure lateness and amounts short over the instalments due in a window."""
    inside, end = within_days(window, t.due_on), window.suffix
    short = t.short > SHORT_SHARE * t.due
    return {
        f"number_of_instalments{end}": flag(inside).sum(),
        f"share_of_instalments_paid_late{end}": only(inside, flag(t.days_late > 0)).mean(),
        f"mean_days_instalments_were_late{end}": only(inside, t.days_late).mean(),
        f"mean_days_instalments_were_early{end}": only(inside, t.days_early).mean(),
        f"share_of_instalments_paid_short{end}": only(inside, flag(short)).mean(),
        f"share_of_amounts_due_not_paid{end}": ratio(
            only(inside, t.short).sum(), only(inside, t.due).sum()
        ),
        f"most_days_an_instalment_was_late{end}": only(inside, t.days_late).max(),
    }


def worst_and_last(t: ir.Table) -> dict[str, ir.Value]:
    """Take the worst instalment, and how long ago lateness last happened."""
    months_ago = ago(t.due_on) / DAYS_PER_MONTH
    last_year = within_days(LAST_12_MONTHS, t.due_on)
    return {
        "amount_short_in_instalments": t.short.sum(),
        f"amount_short_in_instalments{LAST_12_MONTHS.suffix}": sum_of(last_year, t.short),
        "largest_amount_short_in_an_instalment": t.short.max(),
        "mean_instalment": t.due.mean(),
        "largest_instalment": t.due.max(),
        "number_of_instalments_well_late": flag(t.days_late > WELL_LATE_DAYS).sum(),
        "number_of_instalments_not_paid": flag(t.paid_on.isnull()).sum(),
        "months_since_last_late_instalment": only(t.days_late > 0, months_ago).min(),
        "months_since_first_instalment": months_ago.max(),
        "months_since_last_instalment": months_ago.min(),
    }


def schedules(t: ir.Table) -> dict[str, ir.Value]:
    """Count credits and changes of their payment schedule (version 0 is a card)."""
    version = number(t.NUM_INSTALMENT_VERSION)
    return {
        "number_of_credits_with_instalments": different(t.SK_ID_PREV),
        "highest_schedule_version": version.max(),
        "share_of_instalments_on_a_changed_schedule": flag(version > 1).mean(),
        "share_of_instalments_on_a_card": flag(version == 0).mean(),
    }


def with_trend(summary: ir.Table) -> ir.Table:
    """Add the last 12 months against all."""
    recent = LAST_12_MONTHS.suffix
    return summary.mutate(
        rise_in_late_instalments=summary[f"share_of_instalments_paid_late{recent}"]
        - summary.share_of_instalments_paid_late,
        rise_in_days_late=summary[f"mean_days_instalments_were_late{recent}"]
        - summary.mean_days_instalments_were_late,
    )
