"""Liveness, and the API's own description. The page loads nothing from elsewhere and holds no inline script."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from functions.sessions.bodies import HealthBody

router = APIRouter(prefix="/api")
DOCUMENT = Path(__file__).with_name("openapi.json")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Matinee API</title>
<link rel="stylesheet" href="/docs-assets/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs-assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/init.js"></script>
</body>
</html>
"""
SCRIPT = 'SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#api", deepLinking: true });\n'


@router.get("/health", tags=["service"])
def health() -> HealthBody:
    """Whether the service takes requests."""
    return HealthBody()


@router.get("/openapi.json", include_in_schema=False)
def document() -> Response:
    """The OpenAPI document of all public calls."""
    return Response(_document(), media_type="application/json")


@router.get("/docs", include_in_schema=False)
def page() -> Response:
    """The document as a page for people."""
    return Response(PAGE, media_type="text/html")


@router.get("/docs/init.js", include_in_schema=False)
def script() -> Response:
    """What starts the page."""
    return Response(SCRIPT, media_type="text/javascript")


@cache
def _document() -> bytes:
    return DOCUMENT.read_bytes()
