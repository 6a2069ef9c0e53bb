"""Whose the rows are: a client has one application, and each row of a history an owner."""

from collections.abc import Collection, Mapping

import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.compiled import RawTable

CLIENT = "SK_ID_CURR"
Tables = Mapping[str, pa.Table]
Described = Mapping[str, RawTable]


def clients_of(tables: Tables, described: Described) -> list[int]:
    """Give the clients, in the order of their applications.

    Parameters
    ----------
    tables : mapping of str to pa.Table
        All raw tables.
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


def check_owners(tables: Tables, described: Described, clients: Collection[int]) -> None:
    """Refuse rows that no client would get.

    Parameters
    ----------
    tables : mapping of str to pa.Table
        All raw tables.
    described : mapping of str to RawTable
        What they are like.
    clients : collection of int
        Those who apply.

    Raises
    ------
    InvalidInput
        If the owner of a row, a client or a credit, is not there.
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
