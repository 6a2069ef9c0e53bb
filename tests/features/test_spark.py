"""Spark gives the same features: `make test-spark`, which needs Java 17 and installs Spark."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.features import write_features
from lib.features.batch import parts
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


def test_spark_gives_what_duckdb_gives(messy_tables, features_by_duckdb, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "MOST_A_PART", 200)
    output = tmp_path / "features.parquet"
    report = write_features(messy_tables, output, engine="pyspark", progress=False)
    assert (report.engine, report.parts) == ("pyspark", 2)
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]


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
