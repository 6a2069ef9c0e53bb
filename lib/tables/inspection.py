"""A folder of raw tables, made ready and looked at: everything that is wrong, in one go."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lib.decision import InvalidInput
from lib.tables.contents import check_table
from lib.tables.csv_to_parquet import Converted, unreadable
from lib.tables.findings import Finding, Inspection, Kind
from lib.tables.memory import settings
from lib.tables.preparation import Announce, as_parquet
from lib.tables.relations import check_clients, check_parents, parents_among
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
        _checker(memory_limit_gib) as connection,
    ):
        rows, found = _look(ready, sources, connection)
    permanent = {
        name: made.path
        for name, made in ready.items()
        if made.path and not made.findings and sources[name].is_whole
    }
    order = list(TABLES)
    ordered = sorted((*findings, *found), key=lambda finding: order.index(finding.table))
    return Inspection(folder, permanent, rows, tuple(ordered))


def _look(
    ready: Mapping[str, Converted],
    sources: Mapping[str, Source],
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, int], list[Finding]]:
    """Count the rows of the tables, and find what is wrong in them."""
    found = {name: list(made.findings) for name, made in ready.items()}
    tables = {
        name: connection.read_parquet(str(made.path)) for name, made in ready.items() if made.path
    }
    for name, table in tables.items():
        found[name] += _unless_torn(sources[name], check_table(TABLES[name], table))
    torn = {name for name in tables if _is_torn(found[name])}
    sound = {name: table for name, table in tables.items() if name not in torn}
    parents = parents_among({name: sound[name] for name in sound if not ready[name].findings})
    for name, table in sound.items():
        found[name] += _unless_torn(sources[name], check_parents(TABLES[name], table, parents))
    rows = {name: len(table) for name, table in sound.items()}
    return rows, [*check_clients(sound), *(finding for each in found.values() for finding in each)]


def _unless_torn(source: Source, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Pass findings on; a file that cannot be read to its end is another one."""
    try:
        yield from findings
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        yield from unreadable(source, str(error).splitlines()[0]).findings


def _is_torn(findings: list[Finding]) -> bool:
    return any(finding.kind is Kind.UNREADABLE_FILE for finding in findings)


@contextmanager
def _checker(memory_limit_gib: float | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config=settings(Path(spill), memory_limit_gib)) as connection,
    ):
        yield connection


@contextmanager
def _enough_memory(memory_limit_gib: float | None) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidInput(
            f"memory limit of {memory_limit_gib} GiB",
            f"reading needs more: {str(error).splitlines()[0]}",
            "give at least 1 GiB",
        ) from error
