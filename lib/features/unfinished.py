"""The finished parts of a build, kept until all are there: a failed run goes on where it was."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

_ROWS_A_GROUP = 16_384
_FAST = pa.ipc.IpcWriteOptions(compression="lz4")


class UnfinishedBuild:
    """Parts of the features on the disk, beside the file that they will become.

    Parameters
    ----------
    output : Path
        The Parquet file to write in the end.
    identity : mapping of str to JSON value
        What the parts are made of. Parts of anything else are thrown away.
    parts : int
        How many there will be.
    """

    def __init__(self, output: Path, identity: Mapping[str, object], parts: int) -> None:
        self.output = output
        self.parts = parts
        self.folder = folder_beside(output)
        label = self.folder / "identity.json"
        text = json.dumps(dict(identity), indent=1, sort_keys=True)
        if not label.exists() or label.read_text(encoding="utf-8") != text:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            label.write_text(text, encoding="utf-8")

    def missing(self) -> list[int]:
        """Give the numbers of the parts that are still to be built, from 0."""
        return [number for number in range(self.parts) if not self._path(number).exists()]

    def keep(self, number: int, table: pa.Table) -> None:
        """Keep a part: whole or not at all."""
        path = self._path(number)
        half = path.with_suffix(".half")
        with (
            pa.OSFile(str(half), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=_FAST) as file,
        ):
            file.write_table(table, max_chunksize=_ROWS_A_GROUP)
        half.replace(path)

    def finish(self) -> int:
        """Write the parts to the one file, remove them, and give the number of its rows."""
        whole = self.folder / "features.parquet"
        rows = 0
        parts = ds.dataset([self._path(number) for number in range(self.parts)], format="ipc")
        texts = [field.name for field in parts.schema if pa.types.is_string(field.type)]
        with pq.ParquetWriter(
            whole, parts.schema, compression="zstd", use_dictionary=texts
        ) as file:
            for batch in self._batches(parts):
                file.write_batch(batch)
                rows += batch.num_rows
        whole.replace(self.output)
        shutil.rmtree(self.folder)
        return rows

    def _batches(self, parts: ds.Dataset) -> Iterator[pa.RecordBatch]:
        # Little is read ahead: a batch of all features is large.
        return parts.to_batches(batch_size=_ROWS_A_GROUP, batch_readahead=1, fragment_readahead=1)

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:04}.arrow"


def folder_beside(output: Path) -> Path:
    """Give the folder of a file's unfinished parts."""
    return output.parent / f".{output.name}.unfinished"
