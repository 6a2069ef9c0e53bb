from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features.batch.unfinished import (
    UnfinishedBuild,
    check_place,
    folder_beside,
    put_in_place,
)

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


def test_a_file_and_a_folder_take_each_others_place(output):
    finished = output.with_name("finished")
    for contents in ({"a.parquet": "1"}, None, {"b.parquet": "2"}, {"c.parquet": "3"}, None):
        if contents is None:
            finished.write_text("a file")
        else:
            finished.mkdir()
            for name, text in contents.items():
                (finished / name).write_text(text)
        check_place(output)
        put_in_place(finished, output)
        if contents is None:
            assert output.read_text() == "a file"
        else:
            assert {path.name: path.read_text() for path in output.iterdir()} == contents
        assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_a_folder_with_anything_else_in_it_is_no_place_for_features(output):
    output.mkdir()
    (output / "letter.txt").write_text("dear")
    with pytest.raises(InvalidInput, match="it is a file, or a folder of the files of features"):
        check_place(output)


def test_parts_of_an_earlier_run_come_into_the_file_as_well(output):
    UnfinishedBuild(output, IDENTITY, 3).keep(0, part(1, 2))
    build = UnfinishedBuild(output, IDENTITY, 3)
    build.keep(1, part(3))
    build.keep(2, part(4))
    assert build.finish() == 4
    assert pq.read_table(output)["client_id"].to_pylist() == [1, 2, 3, 4]
