"""Columns that go missing together, as those of a card's drawings do."""

from collections.abc import Iterator

import ibis

from lib.synthetic.calibration import relations
from lib.synthetic.resemblance.criteria import TOGETHER, Comparison
from lib.synthetic.resemblance.sample import Sample
from lib.tables.checks import fetched


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
