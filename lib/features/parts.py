"""The features of one part of the clients after the other, by queries that are prepared once."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from lib.features.build import build_blocks, join_blocks
from lib.features.engines import Engine
from lib.features.expressions import CLIENT
from lib.features.plan import ClientIds

Told = Callable[[str], None]

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
        self._prepared = {name: engine.prepare(block) for name, block in blocks.items()}
        self._columns = {name: block.schema() for name, block in blocks.items()}
        self._join: Any = None
        self.steps = (*blocks, JOIN)

    def build(self, clients: ClientIds, tell: Told) -> pa.Table:
        """Build the features of some clients, sorted by client.

        Parameters
        ----------
        clients : ndarray of int
        tell : callable
            Told the name of each step as it ends.
        """
        self._engine.put(_PART, _as_table(clients))
        for name, prepared in self._prepared.items():
            self._engine.hold(_held(name), prepared)
            tell(name)
        built = self._engine.fetch(self._prepared_join()).sort_by("client_id")
        tell(JOIN)
        return built

    def _prepared_join(self) -> Any:
        if self._join is None:  # the blocks must be held for the first time before
            held = {name: self._engine.backend.table(_held(name)) for name in self._columns}
            self._join = self._engine.prepare(join_blocks(held))
        return self._join


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
    applications = (
        tables[name].select(CLIENT) for name in ("application_train", "application_test")
    )
    everyone = ibis.union(*applications, distinct=False)
    return engine.fetch(engine.prepare(everyone))[CLIENT].to_numpy()


def _as_table(clients: Any) -> pa.Table:
    return pa.table({CLIENT: pa.array(clients, type=pa.int64())})


def _held(name: str) -> str:
    return f"features_{name}".lower()
