"""The application columns and TARGET: how strong each is alone, and what goes together."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from scipy.stats import rankdata

from lib.synthetic.calibration import relations
from lib.synthetic.resemblance.criteria import (
    CORRELATIONS,
    GROUPS,
    OVERALL,
    STRENGTH,
    Comparison,
)
from lib.synthetic.resemblance.sample import Floats, arrays, auc, auc_error, fetched, share_error
from lib.tables.schema import DAYS_MISSING

_TRAIN = "application_train"
_STRONGEST = 30
_MOST_RANKED = 50_000  # clients: enough for an error of 0.005, and soon done


def compare_default_rate(train: ir.Table) -> Iterator[Comparison]:
    """Compare the share of clients who did not repay."""
    ((rate, rows),) = fetched(train.aggregate(rate=train.TARGET.mean(), rows=train.count()))
    wanted = relations("default_rate")
    found = float("nan") if rate is None else rate
    error = share_error(wanted, rows)
    yield Comparison(OVERALL, _TRAIN, "TARGET", "default rate", wanted, found, error)


def compare_strength(train: ir.Table) -> Iterator[Comparison]:
    """Compare the AUC of the columns that are strongest in the reference."""
    reference = relations("auc")
    strongest = sorted(reference, key=lambda name: -abs(reference[name][0] - 0.5))
    for name in strongest[:_STRONGEST]:
        values = arrays(train.select(_dated(train[name]), "TARGET"))
        known = ~np.isnan(values[name])
        is_bad = values["TARGET"][known] == 1
        found = auc(values[name][known], is_bad)
        error = auc_error(reference[name][0], is_bad.sum(), (~is_bad).sum())
        yield Comparison(STRENGTH, _TRAIN, name, "AUC", reference[name][0], found, error)


def _dated(column: ir.Column) -> ir.Column:
    """Leave out 365243, "no such day", as the reference does where values are ordered."""
    return column.nullif(DAYS_MISSING).name(column.get_name())


def compare_groups(train: ir.Table) -> Iterator[Comparison]:
    """Compare default rates by category, by fifth of a number, and of those without a value."""
    for name, reference in relations("default_rates").items():
        counts = _group_counts(train, name, reference)
        groups = reference.get("values") or range(len(reference["edges"]) + 1)
        wanted = zip(groups, reference["rates"], reference["clients"], strict=True)
        missing = [(None, *reference["missing"])] if "missing" in reference else []
        for group, rate, clients in (*wanted, *missing):
            bad, number = counts.get(group, (0.0, 0.0))
            if number:
                detail = _group_name(group, reference)
                pooled = (rate * clients + bad) / (clients + number)
                error = share_error(pooled, 1 / (1 / clients + 1 / number))
                yield Comparison(GROUPS, _TRAIN, name, detail, rate, bad / number, error)


def _group_counts(
    train: ir.Table, name: str, reference: dict[str, Any]
) -> dict[Any, tuple[float, float]]:
    column = _dated(train[name]) if "edges" in reference else train[name]
    if "edges" in reference:
        above = [(column > edge).cast("int64") for edge in reference["edges"]]
        group = sum(above, start=ibis.literal(0))
        group = column.isnull().ifelse(ibis.null("int64"), group)
    else:
        group = column
    grouped = train.group_by(group=group).aggregate(bad=train.TARGET.sum(), n=train.count())
    named = "values" in reference
    return {
        f"{value:g}" if named and isinstance(value, int | float) else value: (bad, number)
        for value, bad, number in fetched(grouped)
    }


def _group_name(group: Any, reference: dict[str, Any]) -> str:
    if group is None:
        return "default rate where missing"
    if "values" in reference:
        return f"default rate where {group}"
    edges = reference["edges"]
    if group == 0:
        return f"default rate up to {edges[0]:,}" if edges else "default rate where known"
    upper = f" up to {edges[group]:,}" if group < len(edges) else ""
    return f"default rate above {edges[group - 1]:,}{upper}"


def compare_correlations(train: ir.Table) -> Iterator[Comparison]:
    """Compare rank correlations, of the clients who have both values."""
    reference = relations("rank_correlations")
    names = list(reference)
    values = arrays(train.limit(_MOST_RANKED).select(_dated(train[name]) for name in names))
    for first, second in combinations(range(len(names)), 2):
        wanted = reference[names[second]][first]
        found, number = rank_correlation(values[names[first]], values[names[second]])
        error = float(np.sqrt(1 / max(1, number)))
        subject = f"{names[first]} × {names[second]}"
        yield Comparison(CORRELATIONS, _TRAIN, subject, "Spearman", wanted, found, error)


def rank_correlation(first: Floats, second: Floats) -> tuple[float, int]:
    """Compute Spearman's correlation over the rows that have both, and count them.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 9.0, np.nan]), np.array([3.0, 5.0, 6.0, 1.0]))
    (1.0, 3)
    """
    both = ~(np.isnan(first) | np.isnan(second))
    ranks = [rankdata(values[both]) for values in (first, second)]
    if any(np.ptp(rank) == 0 for rank in ranks if len(rank)) or both.sum() < 2:
        return float("nan"), int(both.sum())
    return float(np.corrcoef(*ranks)[0, 1]), int(both.sum())
