"""Everything that is wrong in a folder is found in one go, with its count."""

import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.tables import TABLES, checks, read_tables
from lib.tables.inspection import inspect_tables
from tests.tables.spoiling import as_csv, edit_lines, findings, set_column, set_value


def test_nothing_is_found_in_sound_tables(csv_folder, parquet_folder):
    for folder in (csv_folder, parquet_folder):
        inspection = inspect_tables(folder)
        assert inspection.findings == ()
        assert inspection.rows.keys() == inspection.files.keys() == TABLES.keys()


@pytest.fixture
def ruined(tiny):
    """A folder with something wrong in every table, several things in some."""
    (tiny / "bureau.csv").unlink()
    (tiny / "installments_payments.csv").write_text("")
    edit_lines(
        tiny / "previous_application.csv",
        lambda lines: lines.__setitem__(0, lines[0].replace("AMT_CREDIT", "AMT")),
    )
    set_value(tiny / "POS_CASH_balance.csv", 3, '"SK_DPD"', "late")
    set_value(tiny / "POS_CASH_balance.csv", 9, '"SK_DPD_DEF"', "1.5")
    set_value(tiny / "bureau_balance.csv", 4, '"STATUS"', '"9"')
    set_value(tiny / "credit_card_balance.csv", 5, '"AMT_BALANCE"', "much")
    for line in (2, 3):
        set_value(tiny / "application_train.csv", line, '"TARGET"', "2")
    edit_lines(tiny / "application_test.csv", lambda lines: lines.extend(lines[1:4]))
    return tiny


def test_all_that_is_wrong_in_all_tables_is_in_one_error(ruined, backend):
    with pytest.raises(InvalidInput) as error:
        read_tables(ruined, backend)
    for part in (
        "application_train: 2 × wrong target (TARGET is 2; 0 is repaid, 1 defaulted)",
        "application_test: 3 × repeated client (SK_ID_CURR such as ",
        "bureau: 1 × missing file (no bureau.parquet, .csv, .csv.gz or .zip; "
        "beside the other tables: nothing)",
        "previous_application: 1 × missing column (AMT_CREDIT)",
        "POS_CASH_balance: 2 × wrong value (POS_CASH_balance.csv: "
        "line 3, column SK_DPD: 'late' is not a whole number; "
        "line 9, column SK_DPD_DEF: '1.5' is not a whole number)",
        "installments_payments: 1 × unreadable file",
        "credit_card_balance: 1 × wrong value (credit_card_balance.csv: line 5",
    ):
        assert part in error.value.offender
    assert "make data" in error.value.remedy
    assert "unknown category" not in error.value.offender


def test_what_is_wrong_with_all_files_is_said_once(tiny, backend):
    for path in tiny.glob("*.csv"):
        path.write_text(path.read_text().replace(",", ";"))
    (tiny / "bureau.csv").write_text("")
    with pytest.raises(InvalidInput) as error:
        read_tables(tiny, backend)
    told = error.value.offender
    assert told.count("write the file again with commas") == 1
    assert told.startswith(
        f"folder {tiny}: application_train, application_test, bureau_balance, "
        "previous_application, POS_CASH_balance, installments_payments, credit_card_balance: "
        "7 × unreadable file (application_train.csv: line 1 is "
    )
    assert told.endswith("; bureau: 1 × unreadable file (bureau.csv: empty, not even a header)")


def test_notes_are_found_beside_what_forbids(ruined):
    inspection = inspect_tables(ruined)
    assert {(note.table, note.kind) for note in inspection.notes} == {
        ("bureau_balance", "unknown category"),
        ("previous_application", "ignored column"),
    }
    assert len(inspection.refusals) + len(inspection.notes) == len(inspection.findings)


def test_findings_come_in_the_order_of_the_tables(ruined):
    tables = [finding.table for finding in inspect_tables(ruined).findings]
    assert tables == sorted(tables, key=list(TABLES).index)


def test_only_tables_that_are_whole_are_offered(ruined):
    assert inspect_tables(ruined).files.keys() == {
        "application_train",
        "application_test",
        "bureau_balance",
    }


def test_a_folder_that_is_not_there_or_has_no_tables_is_refused(tmp_path):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InvalidInput, match=re.escape(str(folder))):
            inspect_tables(folder)


@pytest.mark.parametrize("value", [2, -1, None])
def test_a_target_other_than_0_or_1_is_refused(consistent, value):
    count = pq.read_metadata(consistent / "application_train.parquet").num_rows
    targets = pa.array([value, value, *[0] * (count - 2)], pa.int64())
    set_column(consistent, "application_train", "TARGET", targets)
    found = findings(consistent)["application_train", "wrong target"]
    shown = "nothing" if value is None else value
    assert (found.count, found.what) == (2, f"TARGET is {shown}; 0 is repaid, 1 defaulted")


