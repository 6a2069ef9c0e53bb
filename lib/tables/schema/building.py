"""The 47 columns of application_train and application_test about the client's building."""

from lib.tables.schema.column import Column, category, real

_MEASURES = {
    "APARTMENTS": "size of the apartments",
    "BASEMENTAREA": "area of the basement",
    "YEARS_BEGINEXPLUATATION": "time since the building came into use",
    "YEARS_BUILD": "age of the building",
    "COMMONAREA": "common area",
    "ELEVATORS": "number of lifts",
    "ENTRANCES": "number of entrances",
    "FLOORSMAX": "highest number of floors",
    "FLOORSMIN": "lowest number of floors",
    "LANDAREA": "area of the land",
    "LIVINGAPARTMENTS": "number of inhabited apartments",
    "LIVINGAREA": "inhabited area",
    "NONLIVINGAPARTMENTS": "number of apartments not lived in",
    "NONLIVINGAREA": "area not lived in",
}
_STATISTICS = {"AVG": "mean", "MODE": "most frequent value", "MEDI": "median"}


def building_columns() -> list[Column]:
    """Return them in Kaggle's order: numbers scaled to [0, 1], then what the building is."""
    numbers = [
        real(f"{measure}_{suffix}", "share", f"building: {meaning}, {statistic}, scaled")
        for suffix, statistic in _STATISTICS.items()
        for measure, meaning in _MEASURES.items()
    ]
    return [
        *numbers,
        category(
            "FONDKAPREMONT_MODE",
            "building: fund that pays for major repairs",
            "reg oper account|reg oper spec account|org spec account|not specified",
        ),
        category(
            "HOUSETYPE_MODE",
            "building: kind of house",
            "block of flats|specific housing|terraced house",
        ),
        real("TOTALAREA_MODE", "share", "building: total area, most frequent value, scaled"),
        category(
            "WALLSMATERIAL_MODE",
            "building: what its walls are made of",
            "Panel|Stone, brick|Block|Wooden|Mixed|Monolithic|Others",
        ),
        category("EMERGENCYSTATE_MODE", "building: declared unsafe", "No|Yes"),
    ]
