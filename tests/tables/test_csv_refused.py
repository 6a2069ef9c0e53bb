"""Values and lines of a CSV that cannot be read are named with their line; none gets through."""

import zipfile

import pytest

from lib.tables.csv_to_parquet import MOST_WRONG
from lib.tables.inspection import inspect_tables
from lib.tables.places import ARCHIVE
from lib.tables.sources import NO_LINE_END
from tests.tables.spoiling import as_csv, edit_lines, findings, set_value


@pytest.fixture
def bureau_csv(consistent):
    return as_csv(consistent, "bureau")


@pytest.fixture
def balance_csv(consistent):
    return as_csv(consistent, "bureau_balance")


def only_finding(folder):
    (found,) = findings(folder).values()
    assert found.forbids
    return found


@pytest.mark.parametrize(
    "text",
    ["yesterday", "-1.5", "1_000", "0x10", "9007199254740993", "inf", "٣", "+-1"],
)
def test_what_is_not_a_whole_number_is_refused_where_one_must_be(consistent, bureau_csv, text):
    set_value(bureau_csv, 5, "DAYS_CREDIT", text)
    wanted = f"bureau.csv: line 5, column DAYS_CREDIT: {text!r} is not a whole number"
    assert only_finding(consistent).what == wanted


@pytest.mark.parametrize("text", ["much", "inf", "-Infinity", "1e999", "1_000.5"])
def test_what_is_not_a_finite_number_is_refused_where_one_must_be(consistent, bureau_csv, text):
    set_value(bureau_csv, 5, "AMT_CREDIT_SUM", text)
    wanted = f"bureau.csv: line 5, column AMT_CREDIT_SUM: {text!r} is not a finite number"
    assert only_finding(consistent).what == wanted


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("-", "leave it empty where it is missing"),
        ("?", "leave it empty where it is missing"),
        (" ", "leave it empty where it is missing"),
        ('"32239,72"', "write a point in the place of the comma"),
        ("12 000", "write it without gaps"),
        ('"12,000.5"', "write it without gaps"),
        ("\u22121867", "write - for minus"),
        ("$5", "write the number alone"),
        ("(1867)", "write the number alone"),
        ('"=""5"""', "write the number alone"),
        ("2018-05-01", "days are counted from the application, and no dates"),
    ],
)
def test_what_is_to_be_done_with_a_number_is_said_where_it_is_known(
    consistent, bureau_csv, text, remedy
):
    place = bureau_csv.read_text().splitlines()[0].split(",").index("AMT_CREDIT_SUM")

    def edit(lines):
        cells = lines[4].split(",")
        lines[4] = ",".join([*cells[:place], text, *cells[place + 1 :]])

    edit_lines(bureau_csv, edit)
    found = only_finding(consistent).what
    assert found.startswith("bureau.csv: line 5, column AMT_CREDIT_SUM: ")
    assert found.endswith(f" is not a finite number: {remedy}")


def test_a_number_that_a_spreadsheet_has_rounded_is_refused_where_all_digits_count(
    consistent, bureau_csv
):
    set_value(bureau_csv, 5, "SK_ID_CURR", "1.00E+05")
    assert only_finding(consistent).what == (
        "bureau.csv: line 5, column SK_ID_CURR: '1.00E+05' is not a whole number: "
        "a spreadsheet has rounded it; write all digits"
    )


@pytest.mark.parametrize(
    ("column", "text"), [("AMT_CREDIT_SUM", "1.17E+08"), ("CREDIT_CURRENCY", "1.17E+08 or +-5_6")]
)
def test_what_may_look_odd_where_it_is_right_is_read(consistent, bureau_csv, column, text):
    set_value(bureau_csv, 5, column, text)
    assert not [found for found in findings(consistent).values() if found.forbids]


def test_the_header_in_the_middle_is_one_finding(consistent, bureau_csv):
    edit_lines(bureau_csv, lambda lines: lines.insert(9, lines[0]))
    assert only_finding(consistent).what == (
        "bureau.csv: line 10 is the header once more: remove it"
    )


