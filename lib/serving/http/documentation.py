"""The documentation of the API: its page, and its OpenAPI document with every error it tells.

BentoML's own page loads a tracker, and its document shows badges of other sites, loses what may be
null, and knows neither our errors nor the key. What is kept of it are the endpoints for health and
metrics, and the files of Swagger UI; the browser is told to load nothing from elsewhere.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.serving.endpoints import Endpoint
from lib.serving.wire import VERSION, Problem

PAGE = Path(__file__).parent / "page"
ONLY_OURS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
}
# Pydantic writes the schemas of 3.1.
OPENAPI = "3.1.0"
REFERENCE = "#/components/schemas/{model}"
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "The body is not as agreed, or a value in it makes no sense",
    HTTPStatus.UNAUTHORIZED: "There is no key, or one that the service does not know",
    HTTPStatus.FORBIDDEN: "The key does not open this endpoint, or a page of another site asks",
    HTTPStatus.NOT_FOUND: "There is no such client",
    HTTPStatus.METHOD_NOT_ALLOWED: "The endpoint takes POST only",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not come in time",
    HTTPStatus.CONFLICT: "The idempotency key is that of another decision",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON, or compressed",
    HTTPStatus.MISDIRECTED_REQUEST: "The service is called by a name that is not its own",
    HTTPStatus.TOO_MANY_REQUESTS: "The key has sent too many requests; see Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Portfolio or journal is missing, or there is no room",
    HTTPStatus.GATEWAY_TIMEOUT: "There was no answer in time, and nothing of it is kept",
}
KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "X-API-Key"}

Plain = dict[str, Any]
Kind = tuple[type[BaseModel], JsonSchemaMode]


class Service(Protocol):
    """BentoML's service, made of the class `inner`."""

    inner: type

    @property
    def openapi_spec(self) -> Any:
        """BentoML's own document."""


def documentation(service: Service, endpoints: Collection[Endpoint]) -> Starlette:
    """Serve the page and the document of a service."""

    def document(request: Request) -> Response:
        return JSONResponse(describe(service, endpoints))

    return Starlette(
        routes=[
            Route("/", _file("index.html", "text/html")),
            Route("/page.js", _file("page.js", "text/javascript")),
            Route("/docs.json", document),
        ]
    )


def describe(service: Service, endpoints: Collection[Endpoint]) -> Plain:
    """Write the document of a service."""
    bentomls = service.openapi_spec.asdict()
    kinds: list[Kind] = [(Problem, "serialization")]
    for one in endpoints:
        kinds += [(one.request, "validation"), (one.answer, "serialization")]
    references, definitions = models_json_schema(kinds, ref_template=REFERENCE)
    watched = {path: item for path, item in bentomls["paths"].items() if "post" not in item}
    asked = {one.path: {"post": _operation(one, references)} for one in endpoints}
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "Credit scoring",
            "version": VERSION,
            "description": inspect.getdoc(service.inner) or "",
        },
        "servers": bentomls["servers"],
        "paths": {**asked, **watched},
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"key": KEY_SCHEME},
        },
    }


def _operation(endpoint: Endpoint, references: Mapping[Any, Plain]) -> Plain:
    problem = references[Problem, "serialization"]
    # An empty body counts as an empty object.
    needed = any(field.is_required() for field in endpoint.request.model_fields.values())
    summary, _, description = endpoint.description.partition("\n\n")
    return {
        "operationId": endpoint.name,
        "summary": summary,
        "description": description,
        "requestBody": {
            "required": needed,
            "content": _json(references[endpoint.request, "validation"], endpoint.example),
        },
        "responses": {
            "200": {
                "description": "The answer",
                "content": _json(references[endpoint.answer, "serialization"]),
            },
            **{
                str(status.value): {"description": meaning, "content": _json(problem)}
                for status, meaning in REFUSALS.items()
            },
        },
        # The second, empty way: a service without keys asks for none.
        "security": [{"key": []}, {}],
    }


def _json(schema: Plain, example: Plain | None = None) -> Plain:
    content = {"schema": schema}
    return {"application/json": content if example is None else {**content, "example": example}}


def _file(name: str, kind: str) -> Callable[[Request], Response]:
    content = (PAGE / name).read_bytes()

    def give(request: Request) -> Response:
        return Response(content, headers=ONLY_OURS, media_type=kind)

    return give
