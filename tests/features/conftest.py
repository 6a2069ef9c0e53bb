"""Raw tables made by hand: what a test does not say is missing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pytest

from lib.features.build import build_features
from lib.tables import TABLES

ARROW = {"int64": pa.int64(), "float64": pa.float64(), "string": pa.string()}
Records = Mapping[str, Sequence[Mapping[str, Any]]]
Rows = dict[int, dict[str, Any]]


def arrow_tables(records: Records) -> dict[str, pa.Table]:
    unknown = {
        f"{name}.{column}"
        for name, rows in records.items()
        for row in rows
        for column in row
        if column not in TABLES[name].columns
    }
    assert not unknown, f"no such columns: {unknown}"
    return {
        name: pa.Table.from_pylist(
            [dict(row) for row in records.get(name, [])],
            schema=pa.schema([(c.name, ARROW[str(c.type)]) for c in schema.columns.values()]),
        )
        for name, schema in TABLES.items()
    }


def rows_by_client(table: pa.Table) -> Rows:
    return {row["client_id"]: row for row in table.to_pylist()}


@pytest.fixture
def features_of() -> Callable[[Records], Rows]:
    """Features of all clients of hand-made records, on DuckDB."""

    def build(records: Records) -> Rows:
        backend = ibis.duckdb.connect()
        try:
            tables = {name: ibis.memtable(table) for name, table in arrow_tables(records).items()}
            return rows_by_client(backend.to_pyarrow(build_features(tables)))
        finally:
            backend.disconnect()

    return build


@pytest.fixture
def as_arrow() -> Callable[[Records], dict[str, pa.Table]]:
    """The same records as Arrow tables with all columns of the schema."""
    return arrow_tables
