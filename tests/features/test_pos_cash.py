import pytest


def month(loan, when, status, planned, left, days=0, notable=0):
    return {
        "SK_ID_CURR": 1,
        "SK_ID_PREV": loan,
        "MONTHS_BALANCE": when,
        "NAME_CONTRACT_STATUS": status,
        "CNT_INSTALMENT": planned,
        "CNT_INSTALMENT_FUTURE": left,
        "SK_DPD": days,
        "SK_DPD_DEF": notable,
    }


MONTHS = [
    month(10, -20, "Active", 6.0, 6.0),
    month(10, -19, "Active", 6.0, 5.0, days=9),
    month(10, -18, "Completed", 3.0, 0.0),
    month(11, -3, "Active", 10.0, 10.0),
    month(11, -2, "Active", 10.0, 9.0, days=20, notable=20),
    month(11, -1, "Active", 10.0, 8.0),
]


@pytest.fixture(scope="module")
def client(features_of):
    return features_of({"application_train": [{"SK_ID_CURR": 1}], "POS_CASH_balance": MONTHS})[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_loan_months", 6),
        ("number_of_loan_months_last_12_months", 3),
        ("share_of_loan_months_past_due", 2 / 6),
        ("share_of_loan_months_well_past_due", 1 / 6),
        ("share_of_loan_months_past_due_last_12_months", 1 / 3),
        ("most_days_a_loan_was_past_due", 20),
        ("mean_days_loans_were_past_due", 20 / 6),
        ("months_since_a_loan_was_past_due", 2),
        ("number_of_loans_with_us", 2),
        ("number_of_completed_loans_with_us", 1),
        ("share_of_completed_loans_with_us", 1 / 2),
        ("number_of_running_loans_with_us", 1),
        ("share_of_loans_with_a_shortened_schedule", 1 / 2),
        ("share_of_loans_completed_early", 1.0),
        ("number_of_payments_left", 8),
        ("share_of_payments_left", 0.8),
    ],
)
def test_months_of_loans_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)
