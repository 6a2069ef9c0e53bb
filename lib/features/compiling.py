"""Turns the expressions that the batch runs into SQL, once."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.build import APPLICATIONS, build_blocks, unbound_tables
from lib.features.compiled import CompiledFeatures, Query, RawColumn, RawTable
from lib.features.deriving import derive_features
from lib.features.finish import finish, only, rests_on
from lib.tables import TABLES, TableSchema

Columns = Mapping[str, Any]


def compile_features() -> CompiledFeatures:
    """Compile all features: a query a block, and one for what only all of them together say.

    Returns
    -------
    CompiledFeatures
        For `lib.features.one_client.ClientFeatures`.
    """
    blocks = build_blocks(unbound_tables())
    last = finish(blocks)
    application = blocks.pop(APPLICATIONS)
    follow = derive_features(last.schema).op().values.values()
    inputs = set().union(*(rests_on(value) for value in follow))
    return CompiledFeatures(
        tables={name: raw_table(table) for name, table in TABLES.items()},
        application=query(APPLICATIONS, application),
        histories=tuple(query(name, block) for name, block in blocks.items()),
        finish=query("finish", last.query),
        derived=query("derived", derive_features(only(inputs, last.schema))),
        columns=last.columns,
    )


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
