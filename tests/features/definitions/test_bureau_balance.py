import pytest

CREDITS = [{"SK_ID_CURR": 1, "SK_ID_BUREAU": 51}, {"SK_ID_CURR": 1, "SK_ID_BUREAU": 52}]


def months(credit, states):
    return [
        {"SK_ID_BUREAU": credit, "MONTHS_BALANCE": month, "STATUS": status}
        for month, status in states
    ]


BALANCE = [
    *months(51, [(0, "C"), (-1, "0"), (-2, "1"), (-3, "0"), (-20, "3")]),
    *months(52, [(-1, "0"), (-2, "X"), (-30, "0")]),
]


@pytest.fixture(scope="module")
def client(features_of):
    return features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "bureau": CREDITS,
            "bureau_balance": BALANCE,
        }
    )[1]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_months_followed_elsewhere", 8),
        ("longest_follow_up_elsewhere", 5),
        ("months_since_last_late_month_elsewhere", 2),
        ("share_of_credits_with_a_late_month_elsewhere", 1 / 2),
        ("number_of_late_months_elsewhere", 2),
        ("number_of_very_late_months_elsewhere", 1),
        ("number_of_late_months_elsewhere_last_12_months", 1),
        ("share_of_late_months_elsewhere", 2 / 6),  # closed and unknown months do not count
        ("share_of_late_months_elsewhere_last_12_months", 1 / 4),
        ("worst_lateness_elsewhere", 3),
        ("worst_lateness_elsewhere_last_12_months", 1),
        ("worst_lateness_elsewhere_last_3_months", 1),
        ("number_of_late_months_elsewhere_last_3_months", 1),
        ("share_of_late_months_elsewhere_last_3_months", 1 / 3),
    ],
)
def test_months_elsewhere_worked_out_by_hand(client, feature, value):
    assert client[feature] == pytest.approx(value)


@pytest.mark.parametrize(
    ("window", "month", "count"),
    [
        ("_last_3_months", -2, 1),
        ("_last_3_months", -3, 0),
        ("_last_12_months", -11, 1),
        ("_last_12_months", -12, 0),
    ],
)
def test_a_window_ends_with_its_last_month_counted_from_month_0(features_of, window, month, count):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "bureau": CREDITS,
            "bureau_balance": months(51, [(month, "1")]),
        }
    )
    assert rows[1][f"number_of_late_months_elsewhere{window}"] == count


def test_a_late_month_just_now_was_0_months_ago_not_minus_0(features_of):
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "bureau": CREDITS,
            "bureau_balance": months(51, [(0, "1")]),
        }
    )
    assert rows[1]["months_since_last_late_month_elsewhere"].hex() == "0x0.0p+0"


def test_months_of_a_credit_that_nobody_owns_are_left_out(features_of):
    rows = features_of(
        {"application_train": [{"SK_ID_CURR": 1}], "bureau_balance": months(99, [(-1, "5")])}
    )
    assert rows[1]["number_of_late_months_elsewhere"] == 0.0


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("number_of_months_followed_elsewhere", 6),
        ("months_since_last_late_month_elsewhere", 4),
        ("number_of_late_months_elsewhere", 5),
        ("number_of_late_months_elsewhere_last_3_months", 0),
        ("number_of_late_months_elsewhere_last_12_months", 3),
        ("number_of_very_late_months_elsewhere", 1),
    ],
)
def test_months_of_one_status_count_each(features_of, feature, value):
    balance = months(51, [(-4, "1"), (-5, "1"), (-6, "1"), (-20, "1"), (-21, "2"), (-22, None)])
    rows = features_of(
        {
            "application_train": [{"SK_ID_CURR": 1}],
            "bureau": CREDITS,
            "bureau_balance": balance,
        }
    )
    assert rows[1][feature] == value
