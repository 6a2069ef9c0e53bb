"""What a kernel learns of the visit, and what it does without."""

import json
from threading import Thread

import pandas as pd
import pytest
from websockets.sync.server import Server, ServerConnection, serve

from lib.dashboard.charts import StandIn
from lib.dashboard.visitor import wait_for_query


def test_a_kernel_started_for_the_visit_knows_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    monkeypatch.setenv("QUERY_STRING", "client_id=100002")
    assert wait_for_query() == "client_id=100002"


def test_a_kernel_started_ahead_waits_for_its_own_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(kernel: ServerConnection) -> None:
        number = kernel.request.path.removeprefix("/base/voila/query/")
        kernel.send(json.dumps({"QUERY_STRING": f"kernel={number}", "SERVER_NAME": "localhost"}))

    server: Server
    with serve(tell, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        for name, value in (
            ("VOILA_PREHEAT", "True"),
            ("VOILA_APP_PORT", str(server.socket.getsockname()[1])),
            ("VOILA_SERVER_URL", "/base/"),
            ("VOILA_KERNEL_ID", "a-1"),
        ):
            monkeypatch.setenv(name, value)
        assert wait_for_query() == "kernel=a-1"
        server.shutdown()
        thread.join()


def test_what_a_chart_uses_of_pandas_after_all_is_real() -> None:
    assert StandIn("pandas").Timestamp is pd.Timestamp
