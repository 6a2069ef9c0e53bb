"""A CSV is converted once; what is kept is whole and of the file as it is now."""

import gzip
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pyarrow.parquet as pq
import pytest

from lib.tables import TABLES, cache
from lib.tables.cache import FOLDER, cache_folder, is_kept, keep, unshared_folder
from lib.tables.csv_to_parquet import convert
from lib.tables.headers import open_source
from lib.tables.inspection import inspect_tables
from lib.tables.sources import Source
from tests.conftest import PROJECT
from tests.tables.spoiling import as_csv, edit_lines, set_value

FILE_LIMIT = 20_000  # bytes: less than the table needs


@pytest.fixture
def bureau_csv(consistent):
    return as_csv(consistent, "bureau")


def kept(folder):
    """What is kept, and when each file was written."""
    return {path: path.stat().st_mtime_ns for path in (folder / FOLDER).glob("*.parquet")}


def leftovers(folder):
    return [path for path in (folder / FOLDER).iterdir() if path.suffix != ".parquet"]


def read(folder):
    inspection = inspect_tables(folder)
    assert inspection.refusals == ()
    return inspection


def test_a_csv_is_converted_once(consistent, bureau_csv):
    rows = read(consistent).rows
    first = kept(consistent)
    assert len(first) == 1
    assert read(consistent).rows == rows
    assert kept(consistent) == first
    assert [path.name for path in leftovers(consistent)] == ["lock"]


def test_parquet_tables_need_no_cache(consistent):
    read(consistent)
    assert not (consistent / FOLDER).exists()


def test_a_changed_csv_is_converted_again(consistent, bureau_csv):
    before, first = read(consistent).rows["bureau"], kept(consistent)
    edit_lines(bureau_csv, lambda lines: lines.append(lines[1].replace(",50", ",99", 1)))
    assert read(consistent).rows["bureau"] == before + 1
    assert len(kept(consistent)) == 1
    assert not kept(consistent).keys() & first.keys()


