"""Features of ``application_train`` and ``application_test``, which have one row a client."""

from pathlib import Path

import pandas as pd

from lib.features.windows import DAYS_PER_YEAR
from tests.benchmarks.oracle.arithmetic import CLIENT, ratio, yes_no
from tests.benchmarks.oracle.reading import read_table

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
NEEDED = {
    "application_train": [*APPLICATION_COLUMNS, "TARGET"],
    "application_test": APPLICATION_COLUMNS,
}


def application_features(folder: Path) -> pd.DataFrame:
    """Describe each client by the application alone, with the target where it is known."""
    read = [read_table(folder, name, columns) for name, columns in NEEDED.items()]
    t = pd.concat(read, ignore_index=True).set_index(CLIENT)
    columns = {"target": "TARGET", **PLAIN, **BUILDING}
    plain = t[list(columns.values())].set_axis(list(columns), axis=1)
    computed = [person(t), employment_and_household(t), building(t), request(t), enquiries(t)]
    return pd.concat([plain, *computed, scores(t)], axis=1)


def person(t: pd.DataFrame) -> pd.DataFrame:
    """Measure ages, and count what the client gave."""
    ages = {name: -t[column] / DAYS_PER_YEAR for name, column in YEARS_SINCE.items()}
    return pd.DataFrame(
        {
            **ages,
            "share_of_life_since_registration": t["DAYS_REGISTRATION"] / t["DAYS_BIRTH"],
            "share_of_life_since_identity_document": t["DAYS_ID_PUBLISH"] / t["DAYS_BIRTH"],
            "number_of_contact_details": t[CONTACTS].sum(axis=1, skipna=False),
            "number_of_documents_given": t[DOCUMENTS].sum(axis=1, skipna=False),
            "number_of_address_differences": t[ADDRESSES].sum(axis=1, skipna=False),
        }
    )


def employment_and_household(t: pd.DataFrame) -> pd.DataFrame:
    """Compare the job with the age and the income with the household."""
    income_type = t["NAME_INCOME_TYPE"].astype("str")
    return pd.DataFrame(
        {
            # A leave to have a child is employment.
            "income_type": income_type.mask(income_type == "Maternity leave", "Working"),
            "employment_share_of_life": t["DAYS_EMPLOYED"] / t["DAYS_BIRTH"],
            "age_when_employed": (t["DAYS_EMPLOYED"] - t["DAYS_BIRTH"]) / DAYS_PER_YEAR,
            "income_per_family_member": ratio(t["AMT_INCOME_TOTAL"], t["CNT_FAM_MEMBERS"]),
            "income_to_region_rating": ratio(t["AMT_INCOME_TOTAL"], t["REGION_RATING_CLIENT"]),
            "income_to_region_population": ratio(
                t["AMT_INCOME_TOTAL"], t["REGION_POPULATION_RELATIVE"] * 100
            ),
            "owns_home": yes_no(t["FLAG_OWN_REALTY"], "Y"),
            "owns_car": yes_no(t["FLAG_OWN_CAR"], "Y"),
            "share_of_acquaintances_30_days_late": ratio(
                t["DEF_30_CNT_SOCIAL_CIRCLE"].clip(upper=t["OBS_30_CNT_SOCIAL_CIRCLE"]),
                t["OBS_30_CNT_SOCIAL_CIRCLE"],
            ),
        }
    )


def building(t: pd.DataFrame) -> pd.DataFrame:
    """Say what is known of the building."""
    return pd.DataFrame(
        {
            "building_in_disrepair": yes_no(t["EMERGENCYSTATE_MODE"], "Yes"),
            "share_of_building_details_given": t[list(BUILDING.values())].notna().mean(axis=1),
        }
    )


def request(t: pd.DataFrame) -> pd.DataFrame:
    """Compare what is asked for with income and goods."""
    credit, annuity, goods = t["AMT_CREDIT"], t["AMT_ANNUITY"], t["AMT_GOODS_PRICE"]
    income = t["AMT_INCOME_TOTAL"]
    return pd.DataFrame(
        {
            "credit_to_income": ratio(credit, income),
            "annuity_to_income": ratio(annuity, income),
            "goods_price_to_income": ratio(goods, income),
            "credit_to_goods_price": ratio(credit, goods),
            "credit_above_goods_price": credit - goods,
            "implied_duration_months": ratio(credit, annuity),
        }
    )


def enquiries(t: pd.DataFrame) -> pd.DataFrame:
    """Count enquiries, each stretch of time with the shorter ones in it."""
    longer = t[ENQUIRIES].cumsum(axis=1, skipna=False)
    names = ["last_hour", "last_day", "last_week", "last_month", "last_quarter", "last_year"]
    counts = longer.set_axis([f"enquiries_{name}" for name in names], axis=1)
    return counts.drop(columns="enquiries_last_hour")


def scores(t: pd.DataFrame) -> pd.DataFrame:
    """Take the external scores together."""
    known = t[SCORES]
    return pd.DataFrame(
        {
            "mean_external_score": known.mean(axis=1),
            "lowest_external_score": known.min(axis=1),
            "highest_external_score": known.max(axis=1),
            "external_scores_spread": known.max(axis=1) - known.min(axis=1),
            "product_of_external_scores_2_and_3": known[SCORES[1:]].prod(axis=1, skipna=False),
            "product_of_external_scores": known.prod(axis=1, skipna=False),
            "external_scores_missing": known.isna().sum(axis=1),
        }
    )
