"""The tables of a folder as they are written: codes for missing are values like others here."""

from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from lib.decision import InvalidInput
from lib.tables.schema import TABLES
from lib.tables.sources import Source, find_sources


def open_tables(folder: Path, backend: Any) -> dict[str, ir.Table]:
    """Open the eight tables on a DuckDB that can keep those that come as CSV.

    Raises
    ------
    InvalidInput
        If tables or columns are missing, or a file is zipped.
    """
    return {name: _open(source, backend) for name, source in find_sources(folder).items()}


def _open(source: Source, backend: Any) -> ir.Table:
    if source.is_parquet:
        return backend.read_parquet(source.path)
    if source.path.suffix != ".csv":
        raise InvalidInput(f"file {source.path}", "it is Parquet or plain CSV", "unpack it")
    columns = TABLES[source.table.name].columns
    types = {name: columns[name].type.value for name in source.columns if name in columns}
    read = backend.read_csv(str(source.path), types=types, header=True, nullstr="")
    return backend.create_table(source.table.name, read)
