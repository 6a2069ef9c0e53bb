"""What those who watch the service see: figures at ``/metrics``, and a line of the log a request.

Both name an endpoint that there is, or `other`: nothing of what a caller sends is in them. The
figures and lines of BentoML itself would repeat any path that somebody makes up.
"""

import logging
import os
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram
from prometheus_client import generate_latest as written
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.serving.http.answers import Answer, App, AsgiMessage, Receive, Send, send_answer
from lib.serving.http.headers import address_of
from lib.serving.http.keys import CALLER
from lib.serving.wire import VERSION

METRICS_PATH = "/metrics"
READY_PATH = "/readyz"
# What is not one of the service's own paths, or methods.
OTHER = "other"
METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds, they would drown the other lines.
UNLOGGED = frozenset({"/livez", READY_PATH, "/healthz", METRICS_PATH})
# From the quickest score to what comes too late.
SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Where the workers of one service keep their figures together.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Histogram(
    "credit_scoring_request_seconds",
    "Seconds from a request's headers to the end of its answer, by endpoint and status",
    ["endpoint", "status"],
    buckets=SECONDS_BUCKETS,
)
IN_PROGRESS = Gauge(
    "credit_scoring_requests_in_progress",
    "Requests that are not yet answered, by endpoint",
    ["endpoint"],
    multiprocess_mode="livesum",
)

# OpenTelemetry's variable: where it is `true`, nothing is traced.
NO_TRACES = "OTEL_SDK_DISABLED"

# BentoML's own log: what is written there is shown, with time and worker.
log = logging.getLogger("bentoml.access")


class Watched:
    """Counts and logs requests, as an ASGI middleware, and says which version answers.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    paths : collection of str
        Those that there are.
    """

    def __init__(self, app: App, paths: Collection[str]) -> None:
        self.app = app
        self.paths = frozenset(paths)
        forget_dead_workers()

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Watch a request to its end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"] if scope["path"] in self.paths else OTHER
        status = 0
        began = time.perf_counter()

        async def watched_send(message: AsgiMessage) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                versioned = [*message["headers"], (b"api-version", VERSION.encode())]
                message = {**message, "headers": versioned}
            await send(message)

        with IN_PROGRESS.labels(path).track_inprogress():
            try:
                await self.app(scope, receive, watched_send)
            finally:
                seconds = time.perf_counter() - began
                REQUESTS.labels(path, status or OTHER).observe(seconds)
                if path not in UNLOGGED:
                    log_request(scope, path, status, seconds)


class ReadyWithWarnings:
    """Lets a service that is ready tell, as an ASGI middleware, what it does without.

    Parameters
    ----------
    app : ASGI application
        What comes after.
    warnings : sequence of str
        As they are when it is asked; where there are none, the answer stays as it is.
    """

    def __init__(self, app: App, warnings: Sequence[str]) -> None:
        self.app = app
        self.warnings = warnings

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Tell the warnings in the place of the answer that all is well."""
        if scope.get("path") != READY_PATH or not self.warnings:
            await self.app(scope, receive, send)
            return
        is_well = False

        async def told_send(message: AsgiMessage) -> None:
            nonlocal is_well
            if message["type"] == "http.response.start":
                is_well = message["status"] == HTTPStatus.OK
            if not is_well:
                await send(message)
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                body = orjson.dumps({"ready": True, "warnings": list(self.warnings)})
                await send_answer(Answer(HTTPStatus.OK, body), send)

        await self.app(scope, receive, told_send)


def log_request(scope: AsgiMessage, path: str, status: int, seconds: float) -> None:
    """Write the line of a request."""
    log.info(
        "%s %s %s %s %s %.1f ms",
        address_of(scope.get("client")),
        CALLER.get() or "-",
        scope["method"] if scope["method"] in METHODS else OTHER,
        path,
        status or "no answer",
        1000 * seconds,
    )


def trace_nothing() -> None:
    """Have no request traced, unless the operator says otherwise.

    BentoML begins a trace of each request, also where none is sent anywhere, and what belongs to it
    is never let go: 5 KB a request, a gigabyte in a busy hour.
    """
    os.environ.setdefault(NO_TRACES, "true")


def metrics(*others: Collector) -> Starlette:
    """Serve the figures of all workers of the service, and those of other collectors."""

    def give(request: Request) -> Response:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        for collector in others:
            registry.register(collector)
        return Response(written(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route(METRICS_PATH, give)])


def forget_dead_workers() -> None:
    """Count no longer as begun what a worker had in hand when it ended; a new one calls this."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return
    for path in Path(folder).glob("gauge_live*.db"):
        process = path.stem.rpartition("_")[2]
        if process.isdigit() and not _lives(int(process)):
            mark_process_dead(int(process), folder)


def _lives(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False
