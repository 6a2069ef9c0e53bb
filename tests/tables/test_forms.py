"""What is not a table, or not in its form, is told by its first line with what to do."""

import csv
import io

import pyarrow.parquet as pq
import pytest

from tests.tables.spoiling import as_csv, edit_lines, findings
from tests.tables.test_csv_forms import rows_of

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 37\n"
PAGE = "<!DOCTYPE html>\n<html><title>Sign in</title></html>\n"


def separated_by(separator):
    def edit(text):
        rows = csv.reader(io.StringIO(text))
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return edit


def quoted_whole(text):
    return "".join(f'"{line}"\n' for line in text.splitlines())


@pytest.mark.parametrize(
    ("edit", "line", "told"),
    [
        (
            lambda _: LFS,
            "version https://git-lfs.github.com/spec/v1",
            "a pointer of Git LFS, not the file itself: "
            "run `git lfs pull` in the folder that it was cloned to",
        ),
        (
            lambda _: PAGE,
            "<!DOCTYPE html>",
            "a page for a browser, perhaps one that asks to sign in: "
            "download the file again, and open it to see that it holds the table",
        ),
        (lambda text: "sep=,\n" + text, "sep=,", "a hint for Excel: remove line 1"),
        (
            lambda text: "# made by us\n" + text,
            "# made by us",
            "a comment: remove the lines before the header",
        ),
        (
            separated_by(";"),
            "SK_ID_BUREAU;MONTHS_BALANCE;STATUS",
            "with semicolons between the columns: write the file again with commas",
        ),
        (
            separated_by("\t"),
            "SK_ID_BUREAU\\tMONTHS_BALANCE\\tSTATUS",
            "with tabs between the columns: write the file again with commas",
        ),
        (
            separated_by("|"),
            "SK_ID_BUREAU|MONTHS_BALANCE|STATUS",
            "with bars between the columns: write the file again with commas",
        ),
        (
            quoted_whole,
            '"SK_ID_BUREAU,MONTHS_BALANCE,STATUS"',
            "a line quoted as a whole: write it without quotes around whole lines",
        ),
        (
            lambda text: "Export of 2020\n" + text,
            "Export of 2020",
            "and line 2 is the header: remove the lines before it",
        ),
        (
            lambda text: "\n,,\n" + text,
            "",
            "and line 3 is the header: remove the lines before it",
        ),
        (lambda _: '{"SK_ID_BUREAU": 1}\n', '{"SK_ID_BUREAU": 1}', "JSON: write it as CSV"),
        (lambda _: '[{"a": 1}]\n', '[{"a": 1}]', "JSON: write it as CSV"),
        (lambda _: "<?xml?>\n<a/>\n", "<?xml?>", "XML: write it as CSV"),
        (
            lambda text: text.replace("SK_ID_BUREAU,", '"SK_ID_BUREAU", "', 1).replace(
                ",STATUS", '", "STATUS"', 1
            ),
            '"SK_ID_BUREAU", "MONTHS_BALANCE", "STATUS"',
            "with spaces before quotes: write it without spaces after the commas",
        ),
        (
            lambda text: text.replace("STATUS", '"STATUS\n"', 1),
            'SK_ID_BUREAU,MONTHS_BALANCE,"STATUS',
            "with a quote that the line does not close: write the header as one line",
        ),
        (
            lambda _: "5000001,-1,C\n5000001,-2,C\n",
            "5000001,-1,C",
            "values and no header: put a line before it with the 3 columns as Kaggle names them",
        ),
    ],
    ids=[
        *("lfs", "page", "sep", "comment", "semicolons", "tabs", "bars", "quoted"),
        *("title", "blank", "json", "json list", "xml", "spaces", "open quote", "no header"),
    ],
)
def test_a_file_of_another_form_is_one_finding(consistent, edit, line, told):
    path = as_csv(consistent, "bureau_balance")
    path.write_text(edit(path.read_text()))
    (found,) = findings(consistent).values()
    assert (found.table, found.kind) == ("bureau_balance", "unreadable file")
    assert found.what == f"bureau_balance.csv: line 1 is '{line}', {told}"


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        (LFS, "line 1 is 'version https://git-lfs.github.com/spec/v1', a pointer of Git LFS"),
        (PAGE, "line 1 is '<!DOCTYPE html>', a page for a browser"),
        ("SK_ID_BUREAU,MONTHS_BALANCE,STATUS\n", "CSV under another name"),
    ],
)
def test_what_is_called_parquet_and_is_not_is_told(consistent, contents, told):
    (consistent / "bureau_balance.parquet").write_text(contents)
    (found,) = findings(consistent).values()
    assert found.what.startswith(f"bureau_balance.parquet: {told}")


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"BZh91AY", "packed by bzip2: unpack it"),
        (b"\xfd7zXZ\0", "packed by xz: unpack it"),
        (b"\x28\xb5\x2f\xfd", "packed by Zstandard: unpack it"),
        (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel: save its sheet as CSV (UTF-8)"),
        (b"ARROW1\0\0", "Feather: write it as Parquet"),
        ("SK_ID_BUREAU".encode("utf-16"), "UTF-16, as Excel's Unicode text: write it again"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_what_begins_as_no_table_does_is_told(consistent, ending, start, told):
    if ending == ".csv":
        as_csv(consistent, "bureau_balance")
    (consistent / f"bureau_balance{ending}").write_bytes(start + bytes(40))
    (found,) = findings(consistent).values()
    assert found.what.startswith(f"bureau_balance{ending}: {told}")


@pytest.mark.parametrize("quote", ["'", "’"])
def test_names_in_other_quotes_are_told(consistent, quote):
    path = as_csv(consistent, "bureau_balance")
    edit_lines(
        path,
        lambda lines: lines.__setitem__(
            0, ",".join(f"{quote}{name}{quote}" for name in lines[0].split(","))
        ),
    )
    (found,) = findings(consistent).values()
    assert "are written otherwise than 'SK_ID_BUREAU': rename them" in found.what


def test_a_column_without_a_name_is_ignored_by_saying_so(consistent):
    path = as_csv(consistent, "bureau_balance")
    edit_lines(path, lambda lines: lines.__setitem__(slice(None), [f",{line}" for line in lines]))
    (found,) = findings(consistent).values()
    assert (found.what, found.forbids) == ("one without a name", False)


def test_parquet_that_is_called_csv_is_told(consistent):
    (consistent / "bureau_balance.parquet").rename(consistent / "bureau_balance.csv")
    (found,) = findings(consistent).values()
    assert found.what.endswith("Parquet under another name: let its name end with .parquet")


def test_another_table_under_the_name_is_told(consistent):
    path = as_csv(consistent, "bureau_balance")
    path.write_text("PassengerId,Survived,Name\n1,0,Braund\n")
    (found,) = findings(consistent).values()
    assert found.what == (
        "bureau_balance.csv: no column of the table bureau_balance, which begins with "
        "'SK_ID_BUREAU'; found 'PassengerId', 'Survived', 'Name': perhaps it is another file"
    )


@pytest.mark.parametrize("change", [str.lower, str.title])
def test_a_csv_header_in_another_case_is_the_same(consistent, change):
    path = as_csv(consistent, "bureau")
    plain = rows_of(consistent)
    edit_lines(path, lambda lines: lines.__setitem__(0, change(lines[0])))
    assert findings(consistent) == {}
    assert rows_of(consistent).equals(plain)


def test_parquet_columns_in_another_case_are_one_finding(consistent):
    path = consistent / "bureau_balance.parquet"
    table = pq.read_table(path)
    pq.write_table(table.rename_columns([name.lower() for name in table.column_names]), path)
    (found,) = findings(consistent).values()
    assert found.what == (
        "bureau_balance.parquet: its columns 'sk_id_bureau', 'months_balance', 'status' are "
        "written otherwise than 'SK_ID_BUREAU': rename them"
    )


@pytest.mark.parametrize("empty", [",,", '"","",""', " , , "])
def test_lines_of_commas_only_are_skipped_like_blank_ones(consistent, empty):
    path = as_csv(consistent, "bureau_balance")
    plain = rows_of(consistent, "bureau_balance")
    edit_lines(path, lambda lines: lines.extend([empty] * 3000))
    assert findings(consistent) == {}
    assert rows_of(consistent, "bureau_balance").equals(plain)


def test_a_row_that_lacks_only_its_key_is_refused(consistent):
    path = as_csv(consistent, "bureau_balance")
    edit_lines(path, lambda lines: lines.extend([",-1,C", ",,"]))
    found = findings(consistent)
    assert {kind: each.count for (_, kind), each in found.items()} == {"missing key": 1}


def test_a_table_without_rows_is_noted(consistent):
    path = consistent / "bureau_balance.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    found = findings(consistent)["bureau_balance", "empty table"]
    assert found.what == "bureau_balance.parquet has columns and no rows"
    assert not found.forbids
