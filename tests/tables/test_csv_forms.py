"""CSV in every form that means the same is read as the same table."""

import csv
import shutil
import zipfile

import pyarrow.parquet as pq
import pytest

from lib.tables import TABLES, csv_to_parquet
from lib.tables.csv_to_parquet import seems_sorted
from lib.tables.inspection import inspect_tables
from lib.tables.places import ARCHIVE
from tests.tables.spoiling import as_csv, edit_lines, findings, set_value


def rows_of(folder, name="bureau"):
    """Read a table as it is kept, in an order of its own."""
    inspection = inspect_tables(folder)
    assert inspection.refusals == ()
    table = pq.read_table(inspection.files[name])
    return table.sort_by([(column, "ascending") for column in table.column_names])


@pytest.fixture
def bureau_csv(consistent):
    return as_csv(consistent, "bureau")


def test_the_order_of_columns_does_not_matter(consistent, bureau_csv):
    plain = rows_of(consistent)
    with bureau_csv.open(newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with bureau_csv.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    assert rows_of(consistent).equals(plain)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_line_ends(consistent, bureau_csv, end):
    plain = rows_of(consistent)
    bureau_csv.write_bytes(bureau_csv.read_bytes().replace(b"\n", end.encode()))
    assert rows_of(consistent).equals(plain)


def test_line_ends_may_be_mixed(consistent, bureau_csv):
    plain = rows_of(consistent)
    bureau_csv.write_bytes(bureau_csv.read_bytes().replace(b"\n", b"\r\n", 7))
    assert rows_of(consistent).equals(plain)


def test_a_byte_order_mark_is_skipped(consistent, bureau_csv):
    plain = rows_of(consistent)
    bureau_csv.write_bytes(b"\xef\xbb\xbf" + bureau_csv.read_bytes())
    assert rows_of(consistent).equals(plain)


def test_blank_lines_are_skipped(consistent, bureau_csv):
    plain = rows_of(consistent)
    edit_lines(bureau_csv, lambda lines: lines.insert(5, ""))
    bureau_csv.write_text(bureau_csv.read_text() + "\n\n")
    assert rows_of(consistent).equals(plain)


def test_quotes_around_every_value_do_not_matter(consistent, bureau_csv):
    plain = rows_of(consistent)
    with bureau_csv.open(newline="") as file:
        rows = list(csv.reader(file))
    with bureau_csv.open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    assert rows_of(consistent).equals(plain)


def test_commas_and_quotes_within_quotes_belong_to_the_value(consistent, bureau_csv):
    edit_lines(
        bureau_csv,
        lambda lines: lines.__setitem__(3, lines[3].replace("currency 1", '"1, or ""one"""', 1)),
    )
    assert '1, or "one"' in rows_of(consistent)["CREDIT_CURRENCY"].to_pylist()


def test_whole_numbers_may_be_written_with_a_decimal_point(consistent, bureau_csv):
    plain = rows_of(consistent)
    value = bureau_csv.read_text().splitlines()[3].split(",")[4]
    set_value(bureau_csv, 4, "DAYS_CREDIT", f"{value}.0")
    assert rows_of(consistent).equals(plain)


@pytest.mark.parametrize("column", ["AMT_CREDIT_SUM", "CREDIT_CURRENCY"])
@pytest.mark.parametrize("looked_at", [1, 1_000])
def test_words_for_nothing_are_missing_however_rare_they_are(
    consistent, bureau_csv, monkeypatch, column, looked_at
):
    monkeypatch.setattr(csv_to_parquet, "_LINES_LOOKED_AT", looked_at)
    words = ("", "nan", "NaN", "NA", "N/A", "NULL", "null", "None", "<NA>", "#N/A", "\\N")
    plain = rows_of(consistent)
    edited = dict(enumerate(words, start=2))
    something = {"AMT_CREDIT_SUM": "5", "CREDIT_CURRENCY": "currency 1"}[column]
    for line in edited:
        set_value(bureau_csv, line, column, something)
    known = rows_of(consistent)
    for line, text in edited.items():
        set_value(bureau_csv, line, column, text)
    rows = rows_of(consistent)
    assert len(rows) == len(plain)
    assert rows[column].null_count == known[column].null_count + len(words)


def test_an_unknown_column_is_reported_and_ignored(consistent, bureau_csv):
    plain = rows_of(consistent)
    edit_lines(
        bureau_csv,
        lambda lines: lines.__setitem__(
            slice(None), ["extra," + lines[0], *(f"7,{line}" for line in lines[1:])]
        ),
    )
    assert rows_of(consistent).equals(plain)
    assert findings(consistent)["bureau", "ignored column"].what == "extra"


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_table_may_have_a_header_only(consistent, bureau_csv, end):
    bureau_csv.write_text(bureau_csv.read_text().splitlines()[0] + end)
    assert len(rows_of(consistent)) == 0


def test_a_zipped_file_is_read_as_it_comes(consistent, bureau_csv):
    plain = rows_of(consistent)
    with zipfile.ZipFile(f"{bureau_csv}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(bureau_csv, "bureau.csv")
        archive.writestr("__MACOSX/._bureau.csv", "left by a Mac")
    bureau_csv.unlink()
    assert rows_of(consistent).equals(plain)


def test_the_archive_of_the_competition_is_read_as_it_comes(tiny):
    plain = inspect_tables(tiny)
    with zipfile.ZipFile(tiny / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("HomeCredit_columns_description.csv", "what the columns mean\n")
        for name in TABLES:
            archive.write(tiny / f"{name}.csv", f"{name}.csv")
            (tiny / f"{name}.csv").unlink()
    zipped = inspect_tables(tiny)
    assert zipped.findings == plain.findings
    assert zipped.rows == plain.rows
    assert zipped.files.keys() == TABLES.keys()


def test_of_two_files_of_a_table_the_one_not_read_is_named(consistent, bureau_csv):
    bureau_csv.with_name("bureau.csv.zip").write_bytes(b"")
    found = findings(consistent)["bureau", "ignored file"]
    assert found.what == "bureau.csv.zip: bureau.csv is read"
    assert not found.forbids


OF_CLIENTS = [name for name, table in TABLES.items() if table.client_key]


@pytest.mark.parametrize("is_reversed", [False, True], ids=["sorted", "reversed"])
@pytest.mark.parametrize("name", OF_CLIENTS)
def test_the_rows_kept_are_sorted_by_client(tmp_path, csv_folder, name, is_reversed):
    folder = shutil.copytree(csv_folder, tmp_path / "raw", ignore=shutil.ignore_patterns(".*"))
    if is_reversed:
        edit_lines(folder / f"{name}.csv", reverse)
    numbers = pq.read_table(inspect_tables(folder).files[name])["SK_ID_CURR"].to_pylist()
    assert numbers == sorted(numbers)


def test_the_order_of_the_rows_does_not_matter(tiny):
    plain = rows_of(tiny, "bureau_balance")
    edit_lines(tiny / "bureau_balance.csv", reverse)
    assert rows_of(tiny, "bureau_balance").equals(plain)


def reverse(lines):
    """Bring the lines after the header into another order, in place."""
    lines[1:] = reversed(lines[1:])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], True),
        (["1,a"], True),
        (["1,a", "1,b", "2,c", "10,d"], True),
        (["2,a", "1,b"], False),
        (["1,a", "x,b"], False),  # what is no number is no order
        (["1,a", ",b"], False),
        (["1,a", "9" * 5000], False),
    ],
)
def test_a_file_is_known_to_be_sorted_without_being_read(tmp_path, rows, expected):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["NUMBER,NAME", *rows]) + "\n")
    assert seems_sorted(path, 0) is expected


def test_a_large_file_is_told_sorted_by_some_of_its_lines(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["NUMBER", *map(str, range(20_000))]) + "\n")
    assert seems_sorted(path, 0)
    edit_lines(path, reverse)
    assert not seems_sorted(path, 0)


def test_a_word_for_nothing_that_is_rare_is_missing_too(consistent, bureau_csv, monkeypatch):
    set_value(bureau_csv, 9, "AMT_CREDIT_SUM", "")
    set_value(bureau_csv, 9, "CREDIT_CURRENCY", "")
    plain = rows_of(consistent)
    # Of the lines looked at first, none has one.
    monkeypatch.setattr(csv_to_parquet, "_LINES_LOOKED_AT", 1)
    set_value(bureau_csv, 9, "AMT_CREDIT_SUM", "NULL")
    set_value(bureau_csv, 9, "CREDIT_CURRENCY", "NULL")
    assert rows_of(consistent).equals(plain)
