"""Turns the expressions that the batch runs into SQL, once, for ``lib.features.one_client``."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.build import (
    APPLICATIONS,
    as_feature,
    build_blocks,
    finish,
    only,
    rests_on,
    unbound_tables,
)
from lib.features.definitions.application import from_application
from lib.features.definitions.combined import combined_features
from lib.features.one_client.compiled import (
    KNOWN_FEATURES,
    CompiledFeatures,
    Query,
    RawColumn,
    RawTable,
)
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
        name: RawColumn(
            str(column.type), column.missing_codes, column.unit == "key", column.possible
        )
        for name, column in table.columns.items()
    }
    return RawTable(columns, table.parent, table.parent_key, table.key)


def derive_features(columns: Mapping[str, Any]) -> ir.Table:
    """Work out, from features of clients, the features that follow from them.

    They are not written a second time. Where a feature is a column of the application as it is, the
    column is restored from it; so the definitions of the application and of what the tables say
    together run once more, on what the features give back.

    Parameters
    ----------
    columns : mapping of str to type
        The features at hand.

    Returns
    -------
    Table
        ``client_id`` and the derived features, a row for each of ``known_features``.
    """
    raw = unbound_tables()["application_train"]
    described = from_application(raw)
    origins = {name: column for name, value in described.items() for column in read_as_is(value)}
    derived = [
        name
        for name, value in described.items()
        if name not in origins and columns_read(value) <= set(origins.values())
    ]
    known = ibis.table(columns, name=KNOWN_FEATURES)
    application = known.mutate(**restored(known, origins, raw))
    again = from_application(application)
    reworked = application.mutate(**{name: as_feature(again[name]) for name in derived})
    return reworked.select("client_id", *derived, **combined_features(reworked))


def restored(
    known: ir.Table, origins: Mapping[str, str], application: ir.Table
) -> dict[str, ir.Value]:
    """Give the columns of an application that features hold, and nulls for all others."""
    nulls = {name: ibis.null(kind) for name, kind in application.schema().items()}
    held = {
        column: known[name].cast(application[column].type())
        for name, column in origins.items()
        if name in known.columns
    }
    return {**nulls, **held}


def read_as_is(value: ir.Value) -> Iterator[str]:
    """Give the column that a feature holds unchanged, if it does: text, or a number as a float."""
    origin = value.op()
    if isinstance(origin, ops.Cast):
        origin = origin.arg
    if isinstance(origin, ops.Field):
        yield origin.name


def columns_read(value: ir.Value) -> set[str]:
    """Name the columns that a feature is worked out from."""
    return {field.name for field in value.op().find(ops.Field)}
