"""How credits at other lenders went and ended: ``bureau``."""

from lib.features.catalogue.writing import rows
from lib.features.description import Family, Unit

U = Unit

OVERDUE = [
    (
        "number_of_credits_overdue_elsewhere",
        "Crédits ailleurs en retard aujourd'hui",
        "Credits elsewhere that are overdue today",
        U.COUNT,
    ),
    (
        "amount_overdue_elsewhere",
        "Montant en retard ailleurs",
        "Amount overdue elsewhere",
        U.AMOUNT,
    ),
    (
        "longest_overdue_elsewhere",
        "Plus long retard actuel ailleurs",
        "Longest current delay elsewhere",
        U.DAYS,
    ),
    (
        "largest_overdue_ever_elsewhere",
        "Plus gros montant jamais en retard ailleurs",
        "Largest amount ever overdue elsewhere",
        U.AMOUNT,
    ),
    (
        "largest_overdue_ever_elsewhere_last_24_months",
        "Plus gros montant jamais en retard sur un crédit pris ailleurs ces 24 derniers mois",
        "Largest amount ever overdue on a credit taken elsewhere in the last 24 months",
        U.AMOUNT,
    ),
    (
        "share_of_credits_ever_overdue_elsewhere",
        "Part de vos crédits ailleurs qui ont connu un retard",
        "Share of your credits elsewhere that were ever overdue",
        U.SHARE,
    ),
    (
        "share_of_credits_ever_overdue_elsewhere_last_24_months",
        "Part de vos crédits pris ailleurs ces 24 derniers mois qui ont connu un retard",
        "Share of the credits you took elsewhere in the last 24 months ever overdue",
        U.SHARE,
    ),
    (
        "number_of_prolongations_elsewhere",
        "Prolongations de vos crédits ailleurs",
        "Prolongations of your credits elsewhere",
        U.COUNT,
    ),
    (
        "overdue_to_debt_elsewhere",
        "Part de vos dettes en cours ailleurs qui est en retard",
        "Share of your running debts elsewhere that is overdue",
        U.SHARE,
    ),
]

ENDS = [
    (
        "longest_remaining_duration_elsewhere",
        "Plus longue durée restante de vos crédits ailleurs",
        "Longest time left on your credits elsewhere",
        U.MONTHS,
    ),
    (
        "mean_remaining_duration_elsewhere",
        "Durée moyenne restante de vos crédits ailleurs",
        "Mean time left on your credits elsewhere",
        U.MONTHS,
    ),
    (
        "mean_planned_duration_elsewhere",
        "Durée moyenne prévue de vos crédits ailleurs",
        "Mean planned duration of your credits elsewhere",
        U.YEARS,
    ),
    (
        "share_of_running_credits_past_their_end_elsewhere",
        "Part de vos crédits en cours ailleurs, au terme connu, qui l'ont dépassé",
        "Share of your running credits elsewhere with a known end that are past it",
        U.SHARE,
    ),
    (
        "mean_months_repaid_early_elsewhere",
        "Avance moyenne sur le terme de vos crédits ailleurs",
        "How long before their end your credits elsewhere were repaid, on average",
        U.MONTHS,
    ),
    (
        "share_of_credits_repaid_early_elsewhere",
        "Part de vos crédits ailleurs remboursés avant leur terme",
        "Share of your credits elsewhere repaid before their end",
        U.SHARE,
    ),
    (
        "share_of_credits_repaid_after_their_end_elsewhere",
        "Part de vos crédits ailleurs remboursés après leur terme",
        "Share of your credits elsewhere repaid after their end",
        U.SHARE,
    ),
]

FEATURES = list(rows([*OVERDUE, *ENDS], Family.CREDIT_ELSEWHERE, "bureau"))
