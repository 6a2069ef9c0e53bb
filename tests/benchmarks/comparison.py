"""Do two files or folders of features agree in every cell? One column in memory at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEY = "client_id"
TOLERANCE = 1e-6
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Difference:
    """Where a feature of the two files differs.

    Parameters
    ----------
    feature : str
    cells : int
        How many clients' values differ.
    client : int or None
        The first of them; None where the whole column is missing from a file.
    ours, reference : str
        The two values of that client, or what is missing.
    """

    feature: str
    cells: int
    client: int | None
    ours: str
    reference: str

    def __str__(self) -> str:
        """Write it as one line.

        Examples
        --------
        >>> print(Difference("children", 3, 100001, "2.0", "missing"))
        children of client 100001: ours 2.0, reference missing (3 cells differ)
        """
        of_client = "" if self.client is None else f" of client {self.client}"
        cells = "1 cell differs" if self.cells == 1 else f"{self.cells} cells differ"
        return f"{self.feature}{of_client}: ours {self.ours}, reference {self.reference} ({cells})"


def differences(ours: Path, reference: Path) -> Iterator[Difference]:
    """Compare two files with one row a client, in whatever order of rows and columns.

    Numbers agree within `TOLERANCE`, relative or absolute; missing agrees with missing only, and
    texts are equal or not.

    Yields
    ------
    Difference
        One for each column that differs, and one for each client that only one file has.
    """
    files = pq.ParquetDataset(ours), pq.ParquetDataset(reference)
    names = [file.schema.names for file in files]
    clients = [column(file, KEY).to_numpy() for file in files]
    both, *places = np.intersect1d(*clients, assume_unique=True, return_indices=True)
    yield from _lonely_clients(clients, both, len(names[0]))
    for name in dict.fromkeys([*names[0], *names[1]]):
        if name not in names[0] or name not in names[1]:
            found = ["here" if name in one else "no such column" for one in names]
            yield Difference(name, len(both), None, *found)
        elif name != KEY:
            pair = [column(file, name).take(at) for file, at in zip(files, places, strict=True)]
            yield from _differing_values(name, both, *pair)


def column(file: pq.ParquetDataset, name: str) -> pa.Array:
    """Read one column; a category comes as its text, a number as float64, the key as it is."""
    values = file.read([name]).column(0).combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if name == KEY or pa.types.is_null(values.type):
        return values
    is_text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    return values.cast(pa.large_string() if is_text else pa.float64())


def _lonely_clients(clients: list[Places], both: Places, cells: int) -> Iterator[Difference]:
    for own, where in zip(clients, (("here", "no such row"), ("no such row", "here")), strict=True):
        for client in np.setdiff1d(own, both):
            yield Difference(KEY, cells, int(client), *where)


def _differing_values(
    name: str, clients: Places, ours: pa.Array, reference: pa.Array
) -> Iterator[Difference]:
    wrong = np.flatnonzero(~agree(ours, reference))
    if len(wrong):
        first = int(wrong[0])
        values = (_written(values[first]) for values in (ours, reference))
        yield Difference(name, len(wrong), int(clients[first]), *values)


def agree(ours: pa.Array, reference: pa.Array) -> npt.NDArray[np.bool_]:
    """Say of each place whether the two values agree.

    Examples
    --------
    >>> agree(pa.array([1.0, 2.0, None, None]), pa.array([1.0, 2.1, None, 0.0])).tolist()
    [True, False, True, False]
    """
    missing = [values.is_null().to_numpy(zero_copy_only=False) for values in (ours, reference)]
    if ours.type != reference.type:
        return missing[0] & missing[1]
    if ours.type == pa.float64():
        same = _close(*(values.to_numpy(zero_copy_only=False) for values in (ours, reference)))
    else:
        same = pc.fill_null(pc.equal(ours, reference), False).to_numpy(zero_copy_only=False)
    return np.where(missing[0] | missing[1], missing[0] & missing[1], same)


def _close(
    ours: npt.NDArray[np.float64], reference: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):  # infinity minus infinity
        apart = np.abs(ours - reference)
        allowed = TOLERANCE * np.maximum(1.0, np.maximum(np.abs(ours), np.abs(reference)))
        return (ours == reference) | (np.isfinite(apart) & (apart <= allowed))


def _written(value: pa.Scalar) -> str:
    return str(value.as_py()) if value.is_valid else "missing"
