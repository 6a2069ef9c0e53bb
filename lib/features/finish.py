"""What only the blocks of all tables together say, from the few columns that it needs.

Most columns of the join of all blocks are columns of a block as they are. Joining them in full
takes longer than any block, for one client and for all: so they are put side by side, and only the
others are queried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.build import APPLICATIONS, join_blocks
from lib.features.compiled import APPLICATION_FEATURES, HISTORY_FEATURES

Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Finish:
    """The last query.

    Attributes
    ----------
    query : Table
        ``client_id`` and the columns that no block has as they should be, from the two unbound
        tables `APPLICATION_FEATURES` and `HISTORY_FEATURES`.
    schema : mapping of str to type
        All columns of the join, in its order.
    """

    query: ir.Table
    schema: Columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns of the join, in its order."""
        return tuple(self.schema)

    def reads(self) -> dict[str, ibis.Schema]:
        """Give the columns that the query needs, by table."""
        return {table.name: table.schema for table in self.query.op().find(ops.UnboundTable)}

    def on(self, application: ir.Table, histories: ir.Table) -> ir.Table:
        """Give the query on two other tables with these columns."""
        return side_by_side(application, histories).select(*self.query.columns)


def finish(blocks: Mapping[str, ir.Table]) -> Finish:
    """Find out what is left to do once each block is there.

    Parameters
    ----------
    blocks : mapping of str to Table
        From `lib.features.build.build_blocks`.
    """
    application = dict(blocks[APPLICATIONS].schema())
    histories = {
        name: kind
        for block, table in blocks.items()
        if block != APPLICATIONS
        for name, kind in table.schema().items()
    }
    joined = side_by_side(*_unbound(application, histories))
    values = joined.op().values
    added = [name for name, value in values.items() if not is_as_it_was(name, value)]
    needed = {"client_id"}.union(*(rests_on(values[name]) for name in added))
    asked = side_by_side(*_unbound(only(needed, application), only(needed, histories)))
    return Finish(asked.select("client_id", *added), dict(joined.schema()))


def side_by_side(application: ir.Table, histories: ir.Table) -> ir.Table:
    """Join the features of the applications with those of all histories as one block."""
    return join_blocks({APPLICATIONS: application, HISTORY_FEATURES: histories})


def is_as_it_was(name: str, value: ops.Value) -> bool:
    """Say whether a column is one that was read, under its name and unchanged."""
    origin = _source(value)
    return isinstance(origin, ops.Field) and origin.name == name


def rests_on(value: ops.Value) -> set[str]:
    """Name the columns that were read for a value."""
    origin = _source(value)
    if isinstance(origin, ops.Field):
        return {origin.name}
    parts = (part for part in origin.__children__ if isinstance(part, ops.Value))
    return set().union(*(rests_on(part) for part in parts))


def _unbound(application: Columns, histories: Columns) -> tuple[ir.Table, ir.Table]:
    return (
        ibis.table(application, name=APPLICATION_FEATURES),
        ibis.table(histories, name=HISTORY_FEATURES),
    )


def only(names: set[str], columns: Columns) -> Columns:
    """Keep some columns, in their order."""
    return {name: kind for name, kind in columns.items() if name in names}


def _source(value: ops.Value) -> ops.Value:
    """Follow a column through selections and joins to where it is computed or read."""
    while isinstance(value, ops.Field) and value.name in value.rel.values:
        value = value.rel.values[value.name]
    return value
