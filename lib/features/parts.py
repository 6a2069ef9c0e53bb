"""The features of one part of the clients after the other, by queries that are prepared once."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from lib.features.alignment import KEY, aligned
from lib.features.build import APPLICATIONS, build_blocks
from lib.features.compiled import APPLICATION_FEATURES, HISTORY_FEATURES
from lib.features.engines import Engine
from lib.features.expressions import CLIENT
from lib.features.finish import Finish, finish
from lib.features.plan import ClientIds

Told = Callable[[str], None]
Columns = dict[str, pa.ChunkedArray]

JOIN = "join"
APPLICATION_TABLES = ("application_train", "application_test")
_PART = "clients_of_the_part"


class PartBuilder:
    """Builds the features of any part of the clients.

    Parameters
    ----------
    engine : Engine
        With the raw tables on its backend.
    tables : mapping of str to Table
        The eight raw tables.

    Attributes
    ----------
    steps : tuple of str
        The steps of a part: the raw tables whose features are built, then the join.
    """

    def __init__(self, engine: Engine, tables: Mapping[str, ir.Table]) -> None:
        self._engine = engine
        engine.put(_PART, _as_table([]))
        blocks = build_blocks(of_the_part(tables, engine.backend.table(_PART)))
        self._blocks = {name: engine.prepare(block) for name, block in blocks.items()}
        self._finish = finish(blocks)
        self._prepared_finish = prepare_finish(engine, self._finish)
        self.steps = (*blocks, JOIN)

    def build(self, clients: ClientIds, tell: Told) -> pa.Table:
        """Build the features of some clients.

        Parameters
        ----------
        clients : ndarray of int
            They give the order of the rows.
        tell : callable
            Told the name of each step as it ends.
        """
        self._engine.put(_PART, _as_table(clients))
        application: Columns = {KEY: pa.chunked_array([clients])}
        histories: Columns = {KEY: pa.chunked_array([clients])}
        for name, prepared in self._blocks.items():
            block = aligned(self._engine.fetch(prepared), clients)
            side = application if name == APPLICATIONS else histories
            side.update(zip(block.column_names, block.columns, strict=True))
            tell(name)
        built = self._joined(application, histories, clients)
        tell(JOIN)
        return built

    def _joined(self, application: Columns, histories: Columns, clients: ClientIds) -> pa.Table:
        given = {APPLICATION_FEATURES: application, HISTORY_FEATURES: histories}
        for table, needed in self._finish.reads().items():
            self._engine.put(table, pa.table({name: given[table][name] for name in needed}))
        added = aligned(self._engine.fetch(self._prepared_finish), clients)
        finished = dict(zip(added.column_names, added.columns, strict=True))
        columns = histories | application | finished
        return pa.table({name: columns[name] for name in self._finish.columns})


def prepare_finish(engine: Engine, last: Finish) -> Any:
    """Prepare the last query on two tables of the engine, empty so far."""
    for table, needed in last.reads().items():
        engine.put(table, needed.to_pyarrow().empty_table())
    sides = (engine.backend.table(name) for name in (APPLICATION_FEATURES, HISTORY_FEATURES))
    return engine.prepare(last.on(*sides))


def of_the_part(tables: Mapping[str, ir.Table], clients: ir.Table) -> dict[str, ir.Table]:
    """Keep the rows of some clients in all tables."""
    kept = {
        name: table.semi_join(clients, CLIENT)
        for name, table in tables.items()
        if CLIENT in table.columns
    }
    credits_elsewhere = kept["bureau"].select("SK_ID_BUREAU")
    balance = tables["bureau_balance"].semi_join(credits_elsewhere, "SK_ID_BUREAU")
    return {**kept, "bureau_balance": balance}


def client_ids(engine: Engine, tables: Mapping[str, ir.Table]) -> Any:
    """Fetch the numbers of all clients of the application tables, as an array."""
    applications = (tables[name].select(CLIENT) for name in APPLICATION_TABLES)
    everyone = ibis.union(*applications, distinct=False)
    return engine.fetch(engine.prepare(everyone))[CLIENT].to_numpy()


def _as_table(clients: Any) -> pa.Table:
    return pa.table({CLIENT: pa.array(clients, type=pa.int64())})
