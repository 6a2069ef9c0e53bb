"""Each client as one row, so that all that is known of one is found at once.

The file of the clients keeps each column together: to read one client's values, a part of every
column is unpacked. Beside it lies a Parquet file with each client's values as one JSON array.
"""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.portfolio.beside import MADE_OF, ROWS, digest_of, told_beside
from lib.portfolio.groups import quoted

ROW = "row"
NAMES = b"names"
# A client is found within a group: larger ones take longer to unpack, more of them to look through.
CLIENTS_A_GROUP, CLIENTS_A_BATCH = 256, 8_192
MEMORY_LIMIT = "1GB"


def write_rows(clients: Path, output: Path) -> None:
    """Write the clients of a file as rows, in the same order."""
    names = pq.read_schema(clients).names
    told = {MADE_OF: digest_of(clients), NAMES: json.dumps(names).encode()}
    schema = pa.schema([("client_id", pa.int64()), (ROW, pa.string())], metadata=told)
    with (
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection,
        pq.ParquetWriter(output, schema, compression="zstd", use_dictionary=False) as writer,
    ):
        rows = connection.sql(
            f"SELECT client_id, json_array({quoted(*names)})::VARCHAR AS {ROW}"  # noqa: S608
            " FROM read_parquet(?)",
            params=[str(clients)],
        )
        for batch in rows.to_arrow_reader(CLIENTS_A_BATCH):
            writer.write_batch(batch.cast(schema), row_group_size=CLIENTS_A_GROUP)


def read_names(clients: Path) -> list[str] | None:
    """Name the values of a row; None where there are no rows of this file of clients."""
    told = told_beside(clients, ROWS)
    return None if told is None else json.loads(told[NAMES])


def read_row(names: list[str], row: str) -> dict[str, object]:
    """Read a client's values.

    Examples
    --------
    >>> read_row(["age", "housing", "income"], '[34.0,"rents",null]')
    {'age': 34.0, 'housing': 'rents', 'income': None}
    """
    return dict(zip(names, json.loads(row), strict=True))
