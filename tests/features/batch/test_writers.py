"""Whoever wrote the tables, every engine gives the same features of them."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.features import write_features
from lib.tables import TABLES
from tests.benchmarks.comparison import differences
from tests.tables.writers import CSV, PARQUET

FORMS = [
    *((".parquet", name, write) for name, write in PARQUET.items()),
    *((".csv", name, write) for name, write in CSV.items()),
]


@pytest.fixture(scope="module", params=FORMS, ids=lambda form: f"{form[0]} by {form[1]}")
def rewritten(request, messy_tables, tmp_path_factory) -> Path:
    """The messy tables, written by another program."""
    ending, _, write = request.param
    folder = tmp_path_factory.mktemp("rewritten")
    for name in TABLES:
        write(pq.read_table(messy_tables / f"{name}.parquet"), folder / f"{name}{ending}")
    return folder


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_the_features_are_the_same(rewritten, engine, features_by_duckdb, tmp_path):
    output = tmp_path / "features.parquet"
    write_features(rewritten, output, engine=engine, progress=False)
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]
