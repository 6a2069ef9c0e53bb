import pytest


def month(when, balance, limit, drawn, cash, minimum, payment, days=0, card=10):
    return {
        "SK_ID_CURR": 1,
        "SK_ID_PREV": card,
        "MONTHS_BALANCE": when,
        "AMT_BALANCE": balance,
        "AMT_CREDIT_LIMIT_ACTUAL": limit,
        "AMT_DRAWINGS_CURRENT": drawn,
        "AMT_DRAWINGS_ATM_CURRENT": cash,
        "CNT_DRAWINGS_ATM_CURRENT": None if cash is None else float(cash > 0),
        "AMT_INST_MIN_REGULARITY": minimum,
        "AMT_PAYMENT_TOTAL_CURRENT": payment,
        "SK_DPD": days,
    }


MONTHS = [
    month(-10, -5.0, 1000, 0.0, None, 0.0, 0.0),  # paid too much: nothing is owed
    month(-8, 100.0, 0, 100.0, 100.0, None, 0.0),  # no limit: its use is unknown
    month(-2, 1200.0, 1000, 300.0, 0.0, 100.0, 50.0, days=12),
    month(-1, 300.0, 500, 0.0, 0.0, 100.0, 300.0),
]


@pytest.fixture(scope="module")
def client(features_of):
    return features_of(
        {
            "application_train": [{"SK_ID_CURR": 1, "AMT_INCOME_TOTAL": 10_000.0}],
            "credit_card_balance": MONTHS,
        }
    )[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_card_months", 4),
        ("number_of_card_months_last_6_months", 2),
        ("mean_card_use", (0 + 1.2 + 0.6) / 3),
        ("mean_card_use_last_6_months", 0.9),
        ("rise_in_card_use", 0.3),
        ("highest_card_use", 1.2),
        ("mean_card_balance", 400.0),
        ("share_of_card_months_with_a_balance", 3 / 4),
        ("share_of_card_months_over_the_limit", 1 / 4),
        ("mean_monthly_card_spending", 100.0),
        ("share_of_card_spending_in_cash", 1 / 4),
        ("share_of_card_months_with_cash_withdrawals", 1 / 4),
        ("mean_number_of_cash_withdrawals", 1 / 4),
        ("share_of_card_months_paid_below_minimum", 1 / 2),
        ("card_payments_to_minimum", 350 / 200),
        ("share_of_card_months_past_due", 1 / 4),
        ("most_days_a_card_was_past_due_last_6_months", 12),
        ("number_of_cards_with_us", 1),
        ("highest_card_limit", 1000.0),
        ("last_card_limit", 500.0),
        ("last_card_use", 0.6),
        ("cut_in_card_limit", 0.5),
        ("months_since_last_card_spending", 2),
        ("card_balance_to_income", 0.03),
    ],
)
def test_months_of_cards_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


@pytest.fixture(scope="module")
def with_months(features_of):
    def build(*months):
        rows = {"application_train": [{"SK_ID_CURR": 1}], "credit_card_balance": list(months)}
        return features_of(rows)[1]

    return build


def of_card(card, when, limit, balance=100.0):
    return month(when, balance, limit, 0.0, 0.0, 0.0, 0.0, card=card)


def test_each_card_is_compared_with_its_own_highest_limit(with_months):
    client = with_months(
        of_card(10, -2, 1000),
        of_card(10, -1, 600),
        of_card(11, -1, 1000),
        of_card(12, -5, 9000),  # no longer held in the last month
    )
    assert client["last_card_limit"] == 1600.0
    assert client["cut_in_card_limit"] == pytest.approx(1600 / 2000)


def test_a_card_whose_last_month_has_two_rows_is_one_card(with_months):
    client = with_months(of_card(10, -1, 500), of_card(10, -1, 500))
    assert client["last_card_limit"] == 500.0
    assert client["last_card_balance"] == 100.0


def test_spending_and_payments_are_compared_over_the_months_where_both_are_known(with_months):
    client = with_months(
        month(-2, 0.0, 1000, None, 500.0, 100.0, None),
        month(-1, 0.0, 1000, 200.0, 50.0, 100.0, 150.0),
    )
    assert client["share_of_card_spending_in_cash"] == pytest.approx(1 / 4)
    assert client["card_payments_to_minimum"] == pytest.approx(1.5)
    assert client["share_of_card_months_paid_below_minimum"] == 0.0
