import pytest

CREDITS = [
    {
        "SK_ID_CURR": 1,
        "SK_ID_BUREAU": 51,
        "CREDIT_ACTIVE": "Active",
        "CREDIT_TYPE": "Consumer credit",
        "DAYS_CREDIT": -100,
        "DAYS_CREDIT_ENDDATE": 265.0,
        "AMT_CREDIT_SUM": 1000.0,
        "AMT_CREDIT_SUM_DEBT": 400.0,
        "AMT_CREDIT_SUM_OVERDUE": 40.0,
        "CREDIT_DAY_OVERDUE": 7,
        "CNT_CREDIT_PROLONG": 2,
        "AMT_ANNUITY": 50.0,
    },
    {
        "SK_ID_CURR": 1,
        "SK_ID_BUREAU": 52,
        "CREDIT_ACTIVE": "Active",
        "CREDIT_TYPE": "Credit card",
        "DAYS_CREDIT": -700,
        "DAYS_CREDIT_ENDDATE": 31_000.0,  # no end
        "AMT_CREDIT_SUM": 3000.0,
        "AMT_CREDIT_SUM_DEBT": 1600.0,
        "AMT_CREDIT_SUM_OVERDUE": 0.0,
        "CREDIT_DAY_OVERDUE": 0,
        "CNT_CREDIT_PROLONG": 0,
    },
    {
        "SK_ID_CURR": 1,
        "SK_ID_BUREAU": 53,
        "CREDIT_ACTIVE": "Closed",
        "CREDIT_TYPE": "Consumer credit",
        "DAYS_CREDIT": -1300,
        "DAYS_CREDIT_ENDDATE": -900.0,
        "DAYS_ENDDATE_FACT": -1000.0,
        "AMT_CREDIT_SUM": 500.0,
        "AMT_CREDIT_SUM_DEBT": 0.0,
        "AMT_CREDIT_MAX_OVERDUE": 25.0,
        "CREDIT_DAY_OVERDUE": 0,
        "CNT_CREDIT_PROLONG": 0,
    },
]
MONTH = 30.4375


@pytest.fixture(scope="module")
def client(features_of):
    application = {"SK_ID_CURR": 1, "AMT_INCOME_TOTAL": 1000.0, "AMT_ANNUITY": 100.0}
    return features_of({"application_train": [application], "bureau": CREDITS})[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_credits_elsewhere", 3),
        ("number_of_credits_elsewhere_last_12_months", 1),
        ("number_of_credits_elsewhere_last_24_months", 2),
        ("number_of_running_credits_elsewhere", 2),
        ("number_of_closed_credits_elsewhere", 1),
        ("number_of_credit_cards_elsewhere", 1),
        ("number_of_microloans_elsewhere", 0),
        ("number_of_kinds_of_credit_elsewhere", 2),
        ("share_of_credits_elsewhere_running", 2 / 3),
        ("share_of_credits_elsewhere_taken_last_12_months", 1 / 3),
        ("months_since_first_credit_elsewhere", 1300 / MONTH),
        ("months_since_last_credit_elsewhere", 100 / MONTH),
        ("mean_age_of_credits_elsewhere", 2100 / 3 / 365.25),
        ("mean_months_between_credits_elsewhere", 1200 / 2 / MONTH),
        ("debt_elsewhere", 2000.0),
        ("debt_on_cards_elsewhere", 1600.0),
        ("debt_to_credit_elsewhere", 0.5),
        ("amount_overdue_elsewhere", 40.0),
        ("overdue_to_debt_elsewhere", 0.02),
        ("longest_overdue_elsewhere", 7),
        ("share_of_credits_ever_overdue_elsewhere", 2 / 3),
        ("number_of_prolongations_elsewhere", 2),
        ("longest_remaining_duration_elsewhere", 265 / MONTH),
        ("mean_months_repaid_early_elsewhere", 100 / MONTH),
        ("share_of_credits_repaid_early_elsewhere", 1.0),
        ("debt_elsewhere_to_income", 2.0),
        ("all_annuities_to_income", 0.15),
    ],
)
def test_credits_elsewhere_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


def test_an_end_tens_of_years_away_is_no_end(client):
    assert client["mean_remaining_duration_elsewhere"] == pytest.approx(265 / MONTH)
