"""What holds for the whole API: liveness, its own description, and how faults are told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from functions.sessions.app import lambda_handler
from matinee import db
from tests.integration.sessions.world import PASSWORD, Host, browser, new_email, reconfigure, refusal

pytestmark = pytest.mark.usefixtures("cloud")


def test_the_service_says_that_it_is_alive_without_asking_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, database_url="postgresql://nobody@127.0.0.1:1/none")
    response = browser().get("/api/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_unknown_addresses_and_methods_are_problems_too() -> None:
    assert refusal(browser().get("/api/nothing")) == (404, "not_found")
    response = browser().put("/api/me")
    assert refusal(response) == (405, "method_not_allowed")
    assert set(response.headers["allow"].split(", ")) <= {"GET", "DELETE"}


def test_no_answer_may_be_cached(host: Host) -> None:
    for path in ("/api/me", "/api/sessions", "/api/nothing"):
        assert host.browser.get(path).headers["cache-control"] == "no-store"


def test_a_database_that_is_away_is_told_as_such(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    db.close_pool()
    reconfigure(monkeypatch, database_url="postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    db.pool().timeout = 0.2  # no need to wait the usual while for a database that will not come
    response = host.browser.get("/api/me")
    assert refusal(response) == (503, "unavailable")
    assert int(response.headers["retry-after"]) > 0


def test_a_fault_of_ours_tells_nothing_of_our_insides(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("functions.sessions.hosting.page_of_sessions", fault)
    response = host.browser.get("/api/sessions")
    assert refusal(response) == (500, "internal")
    assert "secret detail" not in response.text


def test_the_description_is_the_kept_document_and_its_page_loads_nothing_from_elsewhere() -> None:
    import functions.sessions.openapi

    kept = Path(functions.sessions.openapi.__file__).with_name("openapi.json")
    assert browser().get("/api/openapi.json").json() == json.loads(kept.read_text(encoding="utf-8"))
    page = browser().get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    assert "<script>" not in page.text
    script = browser().get("/api/docs/init.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "/api/openapi.json" in script.text


def _through_api_gateway(method: str, path: str, body: object = None, cookies: list[str] | None = None) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "cookies": cookies or [],
        "headers": {"content-type": "application/json", "host": "api", "x-forwarded-for": "10.9.8.7"},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "10.0.0.1"},
            "stage": "$default",
        },
        "body": json.dumps(body) if body else "",
        "isBase64Encoded": False,
    }
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return lambda_handler(event, None)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_the_same_app_answers_api_gateway() -> None:
    email = new_email()
    signed_up = _through_api_gateway("POST", "/api/users", {"email": email, "password": PASSWORD, "name": "A host"})
    assert signed_up["statusCode"] == 201
    signed_in = _through_api_gateway("POST", "/api/login", {"email": email, "password": PASSWORD})
    cookie = signed_in["cookies"][0].partition(";")[0]
    me = _through_api_gateway("GET", "/api/me", cookies=["theme=dark", cookie])
    assert json.loads(me["body"])["email"] == email
    refused = _through_api_gateway("GET", "/api/me")
    assert (refused["statusCode"], refused["headers"]["content-type"]) == (401, "application/problem+json")
