"""Spark gives the same features: `make test-spark`, which needs Java 17 and installs Spark."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.features import write_features
from lib.features.file import check_features_file, features_files
from lib.tables import TABLES
from tests.benchmarks.comparison import differences
from tests.tables.writers import from_numpy

pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(900),
    # Spark warns of pandas 3, which nothing here uses on it, and leaves sockets open when it stops.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_executors_write_what_duckdb_gives(messy_tables, features_by_duckdb, tmp_path):
    output = tmp_path / "features.parquet"
    output.write_bytes(features_by_duckdb.read_bytes())  # those of before
    report = write_features(messy_tables, output, engine="pyspark", progress=False)
    assert report.engine == "pyspark"
    assert report.parts == len(features_files(output))
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]
    check_features_file(output)
    clients = pq.read_table(output, columns=["client_id"])["client_id"].to_pylist()
    assert report.clients == len(clients)
    assert clients == sorted(clients)
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_a_sample_has_the_same_clients_on_spark(messy_tables, features_by_duckdb, tmp_path):
    sampled = {}
    for engine in ("duckdb", "pyspark"):
        sampled[engine] = tmp_path / engine
        write_features(
            messy_tables,
            sampled[engine],
            engine=engine,
            sample_clients=30,
            families=["identity"],
            progress=False,
        )
    assert not [str(difference) for difference in differences(*sampled.values())]


@pytest.fixture(scope="module", params=["parquet", "csv"])
def written_by_spark(request, messy_tables, tmp_path_factory) -> Path:
    """The messy tables as Spark writes them: a folder of parts each, with NaN and no null."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    session = SparkSession.builder.getOrCreate()
    for name in TABLES:
        table = from_numpy(pq.read_table(messy_tables / f"{name}.parquet"))
        frame = session.createDataFrame(table).repartition(2)
        path = str(folder / f"{name}.{request.param}")
        if request.param == "csv":
            frame.write.csv(path, header=True)
        else:
            frame.write.parquet(path)
    session.stop()
    return folder


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pyspark"])
def test_tables_that_spark_wrote_give_the_same(
    written_by_spark, engine, features_by_duckdb, tmp_path
):
    output = tmp_path / "features.parquet"
    write_features(written_by_spark, output, engine=engine, progress=False)
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]
