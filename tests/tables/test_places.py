"""Where the tables of a folder may lie, and what is said where one lies nowhere."""

import gzip
import os
import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.tables import fingerprint, quick_fingerprint
from lib.tables.inspection import inspect_tables
from lib.tables.places import TABLES, locate
from lib.tables.sources import NO_LINE_END
from tests.tables.spoiling import as_csv, findings, set_value
from tests.tables.test_csv_forms import rows_of


def zip_of(paths, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in paths:
            archive.write(each, each.name)
    return path


def gzipped(path: Path) -> None:
    path.with_name("bureau.csv.gz").write_bytes(gzip.compress(path.read_bytes()))


def zip_in_plain_name(path: Path) -> None:
    """As Kaggle's own client leaves some files."""
    contents = zip_of([path], path.with_suffix(".zip")).read_bytes()
    path.with_suffix(".zip").unlink()
    path.write_bytes(contents)


@pytest.mark.parametrize(
    ("spoil", "keeps"),
    [
        (lambda path: path.rename(path.with_suffix(".CSV")), True),
        (lambda path: path.rename(path.with_name("Bureau.Csv")), True),
        (gzipped, False),
        (lambda path: zip_of([path], path.with_name("bureau.zip")), False),
        (lambda path: zip_of([path], path.with_name("mine.zip")), False),
        (zip_in_plain_name, True),
    ],
    ids=["CSV", "Csv", "gz", "zip", "zip of another name", "zip in a plain name"],
)
def test_a_file_is_read_under_each_of_its_names(consistent, spoil, keeps):
    path = as_csv(consistent, "bureau")
    plain = rows_of(consistent)
    spoil(path)
    if not keeps:
        path.unlink()
    assert findings(consistent) == {}
    assert rows_of(consistent).equals(plain)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_parts_in_a_folder_are_read_as_one_table(consistent, ending):
    plain = rows_of(consistent)
    if ending == ".csv":
        lines = as_csv(consistent, "bureau").read_text().splitlines(keepends=True)
        (consistent / "bureau.csv").unlink()
        parts = {"part-0": lines[:40], "part-1": [lines[0], *lines[40:]], "part-2": lines[:1]}
        folder = consistent / "bureau.csv"
        folder.mkdir()
        for name, part in parts.items():
            (folder / f"{name}.csv").write_text("".join(part))
    else:
        path = consistent / "bureau.parquet"
        table = pq.read_table(path)
        path.unlink()
        path.mkdir()
        pq.write_table(table.slice(0, 40), path / "part-0.snappy.parquet")
        pq.write_table(table.slice(40), path / "part-1.snappy.parquet")
    (consistent / f"bureau{ending}" / "_SUCCESS").touch()
    (consistent / f"bureau{ending}" / f".part-0{ending}.crc").write_bytes(b"crc\0")
    before = fingerprint(consistent), quick_fingerprint(consistent)
    assert findings(consistent) == {}
    inspection = inspect_tables(consistent)
    assert inspection.rows["bureau"] == len(plain)
    if ending == ".csv":
        assert rows_of(consistent).equals(plain)
    sorted((consistent / f"bureau{ending}").glob("part-*"))[-1].unlink()
    after = fingerprint(consistent), quick_fingerprint(consistent)
    assert all(now != then for now, then in zip(after, before, strict=True))


def test_a_part_with_other_columns_is_named(consistent):
    folder = consistent / "bureau_balance.csv"
    path = as_csv(consistent, "bureau_balance")
    text = path.read_text()
    path.unlink()
    folder.mkdir()
    (folder / "a.csv").write_text(text)
    (folder / "b.csv").write_text("SK_ID_BUREAU,STATUS\n7,C\n")
    found = findings(consistent)["bureau_balance", "unreadable file"]
    assert found.what == (
        "bureau_balance.csv: part b.csv has another header than a.csv: "
        "write both with the same columns, in one order"
    )


def csv_parts(folder, *parts: bytes) -> None:
    """Put parts in the place of the CSV of bureau."""
    path = folder / "bureau.csv"
    path.unlink()
    path.mkdir()
    for number, part in enumerate(parts):
        (path / f"part-{number}.csv").write_bytes(part)


def only_told(folder) -> str:
    (found,) = findings(folder).values()
    assert found.forbids
    return found.what


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_parts_with_line_ends_of_other_systems_are_read_to_their_end(consistent, end):
    lines = as_csv(consistent, "bureau").read_bytes().splitlines()
    plain = rows_of(consistent)
    csv_parts(
        consistent, *(end.join([*part, b""]) for part in (lines[:40], [lines[0], *lines[40:]]))
    )
    assert rows_of(consistent).equals(plain)


def test_a_part_that_may_be_cut_off_is_named(consistent):
    lines = as_csv(consistent, "bureau").read_bytes().splitlines(keepends=True)
    csv_parts(consistent, b"".join(lines[:40])[:-1], lines[0] + b"".join(lines[40:]))
    assert only_told(consistent) == f"bureau.csv: part part-0.csv {NO_LINE_END}"


def test_what_is_wrong_in_a_part_is_named_with_the_part_and_its_own_line(consistent):
    path = as_csv(consistent, "bureau")
    set_value(path, 45, "DAYS_CREDIT", "then")
    lines = path.read_bytes().splitlines(keepends=True)
    csv_parts(consistent, b"".join(lines[:40]), lines[0] + b"".join(lines[40:]))
    assert only_told(consistent) == (
        "bureau.csv: line 6 of part-1.csv, column DAYS_CREDIT: 'then' is not a whole number"
    )


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_part_that_is_there_twice_is_named(consistent, ending):
    name = f"installments_payments{ending}"
    if ending == ".csv":
        as_csv(consistent, "installments_payments")
    whole = (consistent / name).read_bytes()
    (consistent / name).unlink()
    (consistent / name).mkdir()
    for part in ("a", "b"):
        (consistent / name / f"{part}{ending}").write_bytes(whole)
    assert only_told(consistent) == (
        f"{name}: part b{ending} is the same as a{ending}: remove one of them"
    )


def test_parts_without_rows_may_be_the_same(consistent):
    path = as_csv(consistent, "bureau")
    plain = rows_of(consistent)
    whole = path.read_bytes()
    header = whole.splitlines(keepends=True)[0]
    csv_parts(consistent, whole, header, header)
    assert rows_of(consistent).equals(plain)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda path: (path / "year=2018").mkdir(parents=True),
            "its part year=2018 is a folder: "
            "write the parts, with all columns, straight into bureau_balance.parquet",
        ),
        (lambda path: path.mkdir(), "a folder without parts: put them in it, or remove it"),
        (
            lambda path: (path.mkdir(), (path / "part-0").touch()),
            "its part part-0 is not called .parquet: rename or remove it",
        ),
        (
            lambda path: (path.mkdir(), (path / "a[1].parquet").touch()),
            "part a[1].parquet has one of * ? [ in its name: rename it",
        ),
        (
            lambda path: path.symlink_to("nowhere"),
            "a link that leads nowhere: put the file itself in its place",
        ),
        (
            lambda path: path.symlink_to(path.name),
            "a link that leads nowhere: put the file itself in its place",
        ),
        (os.mkfifo, "neither a file nor a folder: put a file in its place"),
    ],
    ids=["folder", "nothing", "other name", "pattern", "link", "loop", "pipe"],
)
def test_what_is_in_the_place_of_a_table_and_is_none_is_named(consistent, make, told):
    path = consistent / "bureau_balance.parquet"
    path.unlink()
    make(path)
    assert only_told(consistent) == f"bureau_balance.parquet: {told}"


