"""What a working day asks of the API: every endpoint in turn, each round about another client."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lib.serving.endpoints import ENDPOINTS, Endpoint

# The entries of the one would be about decisions that nobody took; the other has nothing to tell
# before `make monitor` has run.
LEFT_OUT = {"decide", "monitoring"}
IN_TURN = tuple(name for name in ENDPOINTS if name not in LEFT_OUT)
# The head's page, which counts all clients anew, is opened so much less often than the managers':
# most rounds ask for a client's file instead.
RARE, ROUNDS_BETWEEN, INSTEAD = "portfolio", 20, "client"
EXAMPLE_CLIENT = ENDPOINTS["client"].example["client_id"]


def known_clients(portfolio: Path) -> list[int]:
    """Read the numbers of the clients in a portfolio."""
    numbers: list[int] = pq.read_table(portfolio, columns=["client_id"])["client_id"].to_pylist()
    return numbers


def request_at(turn: int, clients: Sequence[int]) -> tuple[Endpoint, Any]:
    """Give the endpoint that is asked at a turn, from 0, and the body of the request.

    Examples
    --------
    >>> endpoint, body = request_at(IN_TURN.index("client"), [100_005, 100_007])
    >>> endpoint.name, body
    ('client', {'client_id': 100005})
    >>> request_at(IN_TURN.index("portfolio") + len(IN_TURN), [100_005, 100_007])[1]
    {'client_id': 100007}
    """
    number, place = divmod(turn, len(IN_TURN))
    is_replaced = IN_TURN[place] == RARE and number % ROUNDS_BETWEEN
    endpoint = ENDPOINTS[INSTEAD if is_replaced else IN_TURN[place]]
    return endpoint, about(endpoint.example, clients[number % len(clients)])


def about(example: Any, client_id: int) -> Any:
    """Give an example with another client in the place of its own.

    Examples
    --------
    >>> about({"client_ids": [100_001], "page_size": 5}, 7)
    {'client_ids': [7], 'page_size': 5}
    """
    if isinstance(example, dict):
        return {name: about(value, client_id) for name, value in example.items()}
    if isinstance(example, list):
        return [about(value, client_id) for value in example]
    return client_id if example == EXAMPLE_CLIENT else example
