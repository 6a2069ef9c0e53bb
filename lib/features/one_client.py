"""The features of a few clients from their own records: the batch's expressions, compiled once.

Serving calls it for a new client. It holds no rows of its own and learns nothing from others.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.build import build_blocks, join_blocks
from lib.tables import TABLES

Records = Mapping[str, Sequence[Mapping[str, Any]]]
ARROW_TYPES = {"int64": pa.int64(), "float64": pa.float64(), "string": pa.string()}
ARROW_SCHEMAS = {
    name: pa.schema([(column.name, ARROW_TYPES[column.type]) for column in schema.columns.values()])
    for name, schema in TABLES.items()
}


class ClientFeatures:
    """Features from records, by SQL that is compiled when it is made (about a second).

    It may be called from several threads.
    """

    def __init__(self) -> None:
        tables = {name: unbound(name) for name in TABLES}
        blocks = build_blocks(tables)
        self._blocks = {
            name: str(ibis.to_sql(block, dialect="duckdb")) for name, block in blocks.items()
        }
        stored = {
            name: ibis.table(block.schema(), name=f"b_{name}") for name, block in blocks.items()
        }
        self._join = str(ibis.to_sql(join_blocks(stored), dialect="duckdb"))
        self._local = threading.local()

    def __call__(self, records: Records) -> pa.Table:
        """Give one row a client, as `build_features` does.

        Parameters
        ----------
        records : mapping of str to sequence of mappings
            Rows of raw tables by table and column names; what is not given is missing.

        Raises
        ------
        InvalidInput
            If a table or a column is unknown, or a value is of a wrong type.
        """
        return self.from_arrow(as_arrow(records))

    def from_arrow(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """Give the same from Arrow tables with all columns of the schema."""
        connection = self._connection()
        for name, table in tables.items():
            connection.register(name, table)
        for name, sql in self._blocks.items():
            connection.register(f"b_{name}", connection.sql(sql).to_arrow_table())
        return connection.sql(self._join).to_arrow_table()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = duckdb.connect(config={"threads": 1})
            # A few rows: planning costs more than it saves.
            self._local.connection.execute("PRAGMA disable_optimizer")
        return self._local.connection


def unbound(name: str) -> Any:
    """Give a raw table without rows or engine."""
    schema = {column.name: str(column.type) for column in TABLES[name].columns.values()}
    return ibis.table(schema, name=name)


def as_arrow(records: Records) -> dict[str, pa.Table]:
    """Turn records into tables with all columns of the schema, codes for missing as null."""
    unknown = sorted(set(records) - set(TABLES))
    if unknown:
        raise InvalidInput(
            f"table {', '.join(unknown)}", f"tables are {', '.join(TABLES)}", "use their names"
        )
    return {name: one_table(name, records.get(name, ())) for name in TABLES}


def one_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Turn the records of one table into Arrow."""
    columns = TABLES[name].columns
    unknown = sorted({column for row in rows for column in row} - set(columns))
    if unknown:
        raise InvalidInput(
            f"{name}: column {', '.join(unknown)}", "columns are those of the table", "leave it out"
        )
    arrays = {}
    for column, described in columns.items():
        codes = described.missing_codes
        values = [None if row.get(column) in codes else row.get(column) for row in rows]
        try:
            arrays[column] = pa.array(values, type=ARROW_TYPES[described.type], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InvalidInput(
                f"{name}: {column}", f"its values are {described.type}", "correct them"
            ) from error
    return pa.table(arrays, schema=ARROW_SCHEMAS[name])
