"""What the client says of themselves and asks for: ``application_train`` and ``application_test``.

Their one row a client, united; all other tables are joined to it.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from lib.features.catalogue.windows import DAYS_PER_YEAR
from lib.features.expressions import CLIENT, ago, known_flag, number, ratio

DOCUMENTS = [f"FLAG_DOCUMENT_{i}" for i in range(2, 22)]
CONTACTS = ["FLAG_MOBIL", "FLAG_EMP_PHONE", "FLAG_WORK_PHONE", "FLAG_PHONE", "FLAG_EMAIL"]
ELSEWHERE = {
    "lives_outside_registered_region": "REG_REGION_NOT_LIVE_REGION",
    "works_outside_registered_region": "REG_REGION_NOT_WORK_REGION",
    "works_outside_home_region": "LIVE_REGION_NOT_WORK_REGION",
    "lives_outside_registered_city": "REG_CITY_NOT_LIVE_CITY",
    "works_outside_registered_city": "REG_CITY_NOT_WORK_CITY",
    "works_outside_home_city": "LIVE_CITY_NOT_WORK_CITY",
}
# The application counts enquiries in stretches that exclude each other, shortest first.
ENQUIRIES = ["HOUR", "DAY", "WEEK", "MON", "QRT", "YEAR"]
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


def applications(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Unite the applications whose outcome is known with those whose outcome is not."""
    known = tables["application_train"]
    unknown = tables["application_test"].mutate(TARGET=ibis.null(known.TARGET.type()))
    return ibis.union(known, unknown.select(known.columns), distinct=False)


