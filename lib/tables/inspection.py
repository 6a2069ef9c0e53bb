"""A folder of raw tables, made ready and looked at: everything that is wrong, in one go."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from lib.decision import InvalidInput
from lib.tables.checks import check_table, count_rows
from lib.tables.findings import Finding, Inspection, Kind
from lib.tables.ingestion import Ingested
from lib.tables.memory import settings
from lib.tables.preparation import Announce, as_parquet
from lib.tables.relations import check_relations
from lib.tables.schema import TABLES
from lib.tables.sources import Source, open_sources


def inspect_tables(
    folder: Path, memory_limit_gib: float | None = None, announce: Announce | None = None
) -> Inspection:
    """Find everything that is wrong with the tables of a folder, and what is worth knowing.

    CSV is converted to Parquet on the way, and kept where nothing forbids its use.

    Parameters
    ----------
    folder : Path
        With the eight tables under Kaggle's names.
    memory_limit_gib : float, optional
        What this process may hold; unlimited by default.
    announce : callable, optional
        Told one line a table, when it is ready.

    Raises
    ------
    InvalidInput
        If the folder does not exist or holds no table, or the memory does not suffice.
    """
    sources, findings = open_sources(folder)
    readable = {name: source for name, source in sources.items() if source.is_readable}
    with (
        _enough_memory(memory_limit_gib),
        as_parquet(readable, memory_limit_gib, announce or (lambda _: None)) as ready,
        _checker(memory_limit_gib) as checker,
    ):
        rows, found = _look(ready, sources, checker)
    permanent = {
        name: made.path
        for name, made in ready.items()
        if made.path and not made.findings and sources[name].is_whole
    }
    order = list(TABLES)
    ordered = sorted((*findings, *found), key=lambda finding: order.index(finding.table))
    return Inspection(folder, permanent, rows, tuple(ordered))


def _look(
    ready: Mapping[str, Ingested], sources: Mapping[str, Source], checker: Any
) -> tuple[dict[str, int], list[Finding]]:
    """Count the rows of the tables, and find what is wrong in them."""
    found: list[Finding] = []
    tables: dict[str, ir.Table] = {}
    for name, made in ready.items():
        found += made.findings
        if made.path:
            try:
                table = checker.read_parquet(made.path)
                found += check_table(TABLES[name], table)
                tables[name] = table
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                found.append(_torn(sources[name], error))
    complete = {name for name in tables if not ready[name].findings}
    found += check_relations(tables, complete)
    return count_rows(tables), found


def _torn(source: Source, error: duckdb.Error) -> Finding:
    reason = str(error).splitlines()[0]
    what = f"{source.location.name}: {reason}"
    return Finding(source.table.name, Kind.UNREADABLE_FILE, 1, what)


@contextmanager
def _checker(memory_limit_gib: float | None) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as spill:
        checker = ibis.duckdb.connect(**settings(Path(spill), memory_limit_gib))
        with closing(checker.con):
            yield checker


@contextmanager
def _enough_memory(memory_limit_gib: float | None) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidInput(
            f"memory limit {memory_limit_gib or 'none'}",
            f"reading needs more: {str(error).splitlines()[0]}",
            "give at least 1 GiB",
        ) from error
