"""Who the client is and what the client lives on: ``application_train``."""

from lib.features.catalogue.application_categories import CATEGORIES
from lib.features.catalogue.writing import rows
from lib.features.description import Family, FeatureDescription, Unit

U = Unit
SOURCE = "application_train"

IDENTITY = [
    ("age_years", "Votre âge", "Your age", U.YEARS),
    ("gender", "Votre sexe", "Your gender", U.CATEGORY),
    ("education", "Votre niveau d'études", "Your level of education", U.CATEGORY),
    (
        "years_since_identity_document",
        "Ancienneté de votre pièce d'identité",
        "Age of your identity document",
        U.YEARS,
    ),
    (
        "years_since_registration",
        "Temps depuis la dernière modification de votre enregistrement",
        "Time since your registration last changed",
        U.YEARS,
    ),
    (
        "years_since_phone_change",
        "Temps depuis votre dernier changement de téléphone",
        "Time since you last changed your phone",
        U.YEARS,
    ),
    (
        "share_of_life_since_registration",
        "Ancienneté de votre enregistrement rapportée à votre âge",
        "Age of your registration compared with your own age",
        U.SHARE,
    ),
    (
        "share_of_life_since_identity_document",
        "Ancienneté de votre pièce d'identité rapportée à votre âge",
        "Age of your identity document compared with your own age",
        U.SHARE,
    ),
    (
        "gave_home_phone",
        "Vous avez donné un téléphone fixe",
        "You gave a home phone number",
        U.YES_NO,
    ),
    (
        "gave_email",
        "Vous avez donné une adresse électronique",
        "You gave an e-mail address",
        U.YES_NO,
    ),
    (
        "mobile_phone_answers",
        "Votre téléphone mobile répond",
        "Your mobile phone can be reached",
        U.YES_NO,
    ),
    (
        "number_of_contact_details",
        "Moyens de contact que vous avez donnés",
        "Ways to reach you that you gave",
        U.COUNT,
    ),
    (
        "number_of_documents_given",
        "Documents que vous avez remis",
        "Documents that you handed in",
        U.COUNT,
    ),
    *(
        (
            f"gave_document_{number}",
            f"Vous avez remis le document n° {number}",
            f"You handed in document no. {number}",
            U.YES_NO,
        )
        for number in (3, 6, 8)
    ),
    (
        "accompanied_by",
        "Personne venue avec vous pour la demande",
        "Who came with you to apply",
        U.CATEGORY,
    ),
    ("application_weekday", "Jour de votre demande", "Weekday of your application", U.CATEGORY),
    ("application_hour", "Heure de votre demande", "Time of day of your application", U.HOUR),
]

EMPLOYMENT = [
    ("income_total", "Vos revenus", "Your income", U.AMOUNT),
    (
        "income_to_region_rating",
        "Vos revenus divisés par la note de votre région (1 la meilleure)",
        "Your income divided by the rating of your region (1 is best)",
        U.AMOUNT,
    ),
    (
        "income_to_region_population",
        "Vos revenus pour chaque centième de la population dans votre région",
        "Your income for each hundredth of the population in your region",
        U.AMOUNT,
    ),
    ("income_type", "Origine de vos revenus", "Where your income comes from", U.CATEGORY),
    ("occupation", "Votre profession", "Your occupation", U.CATEGORY),
    ("organisation_type", "Secteur de votre employeur", "Your employer's sector", U.CATEGORY),
    (
        "employment_years",
        "Ancienneté dans votre emploi",
        "Time in your current job",
        U.YEARS,
    ),
    (
        "employment_share_of_life",
        "Ancienneté dans votre emploi rapportée à votre âge",
        "Time in your current job compared with your age",
        U.SHARE,
    ),
    (
        "age_when_employed",
        "Votre âge à l'entrée dans votre emploi",
        "Your age when you started your current job",
        U.YEARS,
    ),
    (
        "gave_employer_phone",
        "Vous avez donné le téléphone de votre employeur",
        "You gave your employer's phone number",
        U.YES_NO,
    ),
    (
        "gave_work_phone",
        "Vous avez donné votre téléphone professionnel",
        "You gave your phone number at work",
        U.YES_NO,
    ),
]

# What says or nearly says gender or family status; age is audited but stays in the model.
ATTRIBUTES = {"gender": "gender", "accompanied_by": "family_status"}
CHANGEABLE = {"income_total"}


def described() -> list[FeatureDescription]:
    """Give the rows, with their flags and the wording of their categories."""
    plain = [*rows(IDENTITY, Family.IDENTITY, SOURCE), *rows(EMPLOYMENT, Family.EMPLOYMENT, SOURCE)]
    return [
        row.model_copy(
            update={
                "attribute": ATTRIBUTES.get(row.name),
                "protected": row.name in ATTRIBUTES,
                "changeable": row.name in CHANGEABLE,
                "advisable": row.name in CHANGEABLE,
                "categories": CATEGORIES.get(row.name, {}),
            }
        )
        for row in plain
    ]


FEATURES = described()
