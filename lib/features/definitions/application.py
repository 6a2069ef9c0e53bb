"""What the client says of themselves and asks for: ``application_train`` and ``application_test``.

Their one row a client, united; all other tables are joined to it.
"""

from collections.abc import Callable, Mapping
from functools import partial

import ibis
import ibis.expr.types as ir

from lib.decision import ANYTHING
from lib.features.definitions.directions import (
    BEST_IS_ONE,
    HARDER_TO_REACH,
    HEAVIER_BURDEN,
    IN_NEED,
    MORE_INCOME,
    NEEDS_CASH,
    OLD_CAR,
    POORER_REGION,
    SETTLED_LIFE,
    SHARED_HARDSHIP,
)
from lib.features.definitions.feature import (
    Fact,
    amount,
    category,
    count,
    expressions_on,
    hour,
    quotient,
    score,
    share,
    years,
    yes_no,
)
from lib.features.definitions.organisations import ORGANISATIONS
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import CLIENT, ago, at_most, known_flag, number, ratio
from lib.features.windows import DAYS_PER_YEAR
from lib.tables.schema import AGE, EMPLOYMENT

SOURCE = "application_train"  # stands for both tables

CONTACTS = ["FLAG_MOBIL", "FLAG_EMP_PHONE", "FLAG_WORK_PHONE", "FLAG_PHONE", "FLAG_EMAIL"]
DOCUMENTS_ASKED_FOR = [f"FLAG_DOCUMENT_{i}" for i in range(2, 22)]
ADDRESS_DIFFERENCES = [
    "REG_REGION_NOT_LIVE_REGION",
    "REG_REGION_NOT_WORK_REGION",
    "LIVE_REGION_NOT_WORK_REGION",
    "REG_CITY_NOT_LIVE_CITY",
    "REG_CITY_NOT_WORK_CITY",
    "LIVE_CITY_NOT_WORK_CITY",
]
# Name, column, French, English. The lender scales what it knows of buildings to marks from 0 to 1.
BUILDING_MARKS = [
    ("apartments", "APARTMENTS_AVG", "appartements", "apartments"),
    ("basement_area", "BASEMENTAREA_AVG", "sous-sol", "basement"),
    ("first_use", "YEARS_BEGINEXPLUATATION_AVG", "mise en service", "first use"),
    ("construction_year", "YEARS_BUILD_AVG", "année de construction", "year of construction"),
    ("common_area", "COMMONAREA_AVG", "parties communes", "common areas"),
    ("lifts", "ELEVATORS_AVG", "ascenseurs", "lifts"),
    ("entrances", "ENTRANCES_AVG", "entrées", "entrances"),
    ("highest_floor", "FLOORSMAX_AVG", "étage le plus haut", "highest floor"),
    ("lowest_floor", "FLOORSMIN_AVG", "étage le plus bas", "lowest floor"),
    ("land_area", "LANDAREA_AVG", "terrain", "land"),
    ("living_area", "LIVINGAREA_AVG", "surface habitable", "living area"),
    ("non_living_area", "NONLIVINGAREA_AVG", "surface non habitable", "non-living area"),
    ("total_area", "TOTALAREA_MODE", "surface totale", "total area"),
]
# The application counts enquiries in stretches that exclude each other, shortest first.
ENQUIRY_COLUMNS = [
    f"AMT_REQ_CREDIT_BUREAU_{stretch}" for stretch in ("HOUR", "DAY", "WEEK", "MON", "QRT", "YEAR")
]
# Name, French, English, and how many of the columns make up the stretch with the shorter ones.
STRETCHES = [
    ("day", "le dernier jour", "on the last day", 2),
    ("week", "la dernière semaine", "in the last week", 3),
    ("month", "le dernier mois", "in the last month", 4),
    ("quarter", "le dernier trimestre", "in the last three months", 5),
    ("year", "la dernière année", "in the last year", 6),
]

identity = partial(Fact, Family.IDENTITY, SOURCE)
IDENTITY_DOCUMENT = identity("identity_document", Purpose.SITUATION)
REGISTRATION = identity("registration", Purpose.SITUATION)
DOCUMENTS = identity("documents", Purpose.DOCUMENTS)

