"""Fingerprints tell whether tables are the same: by their contents, or at a glance."""

import os

import pytest

from lib.decision import InvalidInput
from lib.tables import fingerprint, quick_fingerprint


def test_equal_contents_have_equal_fingerprints(consistent, parquet_folder):
    assert fingerprint(consistent) == fingerprint(parquet_folder)


def test_other_contents_have_another_fingerprint(consistent, parquet_folder, rewrite):
    rewrite(consistent, "bureau", "SELECT * FROM old LIMIT 5")
    assert fingerprint(consistent) != fingerprint(parquet_folder)


def test_the_fingerprint_needs_all_tables(consistent):
    (consistent / "bureau.parquet").unlink()
    with pytest.raises(InvalidInput, match="bureau: 1 × missing file"):
        fingerprint(consistent)


def test_the_quick_one_stays_while_nothing_is_written(consistent):
    assert quick_fingerprint(consistent) == quick_fingerprint(consistent)
    (consistent / "notes.txt").write_text("not a table")
    assert quick_fingerprint(consistent) == quick_fingerprint(consistent)


def test_the_quick_one_follows_each_file(consistent):
    seen = {quick_fingerprint(consistent)}
    path = consistent / "bureau.parquet"
    times = path.stat()
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    seen.add(quick_fingerprint(consistent))
    path.rename(consistent / "bureau.csv")
    seen.add(quick_fingerprint(consistent))
    (consistent / "bureau.csv").unlink()
    seen.add(quick_fingerprint(consistent))
    assert len(seen) == 4


def test_the_quick_one_needs_a_folder_with_tables(tmp_path):
    with pytest.raises(InvalidInput, match="holds the eight tables"):
        quick_fingerprint(tmp_path)
