"""Every column alone, and columns that go missing together, as those of a card's drawings do.

Values are compared on the scale of shares, so that amounts, days and scores are measured alike.
For each quantile of the reference, the share of the tables' rows at or below it must be the
quantile's level (the distance of Kolmogorov, at these points). Where many rows have exactly that
value, any level between the share below and the share at or below is right.
"""

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir

from lib.synthetic.calibration import columns_of, relations
from lib.synthetic.resemblance.criteria import COLUMNS, TOGETHER, Comparison
from lib.synthetic.resemblance.sample import Sample, fetched, share_error
from lib.tables.schema import TABLES

_ROUNDING = 5e-6  # the reference has six digits


def compare_columns(sample: Sample) -> Iterator[Comparison]:
    """Compare each column of a table that is no key."""
    schema = TABLES[sample.name]
    for name, reference in columns_of(sample.name).items():
        if schema.columns[name].unit != "key":
            yield from _compare(sample, name, reference)


def _compare(sample: Sample, name: str, reference: dict[str, Any]) -> Iterator[Comparison]:
    column = sample.table[name]
    ((missing,),) = fetched(sample.table.aggregate(rate=column.isnull().mean()))
    missing = float("nan") if missing is None else missing
    known = sample.effective * (1 - reference["missing"])
    yield _share(sample, name, "missing", reference["missing"], missing, sample.effective)
    if "frequencies" in reference:
        wanted = reference["frequencies"]
        for value, share in _frequencies(sample, name, wanted).items():
            yield _share(sample, name, f"= {value}", wanted.get(value, 0.0), share, known)
    found = _distribution(sample, column, _points(reference))
    for level, value in reference.get("quantiles", ()):
        below, upto = found[value]
        nearest = min(max(level, below), upto)
        yield _share(sample, name, f"at or below {value:,}", level, nearest, known)
    for value, share in reference.get("at_or_below", ()):
        yield _share(sample, name, f"at or below {value:,}", share, found[value][1], known)
    for value, share in reference.get("equal", ()):
        below, upto = found[value]
        yield _share(sample, name, f"= {value:,}", share, upto - below, known)


def _share(
    sample: Sample, name: str, detail: str, reference: float, found: float, number: float
) -> Comparison:
    error = share_error(reference, number)
    return Comparison(COLUMNS, sample.name, name, detail, reference, found, error)


def _points(reference: dict[str, Any]) -> list[float]:
    points = {value for _, value in reference.get("quantiles", ())}
    exact = (*reference.get("at_or_below", ()), *reference.get("equal", ()))
    return sorted(points | {value for value, _ in exact})


def _distribution(
    sample: Sample, column: ir.Column, points: list[float]
) -> dict[float, tuple[float, float]]:
    """Measure the shares of the known rows below, and at or below, each point."""
    if not points:
        return {}
    sums = {"known": column.count()}
    for place, point in enumerate(points):
        rounding = abs(point) * _ROUNDING
        sums[f"below_{place}"] = (column < point - rounding).sum()
        sums[f"upto_{place}"] = (column <= point + rounding).sum()
    known, *counts = sample.sums(**sums).get(None, [0.0] * len(sums))
    shares = [count / known if known else float("nan") for count in counts]
    return dict(zip(points, zip(shares[::2], shares[1::2], strict=True), strict=True))


def _frequencies(sample: Sample, name: str, wanted: dict[str, float]) -> dict[str, float]:
    """Measure the share of each value, also of those that the reference does not have."""
    counts = sample.sums(by=name, n=sample.table.count())
    known = {_named(value): n for value, (n,) in counts.items() if value is not None}
    total = sum(known.values())
    return {
        value: known.get(value, 0.0) / total if total else float("nan")
        for value in {**wanted, **known}
    }


def _named(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def compare_missing_together(sample: Sample) -> Iterator[Comparison]:
    """Measure the rows in which a group of columns is neither whole nor wholly missing.

    In the reference there are none: these columns are missing in equally many rows of the full
    tables.
    """
    for group in relations("missing_together").get(sample.name, ()):
        absent = sum(
            (sample.table[name].isnull().cast("int64") for name in group), start=ibis.literal(0)
        )
        partly = (absent > 0) & (absent < len(group))
        ((found,),) = fetched(sample.table.aggregate(share=partly.mean()))
        subject = f"{group[0]} and {len(group) - 1} more"
        share = float("nan") if found is None else found
        yield Comparison(TOGETHER, sample.name, subject, "missing in part", 0.0, share)
