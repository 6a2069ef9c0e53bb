from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features.batch.unfinished import UnfinishedBuild, check_place
from lib.features.workshop import folder_beside

IDENTITY = {"tables": "a", "engine": "duckdb"}


@pytest.fixture
def output(tmp_path):
    return tmp_path / "features.parquet"


def part(*clients):
    kinds = ["Cash loans" if client % 2 else None for client in clients]
    return pa.table({"client_id": list(clients), "kind": pa.array(kinds, pa.string())})


def test_a_new_build_has_all_its_parts_to_make(output):
    assert UnfinishedBuild(output, IDENTITY, 3).missing() == [0, 1, 2]


def test_a_kept_part_is_there_for_the_next_run(output):
    UnfinishedBuild(output, IDENTITY, 3).keep(1, part(3, 4))
    assert UnfinishedBuild(output, IDENTITY, 3).missing() == [0, 2]


@pytest.mark.parametrize("change", [{"tables": "b"}, {"engine": "polars"}, {"columns": []}])
def test_parts_of_anything_else_are_thrown_away(output, change):
    UnfinishedBuild(output, IDENTITY, 2).keep(0, part(1))
    assert UnfinishedBuild(output, IDENTITY | change, 2).missing() == [0, 1]


def test_what_is_half_written_is_no_part(output):
    build = UnfinishedBuild(output, IDENTITY, 1)
    (build.folder / "part-0000.half").write_bytes(b"ARROW1")
    assert build.missing() == [0]


def test_the_file_has_the_parts_in_their_order_and_the_folder_is_gone(output):
    build = UnfinishedBuild(output, IDENTITY, 2)
    build.keep(1, part(3, 4))
    build.keep(0, part(1, 2))
    assert build.finish() == 4
    assert pq.read_table(output).equals(pa.concat_tables([part(1, 2), part(3, 4)]))
    assert not folder_beside(output).exists()


def test_nobody_waits_until_another_has_added_a_part(output, monkeypatch):
    adding, may_end = Event(), Event()
    write = pq.ParquetWriter.write_table

    def write_in_time(*given, **named):
        adding.set()
        may_end.wait()
        write(*given, **named)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", write_in_time)
    build = UnfinishedBuild(output, IDENTITY, 3)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(build.keep, 0, part(1))
        adding.wait()
        try:
            threads.submit(build.keep, 2, part(3)).result(timeout=30)
            assert not first.done()
        finally:
            may_end.set()
    build.keep(1, part(2))
    assert build.finish() == 3
    assert pq.read_table(output)["client_id"].to_pylist() == [1, 2, 3]


def test_the_file_of_before_stands_until_the_new_one_is_whole(output):
    output.write_text("before")
    build = UnfinishedBuild(output, IDENTITY, 2)
    build.keep(0, part(1))
    with pytest.raises(FileNotFoundError):
        build.finish()
    assert output.read_text() == "before"
    assert build.missing() == [1]


def write_features(place):
    pq.write_table(part(1).append_column("target", pa.array([0.0])), place)


def test_features_take_the_place_of_features(output):
    write_features(output)
    check_place(output)


def test_features_take_the_place_of_a_folder_of_features_as_spark_writes_it(output):
    output.mkdir()
    write_features(output / "part-00000.parquet")
    (output / "_SUCCESS").touch()
    (output / ".part-00000.parquet.crc").write_bytes(b"crc")
    check_place(output)


def raw_table(place):
    pq.write_table(pa.table({"SK_ID_CURR": [100_001], "TARGET": [0]}), place)


def letter(place):
    place.write_text("dear")


@pytest.mark.parametrize("write", [raw_table, letter])
def test_a_file_of_anything_else_is_no_place_for_features(output, write):
    write(output)
    with pytest.raises(InvalidInput, match="features take the place of features, or of nothing"):
        check_place(output)


@pytest.mark.parametrize("write", [raw_table, letter])
def test_neither_is_a_folder_with_anything_else_in_it(output, write):
    output.mkdir()
    write_features(output / "part-00000.parquet")
    write(output / "bureau.parquet")
    with pytest.raises(InvalidInput, match=r"bureau\.parquet: features take the place of"):
        check_place(output)


def test_parts_of_an_earlier_run_come_into_the_file_as_well(output):
    UnfinishedBuild(output, IDENTITY, 3).keep(0, part(1, 2))
    build = UnfinishedBuild(output, IDENTITY, 3)
    build.keep(1, part(3))
    build.keep(2, part(4))
    assert build.finish() == 4
    assert pq.read_table(output)["client_id"].to_pylist() == [1, 2, 3, 4]
