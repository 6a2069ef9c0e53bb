from itertools import permutations

import pytest


def instalment(number, due_on, paid_on, due, paid, *, loan=10, version=1, client=1):
    return {
        "SK_ID_CURR": client,
        "SK_ID_PREV": loan,
        "NUM_INSTALMENT_NUMBER": number,
        "NUM_INSTALMENT_VERSION": float(version),
        "DAYS_INSTALMENT": None if due_on is None else float(due_on),
        "DAYS_ENTRY_PAYMENT": paid_on,
        "AMT_INSTALMENT": due,
        "AMT_PAYMENT": paid,
    }


PAYMENTS = [
    instalment(1, -1000, -1010.0, 100.0, 100.0),  # 10 days early
    instalment(2, -300, -260.0, 100.0, 100.0),  # 40 days late
    instalment(3, -80, -80.0, 100.0, 60.0),  # in two parts, the second 4 days late
    instalment(3, -80, -76.0, 100.0, 40.0),
    instalment(4, -20, None, 100.0, None),  # not paid: 20 days late so far
]


@pytest.fixture(scope="module")
def client(features_of):
    return features_of(
        {"application_train": [{"SK_ID_CURR": 1}], "installments_payments": PAYMENTS}
    )[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_instalments", 4),
        ("number_of_instalments_last_12_months", 3),
        ("number_of_instalments_last_3_months", 2),
        ("share_of_instalments_paid_late", 3 / 4),
        ("share_of_instalments_paid_late_last_12_months", 1.0),
        ("rise_in_late_instalments", 1 / 4),
        ("mean_days_instalments_were_late", (0 + 40 + 4 + 20) / 4),
        ("mean_days_instalments_were_early", 10 / 4),
        ("most_days_an_instalment_was_late", 40),
        ("most_days_an_instalment_was_late_last_3_months", 20),
        ("share_of_instalments_paid_short", 1 / 4),
        ("amount_short_in_instalments", 100.0),
        ("share_of_amounts_due_not_paid", 1 / 4),
        ("share_of_amounts_due_not_paid_last_3_months", 1 / 2),
        ("number_of_instalments_well_late", 1),
        ("number_of_instalments_not_paid", 1),
        ("months_since_last_late_instalment", 20 / 30.4375),
        ("number_of_credits_with_instalments", 1),
    ],
)
def test_instalments_of_a_client_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


LATEST = [
    instalment(1, -200, -190.0, 100.0, 100.0, loan=11),  # 10 days late
    instalment(2, -100, -120.0, 100.0, 100.0, loan=11),  # ahead
    instalment(3, -50, -50.0, 100.0, 40.0, loan=11),  # short
    instalment(4, None, None, 100.0, 100.0, loan=11),  # of no known day
]


def test_the_credit_that_began_last_is_the_last(features_of):
    payments = [*PAYMENTS, *LATEST]
    row = features_of(
        {"application_train": [{"SK_ID_CURR": 1}], "installments_payments": payments}
    )[1]
    assert row["share_of_instalments_of_last_credit_paid_late"] == pytest.approx(1 / 3)
    assert row["mean_days_instalments_of_last_credit_were_late"] == pytest.approx(10 / 3)
    assert row["most_days_an_instalment_of_last_credit_was_late"] == 10
    assert row["paid_share_of_last_credit"] == pytest.approx(1 - 60 / 400)


def test_two_credits_that_began_on_one_day_are_both_the_last(features_of):
    payments = [
        instalment(1, -200, -190.0, 100.0, 100.0, loan=11),
        instalment(1, -200, -200.0, 100.0, 50.0, loan=12),
        instalment(1, -201, -101.0, 100.0, 0.0, loan=13),
    ]
    row = features_of(
        {"application_train": [{"SK_ID_CURR": 1}], "installments_payments": payments}
    )[1]
    assert row["share_of_instalments_of_last_credit_paid_late"] == 1 / 2
    assert row["paid_share_of_last_credit"] == 3 / 4


def test_without_a_day_no_credit_is_the_last(features_of):
    payments = [instalment(1, None, -190.0, 100.0, 100.0)]
    row = features_of(
        {"application_train": [{"SK_ID_CURR": 1}], "installments_payments": payments}
    )[1]
    assert row["share_of_instalments_of_last_credit_paid_late"] is None
    assert row["paid_share_of_last_credit"] is None


def test_an_instalment_paid_on_its_day_is_not_late(features_of):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "installments_payments": [instalment(1, -50, -50.0, 10.0, 10.0)],
        }
    )
    assert rows[1]["share_of_instalments_paid_late"] == 0.0
    assert rows[1]["months_since_last_late_instalment"] is None


@pytest.mark.parametrize(("day", "count"), [(-365, 1), (-366, 0)])
def test_a_window_ends_on_its_last_day(features_of, day, count):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "installments_payments": [instalment(1, day, float(day), 10.0, 10.0)],
        }
    )
    assert rows[1]["number_of_instalments_last_12_months"] == count


def test_who_had_no_instalment_lately_misses_nothing_of_it(features_of):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}, {"SK_ID_CURR": 2}],
            "installments_payments": [instalment(1, -500, -500.0, 10.0, 4.0)],
        }
    )
    assert rows[1]["amount_short_in_instalments"] == 6.0
    assert rows[1]["amount_short_in_instalments_last_12_months"] == 0.0
    assert rows[1]["share_of_amounts_due_not_paid_last_12_months"] is None
    assert rows[2]["amount_short_in_instalments_last_12_months"] is None


def test_amounts_in_cents_add_up_alike_in_whatever_order(features_of):
    parts = [instalment(1, -50, -50.0, 1e6, amount) for amount in (0.1, 0.2, 0.3, 999_000.07)]
    found = {
        features_of(
            {"application_train": [{"SK_ID_CURR": 1}], "installments_payments": list(order)}
        )[1]["amount_short_in_instalments"]
        for order in permutations(parts)
    }
    (short,) = found
    assert short == pytest.approx(999.33, abs=1e-5)


def test_less_than_a_hundredth_missing_is_rounding(features_of):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "installments_payments": [
                instalment(1, -9, -9.0, 100.0, 99.0),
                instalment(2, -8, -8.0, 100.0, 98.9),
            ],
        }
    )
    assert rows[1]["share_of_instalments_paid_short"] == 0.5
