"""application_train and application_test: one row a client, the credit asked for."""

from lib.tables.schema.column import (
    AGE,
    COMPANIONS,
    EMPLOYMENT,
    IN_THE_PAST,
    WEEKDAYS,
    Column,
    TableSchema,
    category,
    columns_of,
    days_ago,
    key,
    real,
    whole,
)

_ORGANIZATIONS = "|".join(
    [
        "Advertising|Agriculture|Bank|Business Entity Type 1|Business Entity Type 2",
        "Business Entity Type 3|Cleaning|Construction|Culture|Electricity|Emergency|Government",
        "Hotel|Housing|Insurance|Kindergarten|Legal Services|Medicine|Military|Mobile|Other|Police",
        "Postal|Realtor|Religion|Restaurant|School|Security|Security Ministries|Self-employed",
        "Services|Telecom|University",
        *(f"Industry: type {number}" for number in range(1, 14)),
        *(f"Trade: type {number}" for number in range(1, 8)),
        *(f"Transport: type {number}" for number in range(1, 5)),
    ]
)
_OCCUPATIONS = "|".join(
    [
        "Laborers|Sales staff|Core staff|Managers|Drivers|High skill tech staff|Accountants",
        "Medicine staff|Security staff|Cooking staff|Cleaning staff|Private service staff",
        "Low-skill Laborers|Secretaries|Waiters/barmen staff|IT staff|Realty agents|HR staff",
    ]
)
TARGET = whole("TARGET", "flag", "1 where the client had difficulties repaying this credit")

