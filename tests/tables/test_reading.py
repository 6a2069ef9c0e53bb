import re
import shutil
import zipfile

import pandas as pd
import pytest

from lib.decision import InvalidInput
from lib.tables import TABLES, fingerprint, read_tables


def frame(tables, name, key):
    return tables[name].execute().sort_values(key, kind="stable").reset_index(drop=True)


def kinds(tables):
    return {(finding.table, finding.kind) for finding in tables.problems}


def test_tables_have_exactly_the_types_and_columns_of_the_schema(csv_folder, backend):
    tables = read_tables(csv_folder, backend)
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        wanted = {column.name: column.type.value for column in TABLES[name].columns.values()}
        assert {key: str(kind) for key, kind in table.schema().items()} == wanted
    assert tables.problems == ()


def test_parquet_and_csv_say_the_same(csv_folder, parquet_folder, backend):
    by_format = [read_tables(folder, backend) for folder in (csv_folder, parquet_folder)]
    assert by_format[0].rows == by_format[1].rows
    for name, table in TABLES.items():
        keys = list(table.columns)[:4]
        first, second = (frame(tables, name, keys) for tables in by_format)
        order = first.columns.tolist()
        first, second = (each.sort_values(order).reset_index(drop=True) for each in (first, second))
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("folder", ["csv_folder", "parquet_folder"])
def test_codes_for_missing_are_null(folder, request, backend):
    tables = read_tables(request.getfixturevalue(folder), backend)
    train = tables["application_train"].execute()
    assert train["DAYS_EMPLOYED"].max() < 0
    assert 0.1 < train["DAYS_EMPLOYED"].isna().mean() < 0.3
    assert "XNA" not in set(train["ORGANIZATION_TYPE"])
    previous = tables["previous_application"].execute()
    assert previous["DAYS_FIRST_DRAWING"].max() < 1
    assert not {"XNA", "XAP"} & set(previous["NAME_CASH_LOAN_PURPOSE"].dropna())


def test_a_csv_is_converted_once_and_again_when_it_changes(tiny, backend):
    first = read_tables(tiny, backend)
    cache = set((tiny / ".cache").glob("*.parquet"))
    assert len(cache) == len(TABLES)
    read_tables(tiny, backend)
    assert set((tiny / ".cache").glob("*.parquet")) == cache
    path = tiny / "bureau.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:11]) + "\n")
    again = read_tables(tiny, backend)
    assert (first.rows["bureau"], again.rows["bureau"]) == (30, 10)
    assert len(set((tiny / ".cache").glob("*.parquet"))) == len(TABLES)


def test_everything_missing_is_in_one_error(tiny, backend):
    (tiny / "bureau.csv").unlink()
    (tiny / "POS_CASH_balance.csv").unlink()
    path = tiny / "application_train.csv"
    lines = path.read_text().splitlines()
    path.write_text(lines[0].replace("EXT_SOURCE_1", "OTHER").replace("AMT_CREDIT", "X") + "\n")
    with pytest.raises(InvalidInput) as error:
        read_tables(tiny, backend)
    for part in ("bureau: 1 × missing file", "POS_CASH_balance: 1 ×", "EXT_SOURCE_1", "AMT_CREDIT"):
        assert part in str(error.value)
    assert "make data" in error.value.remedy


def test_a_folder_that_is_not_there_or_has_no_tables_is_refused(tmp_path, backend):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InvalidInput, match=re.escape(str(folder))):
            read_tables(folder, backend)


def test_header_only_tables_are_valid(tiny, backend):
    for name in TABLES:
        path = tiny / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    assert set(read_tables(tiny, backend).rows.values()) == {0}


def test_an_empty_file_is_refused_by_name(tiny, backend):
    (tiny / "bureau.csv").write_text("")
    with pytest.raises(InvalidInput, match=r"bureau\.csv: empty, not even a header"):
        read_tables(tiny, backend)


def test_mark_line_ends_quotes_and_column_order_do_not_matter(tiny, backend):
    plain = frame(read_tables(tiny, backend), "bureau", "SK_ID_BUREAU")
    table = pd.read_csv(tiny / "bureau.csv", dtype=str, keep_default_na=False)
    (tiny / "bureau.csv").unlink()
    table[table.columns[::-1]].to_csv(
        tiny / "bureau.csv", index=False, quoting=1, lineterminator="\r\n", encoding="utf-8-sig"
    )
    pd.testing.assert_frame_equal(
        frame(read_tables(tiny, backend), "bureau", "SK_ID_BUREAU"), plain
    )


