"""The programs that people write tables with, each in its own way."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

Writer = Callable[[pa.Table, Path], object]


def as_numpy(table: pa.Table) -> dict[str, np.ndarray]:
    """Give the columns as NumPy has them: a number that is missing is NaN, and makes floats."""
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}


def from_numpy(table: pa.Table) -> pa.Table:
    """Give a table whose floats hold NaN and no null."""
    return pa.table({name: pa.array(values) for name, values in as_numpy(table).items()})


def from_numpy_by_polars(table: pa.Table) -> pl.DataFrame:
    """Give the same by Polars."""
    columns = {
        name: values.tolist() if values.dtype == object else values
        for name, values in as_numpy(table).items()
    }
    return pl.DataFrame(columns, nan_to_null=False)


def categories(table: pa.Table) -> pd.DataFrame:
    """Give a frame whose texts are pandas' categories."""
    frame = table.to_pandas()
    return frame.astype(dict.fromkeys(frame.select_dtypes(exclude="number"), "category"))


def in_parts(table: pa.Table, folder: Path, write: Writer, ending: str) -> None:
    """Write a table as Spark and Dask do: a folder of parts, and what marks its end."""
    folder.mkdir()
    half = table.num_rows // 2
    for number, part in enumerate((table.slice(0, half), table.slice(half))):
        write(part, folder / f"part-{number:05}-8d0f-c000{ending}")
        (folder / f".part-{number:05}-8d0f-c000{ending}.crc").write_bytes(b"crc\0")
    (folder / "_SUCCESS").touch()


def parquet_parts(table: pa.Table, folder: Path) -> None:
    """Write Parquet in parts."""
    in_parts(table, folder, pq.write_table, ".snappy.parquet")


def csv_parts(table: pa.Table, folder: Path) -> None:
    """Write CSV in parts, each with the header."""
    in_parts(table, folder, pacsv.write_csv, ".csv")


PARQUET: Mapping[str, Writer] = {
    "pandas, categories": lambda table, path: categories(table).to_parquet(path),
    "pyarrow, from NumPy": lambda table, path: pq.write_table(from_numpy(table), path),
    "Polars": lambda table, path: pl.from_arrow(table).write_parquet(path),
    "Polars, from NumPy": lambda table, path: from_numpy_by_polars(table).write_parquet(path),
    "pyarrow, in parts": parquet_parts,
}
CSV: Mapping[str, Writer] = {
    "pandas": lambda table, path: table.to_pandas().to_csv(path, index=False),
    "pyarrow, from NumPy": lambda table, path: pacsv.write_csv(from_numpy(table), path),
    "Polars, from NumPy": lambda table, path: from_numpy_by_polars(table).write_csv(path),
    "pyarrow, in parts": csv_parts,
}
