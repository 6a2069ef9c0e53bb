"""Records that cannot be used are named by table, column and row; everything else is read."""

from math import inf, nan

import pytest

from lib.decision import InvalidInput

APPLICATION = {"SK_ID_CURR": 1}
CREDIT = {"SK_ID_CURR": 1, "SK_ID_BUREAU": 51}
LOAN = {"SK_ID_CURR": 1, "SK_ID_PREV": 10}


def with_application(**tables):
    return {"application_test": [APPLICATION], **tables}


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("bureau", "DAYS_CREDIT", "yesterday", "a whole number"),
        ("bureau", "DAYS_CREDIT", -1.5, "a whole number"),
        ("bureau", "DAYS_CREDIT", True, "a whole number"),
        ("bureau", "DAYS_CREDIT", nan, "a whole number"),
        ("bureau", "DAYS_CREDIT", -inf, "a whole number"),
        ("bureau", "DAYS_CREDIT", 2**63, "a whole number of 64 bits"),
        ("bureau", "DAYS_CREDIT", 1e300, "a whole number of 64 bits"),
        ("bureau", "AMT_CREDIT_SUM", "12", "a number"),
        ("bureau", "AMT_CREDIT_SUM", False, "a number"),
        ("bureau", "AMT_CREDIT_SUM", [1.0], "a number"),
        ("bureau", "AMT_CREDIT_SUM", nan, "a finite number"),
        ("bureau", "AMT_CREDIT_SUM", inf, "a finite number"),
        ("bureau", "AMT_CREDIT_SUM", 2**53 + 1, "a finite number"),
        ("bureau", "AMT_CREDIT_SUM", 10**400, "a finite number"),
        ("bureau", "CREDIT_TYPE", 3, "text"),
        ("bureau", "CREDIT_TYPE", b"Mortgage", "text"),
        ("bureau", "CREDIT_TYPE", "\ud800", "text that UTF-8 can write"),
        ("bureau", "SK_ID_BUREAU", None, "no row is without it"),
        ("bureau", "SK_ID_CURR", None, "no row is without it"),
        ("bureau", "AMT_CREDIT_SUM", -0.01, "it is at least 0, or missing"),
        ("bureau", "DAYS_CREDIT", 1, "it is at most 0, or missing"),
        ("previous_application", "RATE_INTEREST_PRIMARY", 1.01, "it is from 0 to 1, or missing"),
        ("bureau", "DAY_CREDIT", 1, "there is no such column"),
        ("bureau", "TARGET", None, "there is no such column"),
    ],
)
def test_a_wrong_value_is_named_by_table_column_and_row(
    client_features, table, column, value, rule
):
    row = LOAN if table == "previous_application" else CREDIT
    rows = [row, {**row, column: value}]
    with pytest.raises(InvalidInput) as refused:
        client_features(with_application(**{table: rows}))
    assert refused.value.offender == f"{table}: column {column} of row 2"
    assert rule in refused.value.rule


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("DAYS_BIRTH", 33 * 365, "it is from -43830 to -6574"),
        ("DAYS_BIRTH", -5 * 365, "it is from -43830 to -6574"),
        ("DAYS_EMPLOYED", -61 * 366, "it is from -21915 to 0"),
        ("AMT_INCOME_TOTAL", -1.0, "it is at least 0"),
        ("EXT_SOURCE_2", 7.0, "it is from 0 to 1"),
        ("FLAG_PHONE", 2, "it is from 0 to 1"),
        ("HOUR_APPR_PROCESS_START", 24, "it is from 0 to 23"),
    ],
)
def test_what_no_client_can_be_is_refused(client_features, column, value, rule):
    with pytest.raises(InvalidInput) as refused:
        client_features({"application_test": [{**APPLICATION, column: value}]})
    assert refused.value.offender == f"application_test: column {column} of row 1"
    assert rule in refused.value.rule


