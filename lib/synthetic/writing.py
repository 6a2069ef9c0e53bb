"""One table to one file, block by block."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq


class TableWriter:
    """Write blocks of a table to Parquet or CSV, by the file's suffix.

    Parameters
    ----------
    path : Path
        The file to write.

    Attributes
    ----------
    rows : int
        Written so far.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._writer: pq.ParquetWriter | pc.CSVWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append a block."""
        if self._writer is None:
            self._writer = self._open(table.schema)
        self._writer.write_table(table)
        self.rows += table.num_rows

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter | pc.CSVWriter:
        if self.path.suffix == ".parquet":
            return pq.ParquetWriter(self.path, schema, compression="zstd")
        options = pc.WriteOptions(quoting_style="needed")
        return pc.CSVWriter(self.path, schema, write_options=options)
