"""Aggregates in two steps: of rows that lie in the same windows first, and of these by client.

A client has dozens of rows of some tables, and what is measured over four windows would be worked
out four times for each row. A window holds all rows of a group or none: so a measure is worked out
once for each group, and over a window from the few groups in it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from lib.features.expressions import number, only, ratio

Together = Callable[..., Any]


def aggregate_in_two_steps(
    rows: ir.Table, key: str, windows: Iterable[ir.Value], measures: Mapping[str, ir.Value]
) -> ir.Table:
    """Aggregate rows by a key, as ``rows.group_by(key).aggregate(**measures)`` does.

    Parameters
    ----------
    rows : Table
    key : str
        A column of it, never missing.
    windows : iterable of boolean value
        Which rows lie in a window; a measure's aggregate that asks for it leaves out all others.
    measures : mapping of str to value
        Made of counts, sums, means, and least and greatest values.

    Returns
    -------
    Table
        The key and the measures.

    Raises
    ------
    ValueError
        If a measure is made of any other aggregate: what is different cannot be added up.
    """
    always = rows[key].notnull().op()  # a literal would make constants of the counted values
    flags = {window.op(): f"window_{place}" for place, window in enumerate(windows)}
    parts: dict[ops.Node, str] = {}
    plans: dict[ops.Node, tuple[list[str], list[str], Together]] = {}
    for measure in measures.values():
        for aggregate in measure.op().find(ops.Reduction, filter=ops.Value):
            asked = aggregate.find(lambda node: node in flags, filter=ops.Value)
            pieces, together = _split(aggregate.replace(dict.fromkeys(asked, always)))
            names = [parts.setdefault(piece.op(), f"part_{len(parts)}") for piece in pieces]
            plans[aggregate] = ([flags[window] for window in asked], names, together)
    groups = rows.group_by(rows[key], **{name: window.to_expr() for window, name in flags.items()})
    grouped = groups.aggregate(**{name: part.to_expr() for part, name in parts.items()})
    whole = {
        aggregate: together(*(_inside(grouped, asked, name) for name in names)).op()
        for aggregate, (asked, names, together) in plans.items()
    }
    return grouped.group_by(key).aggregate(
        **{name: measure.op().replace(whole).to_expr() for name, measure in measures.items()}
    )


def _split(aggregate: ops.Reduction) -> tuple[list[Any], Together]:
    """Give the parts of an aggregate that each group has, and how they become the whole."""
    value: Any = aggregate.to_expr()
    match aggregate:
        case ops.Sum():
            return [value], lambda part: part.sum()
        case ops.Max():
            return [value], lambda part: part.max()
        case ops.Min():
            return [value], lambda part: part.min()
        case ops.Count():
            return [number(value)], lambda part: part.sum().fill_null(0.0).cast("int64")
        case ops.Mean():
            summed = number(aggregate.arg.to_expr())
            known = [summed.sum(), number(summed.count())]
            return known, lambda total, count: ratio(total.sum(), count.sum())
    raise ValueError(f"{type(aggregate).__name__}: it cannot be put together from parts")


def _inside(grouped: ir.Table, flags: Iterable[str], part: str) -> Any:
    """Give a part in groups that lie in some windows, missing in the others."""
    value = grouped[part]
    for flag in flags:
        value = only(grouped[flag], value)
    return value
