"""What a kernel learns of the visit, and what it does without."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pandas as pd
import pytest
import requests

from lib.dashboard.charts import StandIn
from lib.dashboard.visitor import VISIT_SECRET, Visit, wait_for_visit
from lib.serving.people import Person, PersonRole

PERSON = {"name": "anna", "role": "head"}


class Answers(BaseHTTPRequestHandler):
    """The server's side: tells the path back, to whoever has the secret."""

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == "Bearer its secret"
        self.send_response(200 if known else 403)
        self.end_headers()
        told = {"query": self.path, "person": PERSON, "sign_out": "/logout"}
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        for name, value in (
            ("VOILA_APP_PORT", str(server.server_port)),
            ("VOILA_SERVER_URL", "/base/"),
            ("VOILA_KERNEL_ID", "a-1"),
            ("HTTP_PROXY", "http://127.0.0.1:9"),
            (VISIT_SECRET, "its secret"),
        ):
            monkeypatch.setenv(name, value)
        yield
        server.shutdown()
        thread.join()


def test_a_kernel_asks_for_its_own_visit_and_no_proxy_takes_part() -> None:
    anna = Person("anna", PersonRole.HEAD)
    assert wait_for_visit() == Visit("/base/voila/query/a-1", anna, "/logout")


def test_without_the_secret_there_is_no_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VISIT_SECRET, "another")
    with pytest.raises(requests.HTTPError, match="403"):
        wait_for_visit()


def test_what_a_chart_uses_of_pandas_after_all_is_real() -> None:
    assert StandIn("pandas").Timestamp is pd.Timestamp