WITHOUT_KEY = [name for name, schema in TABLES.items() if schema.key is None]


@pytest.mark.parametrize("name", WITHOUT_KEY)
@pytest.mark.parametrize("looked_at", [10**6, 1000], ids=["all owners", "some"])
def test_a_table_that_is_there_twice_is_refused_where_no_key_tells(
    consistent, rewrite, monkeypatch, name, looked_at
):
    monkeypatch.setattr(checks, "_ROWS_AT_FIRST", looked_at)
    rewrite(consistent, name, "FROM old UNION ALL FROM old")
    owner = TABLES[name].parent_key
    owners = pq.read_table(consistent / f"{name}.parquet").slice(0, looked_at)[owner]
    found = findings(consistent)[name, "owner whose rows are all repeated"]
    assert found.forbids
    assert found.count == len(owners.unique())
    assert found.what.startswith(f"of {found.count:,} looked at by {owner}; perhaps files were")


ONE_OWNER = (
    "FROM old UNION ALL (SELECT old.* FROM (FROM old LIMIT 1) AS old, generate_series(5000))"
)


@pytest.mark.parametrize("name", WITHOUT_KEY)
@pytest.mark.parametrize("repeated", ["SELECT DISTINCT * FROM old", ONE_OWNER])
def test_rows_may_be_the_same(consistent, rewrite, name, repeated):
    rewrite(consistent, name, repeated)
    assert findings(consistent) == {}


@pytest.mark.parametrize("column", ["MONTHS_BALANCE", "NUM_INSTALMENT_NUMBER"])
def test_without_a_column_nothing_is_said_of_rows_that_are_the_same(consistent, rewrite, column):
    name = "bureau_balance" if column == "MONTHS_BALANCE" else "installments_payments"
    rewrite(consistent, name, f"SELECT * EXCLUDE ({column}) FROM (FROM old UNION ALL FROM old)")
    assert {kind for _, kind in findings(consistent)} == {"missing column"}


@pytest.mark.parametrize("name", ["application_train", "application_test"])
def test_a_client_with_two_applications_in_a_table_is_refused(consistent, rewrite, name):
    rewrite(consistent, name, "FROM old UNION ALL (FROM old ORDER BY SK_ID_CURR LIMIT 3)")
    found = findings(consistent)[name, "repeated client"]
    clients = sorted(pq.read_table(consistent / f"{name}.parquet")["SK_ID_CURR"].to_pylist())
    assert found.count == 3
    assert found.what == f"SK_ID_CURR such as {clients[0]}, {clients[2]}, {clients[4]}"


def test_a_client_in_both_application_tables_is_refused(consistent, rewrite):
    train = consistent / "application_train.parquet"
    query = f"FROM old UNION ALL (SELECT * EXCLUDE (TARGET) FROM '{train}' LIMIT 1)"
    rewrite(consistent, "application_test", query)
    found = findings(consistent)["application_test", "repeated client"]
    client = pq.read_table(train)["SK_ID_CURR"][0].as_py()
    assert (found.count, found.what) == (
        1,
        f"SK_ID_CURR also in application_train, such as {client}",
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("application_test", "SK_ID_CURR"),
        ("bureau_balance", "SK_ID_BUREAU"),
        ("POS_CASH_balance", "SK_ID_PREV"),
    ],
)
def test_a_row_without_a_key_is_refused(consistent, name, key):
    values = pq.read_table(consistent / f"{name}.parquet")[key].to_pylist()
    set_column(consistent, name, key, pa.array([None, None, *values[2:]], pa.int64()))
    found = findings(consistent)[name, "missing key"]
    assert (found.count, found.what) == (2, key)


@pytest.mark.parametrize(
    ("name", "key"), [("bureau", "SK_ID_BUREAU"), ("previous_application", "SK_ID_PREV")]
)
def test_a_repeated_key_is_refused(consistent, name, key):
    values = pq.read_table(consistent / f"{name}.parquet")[key].to_pylist()
    set_column(consistent, name, key, pa.array([values[2]] * 3 + values[3:]))
    found = findings(consistent)[name, "duplicate"]
    assert (found.count, found.what) == (2, f"{key} such as {values[2]}")
    assert found.forbids


