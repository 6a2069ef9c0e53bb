"""The features that follow from other features of the same client: instalment against income.

They are not written a second time. Where a feature is a column of the application as it is, the
column can be had back from it; so the functions that describe applications and histories run once
more, on what the features give back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.application import from_application
from lib.features.build import as_feature, unbound_tables
from lib.features.combined import combined_features
from lib.features.compiled import KNOWN_FEATURES


def derive_features(columns: Mapping[str, Any]) -> ir.Table:
    """Work out, from features of clients, the features that follow from them.

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
    application = known.mutate(**had_back(known, origins, raw))
    again = from_application(application)
    reworked = application.mutate(**{name: as_feature(again[name]) for name in derived})
    return reworked.select("client_id", *derived, **combined_features(reworked))


def had_back(
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
