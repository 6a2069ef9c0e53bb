"""All features of all clients: the blocks of each table, joined to the applications.

The same expressions serve one new client and millions: what differs is what they are run on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.definitions.application import application_features
from lib.features.definitions.bureau import bureau_features
from lib.features.definitions.bureau_balance import bureau_balance_features
from lib.features.definitions.combined import combined_features
from lib.features.definitions.credit_card_balance import credit_card_features
from lib.features.definitions.installments_payments import installments_features
from lib.features.definitions.pos_cash_balance import pos_cash_features
from lib.features.definitions.previous_application import previous_application_features
from lib.features.expressions import CLIENT
from lib.features.one_client.compiled import APPLICATION_FEATURES, HISTORY_FEATURES
from lib.tables import TABLES

Block = Callable[[Mapping[str, ir.Table]], ir.Table]
Columns = Mapping[str, Any]

APPLICATIONS = "application"
HISTORIES: dict[str, Block] = {
    "bureau": bureau_features,
    "bureau_balance": bureau_balance_features,
    "previous_application": previous_application_features,
    "installments_payments": installments_features,
    "POS_CASH_balance": pos_cash_features,
    "credit_card_balance": credit_card_features,
}
# A count says how much history there is: 0 where there is none. All else is then unknown.
COUNT_PREFIX = "number_of_"


def build_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe the features of all clients as one expression.

    Parameters
    ----------
    tables : mapping of str to Table
        The eight raw tables by their Kaggle names, as `lib.tables.read_tables` gives them.

    Returns
    -------
    Table
        One row a client: ``client_id``, ``target`` (missing where unknown), then the features.
    """
    return join_blocks(build_blocks(tables))


def build_blocks(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Describe the features of each table by themselves, the applications first."""
    histories = {name: tidy(block(tables)) for name, block in HISTORIES.items()}
    return {APPLICATIONS: tidy(application_features(tables)), **histories}


def tidy(block: ir.Table) -> ir.Table:
    """Name the client's number, and make every number a float64."""
    keys = {"client_id": block[CLIENT].cast("int64")}
    columns = {
        name: block[name] if name == "target" else as_feature(block[name])
        for name in block.columns
        if name != CLIENT
    }
    return block.select(**keys, **columns)


def as_feature(value: ir.Value) -> ir.Value:
    """Give a string as it is and all else as float64."""
    return value if value.type().is_string() else value.cast("float64")


def join_blocks(blocks: Mapping[str, ir.Table]) -> ir.Table:
    """Join the histories to the applications, and add what only all together say."""
    joined = blocks[APPLICATIONS]
    for name, block in blocks.items():
        if name != APPLICATIONS:
            joined = joined.left_join(block, "client_id").drop("client_id_right")
    counted = [name for name in joined.columns if name.startswith(COUNT_PREFIX)]
    given = set(blocks[APPLICATIONS].columns)
    filled = joined.mutate(
        **{name: joined[name].fill_null(0.0) for name in counted if name not in given}
    )
    return filled.mutate(**combined_features(filled))


def unbound_tables() -> dict[str, ir.Table]:
    """Give the eight raw tables without rows or engine."""
    return {
        name: ibis.table({c.name: str(c.type) for c in schema.columns.values()}, name=name)
        for name, schema in TABLES.items()
    }


@dataclass(frozen=True)
class Finish:
    """The last query: what only the blocks of all tables together say.

    Most columns of the join of all blocks are columns of a block as they are. Joining them in full
    takes longer than any block, for one client and for all: so they are put side by side, and only
    the others are queried, from the few columns that they need.

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


def finish(blocks: Mapping[str, ir.Table]) -> Finish:
    """Find out what is left to do once each block is there.

    Parameters
    ----------
    blocks : mapping of str to Table
        From `build_blocks`.
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
    small = side_by_side(*_unbound(only(needed, application), only(needed, histories)))
    return Finish(small.select("client_id", *added), dict(joined.schema()))


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
