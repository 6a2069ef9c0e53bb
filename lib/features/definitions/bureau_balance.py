"""How credits at other lenders were repaid, month by month: table ``bureau_balance``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.features.definitions.directions import LONG_AGO, PAID_LATE
from lib.features.definitions.feature import Fact, by_client, count, months, over_windows, share
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import (
    CLIENT,
    ago,
    flag,
    number,
    only,
    ratio,
    share_of,
    within_months,
)
from lib.features.windows import LAST_3_MONTHS, LAST_12_MONTHS, WHOLE_HISTORY, Window

WINDOWS = (WHOLE_HISTORY, LAST_3_MONTHS, LAST_12_MONTHS)

LATE = ["1", "2", "3", "4", "5"]  # 1 is up to 30 days late, 5 is over 120 days or written off
KNOWN = ["0", *LATE]
NEWEST_MONTH = 0

elsewhere = partial(Fact, Family.CREDIT_ELSEWHERE, "bureau_balance")
LATE_MONTHS = elsewhere(
    "late_months_elsewhere",
    Purpose.REPAYMENT_RECORD,
    Text("Mois où vous étiez en retard ailleurs", "Months in which you were late elsewhere"),
)


def bureau_balance_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client repaid at other lenders, month by month."""
    owners = tables["bureau"].select(CLIENT, "SK_ID_BUREAU")
    credits_elsewhere = by_credit(tables["bureau_balance"]).inner_join(owners, "SK_ID_BUREAU")
    return by_client(FEATURES, credit=credits_elsewhere)


def by_credit(balance: ir.Table) -> ir.Table:
    """Sum up the months of each credit: 27 million rows become less than a million."""
    alike = by_status(balance)
    late, known = alike.STATUS.isin(LATE), alike.STATUS.isin(KNOWN)
    severity = only(known, alike.STATUS.try_cast("int64"))
    measures = {}
    for window in WINDOWS:
        inside = within_months(window, alike.newest, NEWEST_MONTH)
        measures[f"known{window.suffix}"] = months_where(known & inside, alike)
        measures[f"late{window.suffix}"] = months_where(late & inside, alike)
        measures[f"worst{window.suffix}"] = only(inside, severity).max()
    return alike.group_by("SK_ID_BUREAU").aggregate(
        months=months_where(alike.newest.notnull(), alike),
        very_late=months_where(alike.STATUS.isin(LATE[1:]), alike),
        months_since_last_late=only(late, ago(alike.newest)).min(),
        **measures,
    )


def by_status(balance: ir.Table) -> ir.Table:
    """Count each credit's months that have one status and are in the same windows.

    There are a tenth as many such groups as months, and a window holds a group's months all or
    none: so what is measured over windows is measured on groups, by their newest months.
    """
    month = balance.MONTHS_BALANCE
    windows = sum(flag(within_months(window, month, NEWEST_MONTH)) for window in WINDOWS)
    alike = {"SK_ID_BUREAU": balance.SK_ID_BUREAU, "STATUS": balance.STATUS, "windows": windows}
    return balance.group_by(**alike).aggregate(months=number(balance.count()), newest=month.max())


def months_where(condition: ir.Value, alike: ir.Table) -> ir.Value:
    """Add up the months of the groups where `condition` holds."""
    return only(condition, alike.months).sum().fill_null(0.0)


def end_of_names(credit: ir.Table, window: Window) -> str:
    """Say how the columns of `by_credit` end that were measured over a window."""
    return window.suffix


FEATURES = (
    *elsewhere(
        "months_on_record_elsewhere",
        Purpose.USE_OF_CREDIT,
        Text(
            "Depuis combien de temps vos crédits ailleurs sont suivis",
            "How long your credits elsewhere have been followed",
        ),
    ).told_by(
        count(
            "number_of_months_followed_elsewhere",
            "Mois de suivi de vos crédits ailleurs",
            "Months of your credits elsewhere on record",
            lambda credit: credit.months.sum(),
        ),
        months(
            "longest_follow_up_elsewhere",
            "Plus long suivi d’un de vos crédits ailleurs",
            "Longest record of one of your credits elsewhere",
            lambda credit: credit.months.max(),
        ),
    ),
    *LATE_MONTHS.told_by(
        months(
            "months_since_last_late_month_elsewhere",
            "Temps depuis votre dernier mois de retard ailleurs",
            "Time since your last late month elsewhere",
            lambda credit: credit.months_since_last_late.min(),
        ),
        direction=LONG_AGO,
    ),
    *LATE_MONTHS.told_by(
        share(
            "share_of_credits_with_a_late_month_elsewhere",
            "Part de vos crédits suivis ailleurs avec au moins un mois de retard",
            "Share of your recorded credits elsewhere with at least one late month",
            lambda credit: share_of(credit.late > 0, credit.known > 0),
        ),
        count(
            "number_of_very_late_months_elsewhere",
            "Mois avec plus de 30 jours de retard ailleurs",
            "Months more than 30 days late elsewhere",
            lambda credit: credit.very_late.sum(),
        ),
        direction=PAID_LATE,
    ),
    *over_windows(
        WINDOWS,
        end_of_names,
        *LATE_MONTHS.told_by(
            count(
                "number_of_late_months_elsewhere",
                "Mois de retard ailleurs",
                "Late months elsewhere",
                lambda credit, end: credit[f"late{end}"].sum(),
            ),
            share(
                "share_of_late_months_elsewhere",
                "Part des mois en retard ailleurs",
                "Share of months late elsewhere",
                lambda credit, end: ratio(credit[f"late{end}"].sum(), credit[f"known{end}"].sum()),
            ),
            count(
                "worst_lateness_elsewhere",
                "Gravité de votre pire retard ailleurs (0 aucun à 5)",
                "How bad your worst delay elsewhere was (0 none, to 5)",
                lambda credit, end: credit[f"worst{end}"].max(),
            ),
            direction=PAID_LATE,
        ),
    ),
)