def first_rows_otherwise(folder, change):
    """Put two parts in the place of bureau, the first changed; give the table as it was."""
    path = folder / "bureau.parquet"
    rows = pq.read_table(path)
    path.unlink()
    path.mkdir()
    pq.write_table(change(rows.slice(0, 40)), path / "a.parquet")
    pq.write_table(rows.slice(40), path / "b.parquet")
    return rows


def as_type(name, kind):
    """Give a column of some rows another type."""
    return lambda rows: rows.set_column(
        rows.column_names.index(name), name, rows[name].cast(kind, safe=False)
    )


OTHERWISE = {
    "order": lambda rows: rows.select([1, 0, *range(2, rows.num_columns)]),
    "narrower": as_type("SK_ID_CURR", pa.int32()),
    "as floats": as_type("SK_ID_CURR", pa.float64()),
    "as decimals": as_type("AMT_CREDIT_SUM", pa.decimal128(18, 3)),
    "as categories": as_type("CREDIT_ACTIVE", pa.dictionary(pa.int8(), pa.string())),
    "one more": lambda rows: rows.append_column("extra", pa.nulls(len(rows))),
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
def test_parts_that_were_not_written_alike_are_brought_together(consistent, parquet_folder, change):
    first_rows_otherwise(consistent, change)
    inspection = inspect_tables(consistent)
    assert not inspection.refusals
    assert rows_of(consistent).to_pydict() == rows_of(parquet_folder).to_pydict()
    # It is done once, as long as no part changes.
    made = inspection.files["bureau"]
    assert made == inspect_tables(consistent).files["bureau"]
    part = consistent / "bureau.parquet" / "b.parquet"
    pq.write_table(pq.read_table(part).slice(1), part)
    assert inspect_tables(consistent).files["bureau"] != made
    assert len(rows_of(consistent)) == len(rows_of(parquet_folder)) - 1


def test_a_column_that_has_no_value_in_a_part_has_its_type(consistent):
    def without(rows):
        return rows.set_column(
            rows.column_names.index("AMT_ANNUITY"), "AMT_ANNUITY", pa.nulls(len(rows))
        )

    rows = first_rows_otherwise(consistent, without)
    assert findings(consistent) == {}
    wanted = rows["AMT_ANNUITY"].slice(40).drop_null()
    found = pq.read_table(inspect_tables(consistent).files["bureau"])["AMT_ANNUITY"]
    assert (found.type, found.drop_null().to_pylist()) == (pa.float64(), wanted.to_pylist())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda rows: rows.drop_columns("AMT_ANNUITY"),
            "bureau.parquet: part a.parquet has no column AMT_ANNUITY, which b.parquet has: "
            "write it with all columns",
        ),
        (
            as_type("SK_ID_CURR", pa.string()),
            "bureau.parquet: part a.parquet: SK_ID_CURR is string, where it must be int64",
        ),
        (
            lambda rows: rows.append_column("CREDIT_TYPE", rows["CREDIT_TYPE"]),
            "CREDIT_TYPE",
        ),
    ],
    ids=["lacks a column", "of a wrong type", "has one twice"],
)
def test_a_part_that_cannot_be_brought_together_is_named(consistent, change, told):
    first_rows_otherwise(consistent, change)
    assert only_told(consistent) == told


