"""The eight tables of a folder as Ibis tables, typed by the schema: never sniffed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.tables.cache import Announce
from lib.tables.findings import Finding, refuse
from lib.tables.inspection import Inspection, inspect_tables
from lib.tables.schema import TABLES, ColumnType, TableSchema


@dataclass(frozen=True)
class RawTables(Mapping[str, ir.Table]):
    """The eight tables by name, and what was found in them.

    In them every code for missing (365243 days, XNA, XAP; see the schema) is null already.

    Attributes
    ----------
    tables : mapping of str to ibis table
        With the columns of the schema, in its order and of its types.
    rows : mapping of str to int
        Rows per table.
    problems : tuple of Finding
        What is irregular, yet no reason to refuse: ignored columns and files, unknown categories,
        orphan rows.
    """

    tables: Mapping[str, ir.Table]
    rows: Mapping[str, int]
    problems: tuple[Finding, ...]

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def read_tables(
    folder: Path,
    backend: Any,
    announce: Announce | None = None,
    memory_limit_gib: float | None = None,
) -> RawTables:
    """Read the tables of a folder, CSV (also zipped) or Parquet, and check them.

    CSV is converted to Parquet once, beside the files, and so are Parquet parts that are not alike;
    a changed file is converted again.

    Parameters
    ----------
    folder : Path
        With the eight tables under Kaggle's names, or Kaggle's archive of them.
    backend : Ibis backend
        Which the tables are read on; the checks run on a DuckDB of their own.
    announce : callable, optional
        Called with one line a table, when it is ready.
    memory_limit_gib : float, optional
        What this process may hold while tables are converted and checked; unlimited by default.

    Returns
    -------
    RawTables

    Raises
    ------
    InvalidInput
        With everything that forbids using the folder: missing or torn files, missing columns,
        values of a wrong type with file and line, a TARGET that is not 0 or 1, clients with more
        than one application, rows without a key, tables that are there twice.
    """
    return open_tables(inspect_tables(Path(folder), memory_limit_gib, announce), backend)


def open_tables(inspection: Inspection, backend: Any) -> RawTables:
    """Give the tables of a folder that was inspected.

    Parameters
    ----------
    inspection : Inspection
    backend : Ibis backend

    Returns
    -------
    RawTables

    Raises
    ------
    InvalidInput
        With everything that forbids using the folder, see `read_tables`.
    """
    refuse(inspection.folder, inspection.refusals)
    tables = {
        name: _typed(backend.read_parquet(path), TABLES[name])
        for name, path in inspection.files.items()
    }
    return RawTables(tables, inspection.rows, inspection.notes)


def _typed(table: ir.Table, schema: TableSchema) -> ir.Table:
    """Give a table the columns of its schema; codes for missing, and NaN, become null."""
    return table.select(**{name: _typed_column(table, schema, name) for name in schema.columns})


def _typed_column(table: ir.Table, schema: TableSchema, name: str) -> ir.Value:
    column = schema.columns[name]
    value = none_for_nan(table[name]).cast(column.type.value)
    for code in column.missing_codes:
        value = value.nullif(float(code) if column.type is ColumnType.FLOAT64 else code)
    # In CSV nothing and an empty text are one.
    return value.nullif("") if column.type is ColumnType.STRING else value


def none_for_nan(value: ir.Value) -> Any:
    """Give null where a number is NaN (or infinite): not every writer says null where it means it.

    Parquet's statistics do not tell of NaN, and DuckDB believes them: where a file has no null,
    ``isnan(x)``, and even ``x <= greatest``, become a constant without a look at the values. What
    arithmetic gives is not foretold.
    """
    if not value.type().is_floating():
        return value
    return ibis.ifelse(value - value == 0, value, ibis.null(value.type()))
