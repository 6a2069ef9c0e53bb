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
        ("mean_number_of_payments_of_loans", 8.0),  # of loans, not of their months
        ("number_of_payments_left", 8),
        ("share_of_payments_left", 0.8),
    ],
)
def test_months_of_loans_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


@pytest.fixture(scope="module")
def with_months(features_of):
    def build(*months):
        rows = {"application_train": [{"SK_ID_CURR": 1}], "POS_CASH_balance": list(months)}
        return features_of(rows)[1]

    return build


@pytest.mark.parametrize(
    ("planned", "share"), [([6.0, 3.0], 1.0), ([6.0, 9.0], 0.0), ([6.0, 6.0], 0.0)]
)
def test_a_schedule_is_shortened_when_it_ends_shorter_than_it_was(with_months, planned, share):
    first, last = planned
    client = with_months(
        month(10, -2, "Active", first, 6.0),
        month(10, -1, "Active", last, 5.0),
    )
    assert client["share_of_loans_with_a_shortened_schedule"] == share


@pytest.mark.parametrize(("last_seen", "count"), [(-3, 1), (-4, 0)])
def test_a_loan_not_seen_for_3_months_no_longer_runs(with_months, last_seen, count):
    client = with_months(month(10, last_seen, "Active", 10.0, 4.0))
    assert client["number_of_running_loans_with_us"] == count
    assert client["number_of_payments_left"] == 4 * count
    assert client["share_of_payments_left"] == (0.4 if count else None)


def test_a_loan_whose_last_month_has_two_rows_is_one_loan(with_months):
    client = with_months(
        month(10, -1, "Active", 10.0, 1.0),
        month(10, -1, "Completed", 10.0, 0.0),
        month(11, -1, "Active", 10.0, 8.0),
        month(11, -1, "Active", 10.0, 8.0),
    )
    assert client["number_of_completed_loans_with_us"] == 1
    assert client["share_of_completed_loans_with_us"] == 1 / 2
    assert client["number_of_running_loans_with_us"] == 1
    assert client["number_of_payments_left"] == 8
