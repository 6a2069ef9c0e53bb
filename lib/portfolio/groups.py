"""Which clients a question is about, and the SQL that says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from glob import escape
from pathlib import Path
from typing import Any

from lib.decision import InvalidInput
from lib.features.description import BANDS, name_bands

# A client's values, or some of them.
Row = dict[str, Any]
# So many are written out in a query.
FEW_CLIENTS = 200


class Kind(Enum):
    """What a column holds, as far as questions are concerned."""

    NUMBER = "number"
    CATEGORY = "category"


def band_column(column: str) -> str:
    """Write as SQL the name of the band that each client's number falls into; null for none."""
    names = name_bands(BANDS[column])
    *places, last = (f"{literal(name)}::{enum_of(names)}" for name in names)
    cases = (
        f"WHEN {quoted(column)} < {edge!r} THEN {place}"
        for edge, place in zip(BANDS[column], places, strict=True)
    )
    return f"CASE {' '.join(cases)} WHEN {quoted(column)} IS NOT NULL THEN {last} END"


@dataclass(frozen=True)
class Condition:
    """One condition on one column.

    Parameters
    ----------
    column : str
        Name of a feature, or `default_probability`, `decision`, `review_notes`, `client_id`.
    minimum, maximum : float or None
        For numbers: the range that is kept, both ends included.
    categories : tuple of str or None
        For categories: the values that are kept.
    """

    column: str
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Group:
    """Clients who are described together.

    Parameters
    ----------
    conditions : sequence of Condition
        All of them must hold; none is everybody.
    client_ids : sequence of int or None
        Nobody else is in it; None sets no such limit.
    """

    conditions: Sequence[Condition] = ()
    client_ids: Sequence[int] | None = None

    def __post_init__(self) -> None:
        # Tuples can be hashed: what is usual in a group is kept for the next who asks.
        object.__setattr__(self, "conditions", tuple(self.conditions))
        if self.client_ids is not None:
            object.__setattr__(self, "client_ids", tuple(self.client_ids))

    def where(self, kinds: Mapping[str, Kind]) -> tuple[str, list[object]]:
        """Write the group as SQL.

        Returns
        -------
        tuple of str and list
            The clause, and the parameters for its question marks. Only names that are columns come
            into the text; values never do.

        Raises
        ------
        InvalidInput
            If a column is unknown, or a condition does not suit what it holds.

        Examples
        --------
        >>> Group([Condition("age", minimum=18)]).where({"age": Kind.NUMBER})
        ('true AND "age" >= ?', [18])
        """
        clauses: list[str] = ["true"]
        values: list[object] = []
        for condition in self.conditions:
            clause, of_clause = _where_one(condition, check_column(condition.column, kinds))
            clauses.append(clause)
            values += of_clause
        if self.client_ids is not None and len(self.client_ids) <= FEW_CLIENTS:
            # Written out, so that groups of rows where none of them can be are not read.
            marks = ", ".join("?" for _ in self.client_ids)
            clauses.append(f"client_id IN ({marks})" if marks else "false")
            values += self.client_ids
        elif self.client_ids is not None:
            clauses.append("client_id IN (SELECT unnest(?))")
            values.append(list(self.client_ids))
        return " AND ".join(clauses), values


EVERYBODY = Group()


def check_column(name: str, kinds: Mapping[str, Kind]) -> Kind:
    """Return what a column holds, or say that there is no such column."""
    if name not in kinds:
        raise InvalidInput(
            f"feature {name}", "the portfolio has it", "take the names that /scorer lists"
        )
    return kinds[name]


def quoted(*names: str) -> str:
    """Write names of columns for SQL.

    Examples
    --------
    >>> quoted("age", "housing")
    '"age", "housing"'
    """
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(value: str) -> str:
    """Write a text for SQL, where no parameter can be.

    Examples
    --------
    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + value.replace("'", "''") + "'"


def rows_of(path: Path) -> str:
    """Write as SQL the rows of a Parquet file; DuckDB takes a name for a pattern of names.

    Examples
    --------
    >>> print(rows_of(Path("data[1]/portfolio.parquet")))
    read_parquet('data[[]1]/portfolio.parquet')
    """
    return f"read_parquet({literal(escape(str(path)))})"


def enum_of(categories: Iterable[str]) -> str:
    """Write as SQL the type of a column of which each value is kept as its place among some.

    Examples
    --------
    >>> enum_of(["owns", "rents"])
    "ENUM('owns', 'rents')"
    """
    return f"ENUM({', '.join(map(literal, categories))})"


def is_number(number: str) -> str:
    """Write as SQL whether a number is given, and is not NaN.

    DuckDB believes the statistics of a file, which know of no NaN, and takes `isnan` for false.
    """
    return f"isfinite({number}) OR abs({number}) = 'infinity'"


def _where_one(condition: Condition, kind: Kind) -> tuple[str, list[object]]:
    offender = f"filter on {condition.column}"
    has_range = condition.minimum is not None or condition.maximum is not None
    if has_range == (condition.categories is not None):
        raise InvalidInput(
            offender,
            "it has either a range or categories",
            "give minimum, maximum or both, or give categories",
        )
    if has_range != (kind is Kind.NUMBER):
        wanted = "a range" if kind is Kind.NUMBER else "categories"
        raise InvalidInput(
            offender, f"it holds a {kind.value}: its filter has {wanted}", f"give {wanted}"
        )
    name = quoted(condition.column)
    if condition.categories is not None:
        marks = ", ".join("?" for _ in condition.categories)
        return f"{name} IN ({marks})" if marks else "false", list(condition.categories)
    low, high = condition.minimum, condition.maximum
    if low is not None and high is not None and low > high:
        raise InvalidInput(offender, "its minimum is not above its maximum", "swap the two")
    ends = [(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
    return " AND ".join(f"{name} {sign} ?" for sign, _ in ends), [end for _, end in ends]
