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
        "AMT_CREDIT_SUM_LIMIT": 400.0,
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
        "AMT_CREDIT_SUM_LIMIT": 90.0,
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
        ("unused_limit_elsewhere", 400.0),
        ("card_debt_to_card_amount_elsewhere", 1600 / 3000),
        ("card_debt_to_card_limit_elsewhere", 0.8),
        ("annuities_elsewhere", 50.0),
        ("amount_overdue_elsewhere", 40.0),
        ("overdue_to_debt_elsewhere", 0.02),
        ("longest_overdue_elsewhere", 7),
        ("share_of_credits_ever_overdue_elsewhere", 2 / 3),
        ("share_of_credits_ever_overdue_elsewhere_last_24_months", 1 / 2),
        ("largest_overdue_ever_elsewhere", 25.0),
        ("largest_overdue_ever_elsewhere_last_24_months", None),
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


SUMS = [
    "debt_elsewhere",
    "debt_on_cards_elsewhere",
    "debt_on_consumer_credits_elsewhere",
    "amount_of_running_credits_elsewhere",
    "amount_of_running_cards_elsewhere",
    "unused_limit_elsewhere",
    "annuities_elsewhere",
]


@pytest.fixture(scope="module")
def with_credits(features_of):
    def build(*credits_elsewhere):
        rows = [
            {"SK_ID_CURR": 1, "SK_ID_BUREAU": number, "CREDIT_ACTIVE": "Active"} | credit
            for number, credit in enumerate(credits_elsewhere)
        ]
        application = {"SK_ID_CURR": 1, "AMT_INCOME_TOTAL": 1000.0}
        return features_of({"application_train": [application], "bureau": rows})[1]

    return build


@pytest.mark.parametrize("feature", [*SUMS, "debt_elsewhere_to_income"])
def test_who_has_credits_but_none_of_the_kind_owes_0_on_it(with_credits, feature):
    closed = {"CREDIT_ACTIVE": "Closed", "CREDIT_TYPE": "Credit card", "AMT_CREDIT_SUM": 10.0}
    assert with_credits(closed)[feature] == 0.0


@pytest.mark.parametrize("feature", SUMS)
def test_who_is_not_known_elsewhere_or_only_with_unknown_amounts_owes_nobody_knows_what(
    with_credits, feature
):
    unknown = [{"CREDIT_TYPE": kind} for kind in ("Credit card", "Consumer credit")]
    assert with_credits()[feature] is None
    assert with_credits(*unknown)[feature] is None


@pytest.mark.parametrize(
    "feature",
    [
        "debt_to_credit_elsewhere",
        "card_debt_to_card_amount_elsewhere",
        "card_debt_to_card_limit_elsewhere",
    ],
)
def test_debts_are_compared_over_the_credits_where_both_are_known(with_credits, feature):
    card = {"CREDIT_TYPE": "Credit card", "AMT_CREDIT_SUM": 100.0, "AMT_CREDIT_SUM_LIMIT": 60.0}
    row = with_credits(card | {"AMT_CREDIT_SUM_DEBT": 40.0}, card)
    assert row[feature] == pytest.approx(0.4)


def test_a_debt_is_overdue_as_a_share_of_debts_that_run(with_credits):
    closed = {"CREDIT_ACTIVE": "Closed", "AMT_CREDIT_SUM_OVERDUE": 30.0}
    runs = {"AMT_CREDIT_SUM_OVERDUE": 5.0, "AMT_CREDIT_SUM_DEBT": 50.0}
    assert with_credits(closed, runs)["overdue_to_debt_elsewhere"] == pytest.approx(0.1)


def test_only_what_is_left_on_cards_is_credit_still_available_on_cards(with_credits):
    rows = [
        {"CREDIT_TYPE": kind, "AMT_CREDIT_SUM_LIMIT": 60.0} for kind in ("Credit card", "Mortgage")
    ]
    assert with_credits(*rows)["unused_limit_elsewhere"] == 60.0


def test_a_credit_without_a_known_end_is_neither_past_it_nor_not(with_credits):
    ends = [{"DAYS_CREDIT_ENDDATE": end} for end in (-10.0, 10.0, None, 31_000.0)]
    row = with_credits(*ends)
    assert row["share_of_running_credits_past_their_end_elsewhere"] == pytest.approx(1 / 2)


def test_a_planned_end_before_the_start_is_no_duration(with_credits):
    ends = [{"DAYS_CREDIT": -1000, "DAYS_CREDIT_ENDDATE": end} for end in (-1500.0, 461.0)]
    assert with_credits(*ends)["mean_planned_duration_elsewhere"] == pytest.approx(4.0)
    assert with_credits(ends[0])["mean_planned_duration_elsewhere"] is None


def test_an_end_tens_of_years_away_is_no_end(client):
    assert client["mean_remaining_duration_elsewhere"] == pytest.approx(265 / MONTH)
