"""A CSV file as Arrow batches, typed by the schema, and whether all is well with it.

Arrow's parser is fast, but stops at the first wrong value without its line, and lets an open quote
swallow lines. So the stream only tells that something is wrong; `csv_lines` tells what and where.
"""

import io
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lib.tables.schema import ColumnType
from lib.tables.sources import UNREADABLE, Source

MISSING = ("", "nan", "NaN")
EXACT = 2.0**53  # below it, float64 tells whole numbers apart
_BLOCK = 4 << 20  # bytes parsed at a time
_TEXT = pa.dictionary(pa.int32(), pa.string())
_PARSED = {  # whole numbers may be written 123.0
    ColumnType.INT64: pa.float64(),
    ColumnType.FLOAT64: pa.float64(),
    ColumnType.STRING: _TEXT,
}
_GIVEN = _PARSED | {ColumnType.INT64: pa.int64()}


class Lines(io.RawIOBase):
    """Bytes passed on as they are read, their lines counted and the last one closed.

    Attributes
    ----------
    count : int
        Lines read so far.
    are_cut : bool
        Whether the last one came without its line end.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = b"\n"
        self.count = 0
        self.are_cut = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read some bytes; none at the end."""
        block = self._file.read(size)
        is_end = size < 0 or len(block) < size
        self._last = block[-1:] or self._last
        if is_end and self._last not in b"\r\n":
            self.are_cut, self._last = True, b"\n"
            block += b"\n"
        self.count += block.count(b"\n")
        return block


class CsvStream:
    """One pass over a CSV file.

    Parameters
    ----------
    source : Source
        What its columns are.
    file : binary file
        Its bytes, from the start.

    Attributes
    ----------
    rows : int
        Given so far.
    misfits : int
        Lines left out so far, because they have more or fewer values than the header.
    complaint : str or None
        Why it stopped before the end: a value that is not of its type.
    failure : Exception or None
        Why it stopped before the end: the file cannot be read further.
    """

    def __init__(self, source: Source, file: IO[bytes]) -> None:
        self._source = source
        self._lines = Lines(file)
        self.rows = 0
        self.misfits = 0
        self.complaint: str | None = None
        self.failure: Exception | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether to look at every line: blank ones, or lines within quotes, raise doubt too."""
        rows = self.rows + self.misfits
        return bool(
            self.complaint
            or self.misfits
            or (rows and self._lines.are_cut)
            or self._lines.count != rows + 1
        )

    def reader(self) -> pa.RecordBatchReader:
        """Give the columns of the schema that are there, in its order."""
        columns = self._source.table.columns
        names = self._source.known_columns
        schema = pa.schema({name: _GIVEN[columns[name].type] for name in names})
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._parsed():
                self.rows += batch.num_rows
                columns = map(_checked, batch.columns, schema.types)
                yield pa.record_batch(list(columns), schema=schema)
        except pa.ArrowInvalid as error:
            self.complaint = str(error)
        except UNREADABLE as error:
            self.failure = error

    def _parsed(self) -> pyarrow.csv.CSVStreamingReader:
        columns, names = self._source.table.columns, self._source.known_columns
        return pyarrow.csv.open_csv(
            self._lines,
            pyarrow.csv.ReadOptions(
                column_names=self._source.columns, skip_rows=1, block_size=_BLOCK
            ),
            pyarrow.csv.ParseOptions(invalid_row_handler=self._leave_out),
            pyarrow.csv.ConvertOptions(
                column_types={name: _PARSED[columns[name].type] for name in names},
                include_columns=names,
                null_values=MISSING,
                strings_can_be_null=True,
            ),
        )

    def _leave_out(self, _: pyarrow.csv.InvalidRow) -> str:
        self.misfits += 1
        return "skip"


def _checked(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Refuse numbers that are infinite, or not whole where they must be."""
    if values.type == _TEXT:
        return values
    if not pc.all(pc.is_finite(values), min_count=0).as_py():
        raise pa.ArrowInvalid("a number is not finite")
    if wanted != pa.int64():
        return values
    ends = pc.min_max(values).as_py()
    if any(end is not None and abs(end) >= EXACT for end in ends.values()):
        raise pa.ArrowInvalid("a whole number has more than 15 digits")
    return pc.cast(values, wanted)
