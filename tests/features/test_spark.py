"""Spark gives the same features: `make test-spark`, which needs Java 17 and installs Spark."""

import pytest

from lib.features import write_features
from tests.benchmarks.comparison import differences

pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # py4j's sockets, when Spark stops
]


def test_spark_gives_what_duckdb_gives(messy_tables, features_by_duckdb, tmp_path):
    output = tmp_path / "features.parquet"
    report = write_features(messy_tables, output, engine="pyspark", progress=False)
    assert report.engine == "pyspark"
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]
