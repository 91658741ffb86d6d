"""The edge's own refusals, in the form that the API's have (RFC 9457)."""

import json
from http import HTTPStatus

from aiohttp import web


def problem(status: int, code: str, detail: str) -> web.Response:
    """A problem document that must not be kept by any cache."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def upstream_unavailable() -> web.Response:
    """A part that is needed for the answer is away, for the moments that its restart takes."""
    return problem(502, "upstream_unavailable", "A part of Matinee is not there; please try again in a moment.")
