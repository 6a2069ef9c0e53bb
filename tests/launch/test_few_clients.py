"""Notebook 01 comes to its end on tables of one client, or of none, and says what they hold."""

import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.launch.notebooks import NOTEBOOKS, execute
from lib.tables import TABLES


def keep_clients(source: Path, folder: Path, clients: int) -> None:
    """Write tables with the first clients of application_train, and rows of nobody else."""
    folder.mkdir()
    train = pq.read_table(source / "application_train.parquet")
    kept = train["SK_ID_CURR"].slice(0, clients)
    bureau = pq.read_table(source / "bureau.parquet", filters=pc.field("SK_ID_CURR").isin(kept))
    owned = {"SK_ID_CURR": kept, "SK_ID_BUREAU": bureau["SK_ID_BUREAU"]}
    for name in TABLES:
        table = pq.read_table(source / f"{name}.parquet")
        key = "SK_ID_CURR" if "SK_ID_CURR" in table.column_names else "SK_ID_BUREAU"
        rows = pc.is_in(table[key], owned[key].combine_chunks())
        pq.write_table(table.filter(rows), folder / f"{name}.parquet")


@pytest.mark.parametrize("clients", [0, 1])
def test_notebook_01_says_what_few_clients_do_not_tell(parquet_folder, tmp_path, clients):
    keep_clients(parquet_folder, tmp_path / "raw", clients)
    output, copy = tmp_path / "features.parquet", tmp_path / "copy.ipynb"
    parameters = {"raw_dir": str(tmp_path / "raw"), "output": str(output)}
    execute(NOTEBOOKS / "01_build_features.ipynb", copy, parameters)
    assert pq.read_metadata(output).num_rows == clients
    said = json.dumps(json.loads(copy.read_text()))
    assert "No feature can be ranked" in said
    assert "application_test.parquet has columns and no rows" in said
