import pytest

ANNE = {
    "SK_ID_CURR": 1,
    "TARGET": 1,
    "NAME_CONTRACT_TYPE": "Cash loans",
    "CODE_GENDER": "F",
    "FLAG_OWN_CAR": "Y",
    "FLAG_OWN_REALTY": "N",
    "CNT_CHILDREN": 1,
    "CNT_FAM_MEMBERS": 3.0,
    "AMT_INCOME_TOTAL": 90_000.0,
    "AMT_CREDIT": 360_000.0,
    "AMT_ANNUITY": 18_000.0,
    "AMT_GOODS_PRICE": 300_000.0,
    "DAYS_BIRTH": -14_610,  # 40 years
    "DAYS_EMPLOYED": -3_652,
    "REGION_RATING_CLIENT": 2,
    "REGION_POPULATION_RELATIVE": 0.02,
    "NAME_INCOME_TYPE": "Maternity leave",
    "EXT_SOURCE_1": 0.2,
    "EXT_SOURCE_2": 0.5,
    "EXT_SOURCE_3": 0.8,
    "FLAG_MOBIL": 1,
    "FLAG_PHONE": 1,
    "FLAG_EMAIL": 1,
    "FLAG_EMP_PHONE": 0,
    "FLAG_WORK_PHONE": 1,
    **{f"FLAG_DOCUMENT_{i}": int(i in (3, 8)) for i in range(2, 22)},
    "AMT_REQ_CREDIT_BUREAU_HOUR": 1.0,
    "AMT_REQ_CREDIT_BUREAU_DAY": 0.0,
    "AMT_REQ_CREDIT_BUREAU_WEEK": 2.0,
    "AMT_REQ_CREDIT_BUREAU_MON": 1.0,
    "AMT_REQ_CREDIT_BUREAU_QRT": 0.0,
    "AMT_REQ_CREDIT_BUREAU_YEAR": 3.0,
    "OBS_30_CNT_SOCIAL_CIRCLE": 4.0,
    "DEF_30_CNT_SOCIAL_CIRCLE": 1.0,
    "LIVINGAREA_AVG": 0.1,
    "EMERGENCYSTATE_MODE": "No",
}
PAUL = {"SK_ID_CURR": 2, "AMT_INCOME_TOTAL": 0.0, "AMT_CREDIT": 100.0, "EXT_SOURCE_2": 0.4}


@pytest.fixture(scope="module")
def clients(features_of):
    return features_of({"application_train": [ANNE], "application_test": [PAUL]})


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("age_years", 40.0),
        ("employment_years", 3_652 / 365.25),
        ("employment_share_of_life", 3_652 / 14_610),
        ("age_when_employed", 40 - 3_652 / 365.25),
        ("credit_to_income", 4.0),
        ("annuity_to_income", 0.2),
        ("credit_to_goods_price", 1.2),
        ("credit_above_goods_price", 60_000.0),
        ("implied_duration_months", 20.0),
        ("income_per_family_member", 30_000.0),
        ("income_to_region_rating", 45_000.0),
        ("income_to_region_population", 45_000.0),
        ("mean_external_score", 0.5),
        ("lowest_external_score", 0.2),
        ("highest_external_score", 0.8),
        ("external_scores_spread", 0.6),
        ("product_of_external_scores", 0.08),
        ("external_scores_missing", 0.0),
        ("number_of_documents_given", 2.0),
        ("number_of_contact_details", 4.0),  # mobile and home phone, phone at work, e-mail
        ("enquiries_last_day", 1.0),
        ("enquiries_last_week", 3.0),
        ("enquiries_last_month", 4.0),
        ("enquiries_last_year", 7.0),
        ("share_of_acquaintances_30_days_late", 0.25),
        ("owns_car", 1.0),
        ("owns_home", 0.0),
        ("building_in_disrepair", 0.0),
        ("share_of_building_details_given", 1 / 13),
    ],
)
def test_numbers_of_a_client_worked_out_by_hand(clients, feature, value):
    assert clients[1][feature] == pytest.approx(value)


def test_categories_are_kept_but_a_maternity_leave_is_employment(clients):
    assert clients[1]["gender"] == "F"
    assert clients[1]["contract_type"] == "Cash loans"
    assert clients[1]["income_type"] == "Working"


def test_both_tables_are_united_and_only_the_known_outcome_is_there(clients):
    assert {number: row["target"] for number, row in clients.items()} == {1: 1, 2: None}


@pytest.mark.parametrize("feature", ["credit_to_income", "annuity_to_income", "gender", "owns_car"])
def test_what_cannot_be_known_is_missing(clients, feature):
    assert clients[2][feature] is None


def test_external_scores_together_use_those_that_are_there(clients):
    assert clients[2]["mean_external_score"] == pytest.approx(0.4)
    assert clients[2]["external_scores_spread"] == pytest.approx(0.0)
    assert clients[2]["external_scores_missing"] == 2.0
    assert clients[2]["product_of_external_scores"] is None


def test_what_happened_on_the_day_of_the_application_was_0_years_ago_not_minus_0(features_of):
    today = {"SK_ID_CURR": 4, "DAYS_LAST_PHONE_CHANGE": 0.0, "DAYS_REGISTRATION": 0.0}
    row = features_of({"application_test": [today | {"DAYS_BIRTH": -9_000}]})[4]
    for name in ("years_since_phone_change", "share_of_life_since_registration"):
        assert row[name].hex() == "0x0.0p+0", name


def test_without_any_external_score_their_mean_is_missing(features_of):
    rows = features_of({"application_test": [{"SK_ID_CURR": 3}]})
    assert rows[3]["mean_external_score"] is None
    assert rows[3]["lowest_external_score"] is None
    assert rows[3]["external_scores_missing"] == 3.0