def test_of_lines_that_are_all_longer_than_the_header_the_cause_is_guessed(consistent, bureau_csv):
    edit_lines(
        bureau_csv,
        lambda lines: lines.__setitem__(
            slice(1, None), [f'"{at}",{line}' for at, line in enumerate(lines[1:])]
        ),
    )
    assert only_finding(consistent).what.endswith(
        "if all lines are so, the header lacks a name, or lines end with a comma"
    )


def test_a_decimal_comma_makes_a_line_too_long(consistent, balance_csv):
    set_value(balance_csv, 4, "MONTHS_BALANCE", "-3,0")
    wanted = "bureau_balance.csv: line 4 has 4 values instead of 3"
    assert only_finding(consistent).what == wanted


@pytest.mark.parametrize(
    ("line", "count"), [("5000001,-1", 2), ("5000001,-1,C,", 4), ("5000001,,-1,", 4), ("x", 1)]
)
def test_a_line_has_as_many_values_as_the_header(consistent, balance_csv, line, count):
    edit_lines(balance_csv, lambda lines: lines.insert(3, line))
    wanted = f"bureau_balance.csv: line 4 has {count} values instead of 3"
    assert only_finding(consistent).what == wanted


@pytest.mark.parametrize("value", ['"C', '"C\n'])
def test_an_open_quote_swallows_no_line(consistent, balance_csv, value):
    set_value(balance_csv, 4, "STATUS", value)
    assert "bureau_balance.csv: line 4 cannot be split" in only_finding(consistent).what


def test_an_open_quote_in_an_ignored_column_swallows_no_line(consistent, balance_csv):
    edit_lines(
        balance_csv,
        lambda lines: lines.__setitem__(
            slice(None), [lines[0] + ",extra", *(line + ",7" for line in lines[1:])]
        ),
    )
    set_value(balance_csv, 4, "extra", '"7')
    set_value(balance_csv, 9, "extra", '7"')
    found = findings(consistent)["bureau_balance", "wrong value"]
    assert "line 4 cannot be split" in found.what


def test_text_of_another_encoding_is_refused(consistent, balance_csv):
    lines = balance_csv.read_bytes().splitlines()
    lines[3] = lines[3][:-1] + "é".encode("latin-1")
    balance_csv.write_bytes(b"\n".join(lines) + b"\n")
    wanted = "bureau_balance.csv: line 4 is not UTF-8 text: write the file again as UTF-8"
    assert only_finding(consistent).what == wanted


def test_a_line_cut_off_in_a_value_is_refused(consistent, bureau_csv):
    last = bureau_csv.read_text().count("\n")
    bureau_csv.write_text(bureau_csv.read_text()[:-40])
    found = only_finding(consistent)
    assert f"bureau.csv: line {last} has" in found.what
    assert "may be cut off" in found.what


@pytest.mark.parametrize("cut", [1, 2])
def test_a_last_line_that_is_complete_by_chance_is_refused(consistent, balance_csv, cut):
    last = balance_csv.read_text().count("\n")
    balance_csv.write_text(balance_csv.read_text()[:-cut])
    wanted = f"bureau_balance.csv: line {last} {NO_LINE_END}"
    assert only_finding(consistent).what == wanted


def test_of_few_that_are_wrong_each_is_shown(consistent, balance_csv):
    for line in range(2, 7):
        set_value(balance_csv, line, "MONTHS_BALANCE", "then")
    found = only_finding(consistent)
    assert found.count == 5
    assert found.what.count("line") == 5


def test_of_many_that_are_wrong_for_one_cause_the_first_is_shown(consistent, bureau_csv):
    for line in range(2, 9):
        set_value(bureau_csv, line, "AMT_CREDIT_SUM", f"{line} €")
    set_value(bureau_csv, 5, "DAYS_CREDIT", "then")
    found = only_finding(consistent)
    assert found.count == 8
    assert found.what == (
        "bureau.csv: line 2, column AMT_CREDIT_SUM: '2 €' is not a finite number: "
        "write the number alone (and 6 more like it); "
        "line 5, column DAYS_CREDIT: 'then' is not a whole number"
    )


