"""Credit cards with us, month by month: ``credit_card_balance``."""

from lib.features.catalogue.windows import CARD_WINDOWS
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

U = Unit
SOURCE = "credit_card_balance"

BEHAVIOUR_BY_WINDOW = [
    (
        "mean_card_use",
        "Part utilisée du plafond de vos cartes chez nous, en moyenne",
        "Share used of your card limit with us, on average",
        U.SHARE,
    ),
    (
        "highest_card_use",
        "Plus forte utilisation du plafond de vos cartes chez nous",
        "Highest use of your card limit with us",
        U.SHARE,
    ),
    (
        "mean_card_balance",
        "Solde moyen dû sur vos cartes chez nous",
        "Mean balance owed on your cards with us",
        U.AMOUNT,
    ),
    (
        "share_of_card_months_with_a_balance",
        "Part des mois avec un solde dû sur carte",
        "Share of months with a balance owed on a card",
        U.SHARE,
    ),
    (
        "share_of_card_months_over_the_limit",
        "Part des mois au-delà du plafond de la carte",
        "Share of months over the card limit",
        U.SHARE,
    ),
    (
        "mean_monthly_card_spending",
        "Dépenses mensuelles moyennes par carte",
        "Mean monthly spending by card",
        U.AMOUNT,
    ),
    (
        "mean_monthly_cash_withdrawn",
        "Retraits d'espèces mensuels moyens par carte",
        "Mean monthly cash withdrawn by card",
        U.AMOUNT,
    ),
    (
        "mean_number_of_cash_withdrawals",
        "Nombre moyen de retraits d'espèces par mois",
        "Mean number of cash withdrawals a month",
        U.COUNT,
    ),
    (
        "share_of_card_spending_in_cash",
        "Part des retraits d'espèces dans vos dépenses par carte",
        "Share of cash withdrawals in your card spending",
        U.SHARE,
    ),
    (
        "share_of_card_months_with_cash_withdrawals",
        "Part des mois avec un retrait d'espèces",
        "Share of months with a cash withdrawal",
        U.SHARE,
    ),
    (
        "mean_monthly_card_payment",
        "Remboursement mensuel moyen de vos cartes",
        "Mean monthly payment to your cards",
        U.AMOUNT,
    ),
    (
        "share_of_card_months_paid_below_minimum",
        "Part des mois payés sous le minimum demandé",
        "Share of months paid below the minimum asked",
        U.SHARE,
    ),
    (
        "card_payments_to_minimum",
        "Vos remboursements de carte rapportés au minimum demandé",
        "Your card payments compared with the minimum asked",
        U.RATIO,
    ),
    (
        "share_of_card_months_past_due",
        "Part des mois où une carte était en retard",
        "Share of months when a card was past due",
        U.SHARE,
    ),
    (
        "most_days_a_card_was_past_due",
        "Plus long retard d'une carte",
        "Longest delay of a card",
        U.DAYS,
    ),
]

BEHAVIOUR = [
    *over_windows(BEHAVIOUR_BY_WINDOW, CARD_WINDOWS),
    (
        "months_since_last_card_spending",
        "Temps depuis votre dernière dépense par carte",
        "Time since you last spent by card",
        U.MONTHS,
    ),
    (
        "highest_card_balance",
        "Plus gros solde dû sur une carte chez nous",
        "Largest balance owed on a card with us",
        U.AMOUNT,
    ),
    (
        "last_card_balance",
        "Dernier solde dû sur vos cartes chez nous",
        "Last balance owed on your cards with us",
        U.AMOUNT,
    ),
    (
        "last_card_use",
        "Part utilisée du plafond de vos cartes le dernier mois",
        "Share used of your card limit in the last month",
        U.SHARE,
    ),
    (
        "rise_in_card_use",
        "Hausse récente de l'utilisation de vos cartes",
        "Recent rise in the use of your cards",
        U.SHARE,
    ),
    (
        "rise_in_card_spending",
        "Dépenses récentes par carte rapportées à l'habitude",
        "Recent spending by card compared with your usual",
        U.RATIO,
    ),
]

HISTORY = [
    *over_windows(
        [
            (
                "number_of_card_months",
                "Mois de carte suivis chez nous",
                "Months of cards with us on record",
                U.COUNT,
            )
        ],
        CARD_WINDOWS,
    ),
    ("number_of_cards_with_us", "Cartes de crédit chez nous", "Credit cards with us", U.COUNT),
    (
        "months_since_first_card_month",
        "Temps depuis votre première carte chez nous",
        "Time since your first card with us",
        U.MONTHS,
    ),
    (
        "highest_card_limit",
        "Plus haut plafond d'une carte chez nous",
        "Highest limit of a card with us",
        U.AMOUNT,
    ),
    (
        "last_card_limit",
        "Dernier plafond de vos cartes chez nous",
        "Last limit of your cards with us",
        U.AMOUNT,
    ),
    (
        "cut_in_card_limit",
        "Derniers plafonds de vos cartes rapportés aux plus hauts de chacune",
        "Last limits of your cards compared with the highest of each",
        U.RATIO,
    ),
    (
        "most_card_instalments_paid",
        "Échéances payées sur une carte chez nous",
        "Instalments paid on a card with us",
        U.COUNT,
    ),
]

FEATURES = [
    *rows(BEHAVIOUR, Family.REPAYMENT_BEHAVIOUR, SOURCE),
    *rows(HISTORY, Family.HISTORY_WITH_US, SOURCE),
]
