"""Runs compiled features on the records of a few clients. It learns nothing from other clients."""

import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any

import duckdb
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.one_client.compiled import (
    APPLICATION_FEATURES,
    HISTORY_FEATURES,
    KNOWN_FEATURES,
    CompiledFeatures,
    Query,
    row_type,
)
from lib.features.one_client.records import (
    Records,
    as_arrow,
    as_tables,
    check_owners,
    check_repeated,
    clients_of,
)

Row = dict[str, Any]


class Slot:
    """A table whose rows are exchanged; DuckDB fetches them whenever a query reads it."""

    def __init__(self, row_type: pa.StructType) -> None:
        self.row_type = row_type
        self.table = self.empty = as_arrow([], row_type)

    def fill(self, rows: Iterable[Row]) -> None:
        """Exchange the rows."""
        self.table = as_arrow(list(rows), self.row_type)

    def clear(self) -> None:
        """Forget the rows."""
        self.table = self.empty

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the rows of now, by Arrow's PyCapsule interface."""
        return self.table.__arrow_c_stream__(requested_schema)


class Workbench:
    """A DuckDB where all queries are prepared, for one call after the other.

    The queries are parsed, bound and planned once. They read Arrow tables in place, and those are
    exchanged at each call: there is nothing to load, and nothing to delete afterwards.

    Parameters
    ----------
    compiled : CompiledFeatures
        The queries and what they read.
    """

    def __init__(self, compiled: CompiledFeatures) -> None:
        self._compiled = compiled
        self._slots = {name: Slot(row_type) for name, row_type in compiled.read.items()}
        # For a few rows, a second thread and an optimizer cost more than they save; and the
        # optimizer would rely on the statistics of tables that are still empty.
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("PRAGMA disable_optimizer")
        weakref.finalize(self, self._connection.close)
        for name, slot in self._slots.items():
            self._connection.register(name, slot)
        for query in compiled.queries:
            self._connection.execute(f'PREPARE "{query.name}" AS {query.sql}')

    def features(self, tables: Mapping[str, pa.Table]) -> dict[int, Row]:
        """Give the features of all applicants, by client.

        Raises
        ------
        InvalidInput
            If a number is too large to calculate with.
        """
        try:
            for name, table in tables.items():
                self._slots[name].table = table
            return self._features()
        finally:
            for slot in self._slots.values():
                slot.clear()

    def _features(self) -> dict[int, Row]:
        compiled = self._compiled
        applicants = by_client([self._run(compiled.application)])
        histories = by_client(self._run(query) for query in compiled.histories)
        self._slots[APPLICATION_FEATURES].fill(applicants.values())
        self._slots[HISTORY_FEATURES].fill(histories.values())
        finished = by_client([self._run(compiled.finish)])
        features = {}
        for client, applicant in applicants.items():
            known = applicant | histories.get(client, {}) | finished[client]
            features[client] = {name: known.get(name) for name in compiled.columns}
        return features

    def _run(self, query: Query) -> list[Row]:
        if not any(self._slots[table].table.num_rows for table in query.reads):
            return []  # each row is a client's, and there is none
        try:
            rows = self._connection.execute(f'EXECUTE "{query.name}"').fetchall()
        except duckdb.DataError as error:
            raise InvalidInput(
                f"rows of {', '.join(query.reads)}",
                "features can be calculated from their numbers",
                "correct those that are far too large",
            ) from error
        return [dict(zip(query.columns, row, strict=True)) for row in rows]


def by_client(features: Iterable[Iterable[Row]]) -> dict[int, Row]:
    """Put all that is known of a client into one row.

    Examples
    --------
    >>> by_client([[{"client_id": 7, "debt": 2.0}], [{"client_id": 7, "loans": 1.0}]])
    {7: {'client_id': 7, 'debt': 2.0, 'loans': 1.0}}
    """
    known: dict[int, Row] = {}
    for rows in features:
        for row in rows:
            known.setdefault(row["client_id"], {}).update(row)
    return known


class ClientFeatures:
    """The features of a new client from records. It may be called from several threads.

    Parameters
    ----------
    compiled : CompiledFeatures
        What `lib.features.compiling.compile_features` gave.
    """

    def __init__(self, compiled: CompiledFeatures) -> None:
        self._compiled = compiled
        self._idle: LifoQueue[Workbench] = LifoQueue()
        self._idle.put(Workbench(compiled))

    def __call__(self, records: Records) -> list[Row]:
        """Give one row a client, as `build_features` does.

        Parameters
        ----------
        records : mapping of str to sequence of mappings
            Rows of raw tables by table and column names; what is not given is missing.

        Returns
        -------
        list of dict
            ``client_id``, ``target`` and all features, None where missing, in the order of the
            applications.

        Raises
        ------
        InvalidInput
            If a table or a column is unknown, a value is of a wrong type, impossible or far too
            large, a key is missing or repeated, or a row is not of a client with one application.
        """
        described = self._compiled.tables
        tables = as_tables(records, described)
        clients = clients_of(tables, described)
        check_repeated(tables, described)
        check_owners(tables, described, clients)
        rows = self.from_arrow(tables)
        return [rows[client] for client in clients]

    def from_arrow(self, tables: Mapping[str, pa.Table]) -> dict[int, Row]:
        """Give the rows of raw tables that are right already, by client."""
        with self._workbench() as workbench:
            return workbench.features(tables)

    @contextmanager
    def _workbench(self) -> Iterator[Workbench]:
        """Lend a workbench that no other thread uses; a new one if there is none.

        After an error it is not used again: the next call has a new one.
        """
        try:
            workbench = self._idle.get_nowait()
        except Empty:
            workbench = Workbench(self._compiled)
        yield workbench
        self._idle.put(workbench)


class DerivedFeatures:
    """The features that follow from others. It may be called from several threads.

    Parameters
    ----------
    query : Query
        ``CompiledFeatures.derived``.
    """

    def __init__(self, query: Query) -> None:
        self._query = query
        self._reads = row_type(query.reads[KNOWN_FEATURES])
        self._connection = duckdb.connect(config={"threads": 1})
        weakref.finalize(self, self._connection.close)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The features that others follow from, and ``client_id``."""
        return tuple(self._query.reads[KNOWN_FEATURES])

    def __call__(self, clients: pa.Table) -> pa.Table:
        """Give the derived features of each row.

        Parameters
        ----------
        clients : Table
            Features; an input that is not among them is missing.

        Returns
        -------
        Table
            A row for each of `clients`, in their order.
        """
        given = {
            field.name: clients[field.name].cast(field.type)
            if field.name in clients.column_names
            else pa.nulls(clients.num_rows, field.type)
            for field in self._reads
        }
        with self._connection.cursor() as cursor:
            cursor.register(KNOWN_FEATURES, pa.table(given))
            return cursor.sql(self._query.sql).to_arrow_table()