employment = partial(Fact, Family.EMPLOYMENT, SOURCE)
TIME_IN_JOB = employment("time_in_job", Purpose.ABILITY_TO_REPAY)

household = partial(Fact, Family.HOUSEHOLD, SOURCE)
CAR = household("car", Purpose.ABILITY_TO_REPAY, Text("Votre voiture", "Your car"))
ADDRESSES = household(
    "addresses",
    Purpose.RESIDENCE,
    Text("Différences entre vos adresses", "Differences between your addresses"),
)
REGION = household("region", Purpose.RESIDENCE, Text("Votre région", "Your region"))
ACQUAINTANCES = household(
    "acquaintances",
    Purpose.OTHER_PEOPLE,
    Text("Crédits des personnes de votre entourage", "Credits of the people around you"),
)
BUILDING = household("building", Purpose.SITUATION, Text("Votre immeuble", "Your building"))

requested = partial(Fact, Family.CREDIT_REQUESTED, SOURCE)
CREDIT_AGAINST_INCOME = requested(
    "credit_against_income",
    Purpose.ABILITY_TO_REPAY,
    Text(
        "Crédit demandé par rapport à vos revenus", "Credit you ask for compared with your income"
    ),
)

EXTERNAL_SCORES = Fact(
    Family.EXTERNAL_SCORES,
    SOURCE,
    "external_scores",
    Purpose.CREDIT_RATING,
    Text("Vos scores externes", "Your external scores"),
)


def application_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client by the application alone, with ``TARGET`` beside it."""
    t = applications(tables)
    return t.select(CLIENT, target=t.TARGET.cast("int8"), **from_application(t))


def applications(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Unite the applications whose outcome is known with those whose outcome is not."""
    known = tables["application_train"]
    unknown = tables["application_test"].mutate(TARGET=ibis.null(known.TARGET.type()))
    return ibis.union(known, unknown.select(known.columns), distinct=False)


def from_application(t: ir.Table) -> dict[str, ir.Value]:
    """Give every feature of a table that has the columns of an application."""
    return expressions_on(FEATURES, "application", t)


def column(name: str) -> Callable[[ir.Table], ir.Value]:
    """Give a column of the application as a number."""
    return lambda application: number(application[name])


def total(columns: list[str]) -> Callable[[ir.Table], ir.Value]:
    """Add up columns of a row; missing when one of them is."""
    first, *rest = columns
    return lambda application: sum(
        (number(application[name]) for name in rest), number(application[first])
    )


def years_since(days: ir.Value) -> ir.Value:
    """Turn days counted back from the application into years."""
    return ago(days) / DAYS_PER_YEAR


def days_of(years: ir.Value) -> ir.Value:
    """Turn years back into days counted from the application: whole ones, as they were."""
    return ago((number(years) * DAYS_PER_YEAR).round())


def income_type(application: ir.Table) -> ir.Value:
    """Say where income comes from. A leave to have a child is employment: it is not told apart."""
    given = application.NAME_INCOME_TYPE
    return ibis.ifelse(given == "Maternity leave", "Working", given)


def building_details_given(application: ir.Table) -> ir.Value:
    """Give the share of the building's marks that are known."""
    columns = [column for _, column, _, _ in BUILDING_MARKS]
    return known_of([application[name] for name in columns]) / float(len(columns))


def scores(application: ir.Table) -> list[ir.Value]:
    """Give the three external scores."""
    return [number(application[f"EXT_SOURCE_{i}"]) for i in (1, 2, 3)]


def mean_score(application: ir.Table) -> ir.Value:
    """Give the mean of the external scores that are known."""
    given = scores(application)
    zero = ibis.literal(0.0, "float64")
    return ratio(sum((score.fill_null(0.0) for score in given), zero), known_of(given))


def known_of(values: list[ir.Value]) -> ir.Value:
    """Count how many of some values are known."""
    zero = ibis.literal(0.0, "float64")
    return sum((value.notnull().cast("float64") for value in values), zero)


