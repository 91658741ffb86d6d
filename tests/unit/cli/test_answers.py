"""What becomes of a server's answers, good, bad and strange."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from matinee_cli import models
from matinee_cli.api import Api, connect
from matinee_cli.errors import CliError, Foreign, NotSignedIn, Refused, Unreachable, is_transient

SCHEMAS = json.loads((Path(__file__).resolve().parents[3] / "functions/sessions/openapi.json").read_text())["components"][
    "schemas"
]
NAMES = {
    "User": "UserBody",
    "Login": "LoginBody",
    "Session": "SessionBody",
    "SessionPage": "SessionPageBody",
    "SessionWithVideos": "SessionWithVideosBody",
    "Video": "VideoBody",
    "VideoError": "VideoErrorBody",
    "Invite": "InviteBody",
    "Receipt": "ReceiptBody",
    "Counts": "CountsBody",
}


@pytest.mark.parametrize(("ours", "theirs"), NAMES.items())
def test_nothing_is_expected_that_the_api_does_not_promise(ours: str, theirs: str) -> None:
    expected, promised = getattr(models, ours).model_fields, SCHEMAS[theirs]
    always = set(promised.get("required", [])) | {name for name, field in promised["properties"].items() if "default" in field}
    assert set(expected) <= always


def test_every_form_of_answer_is_compared_with_the_api() -> None:
    assert {kind.__name__ for kind in models.Answer.__subclasses__() + models.Session.__subclasses__()} == set(NAMES)


def ask(answer: Callable[[web.Request], web.Response], call: Callable[[Api], Awaitable[Any]] | None = None) -> Any:
    """Make a call (by default for the sessions) to a server that answers everything with ``answer``."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    async def run() -> Any:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        async with TestServer(app) as server, connect(str(server.make_url("/").origin()), "the-token") as api:
            return await (call or (lambda api: api.sessions(10)))(api)

    return asyncio.run(run())


def error_for(answer: Callable[[web.Request], web.Response]) -> CliError:
    """How a call ends on a bad answer; no error shows the token."""
    with pytest.raises(CliError) as caught:
        ask(answer)
    assert "the-token" not in repr(caught.value)
    return caught.value


def problem(status: int, code: str, **more: Any) -> Callable[[web.Request], web.Response]:
    """The API's form of a refusal."""
    body = {"type": "about:blank", "title": "No", "status": status, "detail": "A sentence.", "code": code, **more}
    return lambda _: web.json_response(
        body, status=status, content_type="application/problem+json", headers={"Retry-After": "40"} if status == 429 else None
    )


def test_a_refusal_has_the_servers_sentence_and_code() -> None:
    error = error_for(problem(403, "forbidden"))
    assert (type(error), error.sentence, error.code) == (Refused, "A sentence.", "forbidden")


def test_a_malformed_request_names_its_fields() -> None:
    error = error_for(problem(422, "invalid_request", errors=[{"field": "title", "message": "too long"}]))
    assert error.sentence == "A sentence. title: too long."


def test_a_wait_that_is_asked_for_is_told() -> None:
    assert "40 s" in error_for(problem(429, "too_many_attempts")).sentence


def test_a_void_token_is_not_a_refusal_but_a_missing_sign_in() -> None:
    assert isinstance(error_for(problem(401, "not_authenticated")), NotSignedIn)
    assert isinstance(error_for(problem(401, "wrong_credentials")), Refused)


def test_a_part_that_is_away_can_be_waited_for() -> None:
    error = error_for(problem(503, "unavailable"))
    assert (type(error), error.code, is_transient(error)) == (Unreachable, "unavailable", True)
    assert is_transient(error_for(lambda _: web.Response(status=502)))


@pytest.mark.parametrize(
    "body", ['{"items": [{}], "next": null}', "[]", "<html>", "", '{"items": [], "next": 4, "a": "\xff"}'], ids=range(5)
)
def test_what_is_not_matinee_is_said_to_be_so_and_not_waited_for(body: str) -> None:
    error = error_for(lambda _: web.Response(body=body.encode("latin-1")))
    assert isinstance(error, Foreign)
    assert not is_transient(error)


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b'{"detail": null, "code": 7, "errors": null}'])
def test_a_strange_refusal_is_a_refusal_all_the_same(body: bytes) -> None:
    error = error_for(lambda _: web.Response(status=418, body=body, content_type="application/problem+json"))
    assert isinstance(error, Refused)
    assert error.status == 418


def test_a_redirect_is_not_followed() -> None:
    seen = []

    def away(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    assert isinstance(error_for(away), Foreign)
    assert seen == ["/api/sessions"]


def test_pages_are_followed_to_the_limit() -> None:
    def page(request: web.Request) -> web.Response:
        first, count = int(request.query.get("cursor", 0)), int(request.query["limit"])
        items = [
            {"id": f"00000000-0000-7000-8000-{number:012}", "title": "", "created_at": "2026-01-01T00:00:00Z", "ends_at": None}
            | {"ended_at": None, "state": "open"}
            for number in range(first, min(first + count, 230))
        ]
        return web.json_response({"items": items, "next": str(first + count) if first + count < 230 else None})

    for limit, found in ((5, 5), (150, 150), (1000, 230)):
        sessions = ask(page, lambda api, limit=limit: api.sessions(limit))  # type: ignore[misc]
        assert [session.id.int & 0xFFFF for session in sessions] == [int(str(number), 16) for number in range(found)]


def test_fields_of_a_newer_server_are_kept() -> None:
    invite = ask(lambda _: web.json_response({"url": "u", "expires": 3}), lambda api: api.invite("x"))  # type: ignore[arg-type]
    assert invite.model_dump(mode="json") == {"url": "u", "expires": 3}


def test_nobody_there_is_a_short_sentence() -> None:
    async def call() -> None:
        async with connect("http://127.0.0.1:1") as api:
            await api.sessions(1)

    with pytest.raises(Unreachable, match=r"^http://127\.0\.0\.1:1 cannot be reached: connection refused\.$"):
        asyncio.run(call())
