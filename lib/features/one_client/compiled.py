"""Features as SQL, and the tables that it reads: a value that JSON carries."""

from collections.abc import Mapping
from functools import cached_property

import pyarrow as pa
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from lib.decision import ANYTHING, InvalidInput, Range

# What the last query reads: the features of the applications, and those of all histories.
APPLICATION_FEATURES = "application_features"
HISTORY_FEATURES = "history_features"
# What the query of the derived features reads: features of clients, some of them changed.
KNOWN_FEATURES = "known_features"

EXACTLY = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=EXACTLY)
class RawColumn:
    """A column of a raw table.

    Parameters
    ----------
    type : {"int64", "float64", "string"}
    missing_codes : tuple
        Values that mean "missing".
    is_key : bool
        Whether it identifies something, and so is never missing.
    possible : Range
        The lowest and the highest value that there can be.
    """

    type: str
    missing_codes: tuple[int | str, ...]
    is_key: bool
    possible: Range = ANYTHING


@dataclass(frozen=True, config=EXACTLY)
class RawTable:
    """A raw table.

    Parameters
    ----------
    columns : mapping of str to RawColumn
        In order.
    parent : str or None
        Table that a row's `parent_key` must be found in; ``application`` stands for both
        application tables, which have no parent.
    parent_key : str or None
        Column that leads to the parent.
    key : str or None
        Column that no two rows have the same value of, if there is one.
    """

    columns: Mapping[str, RawColumn]
    parent: str | None
    parent_key: str | None
    key: str | None = None

    @cached_property
    def row_type(self) -> pa.StructType:
        """What a row is to Arrow."""
        return row_type({name: column.type for name, column in self.columns.items()})

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Columns that are never missing."""
        return tuple(name for name, column in self.columns.items() if column.is_key)


@dataclass(frozen=True, config=EXACTLY)
class Query:
    """A query that gives one row a client.

    Parameters
    ----------
    name : str
    sql : str
        In DuckDB's dialect.
    reads : mapping of str to mapping of str to str
        The tables that it reads, and the names of the types of their columns.
    columns : tuple of str
        The columns that it gives, in order.
    """

    name: str
    sql: str
    reads: Mapping[str, Mapping[str, str]]
    columns: tuple[str, ...]


@dataclass(frozen=True, config=EXACTLY)
class CompiledFeatures:
    """All features as SQL.

    Parameters
    ----------
    tables : mapping of str to RawTable
        The raw tables.
    application : Query
        The features of the applications by themselves.
    histories : tuple of Query
        Those of each history table by itself.
    finish : Query
        What is to be added or replaced when they are put together; it reads the features of the
        applications and those of all histories.
    derived : Query
        The features that follow from other features of the same client alone.
    columns : tuple of str
        All columns of the features, in order.
    """

    tables: Mapping[str, RawTable]
    application: Query
    histories: tuple[Query, ...]
    finish: Query
    derived: Query
    columns: tuple[str, ...]

    @property
    def queries(self) -> tuple[Query, ...]:
        """Those that lead from raw tables to features, in the order in which they run."""
        return (self.application, *self.histories, self.finish)

    @property
    def read(self) -> dict[str, pa.StructType]:
        """What the rows of each table are that a query reads."""
        return {
            name: row_type(columns)
            for query in self.queries
            for name, columns in query.reads.items()
        }

    def to_json(self) -> str:
        """Write it as JSON."""
        return TypeAdapter(CompiledFeatures).dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "CompiledFeatures":
        """Read what `to_json` wrote.

        Raises
        ------
        InvalidInput
            If it is something else.
        """
        try:
            return TypeAdapter(CompiledFeatures).validate_json(text)
        except ValidationError as error:
            raise InvalidInput(
                "compiled features", "they are what to_json wrote", "compile them again"
            ) from error


def row_type(columns: Mapping[str, str]) -> pa.StructType:
    """Give the type of rows with these columns, by Arrow's names for theirs.

    Examples
    --------
    >>> row_type({"client_id": "int64", "gender": "string"})
    StructType(struct<client_id: int64, gender: string>)
    """
    return pa.struct([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
