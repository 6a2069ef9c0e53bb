"""How credits at other lenders were repaid, month by month: table ``bureau_balance``."""

from collections.abc import Mapping

import ibis.expr.types as ir

from lib.features.catalogue.windows import BUREAU_BALANCE_WINDOWS, WHOLE_HISTORY, Window
from lib.features.expressions import CLIENT, ago, flag, only, ratio, within_months

LATE = ["1", "2", "3", "4", "5"]  # 1 is up to 30 days late, 5 is over 120 days or written off
KNOWN = ["0", *LATE]
NEWEST_MONTH = 0


def bureau_balance_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client repaid at other lenders, month by month."""
    owners = tables["bureau"].select(CLIENT, "SK_ID_BUREAU")
    months = by_credit(tables["bureau_balance"]).inner_join(owners, "SK_ID_BUREAU")
    summary = months.group_by(CLIENT).aggregate(
        number_of_months_followed_elsewhere=months.months.sum(),
        longest_follow_up_elsewhere=months.months.max(),
        months_since_last_late_month_elsewhere=months.months_since_last_late.min(),
        share_of_credits_with_a_late_month_elsewhere=only(
            months.known > 0, flag(months.late > 0)
        ).mean(),
        **{
            name: expression
            for window in BUREAU_BALANCE_WINDOWS
            for name, expression in late_months(months, window).items()
        },
    )
    return with_shares(summary)


def by_credit(balance: ir.Table) -> ir.Table:
    """Sum up the months of each credit: 27 million rows become less than a million."""
    late, known = balance.STATUS.isin(LATE), balance.STATUS.isin(KNOWN)
    severity = only(known, balance.STATUS.try_cast("int64"))
    measures = {}
    for window in BUREAU_BALANCE_WINDOWS:
        inside = within_months(window, balance.MONTHS_BALANCE, NEWEST_MONTH)
        measures[f"known{window.suffix}"] = flag(known & inside).sum()
        measures[f"late{window.suffix}"] = flag(late & inside).sum()
        measures[f"worst{window.suffix}"] = only(inside, severity).max()
    return balance.group_by("SK_ID_BUREAU").aggregate(
        months=flag(balance.MONTHS_BALANCE.notnull()).sum(),
        very_late=flag(balance.STATUS.isin(LATE[1:])).sum(),
        months_since_last_late=only(late, ago(balance.MONTHS_BALANCE)).min(),
        **measures,
    )


def late_months(t: ir.Table, window: Window) -> dict[str, ir.Value]:
    """Count late months in a window, and take the worst."""
    features = {
        f"number_of_late_months_elsewhere{window.suffix}": t[f"late{window.suffix}"].sum(),
        f"worst_lateness_elsewhere{window.suffix}": t[f"worst{window.suffix}"].max(),
        f"known_months{window.suffix}": t[f"known{window.suffix}"].sum(),
    }
    if window == WHOLE_HISTORY:
        features["number_of_very_late_months_elsewhere"] = t.very_late.sum()
    return features


def with_shares(summary: ir.Table) -> ir.Table:
    """Add late months as shares of the months whose state is known."""
    shares = {
        f"share_of_late_months_elsewhere{w.suffix}": ratio(
            summary[f"number_of_late_months_elsewhere{w.suffix}"],
            summary[f"known_months{w.suffix}"],
        )
        for w in BUREAU_BALANCE_WINDOWS
    }
    return summary.mutate(**shares).drop(
        *(f"known_months{w.suffix}" for w in BUREAU_BALANCE_WINDOWS)
    )
