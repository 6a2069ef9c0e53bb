"""A folder of raw tables, made ready and looked at: everything that is wrong, in one go."""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lib.decision import InvalidInput
from lib.decision.faults import full_disk, is_full_disk
from lib.tables.cache import Announce, as_parquet
from lib.tables.checks import (
    check_clients,
    check_parents,
    check_repeated_rows,
    check_table,
    parents_among,
)
from lib.tables.findings import Finding, Kind
from lib.tables.headers import open_sources
from lib.tables.memory import TABLES_AT_ONCE, settings
from lib.tables.schema import TABLES
from lib.tables.sources import Converted, Source, told_by


@dataclass(frozen=True)
class Inspection:
    """All that was found in a folder.

    Parameters
    ----------
    folder : Path
    files : mapping of str to Path
        For each table that is whole the Parquet file that holds it: the source itself, or what was
        made of it.
    rows : mapping of str to int
        Rows that could be read of each table.
    findings : tuple of Finding
        In the order of the tables.
    """

    folder: Path
    files: Mapping[str, Path]
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What forbids using the folder."""
        return tuple(finding for finding in self.findings if finding.forbids)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What does not, and is worth knowing."""
        return tuple(finding for finding in self.findings if not finding.forbids)

    def describe(self) -> str:
        """Write it table by table: the rows, what forbids using it, what is worth knowing."""
        return "\n".join(line for name in TABLES for line in self._describe_table(name))

    def _describe_table(self, name: str) -> list[str]:
        rows = f"{self.rows[name]:,} rows" if name in self.rows else "not read"
        return [
            f"{name}: {rows}",
            *(f"  must be mended: {found.say()}" for found in self.refusals if found.table == name),
            *(f"  worth knowing:  {found.say()}" for found in self.notes if found.table == name),
        ]


def inspect_tables(
    folder: Path, memory_limit_gib: float | None = None, announce: Announce | None = None
) -> Inspection:
    """Find everything that is wrong with the tables of a folder, and what is worth knowing.

    CSV, and Parquet parts that are not alike, are converted on the way, and what is made of them is
    kept where nothing forbids its use.

    Parameters
    ----------
    folder : Path
        With the eight tables under Kaggle's names.
    memory_limit_gib : float, optional
        What this process may hold; unlimited by default.
    announce : callable, optional
        Called with one line a table, when it is ready.

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
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config=settings(Path(spill), memory_limit_gib)) as connection,
    ):
        rows, found = _look(ready, sources, connection)
    files = {
        name: made.path
        for name, made in ready.items()
        if made.path and not made.findings and sources[name].is_whole
    }
    order = list(TABLES)
    ordered = sorted((*findings, *found), key=lambda finding: order.index(finding.table))
    return Inspection(folder, files, rows, tuple(ordered))


def _look(
    ready: Mapping[str, Converted],
    sources: Mapping[str, Source],
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, int], list[Finding]]:
    """Count the rows of the tables, and find what is wrong in them."""
    found = {name: list(made.findings) for name, made in ready.items()}
    paths = {name: str(made.path) for name, made in ready.items() if made.path}

    def look_at(name: str) -> list[Finding]:
        table = connection.cursor().read_parquet(paths[name])
        checks = [check_table]
        if sources[name].is_whole and not ready[name].findings:
            checks.append(check_repeated_rows)  # without columns or values rows look alike
        looked = (finding for check in checks for finding in check(TABLES[name], table))
        return list(_unless_torn(sources[name], looked))

    with ThreadPoolExecutor(TABLES_AT_ONCE) as threads:
        for name, findings in zip(paths, threads.map(look_at, paths), strict=True):
            found[name] += findings
    sound = {
        name: connection.read_parquet(path)
        for name, path in paths.items()
        if all(finding.kind is not Kind.UNREADABLE_FILE for finding in found[name])
    }
    parents = parents_among({name: sound[name] for name in sound if not ready[name].findings})
    for name, table in sound.items():
        found[name] += _unless_torn(sources[name], check_parents(TABLES[name], table, parents))
    rows = {name: len(table) for name, table in sound.items()}
    for name, count in rows.items():
        if not count and not found[name]:
            what = f"{sources[name].label} has columns and no rows"
            found[name].append(Finding(name, Kind.EMPTY_TABLE, 1, what))
    return rows, [*check_clients(sound), *(finding for each in found.values() for finding in each)]


def _unless_torn(source: Source, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Pass findings on; a file that cannot be read to its end is another one."""
    try:
        yield from findings
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if is_full_disk(error):  # what does not fit into memory goes there
            raise full_disk(tempfile.gettempdir()) from error
        yield source.unreadable(told_by(error))


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
