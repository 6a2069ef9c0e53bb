"""Tables that resemble the real ones, in Kaggle's form, of any number of clients.

Every client has a hidden risk (`scores`) that shows, through noise, in all columns and histories.
Distributions, missing values and the strength of columns come from ``lib/synthetic/calibration``.
Clients are drawn in blocks, each with its own random numbers: memory stays bounded, and the same
seed gives the same tables.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.synthetic.block import draw_block
from lib.synthetic.scores import Bools
from lib.tables.schema import TABLES

_FIRST_CLIENT = 100_001  # client_id; the next follow in order
_LEAST_CLIENTS = 10
_TRAIN_SHARE = 307_511 / 356_255  # of the real clients, whose repayment is known
_BLOCK = 20_000  # clients: about 3.2 million rows
FORMATS = ("parquet", "csv")
_WRITTEN_HERE = ".synthetic"  # beside the tables: size and name of each, a line each


def write_synthetic_tables(
    folder: Path,
    clients: int,
    seed: int,
    format: str = "parquet",  # noqa: A002
    announce: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Write the eight tables of some clients to a folder, all or none of them.

    Parameters
    ----------
    folder : Path
        Where the tables go; synthetic ones that are there are replaced, other files stay.
    clients : int
        Of application_train and application_test together; at least 10.
    seed : int
        The same seed gives the same tables.
    format : {"parquet", "csv"}
    announce : callable, optional
        Called with one line a block.

    Returns
    -------
    dict of str to int
        Rows per table.

    Raises
    ------
    InvalidInput
        If there are too few clients, the format is another one, or there are tables that were not
        written here.
    """
    if clients < _LEAST_CLIENTS:
        raise InvalidInput(
            f"{clients} clients", f"there are at least {_LEAST_CLIENTS}", "ask for more"
        )
    if format not in FORMATS:
        raise InvalidInput(f"format {format}", "it is parquet or csv", "choose one of them")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_tables_of_others(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as unfinished:
        rows = _write(Path(unfinished), clients, seed, format, announce or (lambda _: None))
        _refuse_tables_of_others(folder)  # which may have come meanwhile
        old, new = _tables_in(folder), _tables_in(Path(unfinished))
        # Both, until the last is in its place: whoever ends this midway may do it again.
        _note_as_written_here(folder, old + new, Path(unfinished))
        for path in old:
            path.unlink()
        for path in new:
            shutil.move(path, folder)
        _note_as_written_here(folder, _tables_in(folder), Path(unfinished))
    return rows


def _tables_in(folder: Path) -> list[Path]:
    """Give what holds tables, in whatever form."""
    return [path for name in TABLES for path in sorted(folder.glob(f"{name}.*"))]


def _refuse_tables_of_others(folder: Path) -> None:
    """Nobody's own tables are lost for synthetic ones."""
    note = folder / _WRITTEN_HERE
    known = set(note.read_text().splitlines()) if note.exists() else set()
    for path in _tables_in(folder):
        if _line_of(path) not in known:
            raise InvalidInput(
                str(path),
                "synthetic tables take the place of synthetic tables only",
                f"use those that are there by `make model RAW={folder}`, or move them elsewhere",
            )


def _note_as_written_here(folder: Path, tables: list[Path], unfinished: Path) -> None:
    """Write the note whole or not at all: by half of one, tables would be those of others."""
    note = unfinished / _WRITTEN_HERE
    note.write_text("".join(f"{_line_of(path)}\n" for path in tables))
    note.replace(folder / _WRITTEN_HERE)


def _line_of(path: Path) -> str:
    return f"{path.stat().st_size} {path.name}"


def _write(
    folder: Path, clients: int, seed: int, kind: str, announce: Callable[[str], None]
) -> dict[str, int]:
    """Write block by block, one file a table; return the rows of each."""
    rows = Counter[str]()
    writers: dict[str, pq.ParquetWriter | pa_csv.CSVWriter] = {}
    with ExitStack() as stack:
        for done, tables in _blocks(clients, seed):
            for name in TABLES:
                if name not in writers:
                    path, schema = folder / f"{name}.{kind}", tables[name].schema
                    writers[name] = stack.enter_context(_writer(path, schema))
                writers[name].write_table(tables[name])
                rows[name] += tables[name].num_rows
            announce(f"{done:,} of {clients:,} clients drawn")
    return dict(rows)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter | pa_csv.CSVWriter:
    if path.suffix == ".parquet":
        return pq.ParquetWriter(path, schema, compression="zstd")
    return pa_csv.CSVWriter(path, schema, write_options=pa_csv.WriteOptions(quoting_style="needed"))


def _blocks(clients: int, seed: int) -> Iterator[tuple[int, dict[str, pa.Table]]]:
    in_train = _train_clients(clients, seed)
    starts = range(0, clients, _BLOCK)
    children = np.random.SeedSequence(seed).spawn(len(starts))
    for start, child in zip(starts, children, strict=True):
        stop = min(start + _BLOCK, clients)
        client_id = np.arange(_FIRST_CLIENT + start, _FIRST_CLIENT + stop)
        rng = np.random.default_rng(child)
        yield stop, draw_block(rng, client_id, in_train[start:stop], start)


def _train_clients(clients: int, seed: int) -> Bools:
    in_train = np.zeros(clients, dtype=bool)
    in_train[: round(_TRAIN_SHARE * clients)] = True
    np.random.default_rng([seed, 1]).shuffle(in_train)
    return in_train