FEATURES = (
    *identity("age", Purpose.SITUATION).told_by(
        years(
            "age_years",
            "Votre âge",
            "Your age",
            lambda application: years_since(application.DAYS_BIRTH),
            possible=AGE,
        ),
        direction=SETTLED_LIFE,
    ),
    *identity("gender", Purpose.SITUATION).told_by(
        category(
            "gender",
            "Votre sexe",
            "Your gender",
            lambda application: application.CODE_GENDER,
            attribute="gender",
            categories={"F": Text("Femme", "Woman"), "M": Text("Homme", "Man")},
        ),
    ),
    *identity("education", Purpose.SITUATION).told_by(
        category(
            "education",
            "Votre niveau d’études",
            "Your level of education",
            lambda application: application.NAME_EDUCATION_TYPE,
            categories={
                "Lower secondary": Text("Collège", "Lower secondary"),
                "Secondary / secondary special": Text(
                    "Lycée ou filière professionnelle", "Secondary"
                ),
                "Incomplete higher": Text(
                    "Études supérieures non achevées", "Higher, not completed"
                ),
                "Higher education": Text("Études supérieures", "Higher education"),
                "Academic degree": Text("Diplôme universitaire de recherche", "Academic degree"),
            },
        ),
    ),
    *IDENTITY_DOCUMENT.told_by(
        years(
            "years_since_identity_document",
            "Ancienneté de votre pièce d’identité",
            "Age of your identity document",
            lambda application: years_since(application.DAYS_ID_PUBLISH),
        ),
        direction=SETTLED_LIFE,
    ),
    *REGISTRATION.told_by(
        years(
            "years_since_registration",
            "Temps depuis la dernière modification de votre enregistrement",
            "Time since your registration last changed",
            lambda application: years_since(application.DAYS_REGISTRATION),
        ),
        direction=SETTLED_LIFE,
    ),
    *identity("phone_change", Purpose.SITUATION).told_by(
        years(
            "years_since_phone_change",
            "Temps depuis votre dernier changement de téléphone",
            "Time since you last changed your phone",
            lambda application: years_since(application.DAYS_LAST_PHONE_CHANGE),
        ),
        direction=SETTLED_LIFE,
    ),
    *REGISTRATION.told_by(
        share(
            "share_of_life_since_registration",
            "Ancienneté de votre enregistrement rapportée à votre âge",
            "Age of your registration compared with your own age",
            lambda application: ratio(
                ago(application.DAYS_REGISTRATION), ago(application.DAYS_BIRTH)
            ),
        ),
    ),
    *IDENTITY_DOCUMENT.told_by(
        share(
            "share_of_life_since_identity_document",
            "Ancienneté de votre pièce d’identité rapportée à votre âge",
            "Age of your identity document compared with your own age",
            lambda application: ratio(
                ago(application.DAYS_ID_PUBLISH), ago(application.DAYS_BIRTH)
            ),
        ),
    ),
    *identity(
        "contact_details", Purpose.CONTACT, Text("Vos moyens de contact", "Ways to reach you")
    ).told_by(
        yes_no(
            "gave_home_phone",
            "Vous avez donné un téléphone fixe",
            "You gave a home phone number",
            lambda application: number(application.FLAG_PHONE),
        ),
        yes_no(
            "gave_email",
            "Vous avez donné une adresse électronique",
            "You gave an e-mail address",
            lambda application: number(application.FLAG_EMAIL),
        ),
        yes_no(
            "mobile_phone_answers",
            "Votre téléphone mobile répond",
            "Your mobile phone can be reached",
            lambda application: number(application.FLAG_CONT_MOBILE),
        ),
        count(
            "number_of_contact_details",
            "Moyens de contact que vous avez donnés",
            "Ways to reach you that you gave",
            total(CONTACTS),
        ),
    ),
    *DOCUMENTS.told_by(
        count(
            "number_of_documents_given",
            "Documents que vous avez remis",
            "Documents that you handed in",
            total(DOCUMENTS_ASKED_FOR),
        ),
        *(
            yes_no(
                f"gave_document_{i}",
                f"Vous avez remis le document n° {i}",
                f"You handed in document no. {i}",
                column(f"FLAG_DOCUMENT_{i}"),
            )
            for i in (3, 6, 8)
        ),
    ),
    *identity("accompanied_by", Purpose.CIRCUMSTANCE).told_by(
        category(
            "accompanied_by",
            "Personne venue avec vous pour la demande",
            "Who came with you to apply",
            lambda application: application.NAME_TYPE_SUITE,
            attribute="family_status",
            categories={
                "Unaccompanied": Text("Personne", "Nobody"),
                "Family": Text("Famille", "Family"),
                "Spouse, partner": Text("Conjoint ou partenaire", "Spouse or partner"),
                "Children": Text("Enfants", "Children"),
                "Group of people": Text("Groupe de personnes", "Group of people"),
                "Other_A": Text("Autre personne (A)", "Someone else (A)"),
                "Other_B": Text("Autre personne (B)", "Someone else (B)"),
            },
        ),
    ),
    *identity(
        "time_of_application",
        Purpose.CIRCUMSTANCE,
        Text("Moment de votre demande", "When you applied"),
    ).told_by(
        category(
            "application_weekday",
            "Jour de votre demande",
            "Weekday of your application",
            lambda application: application.WEEKDAY_APPR_PROCESS_START,
            categories={
                "MONDAY": Text("Lundi", "Monday"),
                "TUESDAY": Text("Mardi", "Tuesday"),
                "WEDNESDAY": Text("Mercredi", "Wednesday"),
                "THURSDAY": Text("Jeudi", "Thursday"),
                "FRIDAY": Text("Vendredi", "Friday"),
                "SATURDAY": Text("Samedi", "Saturday"),
                "SUNDAY": Text("Dimanche", "Sunday"),
            },
        ),
        hour(
            "application_hour",
            "Heure de votre demande",
            "Time of day of your application",
            lambda application: number(application.HOUR_APPR_PROCESS_START),
        ),
    ),
    *employment("income", Purpose.ABILITY_TO_REPAY).told_by(
        amount(
            "income_total",
            "Vos revenus",
            "Your income",
            lambda application: number(application.AMT_INCOME_TOTAL),
            changeable=True,
            advisable=True,
        ),
        direction=MORE_INCOME,
    ),
    *employment(
        "income_in_region",
        Purpose.RESIDENCE,
        Text("Vos revenus par rapport à votre région", "Your income compared with your region"),
    ).told_by(
        amount(
            "income_to_region_rating",
            "Vos revenus, selon la note de votre région",
            "Your income, allowing for the rating of your region",
            lambda application: ratio(
                application.AMT_INCOME_TOTAL, application.REGION_RATING_CLIENT
            ),
        ),
        amount(
            "income_to_region_population",
            "Vos revenus, selon la population de votre région",
            "Your income, allowing for the population of your region",
            lambda application: ratio(
                application.AMT_INCOME_TOTAL, number(application.REGION_POPULATION_RELATIVE) * 100
            ),
        ),
        direction=MORE_INCOME,
    ),
    *employment("income_source", Purpose.ABILITY_TO_REPAY).told_by(
        category(
            "income_type",
            "Origine de vos revenus",
            "Where your income comes from",
            income_type,
            categories={
                "Working": Text("Salaire", "Wages"),
                "Commercial associate": Text("Activité commerciale", "Commercial activity"),
                "Pensioner": Text("Retraite ou pension", "Pension"),
                "State servant": Text("Emploi public", "Public service"),
                "Unemployed": Text("Sans emploi", "Unemployed"),
                "Student": Text("Études", "Student"),
                "Businessman": Text("Entreprise", "Business owner"),
            },
        ),
    ),
    *employment("occupation", Purpose.ABILITY_TO_REPAY).told_by(
        category(
            "occupation",
            "Votre profession",
            "Your occupation",
            lambda application: application.OCCUPATION_TYPE,
            categories={
                "Accountants": Text("Comptabilité", "Accounting"),
                "Cleaning staff": Text("Nettoyage", "Cleaning"),
                "Cooking staff": Text("Cuisine", "Cooking"),
                "Core staff": Text("Personnel de base", "Core staff"),
                "Drivers": Text("Conduite", "Driving"),
                "HR staff": Text("Ressources humaines", "Human resources"),
                "High skill tech staff": Text("Technique qualifiée", "Skilled technical work"),
                "IT staff": Text("Informatique", "Information technology"),
                "Laborers": Text("Ouvrier", "Manual work"),
                "Low-skill Laborers": Text("Ouvrier non qualifié", "Unskilled manual work"),
                "Managers": Text("Encadrement", "Management"),
                "Medicine staff": Text("Santé", "Health care"),
                "Private service staff": Text("Services aux particuliers", "Private services"),
                "Realty agents": Text("Immobilier", "Real estate"),
                "Sales staff": Text("Vente", "Sales"),
                "Secretaries": Text("Secrétariat", "Secretarial work"),
                "Security staff": Text("Sécurité", "Security"),
                "Waiters/barmen staff": Text("Service en salle ou au bar", "Waiting and bar work"),
            },
        ),
    ),
    *employment("employer", Purpose.ABILITY_TO_REPAY).told_by(
        category(
            "organisation_type",
            "Secteur de votre employeur",
            "Your employer’s sector",
            lambda application: application.ORGANIZATION_TYPE,
            categories=ORGANISATIONS,
        ),
    ),
    *TIME_IN_JOB.told_by(
        years(
            "employment_years",
            "Ancienneté dans votre emploi",
            "Time in your current job",
            lambda application: years_since(application.DAYS_EMPLOYED),
            changeable=True,
            possible=EMPLOYMENT,
        ),
        share(
            "employment_share_of_life",
            "Ancienneté dans votre emploi rapportée à votre âge",
            "Time in your current job compared with your age",
            lambda application: ratio(ago(application.DAYS_EMPLOYED), ago(application.DAYS_BIRTH)),
        ),
        direction=SETTLED_LIFE,
    ),
    *TIME_IN_JOB.told_by(
        years(
            "age_when_employed",
            "Votre âge à l’entrée dans votre emploi",
            "Your age when you started your current job",
            lambda application: (
                years_since(application.DAYS_BIRTH) - years_since(application.DAYS_EMPLOYED)
            ),
        ),
        ambiguous=True,
    ),
    *employment(
        "contact_at_work",
        Purpose.CONTACT,
        Text("Vos moyens de contact au travail", "Ways to reach you at work"),
    ).told_by(
        yes_no(
            "gave_employer_phone",
            "Vous avez donné le téléphone de votre employeur",
            "You gave your employer’s phone number",
            lambda application: number(application.FLAG_EMP_PHONE),
        ),
        yes_no(
            "gave_work_phone",
            "Vous avez donné votre téléphone professionnel",
            "You gave your phone number at work",
            lambda application: number(application.FLAG_WORK_PHONE),
        ),
    ),
    *household("family_status", Purpose.SITUATION).told_by(
        category(
            "family_status",
            "Votre situation de famille",
            "Your family status",
            lambda application: application.NAME_FAMILY_STATUS,
            attribute="family_status",
            categories={
                "Married": Text("En couple, marié", "Married"),
                "Civil marriage": Text("Union civile ou libre", "Civil union or cohabiting"),
                "Single / not married": Text("Célibataire", "Single"),
                "Separated": Text("Séparé", "Separated"),
                "Widow": Text("Veuf ou veuve", "Widowed"),
                "Unknown": Text("Non précisée", "Not given"),
            },
        ),
    ),
    *household(
        "household_size", Purpose.SITUATION, Text("Taille de votre foyer", "Size of your household")
    ).told_by(
        count(
            "children",
            "Vos enfants à charge",
            "Your dependent children",
            lambda application: number(application.CNT_CHILDREN),
            attribute="family_status",
        ),
        count(
            "family_members",
            "Personnes dans votre foyer",
            "People in your household",
            lambda application: number(application.CNT_FAM_MEMBERS),
            attribute="family_status",
        ),
    ),
    *household("income_per_person", Purpose.ABILITY_TO_REPAY).told_by(
        amount(
            "income_per_family_member",
            "Vos revenus par personne du foyer",
            "Your income per person in the household",
            lambda application: ratio(application.AMT_INCOME_TOTAL, application.CNT_FAM_MEMBERS),
            attribute="family_status",
        ),
        direction=MORE_INCOME,
    ),
    *household("housing", Purpose.SITUATION).told_by(
        category(
            "housing_type",
            "Votre logement",
            "Your housing",
            lambda application: application.NAME_HOUSING_TYPE,
            categories={
                "House / apartment": Text("Maison ou appartement", "House or flat"),
                "With parents": Text("Chez les parents", "With parents"),
                "Municipal apartment": Text("Logement municipal", "Municipal flat"),
                "Rented apartment": Text("Location", "Rented flat"),
                "Office apartment": Text("Logement de fonction", "Flat from the employer"),
                "Co-op apartment": Text("Logement coopératif", "Cooperative flat"),
            },
        ),
    ),
    *household("home_ownership", Purpose.ABILITY_TO_REPAY).told_by(
        yes_no(
            "owns_home",
            "Vous êtes propriétaire d’un logement",
            "You own a house or a flat",
            lambda application: known_flag(application.FLAG_OWN_REALTY == "Y"),
        ),
        direction=SETTLED_LIFE,
    ),
    *CAR.told_by(
        yes_no(
            "owns_car",
            "Vous avez une voiture",
            "You own a car",
            lambda application: known_flag(application.FLAG_OWN_CAR == "Y"),
        ),
        direction=SETTLED_LIFE,
    ),
    *CAR.told_by(
        years(
            "car_age_years",
            "Âge de votre voiture",
            "Age of your car",
            lambda application: number(application.OWN_CAR_AGE),
        ),
        direction=OLD_CAR,
    ),
    *ADDRESSES.told_by(
        yes_no(
            "lives_outside_registered_region",
            "Vous habitez hors de votre région d’enregistrement",
            "You live outside the region where you are registered",
            lambda application: number(application.REG_REGION_NOT_LIVE_REGION),
        ),
        yes_no(
            "works_outside_registered_region",
            "Vous travaillez hors de votre région d’enregistrement",
            "You work outside the region where you are registered",
            lambda application: number(application.REG_REGION_NOT_WORK_REGION),
        ),
        yes_no(
            "works_outside_home_region",
            "Vous travaillez hors de votre région",
            "You work outside the region where you live",
            lambda application: number(application.LIVE_REGION_NOT_WORK_REGION),
        ),
    ),
    *ADDRESSES.told_by(
        yes_no(
            "lives_outside_registered_city",
            "Vous habitez hors de votre ville d’enregistrement",
            "You live outside the city where you are registered",
            lambda application: number(application.REG_CITY_NOT_LIVE_CITY),
        ),
        yes_no(
            "works_outside_registered_city",
            "Vous travaillez hors de votre ville d’enregistrement",
            "You work outside the city where you are registered",
            lambda application: number(application.REG_CITY_NOT_WORK_CITY),
        ),
        direction=HARDER_TO_REACH,
    ),
    *ADDRESSES.told_by(
        yes_no(
            "works_outside_home_city",
            "Vous travaillez hors de votre ville",
            "You work outside the city where you live",
            lambda application: number(application.LIVE_CITY_NOT_WORK_CITY),
        ),
    ),
    *ADDRESSES.told_by(
        count(
            "number_of_address_differences",
            "Différences entre vos adresses",
            "Differences between your addresses",
            total(ADDRESS_DIFFERENCES),
        ),
        direction=HARDER_TO_REACH,
    ),
    *REGION.told_by(
        count(
            "region_rating",
            "Note de votre région (1 à 3, 1 la meilleure)",
            "Rating of your region (1 to 3, 1 is best)",
            lambda application: number(application.REGION_RATING_CLIENT),
        ),
        count(
            "region_and_city_rating",
            "Note de votre région et de votre ville (1 à 3, 1 la meilleure)",
            "Rating of your region and city (1 to 3, 1 is best)",
            lambda application: number(application.REGION_RATING_CLIENT_W_CITY),
        ),
        direction=POORER_REGION,
    ),
    *REGION.told_by(
        share(
            "region_population_share",
            "Part de la population qui vit dans votre région",
            "Share of the population that lives in your region",
            lambda application: number(application.REGION_POPULATION_RELATIVE),
        ),
    ),
    *ACQUAINTANCES.told_by(
        count(
            "acquaintances_observed",
            "Personnes de votre entourage qui ont un crédit",
            "People around you who have a credit",
            lambda application: number(application.OBS_30_CNT_SOCIAL_CIRCLE),
        ),
    ),
    *ACQUAINTANCES.told_by(
        *(
            count(
                f"acquaintances_{days}_days_late",
                f"Personnes de votre entourage en retard de {days} jours",
                f"People around you who are {days} days late",
                column(f"DEF_{days}_CNT_SOCIAL_CIRCLE"),
            )
            for days in (30, 60)
        ),
        share(
            "share_of_acquaintances_30_days_late",
            "Part de votre entourage en retard de 30 jours",
            "Share of the people around you who are 30 days late",
            lambda application: ratio(
                at_most(application.DEF_30_CNT_SOCIAL_CIRCLE, application.OBS_30_CNT_SOCIAL_CIRCLE),
                application.OBS_30_CNT_SOCIAL_CIRCLE,
            ),
        ),
        direction=SHARED_HARDSHIP,
    ),
    *BUILDING.told_by(
        *(
            score(
                f"building_{name}",
                f"Votre immeuble : {fr} (note de 0 à 1)",
                f"Your building: {en} (mark, 0 to 1)",
                column(origin),
            )
            for name, origin, fr, en in BUILDING_MARKS
        ),
        category(
            "building_kind",
            "Type de votre immeuble",
            "Kind of building you live in",
            lambda application: application.HOUSETYPE_MODE,
            categories={
                "block of flats": Text("Immeuble collectif", "Block of flats"),
                "terraced house": Text("Maison mitoyenne", "Terraced house"),
                "specific housing": Text("Logement particulier", "Specific housing"),
            },
        ),
        category(
            "building_walls",
            "Murs de votre immeuble",
            "Walls of your building",
            lambda application: application.WALLSMATERIAL_MODE,
            categories={
                "Panel": Text("Panneaux", "Panels"),
                "Stone, brick": Text("Pierre ou brique", "Stone or brick"),
                "Block": Text("Parpaings", "Blocks"),
                "Wooden": Text("Bois", "Wood"),
                "Mixed": Text("Mixtes", "Mixed"),
                "Monolithic": Text("Béton coulé", "Cast concrete"),
                "Others": Text("Autres", "Others"),
            },
        ),
        yes_no(
            "building_in_disrepair",
            "Votre immeuble est en mauvais état",
            "Your building is in disrepair",
            lambda application: known_flag(application.EMERGENCYSTATE_MODE == "Yes"),
        ),
        share(
            "share_of_building_details_given",
            "Part des précisions connues sur votre immeuble",
            "Share of the details known about your building",
            building_details_given,
        ),
    ),
    *requested("kind_of_credit", Purpose.CREDIT_ASKED_FOR).told_by(
        category(
            "contract_type",
            "Type de crédit demandé",
            "Kind of credit you ask for",
            lambda application: application.NAME_CONTRACT_TYPE,
            categories={
                "Cash loans": Text("Prêt personnel", "Cash loan"),
                "Revolving loans": Text("Crédit renouvelable", "Revolving credit"),
            },
        ),
    ),
    *requested("credit_amount", Purpose.CREDIT_ASKED_FOR).told_by(
        amount(
            "credit_amount",
            "Montant du crédit demandé",
            "Amount of credit you ask for",
            lambda application: number(application.AMT_CREDIT),
            changeable=True,
            advisable=True,
        ),
        direction=HEAVIER_BURDEN,
    ),
    *requested("instalment", Purpose.CREDIT_ASKED_FOR).told_by(
        amount(
            "annuity_amount",
            "Montant de chaque échéance",
            "Amount of each instalment",
            lambda application: number(application.AMT_ANNUITY),
            changeable=True,
            advisable=True,
        ),
        direction=HEAVIER_BURDEN,
    ),
    *requested("goods_price", Purpose.CREDIT_ASKED_FOR).told_by(
        amount(
            "goods_price",
            "Prix du bien à financer",
            "Price of the goods to be financed",
            lambda application: number(application.AMT_GOODS_PRICE),
            changeable=True,
        ),
    ),
    *CREDIT_AGAINST_INCOME.told_by(
        quotient(
            "credit_to_income",
            "Crédit demandé rapporté à vos revenus",
            "Credit you ask for compared with your income",
            lambda application: ratio(application.AMT_CREDIT, application.AMT_INCOME_TOTAL),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *requested(
        "instalment_against_income",
        Purpose.ABILITY_TO_REPAY,
        Text("Échéance par rapport à vos revenus", "Instalment compared with your income"),
    ).told_by(
        share(
            "annuity_to_income",
            "Échéance rapportée à vos revenus",
            "Instalment compared with your income",
            lambda application: ratio(application.AMT_ANNUITY, application.AMT_INCOME_TOTAL),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *CREDIT_AGAINST_INCOME.told_by(
        quotient(
            "goods_price_to_income",
            "Prix du bien rapporté à vos revenus",
            "Price of the goods compared with your income",
            lambda application: ratio(application.AMT_GOODS_PRICE, application.AMT_INCOME_TOTAL),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *requested(
        "credit_against_goods",
        Purpose.CREDIT_ASKED_FOR,
        Text(
            "Crédit demandé par rapport au prix du bien",
            "Credit you ask for compared with the price of the goods",
        ),
    ).told_by(
        quotient(
            "credit_to_goods_price",
            "Crédit demandé par rapport au prix du bien",
            "Credit you ask for compared with the price of the goods",
            lambda application: ratio(application.AMT_CREDIT, application.AMT_GOODS_PRICE),
        ),
        amount(
            "credit_above_goods_price",
            "Montant du crédit au-delà du prix du bien",
            "Credit beyond the price of the goods",
            lambda application: (
                number(application.AMT_CREDIT) - number(application.AMT_GOODS_PRICE)
            ),
            possible=ANYTHING,
        ),
        direction=NEEDS_CASH,
    ),
    *requested("duration", Purpose.CREDIT_ASKED_FOR).told_by(
        # A number of instalments: the tables do not say how far apart they fall.
        count(
            "implied_duration_months",
            "Échéances nécessaires pour rembourser le montant, hors intérêts",
            "Instalments needed to pay back the amount, without interest",
            lambda application: ratio(application.AMT_CREDIT, application.AMT_ANNUITY),
        ),
    ),
    *EXTERNAL_SCORES.told_by(
        *(
            score(
                f"external_score_{i}",
                f"Score externe {i} (1 le meilleur)",
                f"External score {i} (1 is best)",
                column(f"EXT_SOURCE_{i}"),
            )
            for i in (1, 2, 3)
        ),
        score(
            "mean_external_score",
            "Moyenne des scores externes",
            "Mean of the external scores",
            mean_score,
        ),
        score(
            "lowest_external_score",
            "Score externe le plus bas",
            "Lowest external score",
            lambda application: ibis.least(*scores(application)),
        ),
        score(
            "highest_external_score",
            "Score externe le plus haut",
            "Highest external score",
            lambda application: ibis.greatest(*scores(application)),
        ),
        direction=BEST_IS_ONE,
    ),
    *EXTERNAL_SCORES.told_by(
        score(
            "external_scores_spread",
            "Écart entre vos scores externes",
            "Spread between your external scores",
            lambda application: (
                ibis.greatest(*scores(application)) - ibis.least(*scores(application))
            ),
        ),
    ),
    *EXTERNAL_SCORES.told_by(
        score(
            "product_of_external_scores_2_and_3",
            "Vos scores externes 2 et 3, pris ensemble",
            "Your external scores 2 and 3 taken together",
            lambda application: number(application.EXT_SOURCE_2) * number(application.EXT_SOURCE_3),
        ),
        score(
            "product_of_external_scores",
            "Vos trois scores externes, pris ensemble",
            "Your three external scores taken together",
            lambda application: (
                number(application.EXT_SOURCE_1)
                * number(application.EXT_SOURCE_2)
                * number(application.EXT_SOURCE_3)
            ),
        ),
        direction=BEST_IS_ONE,
    ),
    *EXTERNAL_SCORES.told_by(
        count(
            "external_scores_missing",
            "Scores externes qui manquent",
            "External scores that are missing",
            lambda application: ibis.literal(3.0, "float64") - known_of(scores(application)),
        ),
    ),
    *Fact(
        Family.CREDIT_ELSEWHERE,
        SOURCE,
        "enquiries",
        Purpose.USE_OF_CREDIT,
        Text(
            "Consultations de votre dossier au fichier des crédits",
            "Enquiries about you at the credit bureau",
        ),
    ).told_by(
        *(
            count(
                f"enquiries_last_{name}",
                f"Consultations de votre dossier au fichier des crédits {fr}",
                f"Enquiries about you at the credit bureau {en}",
                total(ENQUIRY_COLUMNS[:columns]),
            )
            for name, fr, en, columns in STRETCHES
        ),
        direction=IN_NEED,
    ),
)
