"""A kernel started ahead of the visit waits here until someone comes."""

import json
import os

from websockets.sync.client import connect


def wait_for_query() -> str:
    """Wait for the visit, and give the query of its address.

    Voilà's own `get_query_string` does the same, but importing it brings in the whole server: a
    third of what a session may hold. The variables are those that Voilà sets for its kernels.

    Returns
    -------
    str
        Such as ``client_id=100002&lang=en``; empty where the address has none.
    """
    if os.environ.get("VOILA_PREHEAT", "False") == "False":
        return os.environ.get("QUERY_STRING", "")
    with connect(_address(), proxy=None) as socket:
        request = json.loads(socket.recv())
    return str(request.get("QUERY_STRING", ""))


def _address() -> str:
    given = os.environ
    port, path = given.get("VOILA_APP_PORT", "8866"), given.get("VOILA_SERVER_URL", "/")
    return f"ws://127.0.0.1:{port}{path}voila/query/{given['VOILA_KERNEL_ID']}"
