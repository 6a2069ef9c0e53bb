"""Each client as one row, so that all that is known of one is found at once.

The file of the clients keeps each column together: to read one client's values, a part of every
column is unpacked. Beside it lies a Parquet file with each client's values as one JSON array.
"""

import json
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib.portfolio.beside import MADE_OF, MEMORY_LIMIT, ROWS, digest_of, footer_beside, place_beside
from lib.portfolio.groups import Row, quoted, rows_of

ROW = "row"
NAMES = b"names"
# A client is found within a group: larger ones take longer to unpack, more of them to be opened.
FEWEST_A_GROUP, MOST_GROUPS = 512, 4_096
GROUPS_A_BATCH = 16


def write_rows(clients: Path, output: Path) -> None:
    """Write the clients of a file as rows, in the same order."""
    names = pq.read_schema(clients).names
    size = max(FEWEST_A_GROUP, pq.read_metadata(clients).num_rows // MOST_GROUPS)
    told = {MADE_OF: digest_of(clients), NAMES: json.dumps(names).encode()}
    schema = pa.schema([("client_id", pa.int64()), (ROW, pa.string())], metadata=told)
    with (
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection,
        pq.ParquetWriter(
            output,
            schema,
            compression="zstd",
            use_dictionary=False,
            # Of a row the extremes say nothing, and fill what is read first.
            write_statistics=["client_id"],
        ) as writer,
    ):
        rows = connection.sql(
            f"SELECT client_id, json_array({quoted(*names)})::VARCHAR AS {ROW}"  # noqa: S608
            f" FROM {rows_of(clients)}"
        )
        for batch in rows.to_arrow_reader(GROUPS_A_BATCH * size):
            writer.write_batch(batch.cast(schema), row_group_size=size)


@dataclass(frozen=True)
class Rows:
    """The rows of a file, of which it is known where each lies.

    Parameters
    ----------
    place : Path
    names : list of str
        Of the values of a row.
    footer : FileMetaData
        Read once: with the number of clients it takes longer to read than a row.
    """

    place: Path
    names: list[str]
    footer: pq.FileMetaData

    def of(self, client_id: int) -> Row | None:
        """Give a client's values; None where there is no such client.

        Raises
        ------
        ArrowException, OSError
            If the file cannot be read.
        """
        groups = range(self.footer.num_row_groups)
        at = bisect_left(groups, client_id, key=self._last_of)
        if at == len(groups):
            return None
        with pq.ParquetFile(self.place, metadata=self.footer) as file:
            group = file.read_row_group(at)
        numbers = group["client_id"].to_numpy()
        place = int(np.searchsorted(numbers, client_id))
        return (
            read_row(self.names, group[ROW][place].as_py()) if numbers[place] == client_id else None
        )

    def _last_of(self, group: int) -> int:
        last: int = self.footer.row_group(group).column(0).statistics.max
        return last


def open_rows(clients: Path) -> Rows | None:
    """Find the rows of a file of clients; None where there are none of this file."""
    footer = footer_beside(clients, ROWS)
    if footer is None:
        return None
    return Rows(place_beside(clients, ROWS), json.loads(footer.metadata[NAMES]), footer)


def read_row(names: list[str], row: str) -> Row:
    """Read a client's values.

    Examples
    --------
    >>> read_row(["age", "housing", "income"], '[34.0,"rents",null]')
    {'age': 34.0, 'housing': 'rents', 'income': None}
    """
    return dict(zip(names, json.loads(row), strict=True))
