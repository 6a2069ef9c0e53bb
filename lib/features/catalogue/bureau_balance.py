"""Month by month at other lenders: ``bureau_balance``."""

from lib.features.catalogue.windows import BUREAU_BALANCE_WINDOWS
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

U = Unit

LINES = [
    (
        "number_of_months_followed_elsewhere",
        "Mois de suivi de vos crédits ailleurs",
        "Months of your credits elsewhere on record",
        U.COUNT,
    ),
    (
        "longest_follow_up_elsewhere",
        "Plus long suivi d'un de vos crédits ailleurs",
        "Longest record of one of your credits elsewhere",
        U.MONTHS,
    ),
    (
        "months_since_last_late_month_elsewhere",
        "Temps depuis votre dernier mois de retard ailleurs",
        "Time since your last late month elsewhere",
        U.MONTHS,
    ),
    (
        "share_of_credits_with_a_late_month_elsewhere",
        "Part de vos crédits suivis ailleurs avec au moins un mois de retard",
        "Share of your recorded credits elsewhere with at least one late month",
        U.SHARE,
    ),
    (
        "number_of_very_late_months_elsewhere",
        "Mois avec plus de 30 jours de retard ailleurs",
        "Months more than 30 days late elsewhere",
        U.COUNT,
    ),
    *over_windows(
        [
            (
                "number_of_late_months_elsewhere",
                "Mois de retard ailleurs",
                "Late months elsewhere",
                U.COUNT,
            ),
            (
                "share_of_late_months_elsewhere",
                "Part des mois en retard ailleurs",
                "Share of months late elsewhere",
                U.SHARE,
            ),
            (
                "worst_lateness_elsewhere",
                "Gravité de votre pire retard ailleurs (0 aucun à 5)",
                "How bad your worst delay elsewhere was (0 none, to 5)",
                U.COUNT,
            ),
        ],
        BUREAU_BALANCE_WINDOWS,
    ),
]

FEATURES = list(rows(LINES, Family.CREDIT_ELSEWHERE, "bureau_balance"))
