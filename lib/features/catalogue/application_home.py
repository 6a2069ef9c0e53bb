"""With whom, where and how the client lives: ``application_train``."""

from lib.features.catalogue.application_categories import CATEGORIES
from lib.features.catalogue.writing import rows
from lib.features.description import Family, FeatureDescription, Unit

U = Unit
SOURCE = "application_train"

HOUSEHOLD = [
    ("family_status", "Votre situation de famille", "Your family status", U.CATEGORY),
    ("children", "Vos enfants à charge", "Your dependent children", U.COUNT),
    ("family_members", "Personnes dans votre foyer", "People in your household", U.COUNT),
    (
        "income_per_family_member",
        "Vos revenus par personne du foyer",
        "Your income per person in the household",
        U.AMOUNT,
    ),
    ("housing_type", "Votre logement", "Your housing", U.CATEGORY),
    (
        "owns_home",
        "Vous êtes propriétaire d'un logement",
        "You own a house or a flat",
        U.YES_NO,
    ),
    ("owns_car", "Vous avez une voiture", "You own a car", U.YES_NO),
    ("car_age_years", "Âge de votre voiture", "Age of your car", U.YEARS),
]

PLACES = [
    (
        "lives_outside_registered_region",
        "Vous habitez hors de votre région d'enregistrement",
        "You live outside the region where you are registered",
        U.YES_NO,
    ),
    (
        "works_outside_registered_region",
        "Vous travaillez hors de votre région d'enregistrement",
        "You work outside the region where you are registered",
        U.YES_NO,
    ),
    (
        "works_outside_home_region",
        "Vous travaillez hors de votre région",
        "You work outside the region where you live",
        U.YES_NO,
    ),
    (
        "lives_outside_registered_city",
        "Vous habitez hors de votre ville d'enregistrement",
        "You live outside the city where you are registered",
        U.YES_NO,
    ),
    (
        "works_outside_registered_city",
        "Vous travaillez hors de votre ville d'enregistrement",
        "You work outside the city where you are registered",
        U.YES_NO,
    ),
    (
        "works_outside_home_city",
        "Vous travaillez hors de votre ville",
        "You work outside the city where you live",
        U.YES_NO,
    ),
    (
        "number_of_address_differences",
        "Différences entre vos adresses",
        "Differences between your addresses",
        U.COUNT,
    ),
    (
        "region_rating",
        "Note de votre région (1 à 3, 1 la meilleure)",
        "Rating of your region (1 to 3, 1 is best)",
        U.COUNT,
    ),
    (
        "region_and_city_rating",
        "Note de votre région et de votre ville (1 à 3, 1 la meilleure)",
        "Rating of your region and city (1 to 3, 1 is best)",
        U.COUNT,
    ),
    (
        "region_population_share",
        "Part de la population qui vit dans votre région",
        "Share of the population that lives in your region",
        U.SHARE,
    ),
]

ACQUAINTANCES = [
    (
        "acquaintances_observed",
        "Personnes de votre entourage qui ont un crédit",
        "People around you who have a credit",
        U.COUNT,
    ),
    *(
        (
            f"acquaintances_{days}_days_late",
            f"Personnes de votre entourage en retard de {days} jours",
            f"People around you who are {days} days late",
            U.COUNT,
        )
        for days in (30, 60)
    ),
    (
        "share_of_acquaintances_30_days_late",
        "Part de votre entourage en retard de 30 jours",
        "Share of the people around you who are 30 days late",
        U.SHARE,
    ),
]

# The lender scales what it knows of buildings to marks from 0 to 1.
BUILDING = [
    ("building_apartments", "appartements", "apartments"),
    ("building_basement_area", "sous-sol", "basement"),
    ("building_first_use", "mise en service", "first use"),
    ("building_construction_year", "année de construction", "year of construction"),
    ("building_common_area", "parties communes", "common areas"),
    ("building_lifts", "ascenseurs", "lifts"),
    ("building_entrances", "entrées", "entrances"),
    ("building_highest_floor", "étage le plus haut", "highest floor"),
    ("building_lowest_floor", "étage le plus bas", "lowest floor"),
    ("building_land_area", "terrain", "land"),
    ("building_living_area", "surface habitable", "living area"),
    ("building_non_living_area", "surface non habitable", "non-living area"),
    ("building_total_area", "surface totale", "total area"),
]

BUILDING_MORE = [
    ("building_kind", "Type de votre immeuble", "Kind of building you live in", U.CATEGORY),
    ("building_walls", "Murs de votre immeuble", "Walls of your building", U.CATEGORY),
    (
        "building_in_disrepair",
        "Votre immeuble est en mauvais état",
        "Your building is in disrepair",
        U.YES_NO,
    ),
    (
        "share_of_building_details_given",
        "Part des précisions connues sur votre immeuble",
        "Share of the details known about your building",
        U.SHARE,
    ),
]

# What says or nearly says family status.
GIVES_FAMILY_STATUS_AWAY = {
    "family_status",
    "children",
    "family_members",
    "income_per_family_member",
}


def described() -> list[FeatureDescription]:
    """Give the rows, with their flags and the wording of their categories."""
    building = [
        (
            name,
            f"Votre immeuble : {fr} (note de 0 à 1)",
            f"Your building: {en} (mark, 0 to 1)",
            U.SCORE,
        )
        for name, fr, en in BUILDING
    ]
    lines = [*HOUSEHOLD, *PLACES, *ACQUAINTANCES, *building, *BUILDING_MORE]
    return [
        row.model_copy(
            update={
                "attribute": "family_status" if row.name in GIVES_FAMILY_STATUS_AWAY else None,
                "protected": row.name in GIVES_FAMILY_STATUS_AWAY,
                "categories": CATEGORIES.get(row.name, {}),
            }
        )
        for row in rows(lines, Family.HOUSEHOLD, SOURCE)
    ]


FEATURES = described()
