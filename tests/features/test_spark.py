"""Spark gives the same features: `make test-spark`, which needs Java 17 and installs Spark."""

import pytest

from lib.features import write_features
from lib.features.batch import parts
from tests.benchmarks.comparison import differences

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