_CREDIT = [
    category("NAME_CONTRACT_TYPE", "kind of credit asked for", "Cash loans|Revolving loans"),
    category("CODE_GENDER", "gender", "F|M"),
    category("FLAG_OWN_CAR", "owns a car", "Y|N"),
    category("FLAG_OWN_REALTY", "owns a house or a flat", "Y|N"),
    whole("CNT_CHILDREN", "count", "children"),
    real("AMT_INCOME_TOTAL", "amount", "income of the client"),
    real("AMT_CREDIT", "amount", "credit asked for"),
    real("AMT_ANNUITY", "amount", "what is to be paid each time"),
    real("AMT_GOODS_PRICE", "amount", "price of the goods that the credit pays for"),
    category("NAME_TYPE_SUITE", "who came along to apply", COMPANIONS),
    category(
        "NAME_INCOME_TYPE",
        "where the income comes from",
        "Working|Commercial associate|Pensioner|State servant|Unemployed|Student|Businessman"
        "|Maternity leave",
    ),
    category(
        "NAME_EDUCATION_TYPE",
        "highest education",
        "Lower secondary|Secondary / secondary special|Incomplete higher|Higher education"
        "|Academic degree",
    ),
    category(
        "NAME_FAMILY_STATUS",
        "family status",
        "Married|Single / not married|Civil marriage|Separated|Widow|Unknown",
    ),
    category(
        "NAME_HOUSING_TYPE",
        "how the client is housed",
        "House / apartment|With parents|Municipal apartment|Rented apartment|Office apartment"
        "|Co-op apartment",
    ),
]
_PERSON = [
    real("REGION_POPULATION_RELATIVE", "share", "population of the region, scaled"),
    whole("DAYS_BIRTH", "days", "birth", days_ago(AGE)),
    whole("DAYS_EMPLOYED", "days", "start of the current employment", days_ago(EMPLOYMENT)),
    real("DAYS_REGISTRATION", "days", "last change of the registration", IN_THE_PAST),
    whole("DAYS_ID_PUBLISH", "days", "last change of the identity document", IN_THE_PAST),
    real("OWN_CAR_AGE", "years", "age of the client's car"),
    whole("FLAG_MOBIL", "flag", "gave a mobile phone number"),
    whole("FLAG_EMP_PHONE", "flag", "gave a phone number of the employer"),
    whole("FLAG_WORK_PHONE", "flag", "gave a phone number at work"),
    whole("FLAG_CONT_MOBILE", "flag", "could be reached on the mobile phone"),
    whole("FLAG_PHONE", "flag", "gave a home phone number"),
    whole("FLAG_EMAIL", "flag", "gave an e-mail address"),
    category("OCCUPATION_TYPE", "occupation", _OCCUPATIONS),
    real("CNT_FAM_MEMBERS", "count", "people in the family"),
    whole("REGION_RATING_CLIENT", "rating", "our rating of the region, 1 best to 3"),
    whole("REGION_RATING_CLIENT_W_CITY", "rating", "our rating of region and city, 1 best to 3"),
    category("WEEKDAY_APPR_PROCESS_START", "weekday of the application", WEEKDAYS),
    whole("HOUR_APPR_PROCESS_START", "hour", "hour of the application"),
    whole("REG_REGION_NOT_LIVE_REGION", "flag", "permanent and contact address: regions differ"),
    whole("REG_REGION_NOT_WORK_REGION", "flag", "permanent and work address: regions differ"),
    whole("LIVE_REGION_NOT_WORK_REGION", "flag", "contact and work address: regions differ"),
    whole("REG_CITY_NOT_LIVE_CITY", "flag", "permanent and contact address: cities differ"),
    whole("REG_CITY_NOT_WORK_CITY", "flag", "permanent and work address: cities differ"),
    whole("LIVE_CITY_NOT_WORK_CITY", "flag", "contact and work address: cities differ"),
    category("ORGANIZATION_TYPE", "kind of employer", _ORGANIZATIONS),
    *(
        real(f"EXT_SOURCE_{number}", "score", f"score from outside, number {number}; high is good")
        for number in (1, 2, 3)
    ),
]
_BUILDING = {
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
_SOCIAL_CIRCLE = [
    real(f"{what}_{days}_CNT_SOCIAL_CIRCLE", "count", f"people around the client, {meaning} {days}")
    for days in (30, 60)
    for what, meaning in (
        ("OBS", "observed for being days late:"),
        ("DEF", "who defaulted, days late:"),
    )
]
_PHONE = real("DAYS_LAST_PHONE_CHANGE", "days", "last change of the phone", IN_THE_PAST)
_DOCUMENTS = [
    whole(f"FLAG_DOCUMENT_{number}", "flag", f"gave document {number}") for number in range(2, 22)
]
_ENQUIRIES = [
    real(f"AMT_REQ_CREDIT_BUREAU_{code}", "count", f"enquiries at the credit bureau, last {span}")
    for code, span in (
        ("HOUR", "hour"),
        ("DAY", "day but that hour"),
        ("WEEK", "week but that day"),
        ("MON", "month but that week"),
        ("QRT", "quarter but that month"),
        ("YEAR", "year but that quarter"),
    )
]
_CLIENT = key("SK_ID_CURR", "number of the client, here of the application")


def _building_columns() -> list[Column]:
    """Return all 47 in Kaggle's order: numbers scaled to [0, 1], then what the building is."""
    numbers = [
        real(f"{measure}_{suffix}", "share", f"building: {meaning}, {statistic}, scaled")
        for suffix, statistic in _STATISTICS.items()
        for measure, meaning in _BUILDING.items()
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


def _application(name: str, meaning: str, *first: Column) -> TableSchema:
    columns = columns_of(
        first,
        _CREDIT,
        _PERSON,
        _building_columns(),
        _SOCIAL_CIRCLE,
        _PHONE,
        _DOCUMENTS,
        _ENQUIRIES,
    )
    return TableSchema(name, meaning, columns, key="SK_ID_CURR")


APPLICATION_TRAIN = _application(
    "application_train", "a client whose repayment is known", _CLIENT, TARGET
)
APPLICATION_TEST = _application(
    "application_test", "a client whose repayment is not known yet", _CLIENT
)
