"""Past instalments with us: ``installments_payments``."""

from lib.features.catalogue.windows import INSTALMENT_WINDOWS, LAST_12_MONTHS, WHOLE_HISTORY
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

U = Unit

PAID = [
    ("number_of_instalments", "Vos échéances passées", "Your past instalments", U.COUNT),
    (
        "share_of_instalments_paid_late",
        "Part de vos échéances payées en retard",
        "Share of your instalments paid late",
        U.SHARE,
    ),
    (
        "mean_days_instalments_were_late",
        "Retard moyen de vos échéances",
        "Mean delay of your instalments",
        U.DAYS,
    ),
    (
        "mean_days_instalments_were_early",
        "Avance moyenne de vos échéances",
        "How early you paid your instalments, on average",
        U.DAYS,
    ),
    (
        "share_of_instalments_paid_short",
        "Part de vos échéances payées en partie seulement",
        "Share of your instalments paid only in part",
        U.SHARE,
    ),
    (
        "share_of_amounts_due_not_paid",
        "Part impayée du montant de vos échéances",
        "Share of the amounts of your instalments not paid",
        U.SHARE,
    ),
    (
        "most_days_an_instalment_was_late",
        "Plus long retard d'une échéance",
        "Longest delay of an instalment",
        U.DAYS,
    ),
]

SHORT = [
    (
        "amount_short_in_instalments",
        "Montant manquant de vos échéances",
        "Amount missing from your instalments",
        U.AMOUNT,
    ),
]

MORE = [
    (
        "largest_amount_short_in_an_instalment",
        "Plus gros montant manquant d'une échéance",
        "Largest amount missing from an instalment",
        U.AMOUNT,
    ),
    (
        "mean_instalment",
        "Montant moyen de vos échéances",
        "Mean amount of your instalments",
        U.AMOUNT,
    ),
    ("largest_instalment", "Votre plus grosse échéance", "Your largest instalment", U.AMOUNT),
    (
        "number_of_instalments_well_late",
        "Échéances payées avec plus de 30 jours de retard",
        "Instalments paid more than 30 days late",
        U.COUNT,
    ),
    (
        "number_of_instalments_not_paid",
        "Échéances sans aucun paiement",
        "Instalments without any payment",
        U.COUNT,
    ),
    (
        "months_since_last_late_instalment",
        "Temps depuis votre dernière échéance payée en retard",
        "Time since your last instalment paid late",
        U.MONTHS,
    ),
    (
        "months_since_first_instalment",
        "Temps depuis votre première échéance",
        "Time since your first instalment",
        U.MONTHS,
    ),
    (
        "months_since_last_instalment",
        "Temps depuis votre dernière échéance",
        "Time since your last instalment",
        U.MONTHS,
    ),
    (
        "number_of_credits_with_instalments",
        "Crédits chez nous avec des échéances",
        "Credits with us that had instalments",
        U.COUNT,
    ),
    (
        "highest_schedule_version",
        "Versions de l'échéancier le plus modifié",
        "Versions of the payment schedule that changed most",
        U.COUNT,
    ),
    (
        "share_of_instalments_on_a_changed_schedule",
        "Part de vos échéances après un changement d'échéancier",
        "Share of your instalments after a change of schedule",
        U.SHARE,
    ),
    (
        "share_of_instalments_on_a_card",
        "Part de vos échéances dues sur une carte",
        "Share of your instalments due on a card",
        U.SHARE,
    ),
    (
        "rise_in_late_instalments",
        "Hausse récente de la part d'échéances en retard",
        "Recent rise in the share of late instalments",
        U.SHARE,
    ),
    (
        "rise_in_days_late",
        "Hausse récente du retard de vos échéances",
        "Recent rise in the delay of your instalments",
        U.DAYS,
    ),
]

FEATURES = list(
    rows(
        [
            *over_windows(PAID, INSTALMENT_WINDOWS),
            *over_windows(SHORT, (WHOLE_HISTORY, LAST_12_MONTHS)),
            *MORE,
        ],
        Family.REPAYMENT_BEHAVIOUR,
        "installments_payments",
    )
)
