"""From the records of clients, as JSON has them, to typed tables: checked cell by cell.

A client has one application, and each row of a history belongs to a client.

Errors name table, column and row (the first is row 1), never the value: it is personal.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from lib.decision import InvalidInput, is_possible, say_range
from lib.features.one_client.compiled import RawColumn, RawTable

Row = Mapping[str, Any]
Records = Mapping[str, Sequence[Row]]
Tables = Mapping[str, pa.Table]

CLIENT = "SK_ID_CURR"
MOST_EXACT = 2**53  # whole numbers beyond it are rounded when they become floats


def as_tables(records: Records, tables: Mapping[str, RawTable]) -> dict[str, pa.Table]:
    """Turn records into tables with all columns; codes for missing become null.

    Parameters
    ----------
    records : mapping of str to sequence of mappings
        Rows of raw tables by table and column names; what is not given is missing.
    tables : mapping of str to RawTable
        What there may be.

    Returns
    -------
    dict of str to pa.Table
        One for each of `tables`.

    Raises
    ------
    InvalidInput
        If a table or a column is unknown, a value is of a wrong type or impossible, or a row lacks
        a key.
    """
    if not isinstance(records, Mapping):
        raise InvalidInput("records", "they are rows by the names of tables", "give an object")
    unknown = sorted(str(name) for name in records if name not in tables)
    if unknown:
        raise InvalidInput(
            f"table {', '.join(unknown)}", f"tables are {', '.join(tables)}", "use their names"
        )
    return {
        name: as_arrow(list(read_rows(name, records.get(name, ()), table)), table.row_type)
        for name, table in tables.items()
    }


def as_arrow(rows: Sequence[Row], row_type: pa.StructType) -> pa.Table:
    """Turn rows whose values are right into Arrow; what a row leaves out is null."""
    return pa.Table.from_struct_array(pa.array(rows, type=row_type))


def read_rows(name: str, rows: Sequence[Row], table: RawTable) -> Iterator[dict[str, Any]]:
    """Check the rows of one table."""
    if not isinstance(rows, list | tuple):
        raise InvalidInput(f"table {name}", "it is a list of rows", "give a list")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise InvalidInput(f"{name}: row {number}", "it has values by column", "give an object")
        cells = {}
        for column, value in row.items():
            try:
                cells[column] = read_cell(value, table.columns.get(column))
            except ValueError as error:
                raise InvalidInput(
                    f"{name}: column {column} of row {number}", str(error), "correct it"
                ) from error
        for key in table.keys:
            if cells.get(key) is None:
                raise InvalidInput(
                    f"{name}: column {key} of row {number}", "no row is without it", "give it"
                )
        yield cells


def read_cell(value: Any, column: RawColumn | None) -> Any:
    """Check one value; a code for missing and an empty text are read as None, as in the tables.

    Raises
    ------
    ValueError
        With the rule that it breaks.
    """
    if column is None:
        raise ValueError("there is no such column")
    if value is None:
        return None
    read = READERS[column.type](value)
    if read == "" or read in column.missing_codes:
        return None
    if not isinstance(read, str) and not is_possible(read, column.possible):
        raise ValueError(f"it is {say_range(column.possible)}, or missing")
    return read


def whole_number(value: Any) -> int:
    """Read a whole number that 64 bits hold; 3.0 is one.

    Examples
    --------
    >>> whole_number(3.0)
    3
    """
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (whole or isinstance(value, int)):
        raise ValueError("it is a whole number, or missing")
    if not -(2**63) <= value < 2**63:
        raise ValueError("it is a whole number of 64 bits")
    return int(value)


def real_number(value: Any) -> float:
    """Read a finite number that a float holds without rounding.

    Examples
    --------
    >>> real_number(3)
    3.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("it is a number, or missing")
    if (isinstance(value, int) and abs(value) > MOST_EXACT) or not isfinite(value):
        raise ValueError("it is a finite number that a float holds exactly")
    return float(value)


def text(value: Any) -> str:
    """Read text."""
    if not isinstance(value, str):
        raise ValueError("it is text, or missing")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("it is text that UTF-8 can write") from None
    return value


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"int64": whole_number, "float64": real_number, "string": text}
)


def clients_of(tables: Tables, described: Mapping[str, RawTable]) -> list[int]:
    """Give the clients, in the order of their applications.

    Parameters
    ----------
    tables : mapping of str to pa.Table
        All raw tables, from `as_tables`.
    described : mapping of str to RawTable
        What they are like.

    Raises
    ------
    InvalidInput
        If nobody applies, or somebody twice.
    """
    clients: dict[int, None] = {}
    for name, table in described.items():
        if table.parent is None:
            for row, client in enumerate(tables[name][CLIENT].to_pylist(), start=1):
                if client in clients:
                    raise wrong_row(name, CLIENT, row, "a client has one application")
                clients[client] = None
    if not clients:
        raise InvalidInput("application_test", "somebody applies", "give the application")
    return list(clients)


def check_repeated(tables: Tables, described: Mapping[str, RawTable]) -> None:
    """Refuse a row of a history that is there twice.

    Parameters
    ----------
    tables : mapping of str to pa.Table
        All raw tables, from `as_tables`.
    described : mapping of str to RawTable
        What they are like.

    Raises
    ------
    InvalidInput
        If two rows have the same key.
    """
    for name, table in described.items():
        if table.key is None or table.parent is None:
            continue
        taken: set[int] = set()
        for row, key in enumerate(tables[name][table.key].to_pylist(), start=1):
            if key in taken:
                raise wrong_row(name, table.key, row, "no two rows have the same")
            taken.add(key)


def check_owners(
    tables: Tables, described: Mapping[str, RawTable], clients: Collection[int]
) -> None:
    """Refuse rows that belong to no client.

    Parameters
    ----------
    tables : mapping of str to pa.Table
        All raw tables, from `as_tables`.
    described : mapping of str to RawTable
        What they are like.
    clients : collection of int
        Those who apply.

    Raises
    ------
    InvalidInput
        If the client or the credit that a row belongs to is not there.
    """
    for name, table in described.items():
        if table.parent is None or table.parent_key is None:
            continue
        parent, key = tables.get(table.parent), table.parent_key
        known = set(clients if parent is None else parent[key].to_pylist())
        for row, owner in enumerate(tables[name][key].to_pylist(), start=1):
            if owner not in known:
                raise wrong_row(name, key, row, f"a row of {table.parent} has it too")


def wrong_row(table: str, column: str, row: int, rule: str) -> InvalidInput:
    """Name a row that does not belong."""
    return InvalidInput(f"{table}: column {column} of row {row}", rule, "leave the row out")