def test_numbers_of_unlike_parts_are_not_rounded(consistent):
    def odd(rows):
        numbers = pa.array([2**53 + 1] * len(rows), pa.int64())
        return rows.set_column(rows.column_names.index("DAYS_CREDIT"), "DAYS_CREDIT", numbers)

    first_rows_otherwise(consistent, odd)
    second = consistent / "bureau.parquet" / "b.parquet"
    pq.write_table(as_type("DAYS_CREDIT", pa.float64())(pq.read_table(second)), second)
    assert only_told(consistent).endswith(
        "DAYS_CREDIT has whole numbers that floats cannot hold: write integers everywhere"
    )


def test_a_wrong_type_is_told_once_however_many_parts_have_it(consistent):
    rows = as_type("SK_ID_CURR", pa.string())(pq.read_table(consistent / "bureau.parquet"))
    (consistent / "bureau.parquet").unlink()
    (consistent / "bureau.parquet").mkdir()
    for at in range(3):
        pq.write_table(rows.slice(9 * at, 9), consistent / "bureau.parquet" / f"{at}.parquet")
    assert only_told(consistent) == ("bureau.parquet: SK_ID_CURR is string, where it must be int64")


def test_what_is_not_whole_in_one_of_unlike_parts_is_not_rounded(consistent):
    def halved(rows):
        halves = pa.array([0.5] * len(rows))
        return rows.set_column(
            rows.column_names.index("CREDIT_DAY_OVERDUE"), "CREDIT_DAY_OVERDUE", halves
        )

    first_rows_otherwise(consistent, halved)
    found = findings(consistent)["bureau", "wrong value"]
    assert (found.count, found.what) == (
        40,
        "CREDIT_DAY_OVERDUE is not whole, such as 0.5, 0.5, 0.5, 0.5, 0.5",
    )


def test_a_part_that_cannot_be_read_is_named(consistent):
    path = consistent / "bureau.parquet"
    rows = pq.read_table(path)
    path.unlink()
    path.mkdir()
    pq.write_table(rows, path / "a.parquet")
    (path / "b.parquet").write_text("version https://git-lfs.github.com/spec/v1\n")
    told = only_told(consistent)
    assert told.startswith("bureau.parquet: part b.parquet: line 1 is 'version")


def test_a_part_of_csv_that_cannot_be_read_is_named(consistent):
    whole = as_csv(consistent, "bureau").read_bytes()
    csv_parts(consistent, whole, b"BZh91AY")
    assert only_told(consistent) == "bureau.csv: part part-1.csv: packed by bzip2: unpack it"
    (consistent / "bureau.csv" / "part-1.csv").write_bytes(gzip.compress(whole)[:-9])
    wanted = "bureau.csv: part part-1.csv: cut off or damaged: copy or download it again"
    assert only_told(consistent) == wanted


