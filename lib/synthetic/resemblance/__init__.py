"""Whether tables resemble the real ones, figure by figure.

Offers `compare_with_reference`, which measures the tables of a folder beside the aggregates of the
real tables in ``lib/synthetic/calibration``, and `verdicts` on what is asked of them in `criteria`.
``python -m lib.synthetic resemble FOLDER`` prints both.
"""

import csv
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import ibis
import ibis.expr.types as ir

from lib.synthetic.resemblance.application import (
    compare_correlations,
    compare_default_rate,
    compare_groups,
    compare_strength,
)
from lib.synthetic.resemblance.columns import compare_columns, compare_missing_together
from lib.synthetic.resemblance.criteria import Comparison, Verdict, verdicts
from lib.synthetic.resemblance.histories import compare_aggregates, compare_lengths, compare_totals
from lib.synthetic.resemblance.sample import count_rows, open_tables, sample_of


def compare_with_reference(
    folder: Path, announce: Callable[[str], None] | None = None
) -> list[Comparison]:
    """Compare the eight tables of a folder with the aggregates of the real ones.

    Parameters
    ----------
    folder : Path
        With the eight tables, Parquet or plain CSV; 20,000 clients or more say something.
    announce : callable, optional
        Called with one line a step.

    Returns
    -------
    list of Comparison
        Several for each column, and those on what goes together.

    Raises
    ------
    InvalidInput
        If tables or columns are missing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        backend = ibis.duckdb.connect(Path(scratch) / "tables.duckdb")
        try:
            tables = open_tables(Path(folder), backend)
            return list(_compare(tables, announce or (lambda _: None)))
        finally:
            backend.disconnect()


def _compare(
    tables: Mapping[str, ir.Table], announce: Callable[[str], None]
) -> Iterator[Comparison]:
    samples = {name: sample_of(tables, name) for name in tables}
    train = tables["application_train"]
    steps: dict[str, Callable[[], Iterator[Comparison]]] = {
        **{f"columns of {name}": partial(compare_columns, samples[name]) for name in tables},
        "strength of columns": lambda: compare_strength(train),
        "default rate": lambda: compare_default_rate(train),
        "default rates of groups": lambda: compare_groups(train),
        "rank correlations": lambda: compare_correlations(train),
        "rows": lambda: compare_totals(count_rows(tables), samples),
        "lengths of histories": lambda: compare_lengths(samples),
        **{
            f"missing together in {name}": partial(compare_missing_together, samples[name])
            for name in tables
        },
        "aggregates of histories": lambda: compare_aggregates(tables),
    }
    for step, compare in steps.items():
        start = time.perf_counter()
        yield from compare()
        announce(f"{step}: {time.perf_counter() - start:.1f} s")


def write_comparisons(path: Path, comparisons: Iterable[Comparison]) -> None:
    """Write every figure as a line of CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["criterion", "table", "subject", "detail", "reference", "found", "bound", "off"]
        )
        for one in comparisons:
            place = (one.criterion.name, one.table, one.subject, one.detail)
            writer.writerow([*place, one.reference, one.found, one.bound, one.is_off])


__all__ = [
    "Comparison",
    "Verdict",
    "compare_with_reference",
    "verdicts",
    "write_comparisons",
]
