"""Works out again what follows from a client's features where some of them change.

Serving calls it for simulations. It needs DuckDB and Arrow only.
"""

import weakref

import duckdb
import pyarrow as pa

from lib.features.compiled import KNOWN_FEATURES, Query, row_type


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
