"""Turns the expressions that the batch runs into SQL, once."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.build import APPLICATIONS, build_blocks, join_blocks, unbound_tables
from lib.features.compiled import (
    APPLICATION_FEATURES,
    HISTORY_FEATURES,
    CompiledFeatures,
    Query,
    RawColumn,
    RawTable,
)
from lib.features.deriving import derive_features
from lib.tables import TABLES, TableSchema

Columns = Mapping[str, Any]


def compile_features() -> CompiledFeatures:
    """Compile all features: a query a block, and one for what only all of them together say.

    Most columns of the join of all blocks are columns of a block as they are. The last query gives
    the others only, from the few columns that they need: the join in full takes several times as
    long as any block.

    Returns
    -------
    CompiledFeatures
        For `lib.features.one_client.ClientFeatures`.
    """
    blocks = build_blocks(unbound_tables())
    application = blocks.pop(APPLICATIONS)
    known = {name: kind for block in blocks.values() for name, kind in block.schema().items()}
    joined = join_side_by_side(application.schema(), known)
    values = joined.op().values
    added = [name for name, value in values.items() if not is_as_it_was(name, value)]
    needed = {"client_id"}.union(*(rests_on(values[name]) for name in added))
    finish = join_side_by_side(only(needed, application.schema()), only(needed, known))
    follow = derive_features(joined.schema()).op().values.values()
    inputs = set().union(*(rests_on(value) for value in follow))
    return CompiledFeatures(
        tables={name: raw_table(table) for name, table in TABLES.items()},
        application=query(APPLICATIONS, application),
        histories=tuple(query(name, block) for name, block in blocks.items()),
        finish=query("finish", finish.select("client_id", *added)),
        derived=query("derived", derive_features(only(inputs, joined.schema()))),
        columns=joined.columns,
    )


def join_side_by_side(application: Columns, histories: Columns) -> ir.Table:
    """Join the features of the applications with those of all histories as one block."""
    return join_blocks(
        {
            APPLICATIONS: ibis.table(application, name=APPLICATION_FEATURES),
            HISTORY_FEATURES: ibis.table(histories, name=HISTORY_FEATURES),
        }
    )


def only(names: set[str], columns: Columns) -> Columns:
    """Keep some columns, in their order."""
    return {name: kind for name, kind in columns.items() if name in names}


def source(value: ops.Value) -> ops.Value:
    """Follow a column through selections and joins to where it is computed or read."""
    while isinstance(value, ops.Field) and value.name in value.rel.values:
        value = value.rel.values[value.name]
    return value


def is_as_it_was(name: str, value: ops.Value) -> bool:
    """Say whether a column is one that was read, under its name and unchanged."""
    origin = source(value)
    return isinstance(origin, ops.Field) and origin.name == name


def rests_on(value: ops.Value) -> set[str]:
    """Name the columns that were read for a value."""
    origin = source(value)
    if isinstance(origin, ops.Field):
        return {origin.name}
    parts = (part for part in origin.__children__ if isinstance(part, ops.Value))
    return set().union(*(rests_on(part) for part in parts))


def query(name: str, expression: ir.Table) -> Query:
    """Turn an expression over unbound tables into SQL."""
    read = expression.op().find(ops.UnboundTable)
    return Query(
        name=name,
        sql=str(ibis.to_sql(expression, dialect="duckdb", pretty=False)),
        reads={table.name: types(table.schema) for table in read},
        columns=expression.columns,
    )


def types(columns: Columns) -> dict[str, str]:
    """Write types by their names, which are Arrow's too."""
    return {name: str(kind) for name, kind in columns.items()}


def raw_table(table: TableSchema) -> RawTable:
    """Say of a raw table what checking records takes."""
    columns = {
        name: RawColumn(str(column.type), column.missing_codes, is_key=column.unit == "key")
        for name, column in table.columns.items()
    }
    return RawTable(columns, table.parent, table.parent_key)
