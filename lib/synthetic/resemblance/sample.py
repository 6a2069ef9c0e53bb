"""The tables of a folder, and their rows weighted like those that the reference was measured on.

The histories of the reference are of as many clients of application_train as of application_test,
and the two differ. So a row here weighs one over the clients of its part. Rows of nobody's (months
of a credit that the bureau does not list) are left out. Codes for missing are values like others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from lib.decision import InvalidInput
from lib.synthetic.scores import Bools, Floats, auc_from_rates
from lib.tables.headers import find_sources
from lib.tables.reading import none_for_nan
from lib.tables.schema import TABLES
from lib.tables.sources import Source

CLIENT = "SK_ID_CURR"
PARTS = ("application_train", "application_test")


@dataclass(frozen=True)
class Sample:
    """A table whose rows know their part.

    Attributes
    ----------
    name : str
    table : ibis table
        With `CLIENT` and the column ``part``.
    weights : mapping of str to float
        Of the rows of each part.
    clients : mapping of str to int
        In each part, with rows or without.
    effective : float
        How many independent clients' worth of rows there are (Kish 1965).
    """

    name: str
    table: ir.Table
    weights: Mapping[str, float]
    clients: Mapping[str, int]
    effective: float

    def sums(self, by: str | None = None, **expressions: ir.Value) -> dict[Any, list[float]]:
        """Sum expressions over the rows, weighted.

        Parameters
        ----------
        by : str, optional
            Column whose values get sums of their own; without it there is one, of None.
        **expressions : ibis expressions
            Aggregates that may be added up.
        """
        groups = ["part"] if by is None else ["part", by]
        found: dict[Any, list[float]] = {}
        for row in fetched(self.table.group_by(groups).aggregate(**expressions)):
            weight, value = self.weights[row[0]], None if by is None else row[1]
            added = [weight * float(number or 0) for number in row[len(groups) :]]
            before = found.get(value, [0.0] * len(added))
            found[value] = [old + new for old, new in zip(before, added, strict=True)]
        return found


def sample_of(tables: Mapping[str, ir.Table], name: str) -> Sample:
    """Take a table's rows with the part of the client that they belong to."""
    clients = ibis.union(
        *(tables[part].select(CLIENT).mutate(part=ibis.literal(part)) for part in PARTS)
    )
    sizes = {part: fetched(tables[part].count())[0][0] for part in PARTS}
    table = tables[name]
    if name in PARTS:
        number = float(sizes[name])
        return Sample(name, table.mutate(part=ibis.literal(name)), {name: 1.0}, sizes, number)
    if CLIENT not in table.columns:
        parent, key = TABLES[name].parent, TABLES[name].parent_key
        assert parent is not None  # noqa: S101  # the schema says so
        table = table.join(tables[parent].select(key, CLIENT), key)
    table = table.join(clients, CLIENT)
    weights = {part: 1 / size for part, size in sizes.items() if size}
    return Sample(name, table, weights, sizes, _effective(table, weights))


def _effective(table: ir.Table, weights: Mapping[str, float]) -> float:
    per_client = table.group_by(["part", CLIENT]).aggregate(n=table.count())
    n = per_client.n.cast("float64")
    rows = fetched(per_client.group_by("part").aggregate(first=n.sum(), second=(n * n).sum()))
    first = sum(weights[part] * total for part, total, _ in rows)
    second = sum(weights[part] ** 2 * squares for part, _, squares in rows)
    return first**2 / second if second else 0.0


def open_tables(folder: Path, backend: Any) -> dict[str, ir.Table]:
    """Open the eight tables on a DuckDB that can keep those that come as CSV.

    Raises
    ------
    InvalidInput
        If tables or columns are missing, or a file is zipped.
    """
    return {name: _open(source, backend) for name, source in find_sources(folder).items()}


def _open(source: Source, backend: Any) -> ir.Table:
    if source.is_ready:
        read = backend.read_parquet(source.scanned)
        return read.mutate(**{name: none_for_nan(read[name]) for name in read.columns})
    if not source.is_plain:
        rule = "it is Parquet, of parts that are alike, or plain CSV"
        raise InvalidInput(f"file {source.path}", rule, "unpack it, or write it as one file")
    columns = TABLES[source.table.name].columns
    types = {name: columns[name].type.value for name in source.columns if name in columns}
    read = backend.read_csv(str(source.path), types=types, header=True, nullstr="")
    return backend.create_table(source.table.name, read)


def auc(values: Floats, is_bad: Bools) -> float:
    """Compute the chance that a bad client has the higher value; ties count half.

    Examples
    --------
    >>> auc(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True]))
    0.875
    """
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    bad = np.bincount(place, is_bad, len(size)).astype(np.float64)
    is_defined = 0 < bad.sum() < len(values)
    return auc_from_rates(bad, size - bad) if is_defined else float("nan")


def auc_error(auc: float, bad: float, good: float) -> float:
    """Compute the standard error of an AUC (Hanley & McNeil 1982).

    Examples
    --------
    >>> round(auc_error(0.65, bad=350, good=3950), 4)
    0.0165
    """
    both_bad, both_good = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (bad - 1) * (both_bad - auc**2) + (good - 1) * (both_good - auc**2)
    return float(np.sqrt(max(0.0, variance) / max(1.0, bad * good)))


def share_error(share: float, number: float) -> float:
    """Compute the standard error of a share.

    Examples
    --------
    >>> share_error(0.5, 100)
    0.05
    """
    inside = min(1.0, max(0.0, share))
    return float(np.sqrt(inside * (1 - inside) / max(1.0, number)))


def arrays(table: ir.Table) -> dict[str, Floats]:
    """Fetch columns of numbers; null is NaN."""
    fetched = table.to_pyarrow()
    return {
        name: fetched[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in fetched.column_names
    }


def count_rows(tables: Mapping[str, ir.Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: fetched(table.count())[0][0] for name, table in tables.items()}


def fetched(query: ir.Expr) -> list[tuple[Any, ...]]:
    """Run a query on its DuckDB and return the rows as they are, without a data frame."""
    backend = query.get_backend()
    rows: list[tuple[Any, ...]] = backend.con.execute(backend.compile(query)).fetchall()
    return rows
