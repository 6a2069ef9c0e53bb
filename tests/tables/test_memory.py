"""What DuckDB may hold follows from what the process may hold."""

import pytest

from lib.decision import InvalidInput
from lib.tables import read_tables
from lib.tables.memory import settings


def test_without_a_limit_duckdb_chooses(tmp_path):
    assert settings(tmp_path, None).keys() == {"temp_directory", "preserve_insertion_order"}


def test_a_limit_leaves_room_for_what_is_not_duckdb(tmp_path):
    assert settings(tmp_path, 2)["memory_limit"] == "1.2GiB"


def test_there_is_always_a_thread_and_never_more_than_the_memory_feeds(tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    threads = [settings(tmp_path, limit)["threads"] for limit in (0.1, 1, 2, 1000)]
    assert threads == [1, 2, 4, 64]


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_is_positive(parquet_folder, backend, limit):
    with pytest.raises(InvalidInput, match="memory_limit_gib"):
        read_tables(parquet_folder, backend, memory_limit_gib=limit)


def test_a_limit_that_does_not_suffice_is_refused(csv_folder, backend):
    with pytest.raises(InvalidInput, match=r"memory limit of 0\.001 GiB"):
        read_tables(csv_folder, backend, memory_limit_gib=0.001)


def test_tables_are_the_same_within_a_limit(csv_folder, backend):
    limited = read_tables(csv_folder, backend, memory_limit_gib=1)
    assert limited.rows == read_tables(csv_folder, backend).rows
