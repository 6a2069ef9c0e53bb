"""Every cell against the same features in plain pandas, on tables of a generator and on a mess."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lib.features import write_features
from lib.features.catalogue import CATALOGUE
from lib.synthetic import write_synthetic_tables
from tests.benchmarks.comparison import differences
from tests.benchmarks.messy import mess_up
from tests.benchmarks.oracle import build_with_pandas

CLIENTS, MESSY_CLIENTS = 20_000, 3_000


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables as the generator writes them."""
    folder = tmp_path_factory.mktemp("generated")
    write_synthetic_tables(folder, CLIENTS, seed=20)
    return folder


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables with lost values and parents, instalments in parts, ties, and in no order."""
    clean, folder = tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("messy")
    write_synthetic_tables(clean, MESSY_CLIENTS, seed=21)
    mess_up(clean, folder, seed=22)
    return folder


def times_of_minus_zero(features: Path) -> list[str]:
    """Name the features that turn a time around, and somewhere give -0.0."""
    names = [name for name in CATALOGUE if "since" in name or "early" in name or "late" in name]
    numbers = pq.read_table(features, columns=names).to_pandas()
    return list(numbers.columns[(numbers.eq(0) & np.signbit(numbers)).any()])


@pytest.mark.parametrize("tables", ["generated", "messy"])
def test_every_cell_agrees_with_pandas(
    tables: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    raw_dir = request.getfixturevalue(tables)
    ours, reference = tmp_path / "ours.parquet", tmp_path / "reference.parquet"
    write_features(raw_dir, ours)
    build_with_pandas(raw_dir).to_parquet(reference)
    found = [str(difference) for difference in differences(ours, reference)]
    assert not found, "\n".join(found)
    assert times_of_minus_zero(ours) == []
    assert set(pq.read_schema(reference).names) == {"client_id", "target", *CATALOGUE}
