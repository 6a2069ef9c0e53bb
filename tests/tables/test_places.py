"""Where the tables of a folder may lie, and what is said where one lies nowhere."""

import gzip
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.tables import fingerprint, quick_fingerprint
from lib.tables.inspection import inspect_tables
from lib.tables.sources import TABLES, locate
from tests.tables.spoiling import as_csv, findings
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
    parts = sorted((consistent / f"bureau{ending}").glob("part-*"))
    shutil.copy(parts[0], parts[-1])
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
    assert found.what == "bureau_balance.csv: part b.csv has another header than a.csv"


def test_a_folder_of_something_else_is_named(consistent):
    path = consistent / "bureau_balance.parquet"
    path.unlink()
    (path / "year=2018").mkdir(parents=True)
    found = findings(consistent)["bureau_balance", "unreadable file"]
    assert found.what == (
        "bureau_balance.parquet: a folder must hold parts of Parquet and nothing else: year=2018"
    )


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
    )


def test_where_no_table_is_there_what_is_is_listed(tmp_path):
    (tmp_path / "titanic.csv").touch()
    with pytest.raises(InvalidInput, match=r"but what is there is titanic\.csv; take the eight"):
        inspect_tables(tmp_path)
