"""The few expressions that all features are written with.

They keep to what DuckDB, Polars and Spark do alike: flags are float64 (a bare ``1.0`` is a decimal
on Spark and rounds means), and a condition goes into the value, not into the aggregate (long lists
of filtered counts are slow on DuckDB, and missing instead of 0 on Spark).
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from lib.features.catalogue.windows import Window

CLIENT = "SK_ID_CURR"


def number(value: ir.Value) -> Any:
    """Read a value as float64."""
    return value.cast("float64")


def flag(condition: ir.Value) -> Any:
    """Give 1.0 where `condition` holds, 0.0 where it does not or is unknown."""
    return condition.fill_null(False).cast("float64")


def known_flag(condition: ir.Value) -> Any:
    """Give 1.0 where `condition` holds, 0.0 where it does not, missing where it is unknown."""
    return condition.cast("float64")


def only(condition: ir.Value, value: ir.Value) -> Any:
    """Give `value` as float64 where `condition` holds, missing elsewhere."""
    return ibis.ifelse(condition.fill_null(False), number(value), ibis.null("float64"))


def ratio(numerator: ir.Value, denominator: ir.Value) -> Any:
    """Divide; missing where the denominator is 0 or either is missing."""
    return number(numerator) / number(denominator).nullif(ibis.literal(0.0, "float64"))


def at_least_zero(value: ir.Value) -> Any:
    """Give `value` where it is positive, 0.0 where it is negative, missing where it is missing."""
    zero = ibis.literal(0.0, "float64")
    return ibis.ifelse(number(value) < zero, zero, number(value))


def different(value: ir.Value) -> Any:
    """Count the different values of a group; missing is none (Polars would count it)."""
    return value.nunique(where=value.notnull())


def within_days(window: Window, days: ir.Value) -> Any:
    """Say whether a day, counted from the application (negative is before), is in the window."""
    return days.notnull() if window.days is None else days >= -window.days


def within_months(window: Window, month: ir.Value) -> Any:
    """Say whether a month, counted from the application (-1 the last), is in the window."""
    return month.notnull() if window.months is None else month >= -window.months