def test_a_change_is_noticed_when_size_and_time_stay(consistent, bureau_csv):
    read(consistent)
    first, times = kept(consistent), bureau_csv.stat()
    text = bureau_csv.read_text()
    bureau_csv.write_text(text.replace("Active", "Closed", 1))
    os.utime(bureau_csv, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (bureau_csv.stat().st_size, bureau_csv.stat().st_mtime_ns) == (
        times.st_size,
        times.st_mtime_ns,
    )
    read(consistent)
    assert not kept(consistent).keys() & first.keys()


def test_another_form_of_what_is_kept_makes_it_anew(consistent, bureau_csv, monkeypatch):
    read(consistent)
    first = kept(consistent)
    monkeypatch.setattr(cache, "_FORM", "another")
    read(consistent)
    assert not kept(consistent).keys() & first.keys()


@pytest.mark.parametrize("size", [0, 100, 2000])
def test_a_half_written_file_is_not_used(consistent, bureau_csv, size):
    rows = read(consistent).rows
    (path,) = kept(consistent)
    path.write_bytes(path.read_bytes()[:size])
    assert not is_kept(path)
    assert read(consistent).rows == rows
    assert is_kept(path)


def test_a_csv_with_wrong_values_leaves_nothing(consistent, bureau_csv):
    set_value(bureau_csv, 3, "DAYS_CREDIT", "then")
    assert inspect_tables(consistent).refusals
    assert kept(consistent) == {}
    assert [path.name for path in leftovers(consistent)] == ["lock"]


def test_a_csv_that_changes_while_it_is_read_is_refused(consistent, bureau_csv, monkeypatch):
    as_csv(consistent, "application_train")

    def convert_and_change(source, *others):
        converted = convert(source, *others)
        if source.path == bureau_csv:
            bureau_csv.write_text(bureau_csv.read_text())
        return converted

    monkeypatch.setattr(cache, "convert", convert_and_change)
    (found,) = inspect_tables(consistent).findings
    assert found.what == "bureau.csv: it changed while it was read"
    assert [path.name.split("-")[0] for path in kept(consistent)] == ["application_train"]


def test_a_new_version_takes_the_place_of_the_old_one_only(consistent, bureau_csv):
    source = open_source(Source(TABLES["bureau"], bureau_csv))
    folder = cache_folder(consistent)
    for name in ("bureau-old.parquet", "bureau_balance-other.parquet", "new"):
        (folder / name).touch()
    keep(folder / "new", source, folder / "bureau-new.parquet")
    assert {path.name for path in folder.iterdir()} == {
        "bureau-new.parquet",
        "bureau_balance-other.parquet",
    }


def test_a_folder_that_cannot_be_written_to_is_cached_aside(tmp_path, consistent):
    (consistent / FOLDER).touch()  # a file where the folder should be; root may write anywhere
    aside = cache_folder(consistent)
    assert aside.is_dir()
    assert not aside.is_relative_to(consistent)
    assert cache_folder(consistent) == aside
    assert cache_folder(tmp_path) != aside
    shutil.rmtree(aside)


def test_two_processes_at_once_convert_once(consistent, bureau_csv):
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        rows = pool.map(count_rows, [consistent] * 2)
    assert rows[0] == rows[1]
    assert len(kept(consistent)) == 1
    assert [path.name for path in leftovers(consistent)] == ["lock"]


def count_rows(folder):
    return dict(inspect_tables(folder).rows)


def test_what_a_killed_process_leaves_is_removed_and_not_used(consistent, bureau_csv):
    folder = cache_folder(consistent)
    killed = subprocess.Popen([sys.executable, "-c", WAITING_IN_THE_FOLDER, str(folder)])
    wait_for(lambda: list(folder.glob("unfinished-*/torn.parquet")))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert len(leftovers(consistent)) == 2
    read(consistent)
    assert [path.name for path in leftovers(consistent)] == ["lock"]
    assert len(kept(consistent)) == 1


@pytest.mark.parametrize("form", ["csv", "csv.gz", "mended csv", "parts"])
def test_a_full_disk_is_not_the_fault_of_the_file(consistent, bureau_csv, form):
    """Whether DuckDB cannot write, or what is unpacked or mended has no room."""
    if form == "csv.gz":
        with gzip.open(f"{bureau_csv}.gz", "wb") as packed:
            packed.write(bureau_csv.read_bytes())
        bureau_csv.unlink()
    elif form == "mended csv":
        set_value(bureau_csv, 4, "DAYS_CREDIT", "a while ago")
    elif form == "parts":
        rows = duckdb.read_csv(str(bureau_csv)).to_arrow_table()
        bureau_csv.unlink()
        (consistent / "bureau.parquet").mkdir()
        pq.write_table(rows[:700], consistent / "bureau.parquet" / "part-0.parquet")
        other_order = rows[700:].select(rows.column_names[::-1])
        pq.write_table(other_order, consistent / "bureau.parquet" / "part-1.parquet")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))

    command = [sys.executable, "-m", "lib.tables", "check", str(consistent)]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=limit, cwd=PROJECT
    )
    assert ended.returncode == 1
    assert f"{consistent / FOLDER}: the disk has room for it; free some space" in ended.stderr
    assert kept(consistent) == {}


def test_the_folder_is_for_one_process_at_a_time(tmp_path):
    first = subprocess.Popen([sys.executable, "-c", WAITING_IN_THE_FOLDER, str(tmp_path)])
    wait_for(lambda: list(tmp_path.glob("unfinished-*/torn.parquet")))
    second = subprocess.Popen([sys.executable, "-c", PASSING_THROUGH, str(tmp_path)])
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(2)
    first.kill()
    first.wait()
    assert second.wait() == 0


def test_the_folder_is_empty_and_ends_with_its_work(tmp_path):
    with unshared_folder(tmp_path) as scratch:
        assert list(scratch.iterdir()) == []
        (scratch / "half.parquet").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


WAITING_IN_THE_FOLDER = """
import sys, time
from pathlib import Path
from lib.tables.cache import unshared_folder
with unshared_folder(Path(sys.argv[1])) as scratch:
    (scratch / "torn.parquet").touch()
    time.sleep(600)
"""
PASSING_THROUGH = """
import sys
from pathlib import Path
from lib.tables.cache import unshared_folder
with unshared_folder(Path(sys.argv[1])):
    pass
"""


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
