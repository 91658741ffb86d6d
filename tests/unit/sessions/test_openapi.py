"""The kept OpenAPI document is what the code says, and says what callers need."""

import json

from functions.sessions.docs_routes import DOCUMENT
from functions.sessions.openapi import document


def test_the_kept_document_is_up_to_date() -> None:
    kept = DOCUMENT.read_text(encoding="utf-8")
    assert kept == document(), "run: python -m functions.sessions.openapi"


def test_every_public_call_is_described_with_its_refusals() -> None:
    paths = json.loads(document())["paths"]
    described = {(method, path) for path, methods in paths.items() for method in methods}
    one = "/api/sessions/{session_id}"
    assert described == {
        ("post", "/api/users"), ("post", "/api/login"), ("post", "/api/logout"), ("get", "/api/me"), ("delete", "/api/me"),
        ("post", "/api/sessions"), ("get", "/api/sessions"), ("get", one), ("post", f"{one}/invites"), ("post", f"{one}/join"),
        ("post", f"{one}/end"), ("get", f"{one}/receipt"), ("get", f"{one}/stream"), ("get", "/api/health"),
    }  # fmt: skip
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert "application/problem+json" in response["content"]
