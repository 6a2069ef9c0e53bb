"""A DuckDB where all queries of the features are prepared, for one call after the other.

The queries are parsed, bound and planned once. They read Arrow tables where these are, and those
are exchanged at each call: there is nothing to load, and nothing to delete afterwards.
"""

import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.compiled import APPLICATION_FEATURES, HISTORY_FEATURES, CompiledFeatures, Query
from lib.features.records import as_arrow

Row = dict[str, Any]


class Slot:
    """A table whose rows are exchanged; DuckDB asks for them whenever it reads it."""

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
    """Runs the queries of the features, in one thread at a time.

    Parameters
    ----------
    compiled : CompiledFeatures
        The queries and what they read.
    """

    def __init__(self, compiled: CompiledFeatures) -> None:
        self._compiled = compiled
        self._slots = {name: Slot(row_type) for name, row_type in compiled.read.items()}
        # For a few rows, a second thread and an optimizer cost more than they save; and no plan
        # may rest on the statistics of the empty tables that it is made for.
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
            If a number is too large to be reckoned with.
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
                "features can be worked out from their numbers",
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
