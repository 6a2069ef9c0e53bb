"""Purchase and cash loans with us, month by month: ``POS_CASH_balance``."""

from lib.features.catalogue.windows import POS_CASH_WINDOWS
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

U = Unit
SOURCE = "POS_CASH_balance"

LATENESS = [
    (
        "share_of_loan_months_past_due",
        "Part des mois où un prêt chez nous était en retard",
        "Share of months when a loan with us was past due",
        U.SHARE,
    ),
    (
        "share_of_loan_months_well_past_due",
        "Part des mois où un prêt chez nous avait un retard notable",
        "Share of months when a loan with us was notably past due",
        U.SHARE,
    ),
    (
        "most_days_a_loan_was_past_due",
        "Plus long retard d'un prêt chez nous",
        "Longest delay of a loan with us",
        U.DAYS,
    ),
    (
        "most_days_a_loan_was_well_past_due",
        "Plus long retard notable d'un prêt chez nous",
        "Longest notable delay of a loan with us",
        U.DAYS,
    ),
    (
        "mean_days_loans_were_past_due",
        "Retard notable moyen de vos prêts chez nous",
        "Mean notable delay of your loans with us",
        U.DAYS,
    ),
]

BEHAVIOUR = [
    *over_windows(LATENESS, POS_CASH_WINDOWS),
    (
        "months_since_a_loan_was_past_due",
        "Temps depuis le dernier retard d'un prêt chez nous",
        "Time since a loan with us was last past due",
        U.MONTHS,
    ),
]

HISTORY = [
    *over_windows(
        [
            (
                "number_of_loan_months",
                "Mois de prêts suivis chez nous",
                "Months of loans with us on record",
                U.COUNT,
            )
        ],
        POS_CASH_WINDOWS,
    ),
    (
        "months_since_first_loan_month",
        "Temps depuis le premier mois d'un prêt chez nous",
        "Time since the first month of a loan with us",
        U.MONTHS,
    ),
    (
        "months_since_last_loan_month",
        "Temps depuis le dernier mois d'un prêt chez nous",
        "Time since the last month of a loan with us",
        U.MONTHS,
    ),
    (
        "mean_number_of_payments_of_loans",
        "Nombre moyen d'échéances prévues pour vos prêts chez nous",
        "Mean number of instalments planned for your loans with us",
        U.COUNT,
    ),
    ("number_of_loans_with_us", "Prêts suivis chez nous", "Loans with us on record", U.COUNT),
    (
        "number_of_completed_loans_with_us",
        "Prêts terminés chez nous",
        "Completed loans with us",
        U.COUNT,
    ),
    (
        "share_of_completed_loans_with_us",
        "Part de vos prêts chez nous qui sont terminés",
        "Share of your loans with us that are completed",
        U.SHARE,
    ),
    (
        "number_of_running_loans_with_us",
        "Prêts en cours chez nous",
        "Running loans with us",
        U.COUNT,
    ),
    (
        "share_of_loans_with_a_shortened_schedule",
        "Part de vos prêts chez nous dont l'échéancier a été raccourci",
        "Share of your loans with us whose schedule was shortened",
        U.SHARE,
    ),
    (
        "share_of_loans_completed_early",
        "Part de vos prêts terminés chez nous qui l'ont été en avance",
        "Share of your completed loans with us that ended early",
        U.SHARE,
    ),
    (
        "number_of_payments_left",
        "Échéances restantes de vos prêts en cours chez nous",
        "Instalments left on your running loans with us",
        U.COUNT,
    ),
    (
        "share_of_payments_left",
        "Part restante des échéances de vos prêts en cours chez nous",
        "Share of instalments left on your running loans with us",
        U.SHARE,
    ),
]

FEATURES = [
    *rows(BEHAVIOUR, Family.REPAYMENT_BEHAVIOUR, SOURCE),
    *rows(HISTORY, Family.HISTORY_WITH_US, SOURCE),
]