def test_zipped_files_are_read_as_they_come(tiny, backend):
    plain = frame(read_tables(tiny, backend), "bureau", "SK_ID_BUREAU")
    with zipfile.ZipFile(tiny / "bureau.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tiny / "bureau.csv", "bureau.csv")
    (tiny / "bureau.csv").unlink()
    pd.testing.assert_frame_equal(
        frame(read_tables(tiny, backend), "bureau", "SK_ID_BUREAU"), plain
    )


def test_an_archive_that_is_none_is_refused(tiny, backend):
    (tiny / "bureau.csv").rename(tiny / "bureau.csv.zip")
    with pytest.raises(InvalidInput, match=r"unreadable file \(bureau\.csv\.zip"):
        read_tables(tiny, backend)


def test_values_of_a_wrong_type_are_named_with_file_and_line(tiny, backend):
    path = tiny / "bureau_balance.csv"
    lines = path.read_text().splitlines()
    lines[4] = "5000001,yesterday,C"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InvalidInput, match=r"bureau_balance\.csv: line 5, column MONTHS_BALANCE"):
        read_tables(tiny, backend)
    assert not list((tiny / ".cache").glob("bureau_balance*"))


def test_a_truncated_file_is_refused(tiny, backend):
    path = tiny / "bureau.csv"
    path.write_text(path.read_text()[:-60])
    with pytest.raises(InvalidInput, match=r"bureau\.csv: line 31"):
        read_tables(tiny, backend)


def test_a_parquet_column_of_a_wrong_type_is_refused(consistent, rewrite, backend):
    rewrite(consistent, "bureau", "SELECT * REPLACE (DAYS_CREDIT::VARCHAR AS DAYS_CREDIT) FROM old")
    with pytest.raises(InvalidInput, match="DAYS_CREDIT is string, where it must be int64"):
        read_tables(consistent, backend)


def test_a_torn_parquet_file_is_refused(consistent, backend):
    path = consistent / "bureau.parquet"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InvalidInput, match=r"unreadable file \(bureau\.parquet"):
        read_tables(consistent, backend)


def test_not_a_number_in_parquet_is_missing(consistent, rewrite, backend):
    rewrite(
        consistent,
        "bureau",
        "SELECT * REPLACE ('nan'::DOUBLE AS AMT_ANNUITY, 2::FLOAT AS CNT_CREDIT_PROLONG) FROM old",
    )
    bureau = read_tables(consistent, backend)["bureau"]
    assert bureau.AMT_ANNUITY.count().execute() == 0
    assert bureau.CNT_CREDIT_PROLONG.max().execute() == 2


@pytest.mark.parametrize("value", ["2", "-1", "NULL"])
def test_a_target_other_than_0_or_1_is_refused(consistent, rewrite, backend, value):
    rewrite(consistent, "application_train", f"SELECT * REPLACE ({value} AS TARGET) FROM old")
    with pytest.raises(InvalidInput, match="TARGET"):
        read_tables(consistent, backend)


def test_irregularities_are_reported_with_their_counts(consistent, rewrite, backend):
    rewrite(
        consistent,
        "previous_application",
        "SELECT * FROM old UNION ALL (SELECT * FROM old ORDER BY SK_ID_PREV LIMIT 3)",
    )
    rewrite(consistent, "bureau", "SELECT * REPLACE ('Lost' AS CREDIT_ACTIVE), 1 AS extra FROM old")
    rewrite(consistent, "bureau_balance", "SELECT * REPLACE (7 AS SK_ID_BUREAU) FROM old")
    tables = read_tables(consistent, backend)
    found = {(finding.table, finding.kind): finding for finding in tables.problems}
    assert found.keys() == {
        ("previous_application", "duplicate"),
        ("bureau", "ignored column"),
        ("bureau", "unknown category"),
        ("bureau_balance", "orphan"),
    }
    assert found["previous_application", "duplicate"].count == 3
    assert found["bureau_balance", "orphan"].count == tables.rows["bureau_balance"]
    assert found["bureau", "unknown category"].count == tables.rows["bureau"]
    assert "extra" not in tables["bureau"].columns
    assert "CREDIT_ACTIVE: Lost" in str(found["bureau", "unknown category"])


def test_rows_of_unknown_clients_are_orphans(consistent, rewrite, backend):
    rewrite(consistent, "bureau", "SELECT * REPLACE (5 AS SK_ID_CURR) FROM old LIMIT 4")
    tables = read_tables(consistent, backend)
    orphans = {f.table: f.count for f in tables.problems if f.kind == "orphan"}
    assert orphans["bureau"] == 4


def test_a_client_with_two_applications_is_refused(consistent, rewrite, backend):
    query = "SELECT * FROM old UNION ALL (SELECT * FROM old ORDER BY SK_ID_CURR LIMIT 3)"
    rewrite(consistent, "application_train", query)
    with pytest.raises(InvalidInput, match="application_train: 3 × repeated client"):
        read_tables(consistent, backend)


def test_a_client_in_both_application_tables_is_refused(consistent, rewrite, backend):
    shutil.copy(consistent / "application_train.parquet", consistent / "application_test.parquet")
    rewrite(consistent, "application_test", "SELECT * EXCLUDE (TARGET) FROM old")
    with pytest.raises(InvalidInput, match=r"application_test: .* also in application_train"):
        read_tables(consistent, backend)


def test_the_fingerprint_follows_the_contents(consistent, parquet_folder, rewrite):
    assert fingerprint(consistent) == fingerprint(parquet_folder)
    rewrite(consistent, "bureau", "SELECT * FROM old LIMIT 5")
    assert fingerprint(consistent) != fingerprint(parquet_folder)