def test_of_many_causes_the_first_are_shown_and_the_others_counted(consistent, balance_csv):
    for line in range(2, 10):
        set_value(balance_csv, line, "STATUS", "C" + ",C" * (line // 2 * 2))
    set_value(balance_csv, 12, "STATUS", "C" + ",C" * 20)
    set_value(balance_csv, 13, "STATUS", "C" + ",C" * 30)
    found = only_finding(consistent)
    assert found.count == 10
    assert found.what.count("(and 1 more like it)") == 4
    assert found.what.endswith("line 12 has 23 values instead of 3; and 1 more")


@pytest.mark.parametrize("wrong", [MOST_WRONG, MOST_WRONG + 1])
def test_a_file_that_is_wrong_throughout_is_not_read_to_its_end(consistent, balance_csv, wrong):
    header = balance_csv.read_text().splitlines()[0]
    lines = [header, *(f"{owner},then,C" for owner in range(wrong))]
    balance_csv.write_text("\n".join(lines) + "\n")
    inspection = inspect_tables(consistent)
    (found,) = inspection.refusals
    assert found.count == wrong
    assert found.what.endswith("; the rest was not read") == (wrong > MOST_WRONG)
    assert ("bureau_balance" in inspection.rows) == (wrong == MOST_WRONG)


def test_what_is_right_in_a_file_is_checked_in_the_same_go(consistent):
    path = as_csv(consistent, "application_train")
    set_value(path, 2, "CNT_CHILDREN", "many")
    set_value(path, 3, "TARGET", "2")
    edit_lines(path, lambda lines: lines.append(lines[4]))
    found = findings(consistent)
    assert {kind: finding.count for (_, kind), finding in found.items()} == {
        "wrong value": 1,
        "wrong target": 1,
        "repeated client": 1,
    }


def test_rows_are_no_orphans_of_lines_that_could_not_be_read(consistent, bureau_csv):
    edit_lines(bureau_csv, lambda lines: lines.__setitem__(1, lines[1] + ",7"))
    assert findings(consistent).keys() == {("bureau", "wrong value")}


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", "empty, not even a header"),
        (
            "SK_ID_CURR\n1\n".encode("utf-16"),
            "UTF-16, as Excel's Unicode text: write it again as UTF-8",
        ),
    ],
)
def test_a_file_without_a_header_is_refused(consistent, bureau_csv, contents, reason):
    bureau_csv.write_bytes(contents)
    assert only_finding(consistent).what == f"bureau.csv: {reason}"


def test_a_column_that_comes_twice_is_refused(consistent, balance_csv):
    edit_lines(
        balance_csv, lambda lines: lines.__setitem__(0, lines[0].replace("STATUS", "status,STATUS"))
    )
    found = findings(consistent)
    assert found["bureau_balance", "repeated column"].what == "STATUS"


def zipped(path):
    packed = path.with_name(f"{path.name}.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    path.unlink()
    return packed


def test_an_archive_cut_off_is_refused(consistent, bureau_csv):
    packed = zipped(bureau_csv)
    packed.write_bytes(packed.read_bytes()[:-100])
    found = only_finding(consistent)
    assert (found.kind, found.what.split(":")[0]) == ("unreadable file", "bureau.csv.zip")


def test_an_archive_damaged_within_is_refused(consistent, bureau_csv):
    packed = zipped(bureau_csv)
    contents = bytearray(packed.read_bytes())
    contents[len(contents) // 2] ^= 0xFF
    packed.write_bytes(contents)
    assert only_finding(consistent).kind == "unreadable file"


def test_an_archive_of_something_else_is_refused(consistent, bureau_csv):
    with zipfile.ZipFile(f"{bureau_csv}.zip", "w") as archive:
        archive.writestr("one.csv", "1\n")
        archive.writestr("two.csv", "2\n")
    bureau_csv.unlink()
    assert "2 CSV files in the archive" in only_finding(consistent).what


def test_a_torn_archive_of_the_competition_is_named_for_each_table_in_it(consistent):
    for name in ("bureau", "bureau_balance"):
        (consistent / f"{name}.parquet").unlink()
    (consistent / ARCHIVE).write_bytes(b"PK torn")
    assert findings(consistent).keys() == {
        ("bureau", "unreadable file"),
        ("bureau_balance", "unreadable file"),
    }
