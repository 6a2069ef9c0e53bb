"""The eight tables of a folder as Ibis tables, typed by the schema: never sniffed."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.tables.checks import Finding, check_target, count_rows, find_irregularities
from lib.tables.ingestion import ingested
from lib.tables.schema import TABLES, ColumnType, TableSchema
from lib.tables.sources import Source, find_sources

Announce = Callable[[str], None]


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
        What is irregular, yet no reason to refuse: ignored columns, unknown categories,
        duplicate keys, orphan rows.
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


def read_tables(folder: Path, backend: Any, announce: Announce | None = None) -> RawTables:
    """Read the tables of a folder, CSV (also zipped) or Parquet, and check them.

    CSV is converted to Parquet once, beside the files; a changed file is converted again.

    Parameters
    ----------
    folder : Path
        With the eight tables under Kaggle's names.
    backend : Ibis backend
        Which the tables are read on; the checks run on a DuckDB of their own.
    announce : callable, optional
        Told one line a table, when it is ready.

    Returns
    -------
    RawTables

    Raises
    ------
    InvalidInput
        If files or columns are missing (all are named in one error), a value is of a wrong type
        (with file and line), or a TARGET is not 0 or 1.
    """
    sources = find_sources(Path(folder))
    paths = dict(_prepare(sources, announce or (lambda _: None)))
    checker = ibis.duckdb.connect()
    try:
        checked = _typed_tables(sources, paths, checker)
        check_target(checked["application_train"])
        rows = count_rows(checked)
        irregular = tuple(find_irregularities(checked))
    finally:
        checker.disconnect()
    problems = (*_ignored_columns(sources), *irregular)
    return RawTables(_typed_tables(sources, paths, backend), rows, problems)


def typed(table: ir.Table, schema: TableSchema) -> ir.Table:
    """Give a table the columns of its schema, of its types, with null for missing."""
    return table.select(**{name: _typed_column(table, schema, name) for name in schema.columns})


def _typed_column(table: ir.Table, schema: TableSchema, name: str) -> ir.Value:
    column, value = schema.columns[name], table[name]
    if value.type().is_floating():  # not every writer of Parquet says null where it means it
        value = value.isnan().ifelse(ibis.null(value.type()), value)
    value = value.cast(column.type.value)
    for code in column.missing_codes:
        value = value.nullif(float(code) if column.type is ColumnType.FLOAT64 else code)
    return value


def _prepare(sources: Mapping[str, Source], announce: Announce) -> Iterator[tuple[str, Path]]:
    for name, source in sources.items():
        start = time.perf_counter()
        path = source.path if source.is_parquet else ingested(source)
        announce(f"{name}: {source.path.name} ready in {time.perf_counter() - start:.1f} s")
        yield name, path


def _typed_tables(
    sources: Mapping[str, Source], paths: Mapping[str, Path], backend: Any
) -> dict[str, ir.Table]:
    tables = {name: backend.read_parquet(path) for name, path in paths.items()}
    return {
        name: typed(table, TABLES[name]) if sources[name].is_parquet else table
        for name, table in tables.items()
    }


def _ignored_columns(sources: Mapping[str, Source]) -> Iterator[Finding]:
    for name, source in sources.items():
        if source.ignored:
            yield Finding(name, "ignored column", len(source.ignored), ", ".join(source.ignored))
