"""Conditions on clients, and the SQL that they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lib.decision import InvalidInput


class Kind(Enum):
    """What a column holds, as far as questions are concerned."""

    NUMBER = "number"
    CATEGORY = "category"


@dataclass(frozen=True)
class Condition:
    """One condition on one column.

    Parameters
    ----------
    column : str
        Name of a feature, or `default_probability`, `decision`, `client_id`.
    minimum, maximum : float or None
        For numbers: the range that is kept, both ends included.
    categories : tuple of str or None
        For categories: the values that are kept.
    """

    column: str
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] | None = None


def check_column(name: str, kinds: Mapping[str, Kind]) -> Kind:
    """Return what a column holds, or say that there is no such column."""
    if name not in kinds:
        raise InvalidInput(
            f"feature {name}", "the portfolio has it", "take the names that /scorer lists"
        )
    return kinds[name]


def where_clause(
    conditions: Sequence[Condition], kinds: Mapping[str, Kind]
) -> tuple[str, list[object]]:
    """Write conditions as SQL that all of them must fulfil.

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
    >>> where_clause([Condition("age", minimum=18)], {"age": Kind.NUMBER})
    ('("age" >= ?)', [18])
    """
    clauses, parameters = ["true"], []
    for condition in conditions:
        clause, values = _one(condition, check_column(condition.column, kinds))
        clauses.append(clause)
        parameters += values
    return " AND ".join(clauses[1:] or clauses), parameters


def quoted(name: str) -> str:
    """Write a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _one(condition: Condition, kind: Kind) -> tuple[str, list[object]]:
    has_range = condition.minimum is not None or condition.maximum is not None
    if has_range == (condition.categories is not None):
        raise InvalidInput(
            f"filter on {condition.column}",
            "it has either a range or categories",
            "give minimum, maximum or both, or give categories",
        )
    if has_range != (kind is Kind.NUMBER):
        wanted = "a range" if kind is Kind.NUMBER else "categories"
        raise InvalidInput(
            f"filter on {condition.column}",
            f"it holds a {kind.value}: its filter has {wanted}",
            f"give {wanted}",
        )
    return _range(condition) if has_range else _membership(condition)


def _range(condition: Condition) -> tuple[str, list[object]]:
    ends = [(">=", condition.minimum), ("<=", condition.maximum)]
    given = [(sign, end) for sign, end in ends if end is not None]
    if [end for _, end in given] != sorted(end for _, end in given):
        raise InvalidInput(
            f"filter on {condition.column}",
            "its minimum is not above its maximum",
            "swap the two",
        )
    name = quoted(condition.column)
    clause = " AND ".join(f"{name} {sign} ?" for sign, _ in given)
    return f"({clause})", [end for _, end in given]


def _membership(condition: Condition) -> tuple[str, list[object]]:
    values: list[object] = list(condition.categories or ())
    marks = ", ".join("?" for _ in values)
    return (f"{quoted(condition.column)} IN ({marks})" if values else "false"), values