def test_the_ends_of_what_can_be_belong_to_it(client_features):
    ends = {
        "DAYS_BIRTH": -6574,
        "DAYS_EMPLOYED": 0,
        "AMT_INCOME_TOTAL": 0,
        "EXT_SOURCE_2": 1.0,
        "FLAG_PHONE": 0,
        "HOUR_APPR_PROCESS_START": 23,
    }
    client_features({"application_test": [{**APPLICATION, **ends}]})
    client_features({"application_test": [{**APPLICATION, "DAYS_EMPLOYED": 365_243}]})


def test_a_key_that_is_left_out_is_named(client_features):
    with pytest.raises(InvalidInput, match="POS_CASH_balance: column SK_ID_PREV of row 1"):
        client_features(with_application(POS_CASH_balance=[{"SK_ID_CURR": 1}]))


def test_the_value_itself_is_personal_and_not_repeated(client_features):
    with pytest.raises(InvalidInput) as refused:
        client_features(with_application(bureau=[{**CREDIT, "DAYS_CREDIT": "a secret"}]))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("records", "offender"),
    [
        ([APPLICATION], "records"),
        (None, "records"),
        ({"burau": [], "bureaux": []}, "table burau, bureaux"),
        ({1: []}, "table 1"),
        ({"bureau": None}, "table bureau"),
        ({"bureau": CREDIT}, "table bureau"),
        ({"bureau": [CREDIT, 7]}, "bureau: row 2"),
    ],
)
def test_what_is_no_table_of_rows_is_named(client_features, records, offender):
    with pytest.raises(InvalidInput) as refused:
        client_features(records)
    assert refused.value.offender == offender


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ({}, "application_test: somebody applies"),
        ({"bureau": [CREDIT]}, "application_test: somebody applies"),
        (
            {"application_test": [APPLICATION, APPLICATION]},
            "application_test: column SK_ID_CURR of row 2: a client has one application",
        ),
        (
            {"application_train": [APPLICATION], "application_test": [APPLICATION]},
            "application_test: column SK_ID_CURR of row 1: a client has one application",
        ),
        (
            with_application(bureau=[CREDIT, {"SK_ID_CURR": 2, "SK_ID_BUREAU": 52}]),
            "bureau: column SK_ID_CURR of row 2: a row of application has it too",
        ),
        (
            with_application(installments_payments=[{**LOAN, "SK_ID_CURR": 2}]),
            "installments_payments: column SK_ID_CURR of row 1: a row of application has it too",
        ),
        (
            with_application(bureau=[CREDIT], bureau_balance=[{"SK_ID_BUREAU": 52}]),
            "bureau_balance: column SK_ID_BUREAU of row 1: a row of bureau has it too",
        ),
        (
            with_application(bureau=[CREDIT, CREDIT]),
            "bureau: column SK_ID_BUREAU of row 2: no two rows have the same",
        ),
        (
            with_application(previous_application=[LOAN, {**LOAN, "SK_ID_PREV": 11}, LOAN]),
            "previous_application: column SK_ID_PREV of row 3: no two rows have the same",
        ),
    ],
)
def test_a_row_without_its_owner_and_one_that_is_there_already_are_named(
    client_features, records, message
):
    with pytest.raises(InvalidInput, match=message):
        client_features(records)


def test_whole_numbers_may_be_written_either_way(client_features):
    as_int = {**CREDIT, "DAYS_CREDIT": -30, "AMT_CREDIT_SUM": 5}
    as_float = {
        "SK_ID_CURR": 1.0,
        "SK_ID_BUREAU": 51.0,
        "DAYS_CREDIT": -30.0,
        "AMT_CREDIT_SUM": 5.0,
    }
    rows = [client_features(with_application(bureau=[credit])) for credit in (as_int, as_float)]
    assert rows[0] == rows[1]
    assert rows[0][0]["largest_credit_elsewhere"] == 5.0


def test_codes_for_missing_none_and_nothing_are_the_same(client_features):
    coded = {
        "DAYS_EMPLOYED": 365_243,
        "CODE_GENDER": "XNA",
        "NAME_INCOME_TYPE": "",
        "AMT_ANNUITY": None,
    }
    rows = client_features({"application_test": [APPLICATION | coded]})
    assert rows == client_features({"application_test": [APPLICATION]})
    assert rows[0]["employment_years"] is None
