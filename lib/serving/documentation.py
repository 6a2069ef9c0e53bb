"""The documentation of the API: its page, and the OpenAPI document with every error it tells.

BentoML's own page loads a tracker, its document shows badges of other sites and knows neither our
errors nor the key. The page is ours; Swagger UI itself comes from BentoML's files, and the browser
is told to load nothing else.
"""

import inspect
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.serving.messages import Problem

PAGE = Path(__file__).parent / "page"
ONLY_OURS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
}
# Pydantic writes the schemas of 3.1.
OPENAPI = "3.1.0"
ANSWERS = {
    HTTPStatus.BAD_REQUEST: "The body is not as agreed, or a value in it makes no sense",
    HTTPStatus.UNAUTHORIZED: "There is no key, or one that the service does not know",
    HTTPStatus.FORBIDDEN: "The key does not open this endpoint",
    HTTPStatus.NOT_FOUND: "There is no such client",
    HTTPStatus.METHOD_NOT_ALLOWED: "The endpoint takes POST only",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not come in time",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON",
    HTTPStatus.TOO_MANY_REQUESTS: "The key has sent too many requests; see Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Portfolio or journal is missing, or there is no room",
}
KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "X-API-Key"}


class Described(Protocol):
    """What can give its OpenAPI document: BentoML's service, made of the class `inner`."""

    inner: type

    @property
    def openapi_spec(self) -> Any:
        """The document."""


def documentation(service: Described) -> Starlette:
    """Serve the page and the document of a service."""
    about = inspect.getdoc(service.inner) or ""

    def document(request: Request) -> Response:
        return JSONResponse(in_our_words(service.openapi_spec.asdict(), about))

    return Starlette(
        routes=[
            Route("/", _file("index.html", "text/html")),
            Route("/page.js", _file("page.js", "text/javascript")),
            Route("/docs.json", document),
        ]
    )


def in_our_words(told: dict[str, Any], about: str) -> dict[str, Any]:
    """Give BentoML's OpenAPI document with our version, description, errors and key."""
    schemas = {**told["components"]["schemas"], "Problem": Problem.model_json_schema()}
    info = {"title": "Credit scoring", "version": told["info"]["version"], "description": about}
    return {
        **told,
        "openapi": OPENAPI,
        "info": info,
        "paths": {path: _with_errors(item) for path, item in told["paths"].items()},
        "components": {"schemas": schemas, "securitySchemes": {"key": KEY_SCHEME}},
    }


def _with_errors(item: dict[str, Any]) -> dict[str, Any]:
    """Describe what else an endpoint may answer; health and metrics stay as they are."""
    if "post" not in item:
        return item
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {
        status.value: {"description": meaning, "content": problem}
        for status, meaning in ANSWERS.items()
    }
    post = item["post"]
    responses = {HTTPStatus.OK.value: post["responses"][HTTPStatus.OK.value], **errors}
    # The second, empty way: a service without keys asks for none.
    return {"post": {**post, "responses": responses, "security": [{"key": []}, {}]}}


def _file(name: str, kind: str) -> Any:
    content = (PAGE / name).read_bytes()

    def give(request: Request) -> Response:
        return Response(content, headers=ONLY_OURS, media_type=kind)

    return give
