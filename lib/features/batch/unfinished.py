"""The finished parts of a build, kept until all are there, so that a failed run is resumed."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.features.workshop import folder_beside, put_in_place, remove

ROWS_A_GROUP = 16_384


class UnfinishedBuild:
    """Parts of the features on the disk, in the `workshop` of the file that they will become.

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
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.iterdir():
                remove(left)
            label.write_text(text, encoding="utf-8")
        self._whole = self.folder / "features.parquet"
        self._file: pq.ParquetWriter | None = None
        self._rows = 0
        self._next = 0  # the first part that is not yet in the file
        self._adding = Lock()

    def missing(self) -> list[int]:
        """Give the numbers of the parts that are still to be built, from 0."""
        return [number for number in range(self.parts) if not self._path(number).exists()]

    def keep(self, number: int, table: pa.Table) -> None:
        """Keep a part, whole or not at all, and add to the one file what is next in it.

        Several threads may each keep one. None waits until another has added: what it leaves is
        added by whoever keeps a part next, or by `finish`.
        """
        path = self._path(number)
        half = path.with_suffix(".half")
        with (
            pa.OSFile(str(half), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as file,
        ):
            file.write_table(table, max_chunksize=ROWS_A_GROUP)
        half.replace(path)
        if self._adding.acquire(blocking=False):
            try:
                while self._path(self._next).exists():
                    self._append(table if self._next == number else self._read(self._next))
            finally:
                self._adding.release()

    def finish(self) -> int:
        """Write the parts that are not yet in the one file, and put it in its place.

        Returns
        -------
        int
            The number of its rows.
        """
        while self._next < self.parts:
            self._append(self._read(self._next))
        if self._file is None:
            raise FileNotFoundError(self.folder)
        self._file.close()
        put_in_place(self._whole, self.output)
        shutil.rmtree(self.folder)
        return self._rows

    def _append(self, part: pa.Table) -> None:
        if self._file is None:
            texts = [field.name for field in part.schema if pa.types.is_string(field.type)]
            self._file = pq.ParquetWriter(
                self._whole, part.schema, compression="zstd", use_dictionary=texts
            )
        self._file.write_table(part, row_group_size=ROWS_A_GROUP)
        self._rows += part.num_rows
        self._next += 1

    def _read(self, number: int) -> pa.Table:
        with pa.memory_map(str(self._path(number))) as file:
            return pa.ipc.open_file(file).read_all()

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:04}.arrow"


def check_place(output: Path) -> None:
    """Refuse to write features where there is something else.

    Raises
    ------
    InvalidInput
        If there is anything but features, and what Spark puts beside them.
    """
    for path in sorted(output.iterdir()) if output.is_dir() else [output]:
        if path.exists() and not _is_of_spark(path) and not _is_features(path):
            raise InvalidInput(
                str(path),
                "features take the place of features, or of nothing",
                "choose another output, or move what is there",
            )


def _is_of_spark(path: Path) -> bool:
    """Whether it is a small file that Spark puts beside those of a table."""
    return path.name == "_SUCCESS" or path.suffix == ".crc"


def _is_features(path: Path) -> bool:
    try:
        return {"client_id", "target"} <= set(pq.read_schema(path).names)
    except (OSError, pa.ArrowException):
        return False
