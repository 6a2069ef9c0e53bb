"""Which columns of the applications the features come from."""

from tests.benchmarks.oracle.arithmetic import CLIENT

# Features that are a column as it stands.
PLAIN = {
    "gender": "CODE_GENDER",
    "education": "NAME_EDUCATION_TYPE",
    "gave_employer_phone": "FLAG_EMP_PHONE",
    "gave_work_phone": "FLAG_WORK_PHONE",
    "gave_home_phone": "FLAG_PHONE",
    "gave_email": "FLAG_EMAIL",
    "mobile_phone_answers": "FLAG_CONT_MOBILE",
    "gave_document_3": "FLAG_DOCUMENT_3",
    "gave_document_6": "FLAG_DOCUMENT_6",
    "gave_document_8": "FLAG_DOCUMENT_8",
    "accompanied_by": "NAME_TYPE_SUITE",
    "application_weekday": "WEEKDAY_APPR_PROCESS_START",
    "application_hour": "HOUR_APPR_PROCESS_START",
    "lives_outside_registered_region": "REG_REGION_NOT_LIVE_REGION",
    "works_outside_registered_region": "REG_REGION_NOT_WORK_REGION",
    "works_outside_home_region": "LIVE_REGION_NOT_WORK_REGION",
    "lives_outside_registered_city": "REG_CITY_NOT_LIVE_CITY",
    "works_outside_registered_city": "REG_CITY_NOT_WORK_CITY",
    "works_outside_home_city": "LIVE_CITY_NOT_WORK_CITY",
    "region_rating": "REGION_RATING_CLIENT",
    "region_and_city_rating": "REGION_RATING_CLIENT_W_CITY",
    "region_population_share": "REGION_POPULATION_RELATIVE",
    "income_total": "AMT_INCOME_TOTAL",
    "occupation": "OCCUPATION_TYPE",
    "organisation_type": "ORGANIZATION_TYPE",
    "family_status": "NAME_FAMILY_STATUS",
    "children": "CNT_CHILDREN",
    "family_members": "CNT_FAM_MEMBERS",
    "housing_type": "NAME_HOUSING_TYPE",
    "car_age_years": "OWN_CAR_AGE",
    "acquaintances_observed": "OBS_30_CNT_SOCIAL_CIRCLE",
    "acquaintances_30_days_late": "DEF_30_CNT_SOCIAL_CIRCLE",
    "acquaintances_60_days_late": "DEF_60_CNT_SOCIAL_CIRCLE",
    "building_kind": "HOUSETYPE_MODE",
    "building_walls": "WALLSMATERIAL_MODE",
    "contract_type": "NAME_CONTRACT_TYPE",
    "credit_amount": "AMT_CREDIT",
    "annuity_amount": "AMT_ANNUITY",
    "goods_price": "AMT_GOODS_PRICE",
    "external_score_1": "EXT_SOURCE_1",
    "external_score_2": "EXT_SOURCE_2",
    "external_score_3": "EXT_SOURCE_3",
}
BUILDING = {
    "building_apartments": "APARTMENTS_AVG",
    "building_basement_area": "BASEMENTAREA_AVG",
    "building_first_use": "YEARS_BEGINEXPLUATATION_AVG",
    "building_construction_year": "YEARS_BUILD_AVG",
    "building_common_area": "COMMONAREA_AVG",
    "building_lifts": "ELEVATORS_AVG",
    "building_entrances": "ENTRANCES_AVG",
    "building_highest_floor": "FLOORSMAX_AVG",
    "building_lowest_floor": "FLOORSMIN_AVG",
    "building_land_area": "LANDAREA_AVG",
    "building_living_area": "LIVINGAREA_AVG",
    "building_non_living_area": "NONLIVINGAREA_AVG",
    "building_total_area": "TOTALAREA_MODE",
}
# What comes about as the number of days before the application.
YEARS_SINCE = {
    "age_years": "DAYS_BIRTH",
    "years_since_identity_document": "DAYS_ID_PUBLISH",
    "years_since_registration": "DAYS_REGISTRATION",
    "years_since_phone_change": "DAYS_LAST_PHONE_CHANGE",
    "employment_years": "DAYS_EMPLOYED",
}
CONTACTS = ["FLAG_MOBIL", "FLAG_EMP_PHONE", "FLAG_WORK_PHONE", "FLAG_PHONE", "FLAG_EMAIL"]
DOCUMENTS = [f"FLAG_DOCUMENT_{number}" for number in range(2, 22)]
ADDRESSES = [column for column in PLAIN.values() if "_NOT_" in column]
SCORES = ["EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"]
# Each stretch of time leaves out the shorter ones.
ENQUIRIES = [
    f"AMT_REQ_CREDIT_BUREAU_{stretch}" for stretch in ("HOUR", "DAY", "WEEK", "MON", "QRT", "YEAR")
]
OTHERS = ["NAME_INCOME_TYPE", "FLAG_OWN_REALTY", "FLAG_OWN_CAR", "EMERGENCYSTATE_MODE"]
APPLICATION_COLUMNS = [
    CLIENT,
    *dict.fromkeys(
        [
            *PLAIN.values(),
            *BUILDING.values(),
            *YEARS_SINCE.values(),
            *CONTACTS,
            *DOCUMENTS,
            *ENQUIRIES,
            *OTHERS,
        ]
    ),
]
