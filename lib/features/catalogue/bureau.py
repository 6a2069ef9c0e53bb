"""Credits at other lenders: ``bureau``."""

from lib.features.catalogue.windows import BUREAU_WINDOWS
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

U = Unit

HOW_MANY = [
    *over_windows(
        [
            (
                "number_of_credits_elsewhere",
                "Crédits pris ailleurs",
                "Credits taken elsewhere",
                U.COUNT,
            )
        ],
        BUREAU_WINDOWS,
    ),
    *(
        (
            f"number_of_{kind}_elsewhere",
            f"{fr} ailleurs, en cours ou terminés",
            f"{en} elsewhere, running or closed",
            U.COUNT,
        )
        for kind, fr, en in [
            ("consumer_credits", "Crédits à la consommation", "Consumer credits"),
            ("credit_cards", "Crédits par carte", "Credit cards"),
            ("car_loans", "Crédits automobiles", "Car loans"),
            ("mortgages", "Crédits immobiliers", "Mortgages"),
            ("microloans", "Microcrédits", "Microloans"),
        ]
    ),
    (
        "number_of_running_credits_elsewhere",
        "Crédits en cours ailleurs",
        "Running credits elsewhere",
        U.COUNT,
    ),
    (
        "number_of_closed_credits_elsewhere",
        "Crédits terminés ailleurs",
        "Closed credits elsewhere",
        U.COUNT,
    ),
    (
        "number_of_sold_credits_elsewhere",
        "Crédits ailleurs cédés ou passés en perte",
        "Credits elsewhere that were sold or written off",
        U.COUNT,
    ),
    (
        "number_of_running_cards_elsewhere",
        "Cartes de crédit en cours ailleurs",
        "Running credit cards elsewhere",
        U.COUNT,
    ),
    (
        "number_of_kinds_of_credit_elsewhere",
        "Types de crédit différents pris ailleurs",
        "Different kinds of credit taken elsewhere",
        U.COUNT,
    ),
    (
        "share_of_credits_elsewhere_running",
        "Part de vos crédits ailleurs encore en cours",
        "Share of your credits elsewhere that still run",
        U.SHARE,
    ),
    (
        "share_of_consumer_credits_elsewhere",
        "Part des crédits à la consommation parmi vos crédits ailleurs",
        "Share of consumer credits among your credits elsewhere",
        U.SHARE,
    ),
    (
        "share_of_credits_elsewhere_taken_last_12_months",
        "Part de vos crédits ailleurs pris ces 12 derniers mois",
        "Share of your credits elsewhere taken in the last 12 months",
        U.SHARE,
    ),
]

HOW_LONG_AGO = [
    (
        "months_since_first_credit_elsewhere",
        "Temps depuis votre premier crédit ailleurs",
        "Time since your first credit elsewhere",
        U.MONTHS,
    ),
    (
        "months_since_last_credit_elsewhere",
        "Temps depuis votre dernier crédit ailleurs",
        "Time since your last credit elsewhere",
        U.MONTHS,
    ),
    (
        "mean_age_of_credits_elsewhere",
        "Ancienneté moyenne de vos crédits ailleurs",
        "Mean age of your credits elsewhere",
        U.YEARS,
    ),
    (
        "mean_age_of_running_credits_elsewhere",
        "Ancienneté moyenne de vos crédits en cours ailleurs",
        "Mean age of your running credits elsewhere",
        U.YEARS,
    ),
    (
        "months_since_last_consumer_credit_elsewhere",
        "Temps depuis votre dernier crédit à la consommation ailleurs",
        "Time since your last consumer credit elsewhere",
        U.MONTHS,
    ),
    (
        "months_since_last_card_elsewhere",
        "Temps depuis votre dernière carte de crédit ailleurs",
        "Time since your last credit card elsewhere",
        U.MONTHS,
    ),
    (
        "months_since_last_news_elsewhere",
        "Temps depuis la dernière mise à jour de vos crédits ailleurs",
        "Time since the last news about your credits elsewhere",
        U.MONTHS,
    ),
    (
        "mean_months_between_credits_elsewhere",
        "Temps moyen entre deux crédits ailleurs",
        "Mean time between two credits elsewhere",
        U.MONTHS,
    ),
    (
        "months_since_last_closed_credit_elsewhere",
        "Temps depuis la fin de votre dernier crédit terminé ailleurs",
        "Time since your last closed credit elsewhere ended",
        U.MONTHS,
    ),
]

OWED = [
    (
        "debt_elsewhere",
        "Ce que vous devez encore ailleurs",
        "What you still owe elsewhere",
        U.AMOUNT,
    ),
    (
        "largest_debt_elsewhere",
        "Votre plus grosse dette ailleurs",
        "Your largest debt elsewhere",
        U.AMOUNT,
    ),
    (
        "debt_on_consumer_credits_elsewhere",
        "Ce que vous devez ailleurs sur des crédits à la consommation",
        "What you owe elsewhere on consumer credits",
        U.AMOUNT,
    ),
    (
        "debt_on_cards_elsewhere",
        "Ce que vous devez ailleurs sur des cartes de crédit",
        "What you owe elsewhere on credit cards",
        U.AMOUNT,
    ),
    (
        "amount_of_running_credits_elsewhere",
        "Montant de vos crédits en cours ailleurs",
        "Amount of your running credits elsewhere",
        U.AMOUNT,
    ),
    (
        "amount_of_running_cards_elsewhere",
        "Montant de vos cartes de crédit en cours ailleurs",
        "Amount of your running credit cards elsewhere",
        U.AMOUNT,
    ),
    (
        "unused_limit_elsewhere",
        "Crédit encore disponible sur vos cartes ailleurs",
        "Credit still available on your cards elsewhere",
        U.AMOUNT,
    ),
    (
        "mean_amount_of_credits_elsewhere",
        "Montant moyen de vos crédits ailleurs",
        "Mean amount of your credits elsewhere",
        U.AMOUNT,
    ),
    (
        "largest_credit_elsewhere",
        "Votre plus gros crédit ailleurs",
        "Your largest credit elsewhere",
        U.AMOUNT,
    ),
    (
        "annuities_elsewhere",
        "Échéances de vos crédits en cours ailleurs",
        "Instalments of your running credits elsewhere",
        U.AMOUNT,
    ),
    (
        "debt_to_credit_elsewhere",
        "Part de vos crédits en cours ailleurs qui reste à payer",
        "Share of your running credits elsewhere still to be paid",
        U.SHARE,
    ),
    (
        "card_debt_to_card_amount_elsewhere",
        "Dettes de vos cartes ailleurs rapportées au montant accordé",
        "Debts on your credit cards elsewhere compared with the amount granted",
        U.SHARE,
    ),
    (
        "card_debt_to_card_limit_elsewhere",
        "Part utilisée du plafond de vos cartes de crédit ailleurs",
        "Share used of the limit of your credit cards elsewhere",
        U.SHARE,
    ),
]


FEATURES = list(rows([*HOW_MANY, *HOW_LONG_AGO, *OWED], Family.CREDIT_ELSEWHERE, "bureau"))
