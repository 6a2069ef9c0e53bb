"""Ways to turn a sound folder of Parquet tables into one that is not, or of another form."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.findings import Finding, Kind
from lib.tables.inspection import inspect_tables


def as_csv(folder: Path, name: str) -> Path:
    """Put CSV in the place of a Parquet table, and give its path."""
    parquet, path = folder / f"{name}.parquet", folder / f"{name}.csv"
    duckdb.read_parquet(str(parquet)).write_csv(str(path))
    parquet.unlink()
    return path


def edit_lines(path: Path, edit: Callable[[list[str]], object]) -> None:
    """Change the list of a file's lines in place; the header is the first."""
    lines = path.read_text().splitlines()
    edit(lines)
    path.write_text("\n".join(lines) + "\n")


def set_value(path: Path, line: int, column: str, text: str) -> None:
    """Write a text into a column of a line (the header is line 1) of a CSV without quotes."""

    def edit(lines: list[str]) -> None:
        cells = lines[line - 1].split(",")
        cells[lines[0].split(",").index(column)] = text
        lines[line - 1] = ",".join(cells)

    edit_lines(path, edit)


def set_column(folder: Path, name: str, column: str, values: pa.Array | pa.ChunkedArray) -> None:
    """Put another column in the place of one of a Parquet table."""
    path = folder / f"{name}.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)


def findings(folder: Path) -> dict[tuple[str, Kind], Finding]:
    """Give what is found in a folder, by table and kind; each kind comes once a table."""
    found = inspect_tables(folder).findings
    by_kind = {(finding.table, finding.kind): finding for finding in found}
    assert len(by_kind) == len(found)
    return by_kind
