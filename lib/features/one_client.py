"""The features of a few clients from their own records: the batch's expressions, compiled before.

Serving calls it for a new client. It needs DuckDB and Arrow only, and learns nothing from others.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, LifoQueue

import pyarrow as pa

from lib.features.belonging import check_owners, clients_of
from lib.features.compiled import CompiledFeatures
from lib.features.records import Records, as_tables
from lib.features.workbench import Row, Workbench


class ClientFeatures:
    """Features from records. It may be called from several threads.

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
            If a table or a column is unknown, a value is of a wrong type, not finite or far too
            large, a key is missing, or a row is not of a client with one application.
        """
        described = self._compiled.tables
        tables = as_tables(records, described)
        clients = clients_of(tables, described)
        check_owners(tables, described, clients)
        rows = self.from_arrow(tables)
        return [rows[client] for client in clients]

    def from_arrow(self, tables: Mapping[str, pa.Table]) -> dict[int, Row]:
        """Give the rows of raw tables that are right already, by client."""
        with self._workbench() as workbench:
            return workbench.features(tables)

    @contextmanager
    def _workbench(self) -> Iterator[Workbench]:
        """Lend a workbench that nobody uses, a new one if there is none.

        One that failed does not come back: the next call has a new one.
        """
        try:
            workbench = self._idle.get_nowait()
        except Empty:
            workbench = Workbench(self._compiled)
        yield workbench
        self._idle.put(workbench)
