import shutil
from pathlib import Path

import duckdb
import pytest

from lib.synthetic import write_synthetic_tables
from lib.tables import TABLES


@pytest.fixture(scope="session")
def csv_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    write_synthetic_tables(folder, clients=300, seed=7, format="csv")
    return folder


@pytest.fixture
def tiny(tmp_path, csv_folder) -> Path:
    """A folder of CSV tables that a test may spoil: real headers, few rows."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in TABLES:
        lines = (csv_folder / f"{name}.csv").read_text().splitlines()
        (folder / f"{name}.csv").write_text("\n".join(lines[:31]) + "\n")
    return folder


@pytest.fixture
def consistent(tmp_path, parquet_folder) -> Path:
    """A folder of Parquet tables without any irregularity, which a test may spoil."""
    return Path(shutil.copytree(parquet_folder, tmp_path / "consistent"))


@pytest.fixture
def rewrite():
    """Replace a Parquet table by the result of a query on it, where it is called ``old``."""

    def run(folder: Path, name: str, query: str) -> None:
        path = folder / f"{name}.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE old AS SELECT * FROM '{path}'")
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")

    return run
