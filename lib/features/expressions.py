"""The few expressions that all features are written with.

They keep to what DuckDB, Polars and Spark do alike: flags are float64 (a bare ``1.0`` is a decimal
on Spark and rounds means), and a condition goes into the value, not into the aggregate (long lists
of filtered counts are slow on DuckDB, and missing instead of 0 on Spark): `how_many` counts values.

One rule tells nothing from unknown. A count or a sum is 0 where the client has rows of
the table but none of the kind that is asked for; an extreme, a mean, a share or a time of nothing
is missing. A sum of unknown values only is missing. A client without any row of the table has
counts of 0, and all else is missing.

Sums do not depend on the order of the rows, nor on how many threads add them up: `exact` sees to
amounts, and times are added up in whole days.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from lib.features.windows import Window

CLIENT = "SK_ID_CURR"

# A float64 of this size has steps of 2**-21, so adding it rounds to such steps.
_COARSE = 1.5 * 2**31


def number(value: ir.Value) -> Any:
    """Read a value as float64."""
    return value.cast("float64")


def exact(value: ir.Value) -> Any:
    """Round to a multiple of 2**-21, far less than a cent.

    Sums of such numbers are exact in binary up to 2**32, in whatever order they are added up.
    """
    coarse = ibis.literal(_COARSE, "float64")
    return number(value) + coarse - coarse


def flag(condition: ir.Value) -> Any:
    """Give 1.0 where `condition` holds, 0.0 where it does not or is unknown."""
    return condition.fill_null(False).cast("float64")


def known_flag(condition: ir.Value) -> Any:
    """Give 1.0 where `condition` holds, 0.0 where it does not, missing where it is unknown."""
    return condition.cast("float64")


def only(condition: ir.Value, value: ir.Value) -> Any:
    """Give `value` as float64 where `condition` holds, missing elsewhere."""
    return ibis.ifelse(condition.fill_null(False), number(value), ibis.null("float64"))


def how_many(condition: ir.Value) -> Any:
    """Count the rows of a group where `condition` holds.

    A count costs DuckDB about two thirds of a sum of flags.
    """
    return ibis.ifelse(condition, 1, ibis.null("int64")).count().cast("float64")


def share_of(condition: ir.Value, inside: ir.Value) -> Any:
    """Give the share of the rows `inside` where `condition` holds; missing where none is inside.

    The rows inside are counted once for all features that ask for them.
    """
    return ratio(how_many(inside & condition), how_many(inside))


def ratio(numerator: ir.Value, denominator: ir.Value) -> Any:
    """Divide; missing where the denominator is 0 or either is missing."""
    return number(numerator) / number(denominator).nullif(ibis.literal(0.0, "float64"))


def sum_of(condition: ir.Value, value: ir.Value) -> Any:
    """Add up `value` over the rows of a group where `condition` holds; 0.0 where it never does."""
    found = how_many(condition) > 0
    return ibis.ifelse(found, only(condition, value).sum(), ibis.literal(0.0, "float64"))


def ratio_of_sums(condition: ir.Value, numerator: ir.Value, denominator: ir.Value) -> Any:
    """Divide two sums over the same rows: where `condition` holds and both values are known."""
    both = condition & numerator.notnull() & denominator.notnull()
    return ratio(only(both, numerator).sum(), only(both, denominator).sum())


def at_least_zero(value: ir.Value) -> Any:
    """Give `value` where it is positive, 0.0 where it is not, missing where it is missing."""
    zero = ibis.literal(0.0, "float64")
    return ibis.ifelse(number(value) <= zero, zero, number(value))


def at_most(value: ir.Value, limit: ir.Value) -> Any:
    """Give `value`, or `limit` where it is above it; an unknown limit is none."""
    return ibis.ifelse(number(value) > number(limit), number(limit), number(value))


def ago(time: ir.Value) -> Any:
    """Count a time back from the application: 3.0 where the raw table says -3, never -0.0."""
    return ibis.literal(0.0, "float64") - number(time)


def different(value: ir.Value) -> Any:
    """Count the different values of a group; missing is none (Polars would count it)."""
    return value.nunique(where=value.notnull())


def within_days(window: Window, days: ir.Value) -> Any:
    """Say whether a day, counted from the application (negative is before), is in the window."""
    return days.notnull() if window.days is None else days >= -window.days


def within_months(window: Window, month: ir.Value, newest: int = -1) -> Any:
    """Say whether a month, counted from the application, is in the window.

    Its months are the table's `newest` and those before: a table starts with month -1, but
    ``bureau_balance`` with month 0.
    """
    return month.notnull() if window.months is None else month > newest - window.months
