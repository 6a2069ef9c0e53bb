"""How past instalments with us were paid: table ``installments_payments``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.features.definitions.directions import (
    LEFT_UNPAID,
    LONG_AGO,
    PAID_EARLY,
    PAID_IN_FULL,
    PAID_LATE,
)
from lib.features.definitions.feature import (
    Fact,
    amount,
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
    at_least_zero,
    exact,
    flag,
    how_many,
    number,
    only,
    ratio,
    share_of,
    sum_of,
    within_days,
)
from lib.features.windows import (
    DAYS_PER_MONTH,
    LAST_3_MONTHS,
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    WHOLE_HISTORY,
    Window,
)

WINDOWS = (WHOLE_HISTORY, LAST_3_MONTHS, LAST_6_MONTHS, LAST_12_MONTHS)

# An instalment is short when more than one hundredth of it is missing: less is rounding.
SHORT_SHARE = 0.01
WELL_LATE_DAYS = 30

behaviour = partial(Fact, Family.REPAYMENT_BEHAVIOUR, "installments_payments")
ON_RECORD = behaviour(
    "instalments_on_record",
    Purpose.USE_OF_CREDIT,
    Text(
        "Nombre et ancienneté de vos échéances passées", "Number and age of your past instalments"
    ),
)
LATE = behaviour(
    "instalments_paid_late",
    Purpose.REPAYMENT_RECORD,
    Text("Vos échéances payées en retard", "Your instalments paid late"),
)
SHORT = behaviour(
    "instalments_paid_short",
    Purpose.REPAYMENT_RECORD,
    Text("Vos échéances payées en partie seulement", "Your instalments paid only in part"),
)

LAST_CREDIT = behaviour(
    "instalments_of_last_credit",
    Purpose.REPAYMENT_RECORD,
    Text(
        "Comment vous avez remboursé votre dernier crédit chez nous",
        "How you repaid your latest credit with us",
    ),
)


def installments_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client paid past instalments."""
    instalments = with_lateness(one_row_an_instalment(tables["installments_payments"]))
    loans = by_loan(instalments)
    return by_client(
        FEATURES,
        windows=[due_inside(instalments, window) for window in WINDOWS],
        instalments=instalments,
        loans=loans,
        last_credit=begun_last(loans),
    )


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
    short = at_least_zero(instalments.due - instalments.paid)
    return instalments.mutate(
        days_late=at_least_zero(late),
        days_early=at_least_zero(-late),
        short=short,
        is_short=short > SHORT_SHARE * instalments.due,
        months_ago=ago(instalments.due_on) / DAYS_PER_MONTH,
        version=number(instalments.NUM_INSTALMENT_VERSION),
    )


def by_loan(instalments: ir.Table) -> ir.Table:
    """Sum up the instalments of each credit."""
    return instalments.group_by([CLIENT, "SK_ID_PREV"]).aggregate(
        began_on=instalments.due_on.min(),
        instalments=how_many(instalments.due_on.notnull()),
        late=how_many(instalments.days_late > 0),
        days_late=instalments.days_late.sum(),
        most_days_late=instalments.days_late.max(),
        due=instalments.due.sum(),
        short=instalments.short.sum(),
    )


def begun_last(loans: ir.Table) -> ir.Table:
    """Give each client's credit whose first instalment is the latest.

    Two that began on one day are both the last.
    """
    latest = loans.group_by(client=loans[CLIENT]).aggregate(latest=loans.began_on.max())
    same = (loans[CLIENT] == latest.client) & (loans.began_on == latest.latest)
    return loans.inner_join(latest, same).drop("client", "latest")


def due_inside(instalments: ir.Table, window: Window) -> ir.Value:
    """Say which instalments were due in a window."""
    return within_days(window, instalments.due_on)


