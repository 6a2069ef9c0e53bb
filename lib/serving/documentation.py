"""The documentation of the API: its page and its OpenAPI document.

BentoML's own page loads a tracker. This one is ours; Swagger UI itself comes from BentoML's files,
and the browser is told to load nothing from elsewhere.
"""

from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.serving.openapi import Described, describe

PAGE = Path(__file__).parent / "page"
ONLY_OURS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
}


def documentation(service: Described) -> Starlette:
    """Serve the page and the document of a service."""

    def document(request: Request) -> Response:
        return JSONResponse(describe(service))

    return Starlette(
        routes=[
            Route("/", _file("index.html", "text/html")),
            Route("/page.js", _file("page.js", "text/javascript")),
            Route("/docs.json", document),
        ]
    )


def _file(name: str, kind: str) -> Callable[[Request], Response]:
    content = (PAGE / name).read_bytes()

    def give(request: Request) -> Response:
        return Response(content, headers=ONLY_OURS, media_type=kind)

    return give
