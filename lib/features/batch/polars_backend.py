"""Ibis on Polars, which reads a category of a Parquet file as the text that it is.

Polars keeps pandas' categories as a type of its own, which Ibis calls a text and Polars cannot
cast as one. A module by itself: Polars is imported only where it is the engine.
"""

from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import polars as pl
import polars.selectors as cs
from ibis.backends.polars import Backend
from ibis.util import gen_name


class PolarsBackend(Backend):
    """The backend whose tables hold texts, and no categories."""

    def read_parquet(self, path: str | Path, /, **options: Any) -> ir.Table:
        """Read a file, or the files that a pattern names, when they are needed."""
        categories = cs.by_dtype(pl.Categorical, pl.Enum)
        texts = pl.scan_parquet(path, **options).with_columns(categories.cast(pl.String))
        return self.create_table(gen_name("read_parquet"), texts)
