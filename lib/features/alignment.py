"""Rows brought into the clients' order: a join by position, on Arrow."""

import numpy as np
import pyarrow as pa

from lib.features.plan import ClientIds

KEY = "client_id"


def aligned(table: pa.Table, clients: ClientIds) -> pa.Table:
    """Give one row for each client, in the clients' order; missing where the table has none.

    Parameters
    ----------
    table : Table
        At most one row a client, in any order, with ``client_id``.
    clients : ndarray of int, shape (n,)

    Returns
    -------
    Table
        The other columns, n rows.

    Examples
    --------
    >>> table = pa.table({"client_id": [7, 3], "number_of_cards": [2.0, 1.0]})
    >>> aligned(table, np.array([3, 5, 7]))["number_of_cards"].to_pylist()
    [1.0, None, 2.0]
    """
    whole = table.combine_chunks()
    return whole.drop_columns(KEY).take(positions(whole[KEY].to_numpy(), clients))


def positions(given: ClientIds, clients: ClientIds) -> pa.Array:
    """Say in which row each client is; missing where in none."""
    order = np.argsort(given)
    after = np.searchsorted(given, clients, sorter=order)
    candidates = np.append(order, -1)[after]  # past the last one stands nobody
    is_there = candidates >= 0
    is_there[is_there] = given[candidates[is_there]] == clients[is_there]
    return pa.array(candidates, mask=~is_there)
