import pytest

MONTH = 30.4375


def application(number, day, status, *, reason=None, **more):
    return {
        "SK_ID_CURR": 1,
        "SK_ID_PREV": number,
        "DAYS_DECISION": day,
        "NAME_CONTRACT_STATUS": status,
        "CODE_REJECT_REASON": reason,
        **more,
    }


LOAN = {"NAME_CONTRACT_TYPE": "Cash loans", "AMT_APPLICATION": 1000.0}
APPLICATIONS = [
    application(
        1,
        -900,
        "Approved",
        **LOAN,
        AMT_CREDIT=1200.0,
        AMT_ANNUITY=60.0,
        CNT_PAYMENT=24.0,
        DAYS_FIRST_DUE=-870.0,
        DAYS_LAST_DUE=-200.0,
        DAYS_LAST_DUE_1ST_VERSION=-170.0,
        DAYS_TERMINATION=-190.0,
        NAME_YIELD_GROUP="high",
    ),
    application(
        2,
        -700,
        "Refused",
        reason="HC",
        **LOAN,
        AMT_CREDIT=1000.0,
        RATE_DOWN_PAYMENT=0.9,
        AMT_DOWN_PAYMENT=900.0,
        NAME_YIELD_GROUP="high",
    ),
    application(3, -400, "Canceled", NAME_CONTRACT_TYPE="Consumer loans", AMT_APPLICATION=0.0),
    application(
        4,
        -100,
        "Approved",
        NAME_CONTRACT_TYPE="Consumer loans",
        AMT_APPLICATION=500.0,
        AMT_CREDIT=400.0,
        AMT_ANNUITY=50.0,
        CNT_PAYMENT=12.0,
        DAYS_FIRST_DUE=-70.0,
        DAYS_LAST_DUE_1ST_VERSION=304.375,
        RATE_DOWN_PAYMENT=0.2,
        AMT_DOWN_PAYMENT=100.0,
        NAME_YIELD_GROUP="low_normal",
    ),
    application(5, -100, "Refused", reason="SCO", **LOAN),  # the same day, a higher number: last
]


@pytest.fixture(scope="module")
def client(features_of):
    request = {
        "SK_ID_CURR": 1,
        "AMT_CREDIT": 1600.0,
        "AMT_ANNUITY": 110.0,
        "AMT_GOODS_PRICE": 1320.0,
    }
    return features_of({"application_train": [request], "previous_application": APPLICATIONS})[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_previous_applications", 5),
        ("number_of_previous_applications_last_12_months", 2),
        ("number_of_approved_applications", 2),
        ("number_of_refused_applications", 2),
        ("number_of_cancelled_applications", 1),
        ("number_of_refusals_by_rule", 1),
        ("number_of_refusals_by_score", 1),
        ("share_of_refused_applications", 2 / 5),
        ("share_of_refused_applications_last_12_months", 1 / 2),
        ("last_application_was_refused", 1.0),
        ("last_application_was_approved", 0.0),
        ("share_of_refused_applications_last_3", 1 / 3),
        ("share_of_approved_applications_last_3", 1 / 3),
        ("share_of_approved_applications_last_5", 2 / 5),
        ("months_since_last_approval", 100 / MONTH),
        ("months_since_first_previous_application", 900 / MONTH),
        ("mean_amount_asked_before", 3500 / 4),  # an application for nothing names no amount
        ("mean_amount_granted_before", 800.0),
        ("mean_granted_to_asked", (1.2 + 0.8) / 2),
        ("lowest_granted_to_asked", 0.8),
        ("mean_yearly_interest_before", (0.2 / 2 + 0.5) / 2),
        ("mean_previous_duration", 18.0),
        ("share_of_previous_credits_at_high_rate", 1 / 2),
        ("share_of_cash_loans_before", 3 / 5),
        ("share_of_previous_credits_at_low_rate", 1 / 2),
        ("mean_down_payment_share", 0.2),
        ("largest_down_payment_share", 0.2),
        ("mean_down_payment", 100.0),
        ("number_of_running_credits_with_us", 1),
        ("amount_of_running_credits_with_us", 400.0),
        ("longest_remaining_duration_with_us", 10.0),
        ("mean_months_ended_early_with_us", 30 / MONTH),
        ("credit_to_mean_granted_before", 2.0),
        ("annuity_to_mean_previous_annuity", 2.0),
        ("implied_duration_to_longest_before", 1600 / 110 / 24),
        ("yearly_interest_if_as_long_as_before", (110 * 24 / 1600 - 1) / 2),
        ("yearly_cost_of_goods_if_as_long_as_before", 1 / 2),
    ],
)
def test_previous_applications_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


def test_a_credit_that_must_last_longer_than_any_before_costs_nothing_yet(features_of):
    request = {"SK_ID_CURR": 1, "AMT_CREDIT": 2500.0, "AMT_ANNUITY": 100.0}
    rows = {"application_train": [request], "previous_application": APPLICATIONS}
    client = features_of(rows)[1]
    assert client["implied_duration_to_longest_before"] == pytest.approx(25 / 24)
    assert client["yearly_interest_if_as_long_as_before"] == 0.0


@pytest.mark.parametrize(
    "feature", ["amount_of_running_credits_with_us", "annuities_of_running_credits_with_us"]
)
def test_who_applied_but_has_no_running_credit_owes_0_on_it(features_of, feature):
    refused, nobody = {"SK_ID_CURR": 1}, {"SK_ID_CURR": 2}
    rows = features_of(
        {"application_train": [refused, nobody], "previous_application": APPLICATIONS[1:2]}
    )
    assert rows[1][feature] == 0.0
    assert rows[2][feature] is None


def test_numbers_of_applications_may_have_any_length(features_of):
    applications = [
        application(10**17, -701, "Approved", **LOAN),
        application(7, -700, "Refused", reason="HC", **LOAN),
        application(5 * 10**16, -700, "Canceled", **LOAN),
    ]
    rows = {"application_train": [{"SK_ID_CURR": 1}], "previous_application": applications}
    client = features_of(rows)[1]
    assert client["last_application_was_refused"] == 0.0
    assert client["last_application_was_approved"] == 0.0
    assert client["share_of_approved_applications_last_3"] == pytest.approx(1 / 3)
