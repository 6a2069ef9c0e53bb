"""Monthly states of purchase and cash loans with us: table ``POS_CASH_balance``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.features.definitions.directions import LONG_AGO, PAID_EARLY, PAID_LATE
from lib.features.definitions.feature import (
    Fact,
    by_client,
    count,
    days,
    months,
    over_windows,
    share,
)
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import (
    CLIENT,
    ago,
    at_most,
    different,
    exact,
    flag,
    how_many,
    number,
    only,
    ratio_of_sums,
    share_of,
    sum_of,
    within_months,
)
from lib.features.windows import LAST_3_MONTHS, LAST_12_MONTHS, WHOLE_HISTORY, Window

SOURCE = "POS_CASH_balance"
WINDOWS = (WHOLE_HISTORY, LAST_12_MONTHS)
# A loan whose last month is longer ago no longer runs, whatever that month said.
RECENT = LAST_3_MONTHS

history = partial(Fact, Family.HISTORY_WITH_US, SOURCE)
ON_RECORD = history(
    "loan_months_on_record",
    Purpose.USE_OF_CREDIT,
    Text("Depuis quand vous avez des prêts chez nous", "How long you have had loans with us"),
)
LEFT_TO_PAY = history(
    "left_to_pay_with_us",
    Purpose.ABILITY_TO_REPAY,
    Text("Paiements qui restent sur vos prêts chez nous", "Payments left on your loans with us"),
)
EARLY = history(
    "loans_ended_early",
    Purpose.REPAYMENT_RECORD,
    Text("Vos prêts chez nous finis en avance", "Your loans with us that ended early"),
)
PAST_DUE = Fact(
    Family.REPAYMENT_BEHAVIOUR,
    SOURCE,
    "loans_past_due",
    Purpose.REPAYMENT_RECORD,
    Text("Vos retards sur des prêts chez nous", "Your delays on loans with us"),
)


def pos_cash_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe the months of each client's purchase and cash loans with us."""
    months = tables["POS_CASH_balance"]
    return by_client(FEATURES, monthly=months, loans=with_state(last_state(months)))


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


def with_state(loans: ir.Table) -> ir.Table:
    """Add whether each loan is completed, ended early or still runs."""
    is_completed = loans.completed > 0
    recent = within_months(RECENT, loans.last_month)
    return loans.mutate(
        is_completed=is_completed,
        is_early=number(loans.last_month - loans.first_month) < loans.longest - 1,
        runs=(loans.active > 0) & ~is_completed & (loans.left > 0) & recent,
    )


def month_inside(monthly: ir.Table, window: Window) -> ir.Value:
    """Say which months are in a window."""
    return within_months(window, monthly.MONTHS_BALANCE)