@pytest.mark.parametrize("name", ["a[1]", "a*", "a?"])
def test_a_folder_whose_name_stands_for_others_is_refused(consistent, tmp_path, name):
    # Engines would read this one in its place, or both.
    shutil.copytree(consistent, tmp_path / "a1")
    shutil.copytree(consistent, tmp_path / name)
    with pytest.raises(InvalidInput, match=r"its path has none of \* \? \[, .*; rename it"):
        inspect_tables(tmp_path / name)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_of_two_files_that_differ_by_case_the_one_not_read_is_named(consistent, ending):
    if ending == ".csv":
        as_csv(consistent, "bureau")
    path = consistent / f"bureau{ending}"
    wanted = inspect_tables(consistent).rows
    for other in (f"BUREAU{ending}", f"bureau{ending.upper()}"):
        shutil.copy(path, consistent / other)
    found = findings(consistent)["bureau", "ignored file"]
    assert found.what == f"BUREAU{ending}, bureau{ending.upper()}: bureau{ending} is read"
    assert inspect_tables(consistent).rows == wanted


def test_tables_in_the_only_folder_below_are_read(consistent, tmp_path):
    outer = tmp_path / "outer"
    shutil.copytree(consistent, outer / "home-credit")
    (outer / "notes.txt").touch()
    assert inspect_tables(outer).findings == ()


def test_of_several_folders_below_none_is_guessed(consistent, tmp_path):
    outer = tmp_path / "outer"
    for name in ("new", "old"):
        shutil.copytree(consistent, outer / name)
    with pytest.raises(InvalidInput, match="those below it are new, old; give one of them"):
        inspect_tables(outer)


def test_an_archive_and_the_home_of_the_user_may_be_given(tiny, monkeypatch):
    wanted = inspect_tables(tiny)
    path = zip_of([tiny / f"{name}.csv" for name in TABLES], tiny.parent / "all.zip")
    monkeypatch.setenv("HOME", str(tiny.parent))
    for given in (path, Path("~/all.zip"), Path("~") / tiny.name):
        assert inspect_tables(given).rows == wanted.rows
    assert locate(Path("~/all.zip"))["bureau"].label == "all.zip/bureau.csv"


def test_where_a_table_is_missing_what_is_there_is_listed(consistent):
    (consistent / "bureau.parquet").rename(consistent / "bureau (1).parquet")
    (consistent / "old").mkdir()
    assert findings(consistent)["bureau", "missing file"].what == (
        "no bureau.parquet, .csv, .csv.gz or .zip; beside the other tables: bureau (1).parquet, old"
        "; if bureau (1).parquet is the table, write it in one of these forms"
    )


def test_where_no_table_is_there_what_is_is_listed(tmp_path):
    (tmp_path / "titanic.csv").touch()
    with pytest.raises(InvalidInput, match=r"but what is there is titanic\.csv; take the eight"):
        inspect_tables(tmp_path)


def test_of_an_archive_without_tables_what_it_holds_is_listed(consistent, tmp_path):
    path = zip_of(sorted(consistent.glob("bureau*.parquet")), tmp_path / "all.zip")
    with pytest.raises(InvalidInput, match=r"is bureau\.parquet, bureau_balance\.parquet; take"):
        inspect_tables(path)


def test_a_single_file_is_no_folder(consistent):
    with pytest.raises(InvalidInput, match=r"file .*bureau\.parquet: it is a folder, or"):
        inspect_tables(consistent / "bureau.parquet")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda packed, plain: plain,
            "not packed by gzip, or not to its end: let the name of plain CSV end with .csv",
        ),
        (lambda packed, plain: packed[:-40], "cut off or damaged: copy or download it again"),
        (
            lambda packed, plain: packed[:-8] + bytes(8),
            "cut off or damaged: copy or download it again",
        ),
        (lambda packed, plain: gzip.compress(packed), "packed by gzip twice: unpack it once"),
    ],
    ids=["plain", "cut off", "damaged", "twice"],
)
def test_a_packed_file_that_is_not_whole_is_told(consistent, spoil, told):
    path = as_csv(consistent, "bureau")
    plain = path.read_bytes()
    path.unlink()
    path.with_name("bureau.csv.gz").write_bytes(spoil(gzip.compress(plain), plain))
    assert only_told(consistent) == f"bureau.csv.gz: {told}"


def test_a_workbook_is_told(consistent):
    path = as_csv(consistent, "bureau")
    with zipfile.ZipFile(path, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    told = only_told(consistent)
    assert told == "bureau.csv: an Excel workbook: save its sheet as CSV (UTF-8)"
