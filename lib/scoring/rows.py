"""Reads from ``features.parquet`` the clients that packaging and promotion need, and no others."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from lib.decision import InvalidInput

BACKGROUND_CLIENTS = 10_000


def background_clients(features_path: Path, count: int = BACKGROUND_CLIENTS) -> pa.Table:
    """Read clients at even distances, the same ones each time.

    Parameters
    ----------
    features_path : Path
        ``features.parquet``.
    count : int
        At most so many.

    Raises
    ------
    InvalidInput
        If there is no such file, or nobody in it.
    """
    if not Path(features_path).is_file():
        raise InvalidInput(str(features_path), "it is a file of features", "run notebook 01")
    file = pq.ParquetFile(features_path)
    step = max(1, -(-file.metadata.num_rows // count))
    if not file.metadata.num_rows:
        raise InvalidInput(str(features_path), "it has clients", "run notebook 01")
    found, start = [], 0
    for batch in file.iter_batches():
        found.append(batch.take(pa.array(range(-start % step, batch.num_rows, step), pa.int64())))
        start += batch.num_rows
    return pa.Table.from_batches(found)


def clients_set_aside(features_path: Path, selection_dir: Path) -> pa.Table:
    """Read the features of the test clients of a selection, with `defaulted`.

    Raises
    ------
    InvalidInput
        If a file is missing, or a test client is not among the features.
    """
    path = Path(selection_dir) / "test_set.parquet"
    if not path.is_file():
        raise InvalidInput(str(path), "the test clients are there", "run notebook 02")
    wanted = pq.read_table(path, columns=["client_id", "defaulted"]).sort_by("client_id")
    ids = wanted.column("client_id").combine_chunks()
    found = ds.dataset(features_path).to_table(filter=pc.field("client_id").isin(ids))
    found = found.sort_by("client_id")
    if found.column("client_id").to_pylist() != ids.to_pylist():
        raise InvalidInput(
            str(path),
            f"each of its clients is in {features_path}",
            "give notebook 03 the features that notebook 02 was given",
        )
    return found.append_column("defaulted", wanted.column("defaulted"))
