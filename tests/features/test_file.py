"""A file of features is what every notebook reads, or it is refused by the first."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features.file import check_features_file, features_files


def written(tmp_path, **columns):
    path = tmp_path / "features.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_what_the_build_writes_may_be_used(features_by_duckdb):
    check_features_file(features_by_duckdb)


def test_every_file_of_a_folder_is_looked_at_and_what_spark_puts_beside_is_none(tmp_path):
    numbers = pa.array([1, 2])
    for name, column in (("part-1.parquet", numbers), ("part-0.parquet", numbers)):
        pq.write_table(pa.table({"client_id": column}), tmp_path / name)
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / ".part-0.parquet.crc").touch()
    check_features_file(tmp_path)
    names = [file.name for file in features_files(tmp_path)]
    assert names == ["part-0.parquet", "part-1.parquet"]
    pq.write_table(pa.table({"client_id": pa.array(["1"])}), tmp_path / "part-1.parquet")
    with pytest.raises(InvalidInput, match=r"column client_id of .*part-1.parquet, string"):
        check_features_file(tmp_path)


@pytest.mark.parametrize("kind", [pa.int32(), pa.float32(), pa.bool_(), pa.large_string()])
def test_numbers_and_texts_of_other_widths_may_be_used(tmp_path, kind):
    values = pa.nulls(2, kind)
    check_features_file(written(tmp_path, client_id=pa.array([1, 2], pa.int32()), some=values))


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("client_id", pa.array(["1"]), "column client_id of .*, string: a client's number is a"),
        ("client_id", pa.array([1.0]), "column client_id of .*, double: a client's number is a"),
        (
            "housing",
            pa.array(["flat"]).dictionary_encode(),
            "column housing of .*, dictionary.*: a feature is numbers or plain text; ",
        ),
        ("since", pa.array([0], pa.timestamp("s")), "column since of .*, timestamp"),
    ],
)
def test_columns_of_other_types_are_refused(tmp_path, column, values, told):
    columns = {"client_id": pa.array([1])} | {column: values}
    with pytest.raises(InvalidInput, match=told):
        check_features_file(written(tmp_path, **columns))


def test_what_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "features.parquet"
    path.write_text("client_id,target\n")
    with pytest.raises(InvalidInput, match="it is a Parquet file"):
        check_features_file(path)