FEATURES = (
    *over_windows(
        WINDOWS,
        due_inside,
        *ON_RECORD.told_by(
            count(
                "number_of_instalments",
                "Vos échéances passées",
                "Your past instalments",
                lambda instalments, inside: how_many(inside),
            ),
        ),
        *LATE.told_by(
            share(
                "share_of_instalments_paid_late",
                "Part de vos échéances payées en retard",
                "Share of your instalments paid late",
                lambda instalments, inside: share_of(instalments.days_late > 0, inside),
            ),
            days(
                "mean_days_instalments_were_late",
                "Retard moyen de vos échéances",
                "Mean delay of your instalments",
                lambda instalments, inside: only(inside, instalments.days_late).mean(),
            ),
            direction=PAID_LATE,
        ),
        *behaviour(
            "instalments_paid_early",
            Purpose.REPAYMENT_RECORD,
            Text("Vos échéances payées en avance", "Your instalments paid early"),
        ).told_by(
            days(
                "mean_days_instalments_were_early",
                "Avance moyenne de vos échéances",
                "How early you paid your instalments, on average",
                lambda instalments, inside: only(inside, instalments.days_early).mean(),
            ),
            direction=PAID_EARLY,
        ),
        *SHORT.told_by(
            share(
                "share_of_instalments_paid_short",
                "Part de vos échéances payées en partie seulement",
                "Share of your instalments paid only in part",
                lambda instalments, inside: share_of(instalments.is_short, inside),
            ),
            share(
                "share_of_amounts_due_not_paid",
                "Part impayée du montant de vos échéances",
                "Share of the amounts of your instalments not paid",
                lambda instalments, inside: ratio(
                    only(inside, instalments.short).sum(), only(inside, instalments.due).sum()
                ),
            ),
            direction=LEFT_UNPAID,
        ),
        *LATE.told_by(
            days(
                "most_days_an_instalment_was_late",
                "Plus long retard d’une échéance",
                "Longest delay of an instalment",
                lambda instalments, inside: only(inside, instalments.days_late).max(),
            ),
            direction=PAID_LATE,
        ),
    ),
    *SHORT.told_by(
        amount(
            "amount_short_in_instalments",
            "Montant manquant de vos échéances",
            "Amount missing from your instalments",
            lambda instalments: instalments.short.sum(),
        ),
        amount(
            "amount_short_in_instalments_last_12_months",
            "Montant manquant de vos échéances ces 12 derniers mois",
            "Amount missing from your instalments in the last 12 months",
            lambda instalments: sum_of(
                within_days(LAST_12_MONTHS, instalments.due_on), instalments.short
            ),
        ),
        amount(
            "largest_amount_short_in_an_instalment",
            "Plus gros montant manquant d’une échéance",
            "Largest amount missing from an instalment",
            lambda instalments: instalments.short.max(),
        ),
        direction=LEFT_UNPAID,
    ),
    *behaviour(
        "size_of_instalments",
        Purpose.USE_OF_CREDIT,
        Text("Montant de vos échéances passées", "Amount of your past instalments"),
    ).told_by(
        amount(
            "mean_instalment",
            "Montant moyen de vos échéances",
            "Mean amount of your instalments",
            lambda instalments: instalments.due.mean(),
        ),
        amount(
            "largest_instalment",
            "Votre plus grosse échéance",
            "Your largest instalment",
            lambda instalments: instalments.due.max(),
        ),
    ),
    *LATE.told_by(
        count(
            "number_of_instalments_well_late",
            "Échéances payées avec plus de 30 jours de retard",
            "Instalments paid more than 30 days late",
            lambda instalments: how_many(instalments.days_late > WELL_LATE_DAYS),
        ),
        direction=PAID_LATE,
    ),
    *SHORT.told_by(
        count(
            "number_of_instalments_not_paid",
            "Échéances sans aucun paiement",
            "Instalments without any payment",
            lambda instalments: how_many(instalments.paid_on.isnull()),
        ),
        direction=LEFT_UNPAID,
    ),
    *LATE.told_by(
        months(
            "months_since_last_late_instalment",
            "Temps depuis votre dernière échéance payée en retard",
            "Time since your last instalment paid late",
            lambda instalments: only(instalments.days_late > 0, instalments.months_ago).min(),
        ),
        direction=LONG_AGO,
    ),
    *ON_RECORD.told_by(
        months(
            "months_since_first_instalment",
            "Temps depuis votre première échéance",
            "Time since your first instalment",
            lambda instalments: instalments.months_ago.max(),
        ),
        months(
            "months_since_last_instalment",
            "Temps depuis votre dernière échéance",
            "Time since your last instalment",
            lambda instalments: instalments.months_ago.min(),
        ),
        count(
            "number_of_credits_with_instalments",
            "Crédits chez nous avec des échéances",
            "Credits with us that had instalments",
            lambda loans: how_many(loans.SK_ID_PREV.notnull()),
        ),
    ),
    *behaviour(
        "changed_schedules",
        Purpose.REPAYMENT_RECORD,
        Text("Changements de vos calendriers de paiement", "Changes of your payment schedules"),
    ).told_by(
        count(
            "highest_schedule_version",
            "Versions de l’échéancier le plus modifié",
            "Versions of the payment schedule that changed most",
            lambda instalments: instalments.version.max(),
        ),
        share(
            "share_of_instalments_on_a_changed_schedule",
            "Part de vos échéances après un changement d’échéancier",
            "Share of your instalments after a change of schedule",
            lambda instalments: flag(instalments.version > 1).mean(),
        ),
    ),
    *behaviour("instalments_on_cards", Purpose.USE_OF_CREDIT).told_by(
        share(
            "share_of_instalments_on_a_card",
            "Part de vos échéances dues sur une carte",
            "Share of your instalments due on a card",
            lambda instalments: flag(instalments.version == 0).mean(),
        ),
    ),
    *LATE.told_by(
        share(
            "rise_in_late_instalments",
            "Hausse récente de la part d’échéances en retard",
            "Recent rise in the share of late instalments",
            lambda client: (
                client.share_of_instalments_paid_late_last_12_months
                - client.share_of_instalments_paid_late
            ),
        ),
        days(
            "rise_in_days_late",
            "Hausse récente du retard de vos échéances",
            "Recent rise in the delay of your instalments",
            lambda client: (
                client.mean_days_instalments_were_late_last_12_months
                - client.mean_days_instalments_were_late
            ),
        ),
        direction=PAID_LATE,
    ),
    *LAST_CREDIT.told_by(
        share(
            "share_of_instalments_of_last_credit_paid_late",
            "Part des échéances de votre dernier crédit chez nous payées en retard",
            "Share of the instalments of your latest credit with us paid late",
            lambda last_credit: ratio(last_credit.late.sum(), last_credit.instalments.sum()),
        ),
        days(
            "mean_days_instalments_of_last_credit_were_late",
            "Retard moyen des échéances de votre dernier crédit chez nous",
            "Mean delay of the instalments of your latest credit with us",
            lambda last_credit: ratio(last_credit.days_late.sum(), last_credit.instalments.sum()),
        ),
        days(
            "most_days_an_instalment_of_last_credit_was_late",
            "Plus long retard d’une échéance de votre dernier crédit chez nous",
            "Longest delay of an instalment of your latest credit with us",
            lambda last_credit: last_credit.most_days_late.max(),
        ),
        direction=PAID_LATE,
    ),
    *LAST_CREDIT.told_by(
        share(
            "paid_share_of_last_credit",
            "Part payée des montants échus de votre dernier crédit chez nous",
            "Share paid of the amounts due so far on your latest credit with us",
            lambda last_credit: 1.0 - ratio(last_credit.short.sum(), last_credit.due.sum()),
        ),
        direction=PAID_IN_FULL,
    ),
)
