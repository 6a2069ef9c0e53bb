"""The OpenAPI document: every endpoint as its messages describe it, with every error it tells.

BentoML's own document shows badges of other sites, loses what may be null, and knows neither our
errors nor the key. What is kept of it are the endpoints for health and metrics.
"""

import inspect
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from lib.serving.wire import Problem

# Pydantic writes the schemas of 3.1.
OPENAPI = "3.1.0"
REFERENCE = "#/components/schemas/{model}"
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

Plain = dict[str, Any]
Kind = tuple[type[BaseModel], JsonSchemaMode]
References = dict[Kind, Plain]


class Endpoint(Protocol):
    """An endpoint as BentoML knows it."""

    name: str
    route: str
    doc: str | None
    input_spec: type[BaseModel]
    output_spec: type[BaseModel]


class Described(Protocol):
    """BentoML's service, made of the class `inner`."""

    inner: type
    apis: Mapping[str, Endpoint]

    @property
    def openapi_spec(self) -> Any:
        """BentoML's own document."""


def describe(service: Described) -> Plain:
    """Write the document of a service."""
    told = service.openapi_spec.asdict()
    endpoints = service.apis.values()
    kinds: list[Kind] = [(Problem, "serialization")]
    for one in endpoints:
        kinds.append((_message(one.input_spec), "validation"))
        kinds.append((_message(one.output_spec), "serialization"))
    references, schemas = _schemas(kinds)
    info = {
        "title": "Credit scoring",
        "version": told["info"]["version"],
        "description": inspect.getdoc(service.inner) or "",
    }
    watched = {path: item for path, item in told["paths"].items() if "post" not in item}
    asked = {one.route: {"post": _operation(one, references)} for one in endpoints}
    return {
        "openapi": OPENAPI,
        "info": info,
        "servers": told["servers"],
        "paths": {**asked, **watched},
        "components": {"schemas": schemas, "securitySchemes": {"key": KEY_SCHEME}},
    }


def _operation(endpoint: Endpoint, references: References) -> Plain:
    request = _message(endpoint.input_spec)
    problem = references[Problem, "serialization"]
    answer = references[_message(endpoint.output_spec), "serialization"]
    # An empty body counts as an empty object.
    needed = any(field.is_required() for field in request.model_fields.values())
    summary, _, description = inspect.cleandoc(endpoint.doc or "").partition("\n\n")
    return {
        "operationId": endpoint.name,
        "summary": summary,
        "description": description,
        "requestBody": {"required": needed, "content": _json(references[request, "validation"])},
        "responses": {
            "200": {"description": "The answer", "content": _json(answer)},
            **{
                str(status.value): {"description": meaning, "content": _json(problem)}
                for status, meaning in ANSWERS.items()
            },
        },
        # The second, empty way: a service without keys asks for none.
        "security": [{"key": []}, {}],
    }


def _json(schema: Plain) -> Plain:
    return {"application/json": {"schema": schema}}


def _schemas(kinds: list[Kind]) -> tuple[References, Plain]:
    """Give a reference for each message type, and what the references lead to."""
    references, told = models_json_schema(kinds, ref_template=REFERENCE)
    return {kind: references[kind] for kind in kinds}, told["$defs"]


def _message(spec: type[BaseModel]) -> type[BaseModel]:
    """Give the message type that BentoML has wrapped in one of its own."""
    return next(
        kind
        for kind in spec.__mro__
        if issubclass(kind, BaseModel) and kind.__module__.startswith("lib.")
    )