FEATURES = (
    *over_windows(
        WINDOWS,
        month_inside,
        *ON_RECORD.told_by(
            count(
                "number_of_loan_months",
                "Mois de prêts suivis chez nous",
                "Months of loans with us on record",
                lambda monthly, inside: how_many(inside),
            ),
        ),
    ),
    *ON_RECORD.told_by(
        months(
            "months_since_first_loan_month",
            "Temps depuis le premier mois d’un prêt chez nous",
            "Time since the first month of a loan with us",
            lambda monthly: ago(monthly.MONTHS_BALANCE).max(),
        ),
        months(
            "months_since_last_loan_month",
            "Temps depuis le dernier mois d’un prêt chez nous",
            "Time since the last month of a loan with us",
            lambda monthly: ago(monthly.MONTHS_BALANCE).min(),
        ),
    ),
    *history("length_of_loans", Purpose.USE_OF_CREDIT).told_by(
        count(
            "mean_number_of_payments_of_loans",
            "Nombre moyen d’échéances prévues pour vos prêts chez nous",
            "Mean number of instalments planned for your loans with us",
            lambda loans: loans.longest.mean(),
        ),
    ),
    *history(
        "loans_with_us",
        Purpose.USE_OF_CREDIT,
        Text(
            "Vos prêts chez nous, en cours et terminés", "Your loans with us, running and completed"
        ),
    ).told_by(
        count(
            "number_of_loans_with_us",
            "Prêts suivis chez nous",
            "Loans with us on record",
            lambda loans: different(loans.SK_ID_PREV),
        ),
        count(
            "number_of_completed_loans_with_us",
            "Prêts terminés chez nous",
            "Completed loans with us",
            lambda loans: loans.completed.sum(),
        ),
        share(
            "share_of_completed_loans_with_us",
            "Part de vos prêts chez nous qui sont terminés",
            "Share of your loans with us that are completed",
            lambda loans: loans.completed.mean(),
        ),
    ),
    *LEFT_TO_PAY.told_by(
        count(
            "number_of_running_loans_with_us",
            "Prêts en cours chez nous",
            "Running loans with us",
            lambda loans: how_many(loans.runs),
        ),
    ),
    *EARLY.told_by(
        share(
            "share_of_loans_with_a_shortened_schedule",
            "Part de vos prêts chez nous dont l’échéancier a été raccourci",
            "Share of your loans with us whose schedule was shortened",
            lambda loans: flag(loans.planned < loans.longest).mean(),
        ),
    ),
    *EARLY.told_by(
        share(
            "share_of_loans_completed_early",
            "Part de vos prêts terminés chez nous qui l’ont été en avance",
            "Share of your completed loans with us that ended early",
            lambda loans: share_of(loans.is_early, loans.is_completed),
        ),
        direction=PAID_EARLY,
    ),
    *LEFT_TO_PAY.told_by(
        count(
            "number_of_payments_left",
            "Échéances restantes de vos prêts en cours chez nous",
            "Instalments left on your running loans with us",
            lambda loans: sum_of(loans.runs, loans.left),
        ),
        share(
            "share_of_payments_left",
            "Part restante des échéances de vos prêts en cours chez nous",
            "Share of instalments left on your running loans with us",
            lambda loans: ratio_of_sums(
                loans.runs, at_most(loans.left, loans.planned), loans.planned
            ),
        ),
    ),
    *over_windows(
        WINDOWS,
        month_inside,
        *PAST_DUE.told_by(
            share(
                "share_of_loan_months_past_due",
                "Part des mois où un prêt chez nous était en retard",
                "Share of months when a loan with us was past due",
                lambda monthly, inside: share_of(monthly.SK_DPD > 0, inside),
            ),
            share(
                "share_of_loan_months_well_past_due",
                "Part des mois où un prêt chez nous avait un retard notable",
                "Share of months when a loan with us was notably past due",
                lambda monthly, inside: share_of(monthly.SK_DPD_DEF > 0, inside),
            ),
            days(
                "most_days_a_loan_was_past_due",
                "Plus long retard d’un prêt chez nous",
                "Longest delay of a loan with us",
                lambda monthly, inside: only(inside, monthly.SK_DPD).max(),
            ),
            days(
                "most_days_a_loan_was_well_past_due",
                "Plus long retard notable d’un prêt chez nous",
                "Longest notable delay of a loan with us",
                lambda monthly, inside: only(inside, monthly.SK_DPD_DEF).max(),
            ),
            days(
                "mean_days_loans_were_past_due",
                "Retard notable moyen de vos prêts chez nous",
                "Mean notable delay of your loans with us",
                lambda monthly, inside: only(inside, monthly.SK_DPD_DEF).mean(),
            ),
            direction=PAID_LATE,
        ),
    ),
    *PAST_DUE.told_by(
        months(
            "months_since_a_loan_was_past_due",
            "Temps depuis le dernier retard d’un prêt chez nous",
            "Time since a loan with us was last past due",
            lambda monthly: only(monthly.SK_DPD > 0, ago(monthly.MONTHS_BALANCE)).min(),
        ),
        direction=LONG_AGO,
    ),
)