def application_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client by the application alone, with ``TARGET`` beside it."""
    t = applications(tables)
    return t.select(CLIENT, target=t.TARGET.cast("int8"), **from_application(t))


def from_application(t: ir.Table) -> dict[str, ir.Value]:
    """Give every feature of a table that has the columns of an application."""
    return {
        **person(t),
        **contacts(t),
        **places(t),
        **employment(t),
        **household(t),
        **surroundings(t),
        **building(t),
        **credit_requested(t),
        **external_scores(t),
        **enquiries(t),
    }


def years_since(days: ir.Value) -> ir.Value:
    """Turn days counted back from the application into years."""
    return ago(days) / DAYS_PER_YEAR


def total(t: ir.Table, columns: list[str]) -> ir.Value:
    """Add up columns of a row; missing when one of them is."""
    first, *rest = (number(t[column]) for column in columns)
    return sum(rest, first)


def person(t: ir.Table) -> dict[str, ir.Value]:
    """Say who the client is."""
    return {
        "age_years": years_since(t.DAYS_BIRTH),
        "gender": t.CODE_GENDER,
        "education": t.NAME_EDUCATION_TYPE,
        "years_since_identity_document": years_since(t.DAYS_ID_PUBLISH),
        "years_since_registration": years_since(t.DAYS_REGISTRATION),
        "years_since_phone_change": years_since(t.DAYS_LAST_PHONE_CHANGE),
        "share_of_life_since_registration": ratio(ago(t.DAYS_REGISTRATION), ago(t.DAYS_BIRTH)),
        "share_of_life_since_identity_document": ratio(ago(t.DAYS_ID_PUBLISH), ago(t.DAYS_BIRTH)),
    }


def contacts(t: ir.Table) -> dict[str, ir.Value]:
    """Say how the client can be reached, and what was handed in."""
    return {
        "gave_employer_phone": number(t.FLAG_EMP_PHONE),
        "gave_work_phone": number(t.FLAG_WORK_PHONE),
        "gave_home_phone": number(t.FLAG_PHONE),
        "gave_email": number(t.FLAG_EMAIL),
        "mobile_phone_answers": number(t.FLAG_CONT_MOBILE),
        "number_of_contact_details": total(t, CONTACTS),
        "number_of_documents_given": total(t, DOCUMENTS),
        "gave_document_3": number(t.FLAG_DOCUMENT_3),
        "gave_document_6": number(t.FLAG_DOCUMENT_6),
        "gave_document_8": number(t.FLAG_DOCUMENT_8),
        "accompanied_by": t.NAME_TYPE_SUITE,
        "application_weekday": t.WEEKDAY_APPR_PROCESS_START,
        "application_hour": number(t.HOUR_APPR_PROCESS_START),
    }


def places(t: ir.Table) -> dict[str, ir.Value]:
    """Say where the client lives and works."""
    return {
        **{name: number(t[column]) for name, column in ELSEWHERE.items()},
        "number_of_address_differences": total(t, list(ELSEWHERE.values())),
        "region_rating": number(t.REGION_RATING_CLIENT),
        "region_and_city_rating": number(t.REGION_RATING_CLIENT_W_CITY),
        "region_population_share": number(t.REGION_POPULATION_RELATIVE),
    }


def employment(t: ir.Table) -> dict[str, ir.Value]:
    """Say what the client lives on."""
    # Being pregnant is nobody's business here: a leave is employment.
    income_type = ibis.ifelse(
        t.NAME_INCOME_TYPE == "Maternity leave", "Working", t.NAME_INCOME_TYPE
    )
    return {
        "income_total": number(t.AMT_INCOME_TOTAL),
        "income_to_region_rating": ratio(t.AMT_INCOME_TOTAL, t.REGION_RATING_CLIENT),
        "income_to_region_population": ratio(
            t.AMT_INCOME_TOTAL, number(t.REGION_POPULATION_RELATIVE) * 100
        ),
        "income_type": income_type,
        "occupation": t.OCCUPATION_TYPE,
        "organisation_type": t.ORGANIZATION_TYPE,
        "employment_years": years_since(t.DAYS_EMPLOYED),
        "employment_share_of_life": ratio(ago(t.DAYS_EMPLOYED), ago(t.DAYS_BIRTH)),
        "age_when_employed": years_since(t.DAYS_BIRTH) - years_since(t.DAYS_EMPLOYED),
    }


def household(t: ir.Table) -> dict[str, ir.Value]:
    """Say with whom and how the client lives."""
    return {
        "family_status": t.NAME_FAMILY_STATUS,
        "children": number(t.CNT_CHILDREN),
        "family_members": number(t.CNT_FAM_MEMBERS),
        "income_per_family_member": ratio(t.AMT_INCOME_TOTAL, t.CNT_FAM_MEMBERS),
        "housing_type": t.NAME_HOUSING_TYPE,
        "owns_home": known_flag(t.FLAG_OWN_REALTY == "Y"),
        "owns_car": known_flag(t.FLAG_OWN_CAR == "Y"),
        "car_age_years": number(t.OWN_CAR_AGE),
    }


def surroundings(t: ir.Table) -> dict[str, ir.Value]:
    """Say how people around the client repay, as the application has it."""
    return {
        "acquaintances_observed": number(t.OBS_30_CNT_SOCIAL_CIRCLE),
        "acquaintances_30_days_late": number(t.DEF_30_CNT_SOCIAL_CIRCLE),
        "acquaintances_60_days_late": number(t.DEF_60_CNT_SOCIAL_CIRCLE),
        "share_of_acquaintances_30_days_late": ratio(
            t.DEF_30_CNT_SOCIAL_CIRCLE, t.OBS_30_CNT_SOCIAL_CIRCLE
        ),
    }


def building(t: ir.Table) -> dict[str, ir.Value]:
    """Describe the building, in marks from 0 to 1 (the lender's own scale)."""
    known = sum(
        (t[column].notnull().cast("float64") for column in BUILDING.values()),
        ibis.literal(0.0, "float64"),
    )
    return {
        **{name: number(t[column]) for name, column in BUILDING.items()},
        "building_kind": t.HOUSETYPE_MODE,
        "building_walls": t.WALLSMATERIAL_MODE,
        "building_in_disrepair": known_flag(t.EMERGENCYSTATE_MODE == "Yes"),
        "share_of_building_details_given": known / float(len(BUILDING)),
    }


def credit_requested(t: ir.Table) -> dict[str, ir.Value]:
    """Say what is asked for, and compare it with income."""
    credit, annuity, goods = t.AMT_CREDIT, t.AMT_ANNUITY, t.AMT_GOODS_PRICE
    return {
        "contract_type": t.NAME_CONTRACT_TYPE,
        "credit_amount": number(credit),
        "annuity_amount": number(annuity),
        "goods_price": number(goods),
        "credit_to_income": ratio(credit, t.AMT_INCOME_TOTAL),
        "annuity_to_income": ratio(annuity, t.AMT_INCOME_TOTAL),
        "goods_price_to_income": ratio(goods, t.AMT_INCOME_TOTAL),
        "credit_to_goods_price": ratio(credit, goods),
        "credit_above_goods_price": number(credit) - number(goods),
        "implied_duration_months": ratio(credit, annuity),
    }


def external_scores(t: ir.Table) -> dict[str, ir.Value]:
    """Give the external scores alone and together."""
    scores = [number(t[f"EXT_SOURCE_{i}"]) for i in (1, 2, 3)]
    first, second, third = scores
    known = sum((s.notnull().cast("float64") for s in scores), ibis.literal(0.0, "float64"))
    added = sum((s.fill_null(0.0) for s in scores), ibis.literal(0.0, "float64"))
    lowest, highest = ibis.least(*scores), ibis.greatest(*scores)
    return {
        "external_score_1": first,
        "external_score_2": second,
        "external_score_3": third,
        "mean_external_score": ratio(added, known),
        "lowest_external_score": lowest,
        "highest_external_score": highest,
        "external_scores_spread": highest - lowest,
        "product_of_external_scores_2_and_3": second * third,
        "product_of_external_scores": first * second * third,
        "external_scores_missing": ibis.literal(3.0, "float64") - known,
    }


def enquiries(t: ir.Table) -> dict[str, ir.Value]:
    """Count enquiries at the credit bureau, each stretch with the shorter ones in it."""
    columns = [f"AMT_REQ_CREDIT_BUREAU_{stretch}" for stretch in ENQUIRIES]
    return {
        "enquiries_last_day": total(t, columns[:2]),
        "enquiries_last_week": total(t, columns[:3]),
        "enquiries_last_month": total(t, columns[:4]),
        "enquiries_last_quarter": total(t, columns[:5]),
        "enquiries_last_year": total(t, columns),
    }
