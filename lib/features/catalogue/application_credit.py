"""What is asked for, and what others say of the client: ``application_train``."""

from lib.features.catalogue.application_categories import CATEGORIES
from lib.features.catalogue.writing import rows
from lib.features.description import Family, FeatureDescription, Unit

U = Unit
SOURCE = "application_train"

CREDIT_REQUESTED = [
    ("contract_type", "Type de crédit demandé", "Kind of credit you ask for", U.CATEGORY),
    ("credit_amount", "Montant du crédit demandé", "Amount of credit you ask for", U.AMOUNT),
    ("annuity_amount", "Montant de chaque échéance", "Amount of each instalment", U.AMOUNT),
    (
        "goods_price",
        "Prix du bien à financer",
        "Price of the goods to be financed",
        U.AMOUNT,
    ),
    (
        "credit_to_income",
        "Crédit demandé rapporté à vos revenus",
        "Credit you ask for compared with your income",
        U.RATIO,
    ),
    (
        "annuity_to_income",
        "Échéance rapportée à vos revenus",
        "Instalment compared with your income",
        U.SHARE,
    ),
    (
        "goods_price_to_income",
        "Prix du bien rapporté à vos revenus",
        "Price of the goods compared with your income",
        U.RATIO,
    ),
    (
        "credit_to_goods_price",
        "Crédit demandé rapporté au prix du bien",
        "Credit you ask for compared with the price of the goods",
        U.RATIO,
    ),
    (
        "credit_above_goods_price",
        "Montant du crédit au-delà du prix du bien",
        "Credit beyond the price of the goods",
        U.AMOUNT,
    ),
    (
        "implied_duration_months",
        "Échéances nécessaires pour rembourser le montant, hors intérêts",
        "Instalments needed to pay back the amount, without interest",
        U.MONTHS,
    ),
]

EXTERNAL_SCORES = [
    *(
        (
            f"external_score_{number}",
            f"Score externe {number} (1 le meilleur)",
            f"External score {number} (1 is best)",
            U.SCORE,
        )
        for number in (1, 2, 3)
    ),
    ("mean_external_score", "Moyenne des scores externes", "Mean of the external scores", U.SCORE),
    (
        "lowest_external_score",
        "Score externe le plus bas",
        "Lowest external score",
        U.SCORE,
    ),
    (
        "highest_external_score",
        "Score externe le plus haut",
        "Highest external score",
        U.SCORE,
    ),
    (
        "external_scores_spread",
        "Écart entre vos scores externes",
        "Spread between your external scores",
        U.SCORE,
    ),
    (
        "product_of_external_scores_2_and_3",
        "Scores externes 2 et 3 multipliés",
        "External scores 2 and 3 multiplied",
        U.SCORE,
    ),
    (
        "product_of_external_scores",
        "Les trois scores externes multipliés",
        "All three external scores multiplied",
        U.SCORE,
    ),
    (
        "external_scores_missing",
        "Scores externes qui manquent",
        "External scores that are missing",
        U.COUNT,
    ),
]

STRETCHES = [
    ("day", "le dernier jour", "on the last day"),
    ("week", "la dernière semaine", "in the last week"),
    ("month", "le dernier mois", "in the last month"),
    ("quarter", "le dernier trimestre", "in the last three months"),
    ("year", "la dernière année", "in the last year"),
]
ENQUIRIES = [
    (
        f"enquiries_last_{stretch}",
        f"Consultations de votre dossier au fichier des crédits {fr}",
        f"Enquiries about you at the credit bureau {en}",
        U.COUNT,
    )
    for stretch, fr, en in STRETCHES
]

# A dearer good makes the same credit look smaller, but serves nobody: it is not advised.
ADVISABLE = {"credit_amount", "annuity_amount"}
CHANGEABLE = {*ADVISABLE, "goods_price"}


def described() -> list[FeatureDescription]:
    """Give the rows, with their flags and the wording of their categories."""
    plain = [
        *rows(CREDIT_REQUESTED, Family.CREDIT_REQUESTED, SOURCE),
        *rows(EXTERNAL_SCORES, Family.EXTERNAL_SCORES, SOURCE),
        *rows(ENQUIRIES, Family.CREDIT_ELSEWHERE, SOURCE),
    ]
    return [
        row.model_copy(
            update={
                "changeable": row.name in CHANGEABLE,
                "advisable": row.name in ADVISABLE,
                "categories": CATEGORIES.get(row.name, {}),
            }
        )
        for row in plain
    ]


FEATURES = described()