def test_rows_of_nobody_are_noted_with_their_count(consistent):
    for name in ("bureau", "installments_payments"):
        clients = pq.read_table(consistent / f"{name}.parquet")["SK_ID_CURR"].to_pylist()
        set_column(consistent, name, "SK_ID_CURR", pa.array([6, 5, 5, 5, *clients[4:]]))
    found = findings(consistent)
    for name in ("bureau", "installments_payments"):
        orphans = found[name, "orphan"]
        assert (orphans.count, orphans.what) == (4, "SK_ID_CURR without application, such as 5, 6")
        assert not orphans.forbids


def test_months_of_no_credit_are_noted_with_their_count(consistent):
    owners = pq.read_table(consistent / "bureau_balance.parquet")["SK_ID_BUREAU"]
    lost = pc.equal(owners, owners[0])
    set_column(consistent, "bureau_balance", "SK_ID_BUREAU", pc.if_else(lost, 7, owners))
    orphans = findings(consistent)["bureau_balance", "orphan"]
    assert orphans.count == pc.sum(lost).as_py()
    assert orphans.what == "SK_ID_BUREAU without bureau, such as 7"


def test_without_all_applications_nobody_is_called_an_orphan(consistent):
    (consistent / "application_test.parquet").unlink()
    assert findings(consistent).keys() == {("application_test", "missing file")}


def test_categories_that_the_schema_does_not_know_are_noted(consistent):
    count = pq.read_metadata(consistent / "bureau.parquet").num_rows
    values = pa.array(["Lost", "Lent's", None, "XNA", *["Active"] * (count - 4)])
    set_column(consistent, "bureau", "CREDIT_ACTIVE", values)
    found = findings(consistent)["bureau", "unknown category"]
    assert (found.count, found.what) == (2, "CREDIT_ACTIVE: \"Lent's\", 'Lost'")
    assert not found.forbids


def test_what_is_noted_does_not_keep_tables_from_being_used(consistent, rewrite, backend):
    lost = "if(CREDIT_ACTIVE = 'Closed', 'Lost', CREDIT_ACTIVE)"
    rewrite(
        consistent, "bureau", f"SELECT * REPLACE ({lost} AS CREDIT_ACTIVE), 1 AS extra FROM old"
    )
    tables = read_tables(consistent, backend)
    assert [problem.kind for problem in tables.problems] == ["ignored column", "unknown category"]
    assert "extra" not in tables["bureau"].columns
    assert "Lost" in tables["bureau"].CREDIT_ACTIVE.execute().to_list()


@pytest.mark.parametrize("change", ["upper({})", "{} || ' '", "lower({})"])
def test_a_column_without_any_known_category_is_refused(consistent, rewrite, change):
    values = change.format("CREDIT_ACTIVE")
    rewrite(consistent, "bureau", f"SELECT * REPLACE ({values} AS CREDIT_ACTIVE) FROM old")
    (found,) = findings(consistent).values()
    assert found.forbids
    assert found.what.startswith("CREDIT_ACTIVE: '")
    assert found.what.endswith("write them as 'Active', 'Bad debt', 'Closed', 'Sold'")


def test_a_few_unknown_categories_are_noted_even_where_they_are_all(consistent, rewrite):
    rewrite(consistent, "bureau", "SELECT * REPLACE ('Lost' AS CREDIT_ACTIVE) FROM old LIMIT 99")
    found = findings(consistent)["bureau", "unknown category"]
    assert (found.count, found.forbids) == (99, False)


def test_an_empty_text_is_missing_as_in_csv(consistent, rewrite, backend):
    empty = "if(CREDIT_ACTIVE = 'Closed', '', CREDIT_ACTIVE)"
    rewrite(consistent, "bureau", f"SELECT * REPLACE ({empty} AS CREDIT_ACTIVE) FROM old")
    assert findings(consistent) == {}
    values = read_tables(consistent, backend)["bureau"].CREDIT_ACTIVE.execute()
    assert values.isna().any()
    assert "" not in values.to_list()


def test_that_all_rows_lead_to_nobody_is_said(consistent, rewrite):
    rewrite(consistent, "bureau_balance", "SELECT * REPLACE (7 AS SK_ID_BUREAU) FROM old")
    found = findings(consistent)["bureau_balance", "orphan"]
    assert found.what.endswith(
        "such as 7; that is every row: perhaps the tables are of different clients"
    )


def test_a_damaged_csv_does_not_hide_what_else_is_wrong(consistent):
    path = as_csv(consistent, "bureau")
    path.write_text(path.read_text()[:-5])
    (consistent / "bureau_balance.parquet").write_bytes(b"PAR1")
    assert findings(consistent).keys() == {
        ("bureau", "wrong value"),
        ("bureau_balance", "unreadable file"),
    }
